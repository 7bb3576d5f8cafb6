"""Compares what is stored of ZTF packets with what fastavro and PyMongo make of them.

    stored_documents.py [--any-order] MONGODB_URI DATABASE FILE...

The files are in the order in which they were ingested; "-" reads their names from standard input, a line each. With
--any-order that order is not known, and what depends on it is not compared: the order of prv_candidates, which of two
equally bright alerts brought a point, and whether an object has fp_hists at all where its alerts do not agree. An
independent statement of Kowalski's rules: nothing here comes from the broker. Prints each difference and exits with 1
where there is one.
"""

import math
import sys

import bson
import fastavro
import pymongo


def mongified(packet):
    alert = {"_id": packet["candid"]}
    alert.update((k, v) for k, v in packet.items() if k not in ("prv_candidates", "fp_hists"))
    ra, dec = packet["candidate"]["ra"], packet["candidate"]["dec"]
    alert["classifications"] = {}
    alert["coordinates"] = {
        "radec_str": [sexagesimal_ra(ra), sexagesimal_dec(dec)],
        "radec_geojson": {"type": "Point", "coordinates": [ra - 180.0, dec]},
        **galactic(ra, dec),
        "geocentricmeanecliptic": ecliptic(ra, dec),
    }
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


def divided(a, b):
    """As IEEE 754 has it, where Python raises an error; the sign of an infinity does not matter here."""
    if b == 0:
        return math.nan if a == 0 or math.isnan(a) else math.inf
    return a / b


def magnitude(flux):
    return -2.5 * math.log10(flux) if flux > 0 else math.nan


def formatted(candidate, rows):
    result = []
    for row in sorted(rows, key=lambda r: r["jd"]):
        if result and result[-1]["jd"] == row["jd"]:
            continue
        row = dict(row)
        flux, error = row.get("forcediffimflux"), row.get("forcediffimfluxunc")
        zero = row.get("magzpsci", math.nan)
        if flux is not None and error is not None and not math.isnan(divided(flux, error)):
            derived = {
                "mag": magnitude(flux) + zero,
                "magerr": 1.0857 * divided(error, flux),
                "snr": divided(flux, error),
                "limmag3sig": magnitude(3 * error) + zero,
                "limmag5sig": magnitude(5 * error) + zero,
            }
            row.update({k: v for k, v in derived.items() if math.isfinite(v)})
        row["alert_mag"] = candidate["magpsf"]
        row["alert_ra"], row["alert_dec"] = candidate["ra"], candidate["dec"]
        result.append(row)
    return result


def seen_from_beginning(candidate):
    return candidate["ndethist"] <= 1 or candidate["jd"] - (candidate["jdstarthist"] or 0) < 30


def merge(aux, alert, previous, forced, keeps_forced):
    """Step 8 of Kowalski's per-message work, and its rule for forced photometry."""
    if aux is None:
        aux = {"_id": alert["objectId"], "cross_matches": {}, "prv_candidates": []}
        if keeps_forced:
            aux["fp_hists"] = []
    # By their bytes, in which one NaN equals another.
    known = {bson.encode(row) for row in aux["prv_candidates"]}
    for row in previous:
        if bson.encode(row) not in known:
            known.add(bson.encode(row))
            aux["prv_candidates"].append(row)
    if "fp_hists" in aux:
        by_jd = {}
        for row in aux["fp_hists"] + forced:
            best = by_jd.get(row["jd"])
            if best is None or brightness(row) < brightness(best):
                by_jd[row["jd"]] = row
        aux["fp_hists"] = [by_jd[jd] for jd in sorted(by_jd)]
    return aux


def brightness(row):
    """What is compared: a missing magnitude wins, one that is not a number never does."""
    value = row.get("alert_mag", -99999)
    return math.inf if math.isnan(value) else value


def without_order(aux):
    """What of a light curve does not depend on the order of the alerts."""
    aux = dict(aux)
    aux["prv_candidates"] = sorted(aux["prv_candidates"], key=lambda row: bson.encode(row))
    if "fp_hists" in aux:
        aux["fp_hists"] = [{k: row.get(k) for k in ("jd", "alert_mag")} for row in aux["fp_hists"]]
    return aux


def differences(expected, stored, path, tolerant=()):
    if path in tolerant and isinstance(expected, float) and isinstance(stored, float):
        return [] if abs(expected - stored) < 1e-9 else [f"{path}: {expected!r} expected, {stored!r} stored"]
    if type(expected) is not type(stored):
        return [f"{path}: {type(expected).__name__} expected, {type(stored).__name__} stored"]
    if isinstance(expected, dict):
        found = []
        # $addToSet tells rows apart by the order of their keys too.
        if path.startswith(("candidate", "prv_candidates.")) and list(expected) != list(stored):
            found.append(f"{path}: the keys are in another order")
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


def expected_documents(files, any_order):
    """Alerts, objects, and the objects for which the order decides whether there is forced photometry."""
    alerts, objects, qualifying = {}, {}, {}
    for file in files:
        with open(file, "rb") as stream:
            for packet in fastavro.reader(stream):
                alert, previous, forced = mongified(packet)
                alerts.setdefault(alert["candid"], alert)
                object_id = alert["objectId"]
                qualifies = seen_from_beginning(alert["candidate"])
                qualifying.setdefault(object_id, set()).add(qualifies)
                keeps_forced = qualifies or any_order
                objects[object_id] = merge(objects.get(object_id), alert, previous, forced, keeps_forced)
    if any_order:
        for object_id in [i for i, answers in qualifying.items() if answers == {False}]:
            del objects[object_id]["fp_hists"]
    return alerts, objects, {i for i, answers in qualifying.items() if len(answers) == 2}


def main(uri, name, files, any_order):
    database = pymongo.MongoClient(uri)[name]
    alerts, objects, undecided = expected_documents(files, any_order)
    found = []
    for collection, expected in (("ZTF_alerts", alerts), ("ZTF_alerts_aux", objects)):
        stored = {d["_id"]: d for d in database[collection].find()}
        found += [f"{collection} {i}: not stored" for i in expected.keys() - stored.keys()]
        found += [f"{collection} {i}: not expected" for i in stored.keys() - expected.keys()]
        for i in expected.keys() & stored.keys():
            # Through BSON, so that types are PyMongo's: int for 32 bits, Int64 for 64.
            wanted, there = bson.decode(bson.encode(expected[i])), stored[i]
            if any_order and expected is objects:
                if i in undecided and "fp_hists" not in there:
                    del wanted["fp_hists"]
                wanted, there = without_order(wanted), without_order(there)
            found += [f"{collection} {i} {d}" for d in differences(wanted, there, "", ROTATED)]
    kept = sum("fp_hists" in aux for aux in objects.values())
    print(f"{len(found)} differences; {len(alerts)} alerts, {len(objects)} objects, {kept} with forced photometry")
    for line in found[:50]:
        print(line)
    return 1 if found else 0


if __name__ == "__main__":
    words = sys.argv[1:]
    any_order = words[:1] == ["--any-order"]
    uri, name, *files = words[1:] if any_order else words
    if files == ["-"]:
        files = sys.stdin.read().splitlines()
    sys.exit(main(uri, name, files, any_order))
