"""Computes what `skipper catalog load` must store, apart from Skipper, and compares it with the database.

catalog_judge.py make FOLDER ROWS       writes a catalogue in several files of all formats, with faulty rows
catalog_judge.py check FOLDER URI DATABASE NAME KIND
                                        compares the collection with what the files of a kind should have become
"""

import bz2
import csv
import gzip
import json
import math
import random
import sys

import numpy as np
from astropy.coordinates import Angle, SkyCoord
from astropy.io import fits
from bson import ObjectId, encode
from pymongo import MongoClient

FAULTS = {"ra": ["", "400", "x", "-0.5"], "id": ["", "-7"], "dec": ["91"]}


def rows(count):
    chance = random.Random(7)
    made = []
    for number in range(count):
        ra = chance.choice([0.0, 360.0, 180.0]) if chance.random() < 0.01 else chance.uniform(0, 360)
        dec = chance.choice([90.0, -90.0]) if chance.random() < 0.01 else chance.uniform(-90, 90)
        made.append({
            "id": chance.choice([number, 2**40 + number]), "ra": round(ra, 9), "dec": round(dec, 9),
            "mag": round(chance.uniform(8, 22), 3) if chance.random() < 0.9 else None,
            "n": chance.randrange(-5, 2**33), "name": chance.choice(["", "NGC 1", "é,\"x\"", "two\nlines"]),
            "flag": chance.randrange(0, 3), "number": number})
    return made


def texts(row):
    return {key: "" if value is None else repr(value) if isinstance(value, float) else str(value)
            for key, value in row.items()}


def make(folder, count):
    made = rows(count)
    chance = random.Random(8)
    names = list(made[0])
    cut = count // 3
    for part, (chunk, pack, ending) in enumerate([
            (made[:cut], lambda raw: raw, ""), (made[cut:2 * cut], gzip.compress, ".gz"),
            (made[2 * cut:], bz2.compress, ".bz2")]):
        path = f"{folder}/part{part}.csv"
        with open(path, "w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(names)
            for row in chunk:
                writer.writerow(texts(row).values())
                if chance.random() < 0.01:
                    column = chance.choice(sorted(FAULTS))
                    bad = texts(dict(row, id=row["id"] + 2**50))
                    bad[column] = chance.choice(FAULTS[column])
                    writer.writerow(bad.values())
                if chance.random() < 0.01:
                    writer.writerow(texts(dict(chance.choice(made[: row["number"] + 1]), mag=1.25)).values())
        with open(path, "rb") as file:
            raw = file.read()
        if ending:
            import os
            os.remove(path)
        with open(path + ending, "wb") as file:
            file.write(pack(raw))
    good = [row for row in made]
    table = fits.BinTableHDU.from_columns([
        fits.Column(name="OBJRA", format="D", array=[row["ra"] for row in good]),
        fits.Column(name="objdec", format="D", array=[row["dec"] for row in good]),
        fits.Column(name="mag", format="E", array=[np.nan if row["mag"] is None else row["mag"] for row in good]),
        fits.Column(name="n", format="K", array=[row["n"] for row in good]),
        fits.Column(name="label", format="9A", array=["%s" % (row["number"] % 3 * " x") for row in good]),
    ])
    table.writeto(f"{folder}/table.fits", overwrite=True)
    with open(f"{folder}/lines.ndjson", "w", encoding="utf-8") as file:
        for row in good:
            row = dict(row)
            position = SkyCoord(row["ra"] % 360, row["dec"], unit="deg")
            row["RAJ2000"] = position.ra.to_string(unit="hourangle", sep=":", precision=6, pad=True)
            row["DEJ2000"] = position.dec.to_string(unit="deg", sep=":", precision=5, pad=True, alwayssign=True)
            del row["ra"], row["dec"]
            file.write(json.dumps(row) + "\n")


def fields(row):
    return {key: value for key, value in row.items() if value is not None and value != ""}


def expected(folder, kind):
    """Documents by their _id, without coordinates, and positions by it."""
    documents, positions = {}, {}
    if kind == "csv":
        number = 0
        for part, (ending, opening) in enumerate([("", open), (".gz", gzip.open), (".bz2", bz2.open)]):
            with opening(f"{folder}/part{part}.csv{ending}", "rt", newline="", encoding="utf-8") as file:
                for number, row in enumerate(csv.DictReader(file)):
                    try:
                        ra, dec, key = float(row["ra"]), float(row["dec"]), int(row["id"])
                    except ValueError:
                        continue
                    if not (0 <= ra <= 360 and -90 <= dec <= 90 and key >= 0) or key in documents:
                        continue
                    if int(row["flag"]) >= 2:
                        continue
                    documents[key] = {"_id": key, **fields({
                        "id": key, "ra": ra, "dec": dec, "mag": float(row["mag"]) if row["mag"] else None,
                        "n": int(row["n"]), "name": row["name"].strip(), "flag": int(row["flag"]),
                        "number": int(row["number"])})}
                    positions[key] = (ra % 360, dec)
    if kind == "fits":
        with fits.open(f"{folder}/table.fits") as units:
            for number, row in enumerate(units[1].data):
                key = ObjectId(bytes(4) + (number + 1).to_bytes(8, "big"))
                values = {"OBJRA": float(row["OBJRA"]), "objdec": float(row["objdec"]), "mag": float(row["mag"]),
                          "n": int(row["n"]), "label": row["label"].strip()}
                if math.isnan(values["mag"]):
                    values["mag"] = None
                documents[key] = {"_id": key, **fields(values)}
                positions[key] = (values["OBJRA"] % 360, values["objdec"])
    if kind == "ndjson":
        with open(f"{folder}/lines.ndjson", encoding="utf-8") as file:
            for text in file:
                row = json.loads(text)
                row["name"] = row["name"].strip()
                key = str(row["id"])
                documents[key] = {"_id": key, **fields(row)}
                positions[key] = (Angle(row["RAJ2000"], unit="hourangle").deg, Angle(row["DEJ2000"], unit="deg").deg)
    return documents, positions


def check(folder, uri, database, name, kind):
    documents, positions = expected(folder, kind)
    stored = {row["_id"]: row for row in MongoClient(uri)[database][name].find()}
    assert set(stored) == set(documents), (len(stored), len(documents), sorted(
        map(str, set(stored) ^ set(documents)))[:5])
    worst = 0.0
    for key, document in documents.items():
        row = stored[key]
        coordinates = row.pop("coordinates")
        # As PyMongo would store it, byte for byte: integers of 32 or 64 bits, and the order of the fields.
        assert encode(row) == encode(document), (row, document)
        ra, dec = positions[key]
        assert set(coordinates) == {"radec_str", "radec_geojson"} and coordinates["radec_geojson"]["type"] == "Point"
        longitude, latitude = coordinates["radec_geojson"]["coordinates"]
        worst = max(worst, abs(longitude - (ra - 180)), abs(latitude - dec))
        hours, degrees = coordinates["radec_str"]
        assert abs((Angle(hours, unit="hourangle").deg - ra + 180) % 360 - 180) < 15 * 0.00006 / 3600 + 1e-9, (hours, ra)
        assert abs(Angle(degrees, unit="deg").deg - dec) < 0.0006 / 3600 + 1e-9, (degrees, dec)
    # The readers of sexagesimal texts may differ in the last bit; degrees are taken as they are.
    assert worst <= (1e-12 if kind == "ndjson" else 0.0), worst
    print(len(documents))


if __name__ == "__main__":
    if sys.argv[1] == "make":
        make(sys.argv[2], int(sys.argv[3]))
    else:
        check(*sys.argv[2:7])
