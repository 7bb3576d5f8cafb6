"""What catalogues of known distances say of positions, computed by the formulas alone.

Prints one JSON object a case: the rule, the rows of a catalogue, positions, and for each position the documents that
belong to it, the nearest first. Angles are astropy's; an ellipse is one on the plane that touches the sky at its centre.

    distance_judge.py SEED          the cases
    distance_judge.py --round SEED  numbers and what Python's round makes of them to two decimals
"""

import json
import math
import random
import sys

import numpy as np
from astropy.coordinates import angular_separation, position_angle

COARSE = 300 / 3600

# Name, row, redshift, megaparsecs, semi-major axis in degrees, axis ratio, position angle in degrees.
LARGE = [
    ({"_id": 596900, "name": "PGC2557", "ra": 10.6847, "dec": 41.26901, "a": 6.35156, "b2a": 0.32, "pa": 35.0,
      "z": -0.00100100006, "DistMpc": 0.778, "mstar": 253816876.412914,
      "coordinates": {"radec_str": ["00:42:44.3503", "41:16:08.634"]}}, 1.624875, 0.331283, 35),
    ({"_id": 597543, "name": "PGC5818", "ra": 23.46204, "dec": 30.66022, "a": 2.35983, "b2a": 0.59, "pa": 23.0,
      "z": -0.000597000006, "DistMpc": 0.869, "mstar": 4502777.420493,
      "coordinates": {"radec_str": ["01:33:50.8900", "30:39:36.800"]}}, 0.603694, 0.602964, 23),
]

RULES = [
    {"field": "z", "method": "redshift", "at": 30, "low": 300},
    {"field": "z", "method": "redshift", "at": 30, "low": 5},
    {"field": "zphot", "method": "redshift", "at": 120, "low": 30},
    {"field": "DistMpc", "method": "distance", "at": 30, "low": 300},
    {"field": "D", "method": "distance", "at": 200.5, "low": 60},
]


def degrees(ra1, dec1, ra2, dec2):
    return math.degrees(angular_separation(*map(math.radians, (ra1, dec1, ra2, dec2))))


def radius(rule, distance):
    """Degrees."""
    if rule["method"] == "redshift":
        return rule["low"] / 3600 if distance < 0.01 else rule["at"] * (0.05 / distance) / 3600
    return rule["low"] / 3600 if distance < 40 else math.degrees(math.atan(rule["at"] / (distance * 1e3)))


def with_distances(row, rule, distance, separation):
    if distance > 0.005:
        if rule["method"] == "redshift":
            kpc = round(separation * 3600 * (distance / 0.05), 2)
        else:
            kpc = round(math.radians(separation) * distance * 1e3, 2)
    else:
        kpc = -1
    coordinates = dict(row["coordinates"])
    coordinates.pop("radec_geojson", None)
    coordinates.update(distance_arcsec=round(separation * 3600, 2), distance_kpc=kpc)
    return dict(row, coordinates=coordinates)


def ellipse(ra, dec, row, axis, ratio, angle):
    """Where a position lies in an ellipse: below 1 inside; None on the other half of the sky."""
    separation = degrees(row["ra"], row["dec"], ra, dec)
    if separation >= 90:
        return None
    direction = position_angle(*map(math.radians, (row["ra"], row["dec"], ra, dec))).radian - math.radians(angle)
    distance = math.tan(math.radians(separation)) / math.tan(math.radians(axis))
    return math.hypot(distance * math.cos(direction), distance * math.sin(direction) / ratio)


def answer(rule, rows, ra, dec):
    """The documents, or None where rounding decides."""
    found = []
    own = {row["_id"] for row, *_ in LARGE}
    for row in rows:
        distance = row.get(rule["field"])
        separation = degrees(ra, dec, row["ra"], row["dec"])
        if abs(separation / COARSE - 1) < 1e-9:
            return None
        # The row of a large galaxy is the one below.
        if separation > COARSE or row["_id"] in own:
            continue
        if not isinstance(distance, (int, float)) or not math.isfinite(distance):
            continue
        reach = radius(rule, distance)
        if abs(separation / reach - 1) < 1e-9:
            return None
        if separation < reach:
            found.append((separation, with_distances(row, rule, distance, separation)))
    for row, axis, ratio, angle in LARGE:
        place = ellipse(ra, dec, row, axis, ratio, angle)
        if place is not None and abs(place - 1) < 1e-9:
            return None
        if place is not None and place < 1:
            distance = row["z"] if rule["method"] == "redshift" else row["DistMpc"]
            separation = degrees(ra, dec, row["ra"], row["dec"])
            document = with_distances(row, rule, distance, separation)
            document.setdefault(rule["field"], distance)
            found.append((separation, document))
    return [document for _, document in sorted(found, key=lambda item: item[0])]


