"""Judges the reading and writing of FITS files by astropy.

make FOLDER SEED        writes random files and, beside each, what astropy reads in it
compare FOLDER          compares each N.out.fits with N.fits: header and pixels
"""

import json
import pathlib
import sys
import warnings

import numpy
from astropy.io import fits

warnings.simplefilter("ignore")


def value(card):
    """A card's value as the test writes it down: its kind and its text."""
    read = card.value
    if isinstance(read, bool):
        return ["logical", str(read)]
    if isinstance(read, int):
        return ["integer", str(read)]
    if isinstance(read, float):
        return ["real", float(read).hex()]
    if isinstance(read, str):
        return ["string", read]
    return ["none", ""]


def random_header(random, header):
    texts = ["it's", "a / slash", "", "''", "blanks  ", "x" * 60]
    for number in range(int(random.integers(0, 60))):
        name = f"KEY{number}"
        kind = random.integers(0, 5)
        if kind == 0:
            header[name] = (int(random.integers(-(2**62), 2**62)), "an integer")
        elif kind == 1:
            header[name] = (float(random.normal() * 10.0 ** int(random.integers(-300, 300))), "a real / one")
        elif kind == 2:
            header[name] = (texts[int(random.integers(0, len(texts)))], "text")
        elif kind == 3:
            header[name] = bool(random.integers(0, 2))
        else:
            header["COMMENT"] = f"comment {number} = 'quoted' / with a slash"


def image(random):
    shape = (int(random.integers(1, 80)), int(random.integers(1, 80)))
    kind = ["u1", "i2", "i4", "i8", "f4", "f8", "u2", "u4", "scaled"][int(random.integers(0, 9))]
    if kind.startswith("f"):
        data = (random.normal(size=shape) * 1000).astype(kind)
        data[random.random(shape) < 0.05] = numpy.nan
        data[random.random(shape) < 0.02] = numpy.inf
    elif kind == "scaled":
        data = random.integers(-1000, 1000, size=shape).astype("i2")
    else:
        # Beyond 2**53 a double cannot tell neighbours apart.
        limits = numpy.iinfo(kind)
        data = random.integers(max(limits.min, -(2**53)), min(limits.max, 2**53), size=shape).astype(kind)
    unit = fits.PrimaryHDU(data)
    random_header(random, unit.header)
    if kind == "scaled":
        unit.header["BLANK"] = -7
        unit.header["BSCALE"] = 0.25
        unit.header["BZERO"] = 1000
    return unit


def table(random):
    rows = int(random.integers(0, 200))
    columns = []
    for number, letter in enumerate("LBIJKEDAX"):
        repeat = int(random.integers(1, 5))
        null = None
        if letter == "A":
            data = numpy.array(["".join(chr(c) for c in random.integers(65, 91, int(random.integers(0, repeat + 1))))
                                for _ in range(rows)], dtype=f"S{repeat}")
        elif letter == "L":
            data = random.integers(0, 2, size=(rows, repeat)).astype(bool)
        elif letter == "X":
            data = random.integers(0, 2, size=(rows, repeat)).astype(bool)
        elif letter in "ED":
            data = random.normal(size=(rows, repeat))
            data[random.random(data.shape) < 0.1] = numpy.nan
        else:
            bound = {"B": 255, "I": 2**15 - 1, "J": 2**31 - 1, "K": 2**53}[letter]
            data = random.integers(0, bound, size=(rows, repeat))
            null = 3
            data[random.random(data.shape) < 0.1] = null
        if data.ndim == 2 and repeat == 1:
            data = data[:, 0]
        columns.append(fits.Column(name=f"Col{number}", format=f"{repeat}{letter}", array=data, null=null, unit="m"))
    return fits.BinTableHDU.from_columns(columns, name="ROWS")


def make(folder, seed):
    random = numpy.random.default_rng(seed)
    for number in range(30):
        units = [image(random), fits.ImageHDU(image(random).data), table(random)]
        path = folder / f"{number}.fits"
        fits.HDUList(units).writeto(path)
        with fits.open(path) as read:
            cards = [[[card.keyword, *value(card), card.comment] for card in unit.header.cards if card.keyword != "COMMENT"]
                     for unit in read]
            images = []
            for unit in read[:2]:
                pixels = numpy.asarray(unit.data, dtype=float)
                images.append({"width": pixels.shape[1], "height": pixels.shape[0],
                               "values": [float(x).hex() for x in pixels.ravel()]})
            columns = []
            for column in read[2].columns:
                data = read[2].data[column.name]
                letter = column.format.lstrip("0123456789")
                entry = {"name": column.name, "letter": letter[0], "rows": len(data), "values": []}
                if letter[0] in "BIJK":
                    entry["values"] = [None if x == 3 else int(x) for x in numpy.ravel(data)]
                elif letter[0] in "ED":
                    entry["values"] = [float(x).hex() for x in numpy.ravel(data)]
                elif letter[0] == "A":
                    entry["values"] = [str(x) for x in data]
                columns.append(entry)
        (folder / f"{number}.json").write_text(json.dumps({"cards": cards, "images": images, "columns": columns}))


def compare(folder):
    structure = {"SIMPLE", "BITPIX", "BSCALE", "BZERO", "BLANK", "NAXIS", "NAXIS1", "NAXIS2"}
    for path in sorted(folder.glob("*.out.fits")):
        original = path.with_name(path.name.replace(".out", ""))
        with fits.open(original, ignore_missing_simple=True) as first, fits.open(path) as second:
            second.verify("exception")
            one = [str(c) for c in first[0].header.cards if c.keyword not in structure]
            two = [str(c) for c in second[0].header.cards if c.keyword not in structure]
            assert one == two, (path, one, two)
            expected = numpy.asarray(first[0].data, dtype=float)
            # The rows come in reverse order.
            numpy.testing.assert_array_equal(expected[::-1], second[0].data, err_msg=str(path))
        print(path.name)


if sys.argv[1] == "make":
    make(pathlib.Path(sys.argv[2]), int(sys.argv[3]))
else:
    compare(pathlib.Path(sys.argv[2]))
