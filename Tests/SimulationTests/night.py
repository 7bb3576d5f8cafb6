"""Checks simulated nights with fastavro and arithmetic of its own.

Usage: night.py FOLDER [FOLDER_OF_THE_NEXT_NIGHT]; a folder holds a night's packets, one file each, whose names sort
as the packets were sent. Prints what is wrong and ends with status 1, or prints a summary.
"""

import collections
import glob
import gzip
import io
import json
import math
import statistics
import struct
import sys

import fastavro

# Names and types as the survey's schema 4.02 has them; a question mark allows null.
TOP = """
schemavsn string, publisher string, objectId string, candid long, candidate candidate, prv_candidates
array<prv_candidate>?, fp_hists array<fp_hist>?, cutoutScience cutout?, cutoutTemplate cutout?,
cutoutDifference cutout?
"""
CANDIDATE = """
jd double, fid int, pid long, diffmaglim float?, pdiffimfilename string?, programpi string?, programid
int, candid long, isdiffpos string, tblid long?, nid int?, rcid int?, field int?, xpos float?, ypos
float?, ra double, dec double, magpsf float, sigmapsf float, chipsf float?, magap float?, sigmagap
float?, distnr float?, magnr float?, sigmagnr float?, chinr float?, sharpnr float?, sky float?, magdiff
float?, fwhm float?, classtar float?, mindtoedge float?, magfromlim float?, seeratio float?, aimage
float?, bimage float?, aimagerat float?, bimagerat float?, elong float?, nneg int?, nbad int?, rb
float?, ssdistnr float?, ssmagnr float?, ssnamenr string?, sumrat float?, magapbig float?, sigmagapbig
float?, ranr double, decnr double, sgmag1 float?, srmag1 float?, simag1 float?, szmag1 float?, sgscore1
float?, distpsnr1 float?, ndethist int, ncovhist int, jdstarthist double?, jdendhist double?, scorr
double?, tooflag int?, objectidps1 long?, objectidps2 long?, sgmag2 float?, srmag2 float?, simag2
float?, szmag2 float?, sgscore2 float?, distpsnr2 float?, objectidps3 long?, sgmag3 float?, srmag3
float?, simag3 float?, szmag3 float?, sgscore3 float?, distpsnr3 float?, nmtchps int, rfid long,
jdstartref double, jdendref double, nframesref int, rbversion string, dsnrms float?, ssnrms float?,
dsdiff float?, magzpsci float?, magzpsciunc float?, magzpscirms float?, nmatches int, clrcoeff float?,
clrcounc float?, zpclrcov float?, zpmed float?, clrmed float?, clrrms float?, neargaia float?,
neargaiabright float?, maggaia float?, maggaiabright float?, exptime float?, drb float?, drbversion
string
"""
ROW = """
jd double, fid int, pid long, diffmaglim float?, pdiffimfilename string?, programpi string?, programid
int, candid long?, isdiffpos string?, tblid long?, nid int?, rcid int?, field int?, xpos float?, ypos
float?, ra double?, dec double?, magpsf float?, sigmapsf float?, chipsf float?, magap float?, sigmagap
float?, distnr float?, magnr float?, sigmagnr float?, chinr float?, sharpnr float?, sky float?, magdiff
float?, fwhm float?, classtar float?, mindtoedge float?, magfromlim float?, seeratio float?, aimage
float?, bimage float?, aimagerat float?, bimagerat float?, elong float?, nneg int?, nbad int?, rb
float?, ssdistnr float?, ssmagnr float?, ssnamenr string?, sumrat float?, magapbig float?, sigmagapbig
float?, ranr double?, decnr double?, scorr double?, magzpsci float?, magzpsciunc float?, magzpscirms
float?, clrcoeff float?, clrcounc float?, rbversion string
"""
FORCED = """
field int?, rcid int?, fid int, pid long, rfid long, sciinpseeing float?, scibckgnd float?, scisigpix
float?, magzpsci float?, magzpsciunc float?, magzpscirms float?, clrcoeff float?, clrcounc float?,
exptime float?, adpctdif1 float?, adpctdif2 float?, diffmaglim float?, programid int, jd double,
forcediffimflux float?, forcediffimfluxunc float?, procstatus string?, distnr float?, ranr double, decnr
double, magnr float?, sigmagnr float?, chinr float?, sharpnr float?
"""
CUTOUT = "fileName string, stampData bytes"

