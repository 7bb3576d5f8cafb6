"""The documents that the tests ask for: a small sky, the same in every run. Each is made once: nobody changes them."""

import datetime
import functools
import random

from bson import Binary, ObjectId
from bson.int64 import Int64

import stamps
from sky import displaced, sexagesimal

#: Above 2^53, where a double would be another alert.
FIRST_CANDID = 1127561445515015011
CENTRE = (71.6577756, -10.2263957)
#: Places where arithmetic on the sky goes wrong: the meridian, both poles, the equator, the antimeridian of GeoJSON.
PLACES = {
    "field": CENTRE,
    "meridian": (0.0005, 20.0),
    "below meridian": (359.9998, -0.00005),
    "antimeridian": (180.0, 45.0),
    "north": (310.0, 89.9995),
    "south": (123.4, -89.9995),
    "equator": (45.0, 0.0),
}
#: Distances of the stars about each place, arcsec.
DISTANCES = (0.5, 1.5, 4.0, 20.0, 50.0, 200.0, 1000.0, 3000.0)
BEARINGS = (10.0, 130.0, 250.0)

STARS, GALAXIES, UNINDEXED = "conformance_stars", "conformance_galaxies", "conformance_unindexed"
THINGS, EMPTY, TYPES = "conformance_things", "conformance_empty", "conformance_types"

NIGHT = 2460229.9338542
SKYMAP_TIME = datetime.datetime(2023, 6, 23, 15, 42, 26)
BOX_NAME = "conformance_box"
DATE = datetime.datetime(2023, 10, 12, 10, 24, 45, 678000)


def coordinates(ra, dec):
    """What every positioned document carries."""
    return {
        "radec_str": sexagesimal(ra % 360, dec),
        "radec_geojson": {"type": "Point", "coordinates": [ra - 180.0, dec]},
    }


@functools.cache
def stars():
    """Stars at known distances from each place; `_id` counts up."""
    found = []
    for place, position in PLACES.items():
        for distance in DISTANCES:
            for bearing in BEARINGS:
                ra, dec = displaced(position, distance / 3600, bearing)
                number = len(found) + 1
                found.append(
                    {
                        "_id": number,
                        "name": f"{place} {number}",
                        "place": place,
                        "ra": ra,
                        "dec": dec,
                        "mag": 14 + number % 7 + distance / 10000,
                        "group": number % 4,
                        "distance": distance,
                        "coordinates": coordinates(ra, dec),
                    }
                )
    return found


@functools.cache
def galaxies():
    """A second, sparser catalogue about the same places."""
    found = []
    for place, position in PLACES.items():
        for distance in (1.0, 30.0, 120.0):
            ra, dec = displaced(position, distance / 3600, 77.0)
            found.append(
                {
                    "_id": f"galaxy {len(found) + 1}",
                    "ra": ra,
                    "dec": dec,
                    "z": 0.01 * len(found),
                    "coordinates": coordinates(ra, dec),
                }
            )
    return found


@functools.cache
def things():
    """Documents for filters, projections and sorts: 60, with all that makes comparing hard."""
    found = []
    for number in range(60):
        thing = {
            "_id": number,
            "group": number % 4,
            "name": f"thing {number}",
            "candid": Int64(FIRST_CANDID + number),
            "value": number / 8,
            "flag": number % 3 == 0,
            "tags": ["odd" if number % 2 else "even", f"tag{number % 5}"],
            "candidate": {
                "jd": NIGHT + number,
                "drb": number / 60,
                "programid": number % 3 + 1,
                "list": [{"k": number % 6, "v": number}, {"k": number % 7, "v": -number}],
            },
            "when": DATE + datetime.timedelta(days=number),
            "object": ObjectId(f"{number:024x}"),
            "bytes": Binary(bytes([number, 255 - number])),
        }
        if number % 5 == 0:
            thing["maybe"] = None
        elif number % 5 == 1:
            thing["maybe"] = number
        if number % 10 == 0:
            thing["number"] = float("nan") if number == 0 else float("inf") if number == 10 else number
        found.append(thing)
    return found


