"""Judges pictures by matplotlib and astropy, which Kowalski draws with.

make FOLDER SEED     writes images as doubles, and cases.json: what to draw
compare FOLDER       compares each N.png with what matplotlib draws; prints how many levels they differ by
limits               reads lists of values as JSON, writes the zscale limits of each
"""

import io
import json
import pathlib
import sys
import warnings

import matplotlib

matplotlib.use("agg")
import matplotlib.pyplot as plt  # noqa: E402
import numpy  # noqa: E402
from astropy import visualization  # noqa: E402
from PIL import Image  # noqa: E402

warnings.simplefilter("ignore")
STRETCHES = {"linear": visualization.LinearStretch, "log": visualization.LogStretch,
             "asinh": visualization.AsinhStretch, "sqrt": visualization.SqrtStretch}
INTERVALS = {"asymmetric_percentile": visualization.AsymmetricPercentileInterval(1, 100),
             "min_max": visualization.MinMaxInterval(),
             "zscale": visualization.ZScaleInterval(n_samples=600, contrast=0.045, krej=2.5)}
MAPS = ["bone", "gray", "cividis", "viridis", "magma"]


def stamp(random, width, height):
    """Noise, stars, and what real stamps have: missing pixels, a saturated star."""
    y, x = numpy.mgrid[0:height, 0:width]
    image = random.normal(100, 10, size=(height, width))
    for _ in range(int(random.integers(1, 8))):
        a, b = random.uniform(0, width), random.uniform(0, height)
        image += 10 ** random.uniform(1, 4) * numpy.exp(-((x - a) ** 2 + (y - b) ** 2) / random.uniform(1, 8))
    kind = int(random.integers(0, 6))
    if kind == 0:
        image[:, : width // 3] = numpy.nan
    if kind == 1:
        image[random.random(image.shape) < 0.02] = numpy.inf
        image[random.random(image.shape) < 0.02] = -1e30
    if kind == 2:
        image = image - image.mean()
    if kind == 3:
        image = numpy.round(image / 50)
    return image


def make(folder, seed):
    random = numpy.random.default_rng(seed)
    # Sides at which matplotlib's rules change, and those of ZTF, PGIR and WINTER.
    sides = [63, 61, 81, 1, 2, 20, 42, 55, 56, 57, 83, 84, 85, 167, 168, 169, 300]
    shapes = [(63, 63)] * 60 + [(s, s) for s in sides] + [(63, 40), (40, 63), (81, 80), (30, 7), (200, 101)]
    cases = []
    for number, (width, height) in enumerate(shapes):
        image = stamp(random, width, height)
        image.astype("<f8").tofile(folder / f"{number}.raw")
        # The first 60 are every combination once.
        cases.append({"width": width, "height": height, "stretch": list(STRETCHES)[number % 4],
                      "interval": list(INTERVALS)[number // 4 % 3], "colors": MAPS[number // 12 % 5]})
    constant = len(cases)
    numpy.full((63, 63), 7.0).tofile(folder / f"{constant}.raw")
    cases.append({"width": 63, "height": 63, "stretch": "log", "interval": "min_max", "colors": "viridis"})
    (folder / "cases.json").write_text(json.dumps(cases))


def drawn(image, case):
    """What Kowalski's steps make of an image (its documentation: 4 inches, 42 dots per inch, no axes)."""
    image = image.copy()
    image[numpy.abs(image) > 1e20] = numpy.nan
    image = numpy.where(numpy.isnan(image), numpy.nanmean(image), image)
    figure = plt.figure(figsize=(4, 4))
    axes = figure.add_axes([0, 0, 1, 1])
    axes.set_axis_off()
    norm = visualization.ImageNormalize(image, stretch=STRETCHES[case["stretch"]]())
    values = norm(image)
    low, high = INTERVALS[case["interval"]].get_limits(values)
    axes.imshow(values, cmap=case["colors"], origin="lower", vmin=low, vmax=high)
    buffer = io.BytesIO()
    figure.savefig(buffer, dpi=42, format="png")
    plt.close(figure)
    return numpy.asarray(Image.open(buffer).convert("RGBA"), dtype=int)


def compare(folder):
    for number, case in enumerate(json.loads((folder / "cases.json").read_text())):
        image = numpy.fromfile(folder / f"{number}.raw", dtype="<f8").reshape(case["height"], case["width"])
        picture = Image.open(folder / f"{number}.png")
        assert picture.mode == "RGBA" and picture.size == (168, 168)
        difference = numpy.abs(drawn(image, case) - numpy.asarray(picture, dtype=int))
        print(json.dumps({"number": number, "width": case["width"], "height": case["height"],
                          "mean": float(difference.mean()), "most": int(difference.max())}))


def limits():
    answer = []
    for values in json.load(sys.stdin):
        answer.append([float(x) for x in INTERVALS["zscale"].get_limits(numpy.array(values))])
    json.dump(answer, sys.stdout)


if sys.argv[1] == "make":
    make(pathlib.Path(sys.argv[2]), int(sys.argv[3]))
elif sys.argv[1] == "compare":
    compare(pathlib.Path(sys.argv[2]))
else:
    limits()