NON_DETECTION = set(
    "jd fid pid diffmaglim pdiffimfilename programpi programid nid rcid field magzpsci magzpsciunc magzpscirms "
    "clrcoeff clrcounc rbversion".split()
)
MATCH = {"ssdistnr", "ssmagnr", "ssnamenr"}
REFERENCE = "distnr ranr decnr magnr sigmagnr chinr sharpnr".split()

faults = collections.Counter()


def check(condition, what, *values):
    """Counts a fault and shows the first of its kind."""
    if not condition:
        if not faults[what]:
            print("fault:", what, *values)
        faults[what] += 1


def described(fields):
    return [tuple(field.split()) for field in " ".join(fields.split()).split(", ")]


def spelled(kind):
    """A type of a parsed schema in the notation of the lists above."""
    if isinstance(kind, list):
        check(len(kind) == 2 and kind[0] == "null", "union is not [null, T]", kind)
        return spelled(kind[1]) + "?"
    if isinstance(kind, dict):
        if kind["type"] == "array":
            return "array<" + spelled(kind["items"]) + ">"
        return kind["name"].split(".")[-1]
    return kind.split(".")[-1]


def check_schema(text):
    check(24_500 <= len(text.encode()) <= 26_500, "size of the schema", len(text.encode()))
    schema = json.loads(text)
    records = {}

    def collect(kind):
        if isinstance(kind, list):
            for part in kind:
                collect(part)
        elif isinstance(kind, dict) and kind["type"] == "array":
            collect(kind["items"])
        elif isinstance(kind, dict):
            records[kind["name"].split(".")[-1]] = kind["fields"]
            for field in kind["fields"]:
                collect(field["type"])

    collect(schema)
    expected = {"alert": TOP, "candidate": CANDIDATE, "prv_candidate": ROW, "fp_hist": FORCED, "cutout": CUTOUT}
    check(set(records) == set(expected), "records", sorted(records))
    for name, fields in expected.items():
        found = [(field["name"], spelled(field["type"])) for field in records.get(name, [])]
        check(found == described(fields), "fields of " + name, set(found) ^ set(described(fields)))
        for field in records.get(name, []):
            if "default" in field:
                check(field["default"] is None and field["type"][0] == "null", "default", field)
    counts = {name: len(fields) for name, fields in records.items()}
    check(
        counts == {"alert": 10, "candidate": 103, "prv_candidate": 57, "fp_hist": 29, "cutout": 2}, "counts", counts
    )


def check_exposure(row, candid):
    """Night, time and channel agree with the digits of pid and candid."""
    check(row["nid"] == math.floor(row["jd"] - 2457754.5), "nid is not the night of jd", row)
    digits = str(row["pid"])
    fraction = (row["jd"] + 0.5) % 1
    check(len(digits) == 13 and digits[:4] == str(row["nid"]), "pid does not begin with nid", digits)
    check(abs(int(digits[4:9]) - fraction * 1e5) < 1.1, "pid has another time", digits, fraction)
    check(int(digits[9:11]) == row["rcid"] and 0 <= row["rcid"] < 64, "pid has another channel", digits)
    ccd, quadrant = row["rcid"] // 4 + 1, row["rcid"] % 4 + 1
    part = "_%06d_z%s_c%02d_o_q%d_scimrefdiffimg.fits" % (row["field"], "gri"[row["fid"] - 1], ccd, quadrant)
    check(part in row["pdiffimfilename"], "file name", row["pdiffimfilename"], part)
    if candid is not None:
        text = str(candid)
        check(len(text) == 19 and text.startswith(digits), "candid does not begin with pid", candid)
        check(candid > 2**53, "candid fits a double", candid)
        positive = row["isdiffpos"] in ("t", "1")
        check(text[15] == ("5" if positive else "0"), "sign digit", candid, row["isdiffpos"])


def separation(ra1, dec1, ra2, dec2):
    """Arcseconds on a small patch."""
    east = ((ra1 - ra2 + 180) % 360 - 180) * math.cos(math.radians(dec1))
    return math.hypot(east, dec1 - dec2) * 3600


