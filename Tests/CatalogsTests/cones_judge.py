"""A random catalogue, random cones, and which rows lie in them: computed for every row in extended precision.

    cones_judge.py SEED ROWS CONES FOLDER

Writes to FOLDER, little-endian, for ConeTests: `rows` (ra, dec as doubles), `documents` (BSON, all of one length),
`cones` (ra, dec, radius in degrees as doubles), `inside`, `edge` and `beyond` (for each cone a number of rows and the
rows, 32-bit integers; `edge` has those whose distance is the radius to 1e-9 rad, which `inside` leaves out, `beyond` those
that are outside by more but less than the diagonal of an S2 leaf cell), `separations` (of the rows of `inside`, in radians
as doubles).
"""
import sys

import bson
import numpy as np

seed, rows, cones, folder = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
random = np.random.default_rng(seed)
EDGE = 1e-9
# The longest diagonal of cells of level 30, with the quadratic projection that MongoDB's S2 has: 2.44 / 2^30.
CELL = 2.28e-9


def uniform(count):
    return random.uniform(0, 360, count), np.degrees(np.arcsin(random.uniform(-1, 1, count)))


def places(count):
    """Most of them evenly on the sphere, the others where arithmetic goes wrong."""
    ra, dec = uniform(count)
    part = min(count // 10, 3000)
    sign = random.choice([-1.0, 1.0], part)
    # Beside the poles, and on them.
    dec[:part] = sign * (90 - 10 ** random.uniform(-9, 0.7, part))
    dec[: part // 10] = sign[: part // 10] * 90
    # On both sides of the meridian, and on it.
    ra[part:2 * part] = (sign * 10 ** random.uniform(-9, 0.7, part)) % 360
    ra[part:part + part // 10] = 0
    # Seven crowds, from milliarcseconds to degrees wide.
    middle = uniform(7)
    which = random.integers(0, 7, part)
    width = 10 ** random.uniform(-7, 0, part)
    dec[2 * part:3 * part] = np.clip(middle[1][which] + random.normal(0, 1, part) * width, -90, 90)
    ra[2 * part:3 * part] = (middle[0][which] + random.normal(0, 1, part) * width) % 360
    # Where HEALPix changes its formula, and along the edges of its base pixels.
    edge = np.degrees(np.arcsin(2 / 3))
    dec[3 * part:4 * part] = sign * edge + random.normal(0, 1, part) * 10 ** random.uniform(-9, 0, part)
    ra[4 * part:5 * part] = (random.integers(0, 8, part) * 45 + sign * 10 ** random.uniform(-9, 0, part)) % 360
    ra[ra >= 360] = 0
    return ra, dec


ra, dec = places(rows)
# Several rows at one place.
twins = random.integers(0, rows, min(rows // 50, 100))
ra[twins], dec[twins] = ra[twins[0]], dec[twins[0]]
order = random.permutation(rows)
ra, dec = ra[order], dec[order]

cone_ra, cone_dec = places(cones)
order = random.permutation(cones)
cone_ra, cone_dec = cone_ra[order], cone_dec[order]
radius = 10 ** random.uniform(np.log10(0.1 / 3600), np.log10(5), cones)
# On rows, and beside them at about the radius.
on = np.arange(cones) % 4
near = random.integers(0, rows, cones)
cone_ra[on == 1], cone_dec[on == 1] = ra[near][on == 1], dec[near][on == 1]
angle = random.uniform(0, 2 * np.pi, cones)
beside = np.clip(dec[near] + radius * np.cos(angle), -90, 90)
cone_dec[on >= 2] = beside[on >= 2]
with np.errstate(divide="ignore", invalid="ignore"):
    across = np.clip(np.sin(np.radians(radius)) * np.sin(angle) / np.cos(np.radians(beside)), -1, 1)
cone_ra[on >= 2] = (ra[near] + np.degrees(np.arcsin(np.nan_to_num(across))))[on >= 2] % 360
cone_ra[cone_ra >= 360] = 0

extended = np.longdouble
degree = np.arctan(extended(1)) / 45


def directions(ra, dec, kind):
    ra, dec = ra.astype(kind) * kind(degree), dec.astype(kind) * kind(degree)
    return np.stack([np.cos(ra) * np.cos(dec), np.sin(ra) * np.cos(dec), np.sin(dec)])


def separation(one, other):
    """The angle between directions, in radians; exact for small ones."""
    away = one - other
    return 2 * np.arcsin(np.minimum(np.sqrt((away * away).sum(0)) / 2, 1))


exact = directions(ra, dec, extended)
coarse = exact.astype(float)
centers = directions(cone_ra, cone_dec, extended)
# Exactly the distance of a row.
equal = np.flatnonzero(on == 2)
radius[equal] = (separation(exact[:, near[equal]], centers[:, equal]) / degree).astype(float)

inside, edge, beyond, separations = [], [], [], []
for number in range(cones):
    limit = extended(radius[number]) * degree
    away = coarse - centers[:, number, None].astype(float)
    # Every row, with a margin that no rounding reaches; what may be inside once more in extended precision.
    close = np.flatnonzero((away * away).sum(0) <= (2 * np.sin(float(limit) / 2) + 1e-6) ** 2)
    distance = separation(exact[:, close], centers[:, number, None])
    is_edge = abs(distance - limit) <= EDGE
    is_inside = (distance < limit) & ~is_edge
    inside += [[is_inside.sum()], close[is_inside]]
    edge += [[is_edge.sum()], close[is_edge]]
    is_beyond = ~is_edge & (distance > limit) & (distance <= limit + CELL)
    beyond += [[is_beyond.sum()], close[is_beyond]]
    separations.append(distance[is_inside].astype(float))

sample = bson.encode({"_id": bson.Int64(0), "coordinates": {"radec_geojson": {
    "type": "Point", "coordinates": [0.0, 0.0]}}})
documents = np.tile(np.frombuffer(sample, np.uint8), (rows, 1))
marked = bson.encode({"_id": bson.Int64(-1), "coordinates": {"radec_geojson": {
    "type": "Point", "coordinates": [-1.5, -2.5]}}})
for value, column in ((b"\xff" * 8, np.arange(rows)), (np.float64(-1.5).tobytes(), ra - 180), (np.float64(-2.5).tobytes(), dec)):
    place = marked.index(value)
    documents[:, place:place + 8] = column.reshape(-1, 1).view(np.uint8)
documents.tofile(f"{folder}/documents")
np.stack([ra, dec], 1).tofile(f"{folder}/rows")
np.stack([cone_ra, cone_dec, radius], 1).tofile(f"{folder}/cones")
np.concatenate(inside).astype(np.int32).tofile(f"{folder}/inside")
np.concatenate(edge).astype(np.int32).tofile(f"{folder}/edge")
np.concatenate(beyond).astype(np.int32).tofile(f"{folder}/beyond")
np.concatenate(separations).tofile(f"{folder}/separations")
