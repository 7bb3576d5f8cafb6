"""Measures matches against a catalogue's index beside MongoDB and scipy; adds to .bench/results.json.

    catalogues.py ROOT ENVIRONMENT

Called by scripts/bench with the packages of Benchmarks/peer/requirements.txt.
"""

import os
import shutil
import sys
import time

import bson
import numpy as np
import pymongo
from bson.raw_bson import RawBSONDocument
from scipy.spatial import cKDTree

from ingestion import BUILD
from services import Results, said, services

ROOT, ENVIRONMENT = sys.argv[1], sys.argv[2]
ROWS = int(os.environ.get("CATALOGUE_ROWS", "10000000"))
POSITIONS = 500_000
QUERIES = 3000
RADIUS = np.radians(2 / 3600)
DATABASE = "bench_catalogues"


def places(random, number):
    """Evenly on the sphere: right ascension and declination in degrees."""
    return np.stack([random.uniform(0, 360, number), np.degrees(np.arcsin(random.uniform(-1, 1, number)))], 1)


def directions(places):
    ra, dec = np.radians(places).T
    return np.stack([np.cos(ra) * np.cos(dec), np.sin(ra) * np.cos(dec), np.sin(dec)], 1)


def documents(rows, first):
    """What MongoDB needs of rows, as BSON: all documents have the same length, so numbers are put into copies of one."""
    def sample(number, longitude, latitude):
        return bson.encode({"_id": bson.Int64(number), "coordinates": {"radec_geojson": {
            "type": "Point", "coordinates": [longitude, latitude]}}})

    marked = sample(-1, -1.5, -2.5)
    copies = np.tile(np.frombuffer(marked, np.uint8), (len(rows), 1))
    columns = np.arange(first, first + len(rows)), rows[:, 0] - 180, rows[:, 1]
    for mark, column in zip((b"\xff" * 8, np.float64(-1.5).tobytes(), np.float64(-2.5).tobytes()), columns):
        place = marked.index(mark)
        copies[:, place:place + 8] = np.ascontiguousarray(column).reshape(-1, 1).view(np.uint8)
    return [RawBSONDocument(copy.tobytes()) for copy in copies]


def mongodb(uri, rows, positions):
    """Queries per second, one after the other, each as Kowalski sends it; and how many rows they found."""
    database = pymongo.MongoClient(uri)[DATABASE]
    database.client.drop_database(DATABASE)
    for first in range(0, len(rows), 100_000):
        database.rows.insert_many(documents(rows[first:first + 100_000], first), ordered=False)
    database.rows.create_index([("coordinates.radec_geojson", "2dsphere")])

    def ask(places):
        found = 0
        for ra, dec in places.tolist():
            circle = {"$geoWithin": {"$centerSphere": [[ra - 180, dec], RADIUS]}}
            found += len(list(database.rows.find({"coordinates.radec_geojson": circle})))
        return found

    # The same twice: the second time what they need is in the cache.
    ask(positions)
    start = time.perf_counter()
    found = ask(positions)
    rate = len(positions) / (time.perf_counter() - start)
    database.client.drop_database(DATABASE)
    return rate, found


def tree(rows, positions):
    """Matches per second on one core, all positions in one call; and how many rows they found."""
    tree = cKDTree(directions(rows))
    asked = directions(positions)
    chord = 2 * np.sin(RADIUS / 2)
    best = 0
    for _ in range(3):
        start = time.perf_counter()
        found = tree.query_ball_point(asked, chord, return_length=True, workers=1)
        best = max(best, len(asked) / (time.perf_counter() - start))
    return best, int(found.sum()), int(found[:QUERIES].sum())


def main():
    uri = services(ENVIRONMENT)["MONGODB_URI"]
    note = Results(os.path.join(ROOT, ".bench/results.json")).note
    random = np.random.default_rng(5)
    rows, positions = places(random, ROWS), places(random, POSITIONS)
    # Every tenth lies on a row, so that there is something to find.
    positions[::10] = rows[random.integers(0, ROWS, len(positions[::10]))]
    folder = os.path.join(ROOT, ".bench/catalogues")
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    try:
        rows.tofile(f"{folder}/rows")
        positions.tofile(f"{folder}/positions")
        print(f"\nmatches within 2 arcsec of random positions, a catalogue of {ROWS} rows, one core", flush=True)
        ours = said([f"{BUILD}/skipper-bench", "--catalogues", folder])
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    tree_rate, tree_found, tree_first = tree(rows, positions)
    mongodb_rate, mongodb_found = mongodb(uri, rows, positions[:QUERIES])
    # Rates of something that finds other rows would be worth nothing.
    if (ours["hits"], tree_first) != (tree_found, mongodb_found):
        raise SystemExit(f"rows found: {ours['hits']:.0f}, scipy {tree_found}; of the first {tree_first}, MongoDB {mongodb_found}")
    note("catalogue_match_warm", ours["warm"], "matches/s", ("$geoWithin", mongodb_rate))
    note("catalogue_match_warm_tree", ours["warm"], "matches/s", ("cKDTree, 500,000 in one call", tree_rate))
    print(f"targets: 500,000 matches/s and 100 times $geoWithin, here {ours['warm']:,.0f} and {ours['warm'] / mongodb_rate:.0f}")
    # The system is told to forget the file (posix_fadvise) and asked how much it has kept (mincore).
    note("catalogue_match_cold", ours["cold"], "matches/s", ("$geoWithin, warm", mongodb_rate))
    note("catalogue_match_cold_expected", ours["cold_expected"], "matches/s", ("$geoWithin, warm", mongodb_rate))
    print(f"of the file in the cache before: {ours['cold_resident']:.1%} and {ours['cold_expected_resident']:.1%}; expected: "
          "batches of 500 are announced to the system")
    note("catalogue_build", ours["build"], "rows/s")
    note("catalogue_bytes", ours["bytes_per_row"], "bytes/row")
    note("catalogue_twelve", ours["twelve"], "us/object")
    print(f"target: 60 us for 12 catalogues; {ours['twelve_documents']:.2f} documents per object")


main()
