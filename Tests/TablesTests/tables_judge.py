"""Makes odd tables and says what is in them, by Python's csv and json and by astropy.

`tables_judge.py make FOLDER SEED` writes files, and beside each NAME a file NAME.expected with one line a row: the
document as Extended JSON, canonical, so that types count, or `rejected`.
"""

import bz2
import csv
import gzip
import io
import json
import random
import sys

import numpy as np
from astropy.io import fits
from bson.json_util import CANONICAL_JSON_OPTIONS, dumps

WORDS = ["", "a", "Ωmega", "line\nbreak", "two\r\nlines", 'quo"te', "com,ma", "se;mi", "ta\tb", "日本", "null", "NaN",
         "\\N", "O'Neil", "#no comment", "x" * 300, "'", '""', "007", "1e5x", "é", "p|q"]
NULLS = {"", "null", "NULL", "NaN", "nan", "\\N"}


def document(pairs):
    """What is left of a row: no nulls, no empty texts, no NaN."""
    kept = {}
    for name, value in pairs:
        if value is None or (isinstance(value, float) and np.isnan(value)):
            continue
        if isinstance(value, str):
            value = value.strip(" \t\r\n\v\f")
            if value in NULLS:
                continue
        kept[name] = value
    return kept


def line(row):
    return dumps(row, json_options=CANONICAL_JSON_OPTIONS, ensure_ascii=False) if row is not None else "rejected"


def compressed(raw, kind, chance):
    """As it is, or in one to many members."""
    if kind == "":
        return raw
    pack = gzip.compress if kind == ".gz" else bz2.compress
    cuts = sorted(chance.randrange(len(raw) + 1) for _ in range(chance.choice([0, 1, 40])))
    parts = [raw[a:b] for a, b in zip([0] + cuts, cuts + [len(raw)])]
    return b"".join(pack(part) for part in parts)


def write(folder, name, raw, kind, rows, chance, lines=None):
    with open(f"{folder}/{name}{kind}", "wb") as file:
        file.write(compressed(raw, kind, chance))
    with open(f"{folder}/{name}{kind}.expected", "w", newline="\n") as file:
        for number, row in enumerate(rows):
            place = lines[number] if lines else number + 1
            file.write(f"{place} {line(row)}\n")


def cell(kind, chance):
    """A cell's text and its value."""
    if chance.random() < 0.1:
        return chance.choice(sorted(NULLS)), None
    if kind == "int":
        number = chance.choice([0, 1, -1, 2**31 - 1, 2**31, -2**31 - 1, 2**63 - 1, -2**63, chance.randrange(-10**12, 10**12)])
        return chance.choice(["", "+" if number > 0 else ""]) + str(number), number
    if kind == "double":
        number = chance.choice([0.0, -0.0, 1e-320, 1.7976931348623157e308, 0.1, 1 / 3, chance.uniform(-1e3, 1e3),
                                chance.uniform(-1, 1) * 10.0 ** chance.randrange(-300, 300), float("inf")])
        forms = [repr(number), f"{number:.6f}", f"{number:e}", f"{number:.20E}"]
        text = chance.choice(forms)
        return text, float(text)
    if kind == "bool":
        flag = chance.random() < 0.5
        return chance.choice([str(flag), str(flag).lower(), str(flag).upper()]), flag
    text = chance.choice(WORDS)
    return text, text


def make_csv(folder, number, chance):
    kinds = [chance.choice(["int", "double", "bool", "string"]) for _ in range(chance.randrange(2, 9))]
    names = [f"c{index}" if chance.random() < 0.8 else f"é{index}" for index in range(len(kinds))]
    delimiter = chance.choice([",", ";", "\t", "|"])
    end = chance.choice(["\n", "\r\n"])
    count = chance.choice([1, 2, 50, 3000])
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator=end,
                        quoting=chance.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]))
    writer.writerow(names)
    rows, lines = [], []
    for _ in range(count):
        cells = [cell(kind, chance) for kind in kinds]
        if all(text.strip() == "" for text, _ in cells):
            cells[0] = ("x" if kinds[0] == "string" else "1" if kinds[0] != "bool" else "true",) * 2
            cells[0] = (cells[0][0], {"int": 1, "double": 1.0, "bool": True, "string": "x"}[kinds[0]])
        if chance.random() < 0.03:
            text.write(end)
        so_far = text.getvalue() if count <= 50 else None
        lines.append(breaks(so_far) + 1 if so_far is not None else 0)
        if chance.random() < 0.03:
            writer.writerow([text for text, _ in cells] + ["too", "many"])
            rows.append(None)
        else:
            writer.writerow([text for text, _ in cells])
            rows.append(document(zip(names, [value for _, value in cells])))
    raw = text.getvalue()
    if chance.random() < 0.5:
        raw = raw[: -len(end)]
    raw = raw.encode()
    if chance.random() < 0.3:
        raw = b"\xef\xbb\xbf" + raw
    # Python's own reader must find the same cells, or the file is not what it is meant to be.
    found = [row for row in csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""), delimiter=delimiter) if row]
    assert len(found) == count + 1, (len(found), count)
    kind = chance.choice(["", ".gz", ".bz2"])
    name = f"{number}.csv"
    write(folder, name, raw, kind, rows, chance, lines)
    with open(f"{folder}/{name}{kind}.layout", "w") as file:
        json.dump({"delimiter": delimiter, "types": dict(zip(names, kinds)), "lines": count <= 50}, file)