def check_candidate(alert):
    candidate = alert["candidate"]
    check(alert["schemavsn"] == "4.02", "version", alert["schemavsn"])
    check(alert["candid"] == candidate["candid"], "two candids", alert["candid"])
    check(candidate["isdiffpos"] in ("t", "f"), "isdiffpos", candidate["isdiffpos"])
    check_exposure(candidate, candidate["candid"])
    check(0 <= candidate["ra"] < 360 and -31.1 < candidate["dec"] <= 90, "place", candidate["ra"], candidate["dec"])
    for name, value in candidate.items():
        check(value is not None, "null in the candidate", name)
        check(not isinstance(value, float) or math.isfinite(value), "no number in the candidate", name)
    if candidate["ssnamenr"] == "null":
        check(candidate["ssdistnr"] == candidate["ssmagnr"] == -999, "match without a name", candidate["ssdistnr"])
    else:
        check(0 <= candidate["ssdistnr"] <= 30 and candidate["ssmagnr"] > 0, "match", candidate["ssdistnr"])
    for rank in "123":
        absent = candidate["distpsnr" + rank] == -999
        check(absent == (candidate["sgscore" + rank] == -999), "half a neighbour", candidate["candid"])
        check(absent == (candidate["objectidps" + rank] == -999), "half a neighbour", candidate["candid"])
    edge = min(candidate["xpos"], candidate["ypos"], 3072 - candidate["xpos"], 3080 - candidate["ypos"])
    check(edge >= 0 and abs(candidate["mindtoedge"] - edge) < 1e-2, "mindtoedge", candidate["mindtoedge"], edge)
    for name, value in {
        "magdiff": candidate["magap"] - candidate["magpsf"],
        "magfromlim": candidate["diffmaglim"] - candidate["magap"],
        "elong": candidate["aimage"] / candidate["bimage"],
    }.items():
        check(abs(candidate[name] - value) < 1e-5, name, candidate[name], value)
    if candidate["dec"] < 89:
        pixels = separation(candidate["ra"], candidate["dec"], candidate["ranr"], candidate["decnr"]) / 1.01
        check(abs(pixels - candidate["distnr"]) < 0.01, "distnr", candidate["distnr"], pixels)


def check_rows(alert):
    candidate, rows = alert["candidate"], alert["prv_candidates"]
    check(rows is None or rows, "empty prv_candidates", alert["candid"])
    rows = rows or []
    dates = [row["jd"] for row in rows]
    check(dates == sorted(dates), "rows are not ascending", alert["candid"])
    check(all(candidate["jd"] - 30 <= date < candidate["jd"] for date in dates), "row outside 30 days", alert["candid"])
    check(len({(row["jd"], row["fid"]) for row in rows}) == len(rows), "two rows of one exposure", alert["candid"])
    detections = [row for row in rows if row["candid"] is not None]
    for row in rows:
        check_exposure(row, row["candid"])
        given = {name for name, value in row.items() if value is not None}
        if row["candid"] is None:
            check(given == NON_DETECTION, "fields of a non-detection", given ^ NON_DETECTION)
        else:
            check(given == set(row) - MATCH, "fields of a detection", set(row) - MATCH - given)
            spelling = "10" if row["nid"] == candidate["nid"] else "tf"
            check(row["isdiffpos"] in spelling, "spelling of isdiffpos", row["isdiffpos"], spelling)
    check(candidate["ndethist"] >= len(detections) + 1, "ndethist", candidate["ndethist"], len(detections))
    check(candidate["ncovhist"] >= len(rows) + 1, "ncovhist", candidate["ncovhist"], len(rows))
    check(candidate["ncovhist"] >= candidate["ndethist"], "ncovhist below ndethist", alert["candid"])
    first = min([row["jd"] for row in detections] + [candidate["jd"]])
    check(candidate["jdstarthist"] <= first, "jdstarthist", candidate["jdstarthist"], first)
    check(candidate["jdendhist"] == candidate["jd"], "jdendhist", candidate["jdendhist"])
    if candidate["jdstarthist"] > candidate["jd"] - 30:
        check(candidate["jdstarthist"] == first, "jdstarthist of a young object", candidate["jdstarthist"], first)
        if candidate["ndethist"] == 1:
            check(candidate["jdstarthist"] == candidate["jd"], "first detection", alert["candid"])