def distances(rule):
    if rule["method"] == "redshift":
        special = [0.01, 0.005, 0.0, -0.001, 0.05, 0.00999999, 0.0100001, 0.0050001, 1, 0]
        usual = lambda: 10 ** random.uniform(-3, 0)
    else:
        special = [40.0, 0.005, 0.0, -3.0, 39.9999999, 40.0000001, 0.0050001, 1000, 40]
        usual = lambda: 10 ** random.uniform(-1, 3)
    # Nobody can tell what belongs to these.
    special += [None, math.nan, math.inf, "0.02", "missing"]
    return special * 3 + [usual() for _ in range(120)]


def case(rule):
    rows, positions = [], []
    for number, distance in enumerate(distances(rule)):
        ra, dec = random.uniform(0, 360), math.degrees(math.asin(random.uniform(-1, 1)))
        place = number % 8
        if place == 1:
            ra = random.choice([0.0, 359.99999, 0.00001, random.uniform(0, 0.05), random.uniform(359.95, 360)])
        elif place == 2:
            # One at each pole, since equally near ones have no order.
            near = random.choice([random.uniform(89.9, 90), random.uniform(-90, -89.9)])
            dec = {2: -90.0, 10: 90.0}.get(number, near)
        elif place == 3 and rows:
            # Beside another one.
            ra = (rows[-1]["ra"] + random.uniform(-0.03, 0.03)) % 360
            dec = rows[-1]["dec"] + random.uniform(-0.03, 0.03)
            dec = dec if abs(dec) <= 90 else math.copysign(180, dec) - dec
        row = {"_id": 1000 + number, "name": f"galaxy {number}", "ra": ra, "dec": dec}
        if distance != "missing":
            row[rule["field"]] = distance
        row["mstar"] = random.choice([None, 1e9, 3])
        row["coordinates"] = {
            "radec_str": [str(ra), str(dec)],
            "radec_geojson": {"type": "Point", "coordinates": [ra - 180, dec]},
        }
        rows.append(row)
        known = isinstance(distance, (int, float)) and math.isfinite(distance)
        reach = min(radius(rule, distance), COARSE) if known else COARSE
        for factor in (0, random.uniform(0, 1), random.uniform(0.9, 1.1), random.uniform(1, 2)):
            positions.append(offset(ra, dec, factor * reach))
    large = LARGE[0][0]
    rows.append({"_id": 596900, "name": "the catalogue's own", "ra": large["ra"], "dec": large["dec"],
                 rule["field"]: 0.001, "coordinates": {
                     "radec_str": [], "radec_geojson": {
                         "type": "Point", "coordinates": [large["ra"] - 180, large["dec"]]}}})
    for row, axis, *_ in LARGE:
        positions.append((row["ra"], row["dec"]))
        positions += [offset(row["ra"], row["dec"], axis * 1.2 * math.sqrt(random.random())) for _ in range(400)]
        positions.append((row["ra"] + 180, -row["dec"]))
    asked = [(ra, dec, answer(rule, rows, ra, dec)) for ra, dec in positions]
    asked = [item for item in asked if item[2] is not None]
    return {"rule": rule, "rows": rows, "positions": [item[:2] for item in asked],
            "expected": [item[2] for item in asked]}


def offset(ra, dec, separation):
    """A position so far away in any direction."""
    angle, distance = random.uniform(0, 2 * math.pi), math.radians(separation)
    a, d = math.radians(ra), math.radians(dec)
    center = np.array([math.cos(d) * math.cos(a), math.cos(d) * math.sin(a), math.sin(d)])
    north = np.array([-math.sin(d) * math.cos(a), -math.sin(d) * math.sin(a), math.cos(d)])
    east = np.array([-math.sin(a), math.cos(a), 0])
    x, y, z = center * math.cos(distance) + (north * math.cos(angle) + east * math.sin(angle)) * math.sin(distance)
    return math.degrees(math.atan2(y, x)) % 360, math.degrees(math.atan2(z, math.hypot(x, y)))


def rounded():
    numbers = [n / 200 for n in range(-2001, 2001)] + [n / 1000 for n in range(2000)]
    numbers += [random.uniform(-10, 10) for _ in range(20000)]
    numbers += [10 ** random.uniform(-12, 13) for _ in range(20000)]
    numbers += [math.nextafter(n / 200, random.choice([-1, 1]) * math.inf) for n in range(1, 40000, 2)]
    numbers += [0.005, 0.015, 2.675, 1e22, 5e-324, 0.0, -0.0, 35184372088831.99, 35184372088831.984]
    for number in numbers:
        print(repr(number), repr(round(number, 2)))


if sys.argv[1] == "--round":
    random.seed(int(sys.argv[2]))
    rounded()
else:
    random.seed(int(sys.argv[1]))
    for rule in RULES:
        print(json.dumps(case(rule)))