def breaks(text):
    """How many lines a text has ended."""
    return text.count("\n") + text.count("\r") - text.count("\r\n")


def make_ndjson(folder, number, chance):
    rows, texts = [], []
    for _ in range(chance.choice([1, 100, 2000])):
        if chance.random() < 0.03:
            texts.append(chance.choice(["{", "[1]", "nonsense", '{"a": 1} x', '{"a": 99999999999999999999999}']))
            rows.append(None)
            continue
        row = {f"k{index}": chance.choice([None, 1, 2**40, 0.5, "", "text", "é\n", True, [1, None, "x"], {"in": {"n": 1}}])
               for index in range(chance.randrange(1, 8))}
        texts.append(json.dumps(row, ensure_ascii=chance.random() < 0.5))
        rows.append(document(row.items()))
    raw = "\n".join(texts).encode() + (b"\n" if chance.random() < 0.5 else b"")
    write(folder, f"{number}.ndjson", raw, chance.choice(["", ".gz", ".bz2"]), rows, chance)


def make_fits(folder, number, chance):
    count = chance.choice([1, 3, 500, 5000])
    rng = np.random.default_rng(chance.randrange(2**32))
    columns, values = [], {}

    def add(name, form, data, **more):
        columns.append(fits.Column(name=name, format=form, array=data, **more))
        values[name] = data

    add("id", "K", rng.integers(-2**63, 2**63 - 1, count))
    add("u16", "I", rng.integers(0, 2**16, count).astype(np.uint16), bzero=2**15)
    add("small", "B", rng.integers(0, 256, count).astype(np.uint8))
    add("f", "E", np.where(rng.random(count) < 0.2, np.nan, rng.normal(size=count)).astype(np.float32))
    add("d", "D", np.where(rng.random(count) < 0.2, np.nan, rng.normal(size=count)))
    add("name", "12A", np.array([rng.choice(["", "  two ", "NGC 1", "x" * 12, "null"]) for _ in range(count)]))
    add("flag", "L", rng.random(count) < 0.5)
    add("vector", "3E", rng.normal(size=(count, 3)).astype(np.float32))
    add("matrix", "4J", rng.integers(-9, 9, (count, 4)).astype(np.int32))
    nulls = rng.integers(-3, 3, count).astype(np.int32)
    columns.append(fits.Column(name="withnull", format="J", array=nulls, null=-3))
    values["withnull"] = [None if value == -3 else int(value) for value in nulls]
    stretched = rng.integers(-100, 100, count).astype(np.int16)
    table = fits.BinTableHDU.from_columns(columns)
    units = [fits.PrimaryHDU(np.zeros((7, 5))) if chance.random() < 0.5 else fits.PrimaryHDU(),
             fits.ImageHDU(np.zeros((3, 900), dtype=np.int16)), table]
    buffer = io.BytesIO()
    fits.HDUList(units).writeto(buffer)
    assert len(stretched) == count

    def plain(value):
        if isinstance(value, np.ndarray):
            return [plain(item) for item in value]
        return value.item() if isinstance(value, np.generic) else value

    rows = [document((name, plain(data[row])) for name, data in values.items()) for row in range(count)]
    write(folder, f"{number}.fits", buffer.getvalue(), chance.choice(["", ".gz", ".bz2"]), rows, chance)


if __name__ == "__main__":
    folder, seed = sys.argv[2], int(sys.argv[3])
    chance = random.Random(seed)
    for number in range(60):
        make_csv(folder, number, chance)
    for number in range(20):
        make_ndjson(folder, number, chance)
    for number in range(12):
        make_fits(folder, number, chance)
    print("made")