def check_forced(alert):
    rows = alert["fp_hists"] or []
    dates = [row["jd"] for row in rows]
    check(dates == sorted(dates, reverse=True), "forced rows are not descending", alert["candid"])
    check(len(rows) <= 40, "too many forced rows", len(rows))
    check(all(1 <= alert["candidate"]["jd"] - date <= 30 for date in dates), "forced row outside", alert["candid"])
    for row in rows:
        digits = str(row["pid"])
        check(int(digits[:4]) == math.floor(row["jd"] - 2457754.5), "pid of a forced row", digits)
        check(int(digits[9:11]) == row["rcid"], "channel of a forced row", digits)
        failed = row["procstatus"] in ("61", "55")
        check((row["forcediffimflux"] == -99999) == failed, "flux and status", row["procstatus"])
        check((row["forcediffimfluxunc"] == -99999) == failed, "error and status", row["procstatus"])
        check(all(int(part) in (0, 55, 56, 57, 61) for part in row["procstatus"].split(",")), "procstatus")
        check(len({row[name] == -99999 for name in REFERENCE}) == 1, "half a reference source", row)
        if row["distnr"] != -99999 and abs(alert["candidate"]["dec"]) < 89:
            place = separation(alert["candidate"]["ra"], alert["candidate"]["dec"], row["ranr"], row["decnr"])
            check(abs(place - row["distnr"]) < 1, "distnr of a forced row", row["distnr"], place)


def pixels(stamp):
    """The stamp's rows of numbers, after its file was checked card by card."""
    check(stamp[:4] == b"\x1f\x8b\x08\x00" and stamp[4:8] == b"\0\0\0\0", "gzip header", stamp[:10])
    data = gzip.decompress(stamp)
    check(len(data) == 20160 and len(data) % 2880 == 0, "size of a FITS file", len(data))
    cards = [data[start : start + 80].decode("ascii").rstrip() for start in range(0, 2880, 80)]
    values = {card[:8].strip(): card[10:].strip() for card in cards if card[8:10] == "= "}
    expected = {"SIMPLE": "T", "BITPIX": "-32", "NAXIS": "2", "NAXIS1": "63", "NAXIS2": "63", "BUNIT": "'DN      '"}
    check(values == expected and list(values) == list(expected), "FITS cards", values)
    check(cards[6] == "END" and not any(cards[7:]), "end of the FITS header", cards[6:8])
    check(not any(data[2880 + 63 * 63 * 4 :]), "padding of the FITS data")
    numbers = struct.unpack(">3969f", data[2880 : 2880 + 63 * 63 * 4])
    return [numbers[row * 63 : row * 63 + 63] for row in range(63)]


def check_stamps(alert, sizes):
    candidate = alert["candidate"]
    prefix = "candid%d_pid%d_targ_" % (candidate["candid"], candidate["pid"])
    names = {
        "cutoutScience": prefix + "sci.fits.gz",
        "cutoutTemplate": "candid%d_ref.fits.gz" % candidate["candid"],
        "cutoutDifference": prefix + "scimref.fits.gz",
    }
    masks = []
    for key, name in names.items():
        check(alert[key]["fileName"] == name, "stamp's name", alert[key]["fileName"])
        image = pixels(alert[key]["stampData"])
        mask = [[math.isnan(value) for value in row] for row in image]
        masks.append(mask)
        cut = sum(map(sum, mask))
        sizes[key, cut > 0].append(len(alert[key]["stampData"]))
        # Beyond the chip's edge and only there.
        x, y = round(candidate["xpos"]), round(candidate["ypos"])
        rows = sum(1 <= y + offset <= 3080 for offset in range(-31, 32))
        columns = sum(1 <= x + offset <= 3072 for offset in range(-31, 32))
        check(abs(63 * 63 - rows * columns - cut) <= 126, "pixels beyond the edge", cut, candidate["ypos"])
        if key == "cutoutDifference" and not cut:
            # The light in the middle is that of the magnitude.
            flux = sum(sum(row[21:42]) for row in image[21:42])
            zero = candidate["magzpsci"]
            expected = 10 ** (-0.4 * (candidate["magpsf"] - zero)) * (1 if candidate["isdiffpos"] == "t" else -1)
            noise = statistics.pstdev([value for row in image[:15] for value in row]) * 21
            check(abs(flux - expected) < 6 * noise + 0.25 * abs(expected), "flux of the stamp", flux, expected, noise)
    check(masks[0] == masks[1] == masks[2], "the stamps are cut differently", alert["candid"])


