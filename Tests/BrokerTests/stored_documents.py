"""Compares what is stored of ZTF packets with what fastavro and PyMongo make of them.

    stored_documents.py MONGODB_URI DATABASE FILE...

The files are in the order in which they were ingested. An independent statement of Kowalski's rules: nothing here
comes from the broker. Prints each difference and exits with 1 where there is one.
"""

import math
import sys

import bson
import fastavro
import pymongo


def mongified(packet):
    alert = {k: v for k, v in packet.items() if k not in ("prv_candidates", "fp_hists")}
    ra, dec = packet["candidate"]["ra"], packet["candidate"]["dec"]
    alert["classifications"] = {}
    alert["coordinates"] = {
        "radec_str": [sexagesimal_ra(ra), sexagesimal_dec(dec)],
        "radec_geojson": {"type": "Point", "coordinates": [ra - 180.0, dec]},
        **galactic(ra, dec),
        "geocentricmeanecliptic": ecliptic(ra, dec),
    }
    alert["_id"] = packet["candid"]
    previous = [drop(row, [None]) for row in packet.get("prv_candidates") or []]
    forced = [drop(row, [None, -99999]) for row in packet.get("fp_hists") or []]
    return alert, previous, formatted(alert["candidate"], forced)


def drop(row, values):
    return {k: v for k, v in row.items() if v not in values}


def sexagesimal_ra(ra):
    h = math.floor(ra * 12 / 180)
    m = math.floor((ra / 15 - h) * 60)
    s = ((ra / 15 - h) * 60 - m) * 60
    return f"{h:02.0f}:{m:02.0f}:{s:07.4f}"


def sexagesimal_dec(dec):
    sign = -1 if dec < 0 else 1
    d = math.floor(abs(dec)) * sign
    m = math.floor(abs(dec - d) * 60)
    s = abs(abs(dec - d) * 60 - m) * 60
    text = f"{abs(d):02.0f}:{m:02.0f}:{s:06.3f}"
    # "%02.0f" of a negative number counts the sign: -5 is "-5", -0 is "-0".
    return text if sign > 0 else f"{-abs(float(d)):02.0f}:{m:02.0f}:{s:06.3f}"


def unit(ra, dec):
    a, d = math.radians(ra), math.radians(dec)
    return math.cos(d) * math.cos(a), math.cos(d) * math.sin(a), math.sin(d)


def galactic(ra, dec):
    rows = (
        (-0.054875539, -0.873437105, -0.483834992),
        (0.494109454, -0.444829594, 0.746982249),
        (-0.867666136, -0.198076390, 0.455983795),
    )
    u = unit(ra, dec)
    x, y, z = (sum(a * b for a, b in zip(row, u)) for row in rows)
    return {"l": math.degrees(math.atan2(y, x)), "b": math.degrees(math.atan2(z, math.hypot(x, y)))}


def ecliptic(ra, dec):
    e = math.radians(23.439291)
    x, y, z = unit(ra, dec)
    y, z = y * math.cos(e) + z * math.sin(e), -y * math.sin(e) + z * math.cos(e)
    return {
        "lambda": math.degrees(math.atan2(y, x)) % 360,
        "beta": math.degrees(math.atan2(z, math.hypot(x, y))),
    }


def formatted(candidate, rows):
    result = []
    for row in sorted(rows, key=lambda r: r["jd"]):
        if result and result[-1]["jd"] == row["jd"]:
            continue
        row = dict(row)
        flux, error = row.get("forcediffimflux"), row.get("forcediffimfluxunc")
        zero = row.get("magzpsci", math.nan)
        if flux is not None and error is not None and error != 0 and not math.isnan(flux / error):
            derived = {
                "mag": -2.5 * math.log10(flux) + zero if flux > 0 else math.nan,
                "magerr": 1.0857 * (error / flux) if flux != 0 else math.nan,
                "snr": flux / error,
                "limmag3sig": -2.5 * math.log10(3 * error) + zero if error > 0 else math.nan,
                "limmag5sig": -2.5 * math.log10(5 * error) + zero if error > 0 else math.nan,
            }
            row.update({k: v for k, v in derived.items() if math.isfinite(v)})
        row["alert_mag"] = candidate["magpsf"]
        row["alert_ra"], row["alert_dec"] = candidate["ra"], candidate["dec"]
        result.append(row)
    return result