def _stamp_field(survey, kind, candid, data):
    if survey in ("PGIR", "WNTR", "TURBO"):
        return Binary(data)
    return {"fileName": f"ztf_{candid}_targ_{kind[:3].lower()}.fits.gz", "stampData": Binary(data)}


#: The stamps of every alert but the odd ones, by kind.
SURVEY_STAMPS = {
    kind: stamps.packed(stamps.pixels(seed), stamps.header(seed))
    for seed, kind in ((1, "Science"), (2, "Template"), (3, "Difference"))
}


def alert(survey, number, object_id, ra, dec, jd, programid=1, drb=0.9, **candidate):
    """One alert of a survey, as its broker stores it."""
    candid = FIRST_CANDID + number
    name = "objectid" if survey == "WNTR" else "objectId"
    document = {
        "_id": Int64(candid),
        "schemavsn": "4.02",
        "publisher": f"{survey} conformance",
        name: object_id,
        "candid": Int64(candid),
        "candidate": {
            "candid": Int64(candid),
            "jd": jd,
            "fid": number % 3 + 1,
            "pid": Int64(candid // 100),
            "programid": programid,
            "ra": ra,
            "dec": dec,
            "magpsf": 17 + (number % 20) / 8,
            "sigmapsf": 0.0625,
            "diffmaglim": 20.5,
            "isdiffpos": "t" if number % 2 else "f",
            "drb": drb,
            "rb": drb / 2,
            "ndethist": number % 9 + 1,
            "field": 500 + number % 3,
            "ssnamenr": "null",
            "ssdistnr": -999.0,
            "sgscore1": None,
            "isconformance": True,
            **candidate,
        },
        "classifications": {"braai": drb, "braai_version": "d6_m9"},
        "coordinates": {**coordinates(ra, dec), "l": 197.5, "b": -32.25},
    }
    for kind, data in SURVEY_STAMPS.items():
        field = f"cutout_{kind.lower()}" if survey == "WNTR" else f"cutout{kind}"
        document[field] = _stamp_field(survey, kind, candid, data)
    return document


KNOWN = "ZTF18abacqpw"
KNOWN_POSITION = (68.578209, 49.0871395)
MIXED = "ZTF21conmixe"
MIXED_POSITION = (150.1, 2.2)
LONELY = "ZTF23conlone"
SKYMAP_CENTRE = (90.0, 30.0)


@functools.cache
def ztf_alerts():
    """Alerts of ZTF: one object of penquins' tests, one with all programs, one night for filters, 20 in a sky map."""
    found = []

    def add(object_id, position, jd, **more):
        found.append(alert("ZTF", len(found), object_id, *position, jd, **more))

    for night in (0.0, 2.0, 9.0):
        add(KNOWN, KNOWN_POSITION, 2460001.5 + night)
    for night, program in enumerate((1, 2, 3, 1, 2)):
        add(MIXED, displaced(MIXED_POSITION, 0.1 * night / 3600, 45), 2460100.75 + night, programid=program)
    for number in range(24):
        # 22 in one exposure, of which 20 pass drb > 0.5; two more an hour later.
        add(
            f"ZTF23filt{number:03d}",
            displaced((200.0, -20.0), 0.02 * number, 15.0 * number),
            NIGHT + (0.0 if number < 22 else 1 / 24),
            drb=0.25 if number < 2 else 0.5 + (number + 1) / 50,
            programid=1 if number < 18 else 2 if number < 21 else 3,
        )
    add("ZTF23filt003", displaced((200.0, -20.0), 0.06, 45.0), NIGHT + 3.0, drb=0.75)
    for number in range(20):
        add(
            f"ZTF23sky{number:04d}",
            displaced(SKYMAP_CENTRE, 0.75 * number, 37.0 * number),
            2460119.125 + number / 64,
        )
    add(LONELY, (260.0, 60.0), 2460500.5)
    return found


@functools.cache
def light_curves():
    """Light curves of the objects above, but for LONELY: points of all programs, of long ago, and of later alerts."""
    shape = random.Random(20231012)
    found = []
    for object_id in sorted({one["objectId"] for one in ztf_alerts()} - {LONELY}):
        alerts = [one["candidate"]["jd"] for one in ztf_alerts() if one["objectId"] == object_id]
        points, forced = [], []
        for number, days in enumerate((-800.0, -365.0625, -364.9375, -30.0, -3.5, -1.0, -0.5, 0.25, 2.0)):
            jd = max(alerts) + days
            point = {
                "jd": jd,
                "fid": number % 3 + 1,
                "pid": Int64(2000 + number),
                "programid": number % 3 + 1,
                "diffmaglim": 20.25,
            }
            if number % 2:
                point |= {
                    "magpsf": 18 + number / 16,
                    "sigmapsf": 0.125,
                    "candid": Int64(FIRST_CANDID - 1000 - number),
                    "isdiffpos": "t",
                    "rb": round(shape.random(), 3),
                    "ra": 10.5,
                    "dec": -3.25,
                }
            points.append(point)
            forced.append(
                {
                    "jd": jd + 0.03125,
                    "fid": number % 3 + 1,
                    "programid": (number + 1) % 3 + 1,
                    "procstatus": "0" if number % 4 else "57",
                    "diffmaglim": 20.125,
                    "magzpsci": 26.25,
                    "forcediffimflux": 150.5 + number,
                    "forcediffimfluxunc": 12.25,
                    "mag": 20.5,
                    "magerr": 0.09,
                    "snr": 12.0 + number,
                    "alert_mag": 18.5,
                    "alert_ra": 10.5,
                    "alert_dec": -3.25,
                }
            )
        found.append(
            {
                "_id": object_id,
                "cross_matches": {"Gaia_EDR3": [{"_id": "42", "parallax": 1.5}], "milliquas": []},
                "prv_candidates": points,
                "fp_hists": forced,
            }
        )
    return found


@functools.cache
def other_alerts(survey):
    """Three alerts of PGIR, WNTR or TURBO."""
    first = {"PGIR": 10000, "WNTR": 20000, "TURBO": 30000}[survey]
    return [
        alert(survey, first + number, f"{survey}23con{number}", 30.0 + number, -40.0, 2460050.5 + number)
        for number in range(3)
    ]


@functools.cache
def cutout_alerts():
    """Alerts of ZTF whose stamps are odd: without one, all of one value, with NaN, infinite and huge pixels."""
    odd = stamps.pixels(4)
    odd[3, 4] = float("nan")
    odd[10:20, 5:9] = float("nan")
    odd[40, 41] = float("inf")
    odd[50, 51] = 1e25
    negative = stamps.pixels(5) - 5000
    images = {
        "odd": odd,
        "flat": stamps.pixels(0, value=3.5),
        "negative": negative,
        "small": stamps.pixels(6, size=40),
    }
    found = []
    for number, (name, image) in enumerate(images.items()):
        one = alert("ZTF", 40000 + number, f"ZTF23cut{name}", 330.0, 10.0 + number, 2460300.5)
        one["cutoutScience"]["stampData"] = Binary(stamps.packed(image, stamps.header(40000 + number)))
        del one["cutoutTemplate"]
        found.append(one)
    return found


CUTOUT_NAMES = ("odd", "flat", "negative", "small")


def box(west, east, south, north, level):
    """A contour of straight lines about a box (ra, dec), as stored: longitudes less 180."""
    west, east = west - 180, east - 180
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "MultiPolygon", "properties": {"credible_level": level}, "coordinates": [[ring]]}


@functools.cache
def skymaps():
    """Two maps of boxes about SKYMAP_CENTRE, of one name and different events."""
    contours = {
        "center": {"type": "Point", "coordinates": [90.0 - 180, 30.0], "properties": {"credible_level": 0}},
        "contour50": box(88.0, 92.0, 28.0, 32.0, 50),
        "contour90": box(80.0, 100.0, 22.0, 38.0, 90),
    }
    return [
        {
            "dateobs": SKYMAP_TIME,
            "localization_name": BOX_NAME,
            "aliases": ["CONFORMANCE#S230623a", "CONFORMANCE#2"],
            "triggerid": 709140151,
            "contours": contours,
        },
        {
            "dateobs": SKYMAP_TIME.replace(microsecond=500000),
            "localization_name": BOX_NAME + "_2",
            "aliases": [],
            "contours": {"contour90": box(300.0, 310.0, -50.0, -45.0, 90)},
        },
    ]