def check_row_of(earlier, row, spelling):
    """The row that a later alert has of an alert."""
    candidate = earlier["candidate"]
    check(row["isdiffpos"] == spelling[candidate["isdiffpos"] == "f"], "spelling of a repeated detection", row["candid"])
    for name, value in row.items():
        if name not in MATCH | {"isdiffpos", "pdiffimfilename"}:
            check(value == candidate[name], "row differs from its alert", name, value, candidate[name])
    stem = candidate["pdiffimfilename"].removesuffix(".fits")
    check(row["pdiffimfilename"].endswith("/" + stem + ".fits.fz"), "archive path", row["pdiffimfilename"])


def check_growth(alerts, spelling):
    """What an object's later alerts keep of its earlier ones."""
    objects = collections.defaultdict(list)
    for alert in alerts:
        objects[alert["objectId"]].append(alert)
    for seen in objects.values():
        for earlier, later in zip(seen, seen[1:]):
            rows = {(row["jd"], row["fid"]): row for row in later["prv_candidates"] or []}
            start = later["candidate"]["jd"] - 30
            same_night = earlier["candidate"]["nid"] == later["candidate"]["nid"]
            for row in earlier["prv_candidates"] or []:
                if row["jd"] >= start:
                    other = dict(rows.get((row["jd"], row["fid"]), {}))
                    if not same_night and row["isdiffpos"] in ("1", "0"):
                        check(other.get("isdiffpos") == {"1": "t", "0": "f"}[row["isdiffpos"]], "respelling")
                        other["isdiffpos"] = row["isdiffpos"]
                    check(other == row, "a row was lost or changed", row["jd"], later["candid"])
            own = rows.get((earlier["candidate"]["jd"], earlier["candidate"]["fid"]))
            check(own is not None, "an alert is not a row of the next", later["candid"])
            if own is not None:
                check_row_of(earlier, own, "10" if same_night else "tf")
    return objects


def read(folder):
    alerts = []
    for name in sorted(glob.glob(folder + "/*.avro")):
        with open(name, "rb") as file:
            data = file.read()
        reader = fastavro.reader(io.BytesIO(data))
        records = list(reader)
        check(len(records) == 1, "records in a packet", len(records))
        check(reader.metadata.get("avro.codec", "null") == "null", "codec")
        check(55_000 <= len(data) <= 95_000, "size of a packet", len(data))
        alerts.append((records[0], len(data), reader.metadata["avro.schema"]))
    return alerts