def merge(aux, alert, previous, forced):
    """Step 8 of Kowalski's per-message work, and its rule for forced photometry."""
    candidate = alert["candidate"]
    if aux is None:
        aux = {"_id": alert["objectId"], "cross_matches": {}, "prv_candidates": []}
        for row in previous:
            if row not in aux["prv_candidates"]:
                aux["prv_candidates"].append(row)
        if candidate["ndethist"] <= 1 or candidate["jd"] - (candidate["jdstarthist"] or 0) < 30:
            aux["fp_hists"] = forced
        return aux
    for row in previous:
        if row not in aux["prv_candidates"]:
            aux["prv_candidates"].append(row)
    if "fp_hists" in aux:
        by_jd = {}
        for row in aux["fp_hists"] + forced:
            best = by_jd.get(row["jd"])
            if best is None or row.get("alert_mag", -99999) < best.get("alert_mag", -99999):
                by_jd[row["jd"]] = row
        aux["fp_hists"] = [by_jd[jd] for jd in sorted(by_jd)]
    return aux


def differences(expected, stored, path, tolerant=()):
    if path in tolerant and isinstance(expected, float) and isinstance(stored, float):
        return [] if abs(expected - stored) < 1e-9 else [f"{path}: {expected!r} expected, {stored!r} stored"]
    if type(expected) is not type(stored):
        return [f"{path}: {type(expected).__name__} expected, {type(stored).__name__} stored"]
    if isinstance(expected, dict):
        found = []
        for key in expected.keys() | stored.keys():
            name = f"{path}.{key}" if path else key
            if key not in stored:
                found.append(f"{name}: missing")
            elif key not in expected:
                found.append(f"{name}: not expected")
            else:
                found += differences(expected[key], stored[key], name, tolerant)
        return found
    if isinstance(expected, list):
        if len(expected) != len(stored):
            return [f"{path}: {len(expected)} elements expected, {len(stored)} stored"]
        return [d for i, (a, b) in enumerate(zip(expected, stored)) for d in differences(a, b, f"{path}.{i}", tolerant)]
    same = expected == stored or (expected != expected and stored != stored)
    return [] if same else [f"{path}: {expected!r} expected, {stored!r} stored"]


# Differ in the last digit between orders of the same sums.
ROTATED = ("coordinates.l", "coordinates.b", "coordinates.geocentricmeanecliptic.lambda",
           "coordinates.geocentricmeanecliptic.beta")


def main(uri, name, files):
    database = pymongo.MongoClient(uri)[name]
    alerts, objects = {}, {}
    for file in files:
        with open(file, "rb") as stream:
            for packet in fastavro.reader(stream):
                alert, previous, forced = mongified(packet)
                alerts.setdefault(alert["candid"], alert)
                object_id = alert["objectId"]
                objects[object_id] = merge(objects.get(object_id), alert, previous, forced)
    found = []
    for collection, expected in (("ZTF_alerts", alerts), ("ZTF_alerts_aux", objects)):
        stored = {d["_id"]: d for d in database[collection].find()}
        found += [f"{collection} {i}: not stored" for i in expected.keys() - stored.keys()]
        found += [f"{collection} {i}: not expected" for i in stored.keys() - expected.keys()]
        for i in expected.keys() & stored.keys():
            # Through BSON, so that types are PyMongo's: int for 32 bits, Int64 for 64.
            wanted = bson.decode(bson.encode(expected[i]))
            found += [f"{collection} {i} {d}" for d in differences(wanted, stored[i], "", ROTATED)]
    print(f"{len(alerts)} alerts, {len(objects)} objects, {len(found)} differences")
    for line in found[:50]:
        print(line)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3:]))