def check_night(folder):
    packets = read(folder)
    check(len({schema for _, _, schema in packets}) == 1, "several schemas")
    check_schema(packets[0][2])
    alerts = [alert for alert, _, _ in packets]
    dates = [alert["candidate"]["jd"] for alert in alerts]
    check(dates == sorted(dates), "alerts are not in the order of time")
    check(len({math.floor(date - 0.5) for date in dates}) == 1, "more than one night")
    check(len({alert["candid"] for alert in alerts}) == len(alerts), "a candid twice")
    sizes = collections.defaultdict(list)
    for alert in alerts:
        check_candidate(alert)
        check_rows(alert)
        check_forced(alert)
        check_stamps(alert, sizes)
    objects = check_growth(alerts, "10")
    # A detection's number belongs to one detection, wherever it appears.
    owners = {}
    for alert in alerts:
        for row in [alert["candidate"]] + (alert["prv_candidates"] or []):
            if row["candid"] is not None:
                owner = owners.setdefault(row["candid"], (alert["objectId"], row["jd"]))
                check(owner == (alert["objectId"], row["jd"]), "a candid of two detections", row["candid"])

    mean = statistics.mean(size for _, size, _ in packets)
    check(70_000 <= mean <= 80_000, "mean size", mean)
    for (key, cut), values in sizes.items():
        bounds = (6_000, 15_000) if cut else (11_500, 15_500)
        check(bounds[0] < min(values) and max(values) < bounds[1], "size of " + key, cut, min(values), max(values))
    count = len(alerts)
    cut = len(sizes["cutoutScience", True])
    check(0.04 * count < cut < 0.2 * count, "how many stamps are cut", cut)
    forced = [row for alert in alerts for row in alert["fp_hists"] or []]
    failed = sum(row["procstatus"] in ("61", "55") for row in forced) / len(forced)
    check(0.25 < failed < 0.5, "failed forced photometry", failed)
    unreferenced = sum(row["distnr"] == -99999 for row in forced) / len(forced)
    check(0.5 < unreferenced < 0.8, "forced photometry without a reference source", unreferenced)
    check(any(row["forcediffimflux"] < 0 and row["procstatus"] == "0" for row in forced), "no negative flux")
    undefined = sum(math.isnan(row["forcediffimflux"]) for row in forced) / len(forced)
    check(0 < undefined < 0.02, "flux that is no number", undefined)
    repeated = sum(
        len({row["jd"] for row in alert["fp_hists"]}) < len(alert["fp_hists"]) for alert in alerts if alert["fp_hists"]
    )
    check(0 < repeated < 0.2 * count, "repeated dates in forced photometry", repeated)
    check(any(alert["fp_hists"] is None for alert in alerts), "fp_hists is never null")
    check(any(alert["fp_hists"] == [] for alert in alerts), "fp_hists is never empty")
    for alert in alerts:
        if alert["prv_candidates"] is None:
            check(alert["candidate"]["ndethist"] == 1, "an old object without rows", alert["candid"])
    check(any(alert["prv_candidates"] is None for alert in alerts), "prv_candidates is never null")
    young = sum(alert["candidate"]["jd"] - alert["candidate"]["jdstarthist"] < 30 for alert in alerts)
    check(0.1 * count < young < 0.9 * count, "young and old objects", young)
    moving = [alert for alert in alerts if alert["candidate"]["ssnamenr"] != "null"]
    check(moving, "no minor planet")
    check(all(len(objects[alert["objectId"]]) == 1 for alert in moving), "a minor planet was seen twice")
    signs = collections.Counter(alert["candidate"]["isdiffpos"] for alert in alerts)
    check(signs["f"] > 0.1 * count, "fainter than the reference", signs)
    ras = [alert["candidate"]["ra"] for alert in alerts]
    check(min(ras) < 0.01 or max(ras) > 359.99, "nothing at right ascension 0", min(ras), max(ras))
    check(max(alert["candidate"]["dec"] for alert in alerts) > 89.9, "nothing at the pole")
    rows = [row for alert in alerts for row in alert["prv_candidates"] or []]
    print(
        json.dumps(
            {
                "alerts": count,
                "objects": len(objects),
                "mean size": round(mean),
                "least and most": [min(size for _, size, _ in packets), max(size for _, size, _ in packets)],
                "rows": round(len(rows) / count, 1),
                "detections": round(sum(row["candid"] is not None for row in rows) / count, 1),
                "forced": round(len(forced) / count, 1),
                "cut stamps": cut,
                "young": young,
                "schema": len(packets[0][2].encode()),
            }
        )
    )
    return alerts


nights = [check_night(folder) for folder in sys.argv[1:]]
if len(nights) > 1:
    check_growth([alert for alerts in nights for alert in alerts], "tf")
    shared = {alert["objectId"] for alert in nights[0]} & {alert["objectId"] for alert in nights[1]}
    check(shared, "no object in two nights")
    last = {alert["objectId"]: alert for alert in nights[1]}
    for earlier in nights[0]:
        later = last.get(earlier["objectId"])
        if later is None:
            continue
        row = [row for row in later["prv_candidates"] or [] if row["candid"] == earlier["candid"]]
        check(len(row) == 1, "an alert of the night before is no row", earlier["candid"])
        if row:
            check_row_of(earlier, row[0], "tf")
if faults:
    print(json.dumps(dict(faults)))
sys.exit(1 if faults else 0)
