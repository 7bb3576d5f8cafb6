"""Judges cutouts by astropy, numpy and matplotlib, in the steps that Kowalski takes.

Reads lines of JSON: {"survey", "cutout", "stamp", "fits", "png", "interval", "stretch", "cmap"}, of which stamp, fits and
png are paths; prints for each the largest and the mean difference of its picture in levels.
"""

import gzip
import io
import json
import sys
import warnings

import matplotlib

matplotlib.use("agg")
import matplotlib.pyplot as plt  # noqa: E402
import numpy  # noqa: E402
from astropy import visualization  # noqa: E402
from astropy.io import fits  # noqa: E402
from PIL import Image  # noqa: E402

warnings.simplefilter("ignore")
STRETCHES = {"linear": visualization.LinearStretch, "log": visualization.LogStretch,
             "asinh": visualization.AsinhStretch, "sqrt": visualization.SqrtStretch}
INTERVALS = {"asymmetric_percentile": visualization.AsymmetricPercentileInterval(1, 100),
             "min_max": visualization.MinMaxInterval(),
             "zscale": visualization.ZScaleInterval(n_samples=600, contrast=0.045, krej=2.5)}


def oriented(survey, image):
    if survey == "ztf":
        return numpy.flipud(image)
    if survey == "pgir":
        return numpy.rot90(numpy.fliplr(image), 3)
    return image


def drawn(image, interval, stretch, cmap):
    image = numpy.array(image)
    image[numpy.abs(image) > 1e20] = numpy.nan
    image = numpy.nan_to_num(image, nan=float(numpy.nanmean(image)))
    figure = plt.figure(figsize=(4, 4))
    axes = figure.add_axes([0, 0, 1, 1])
    axes.set_axis_off()
    values = visualization.ImageNormalize(image, stretch=STRETCHES[stretch]())(image)
    low, high = INTERVALS[interval].get_limits(values)
    axes.imshow(values, cmap=cmap, origin="lower", vmin=low, vmax=high)
    buffer = io.BytesIO()
    figure.savefig(buffer, dpi=42, format="png")
    plt.close(figure)
    return numpy.asarray(Image.open(buffer).convert("RGBA"), dtype=int)


for line in sys.stdin:
    case = json.loads(line)
    with open(case["stamp"], "rb") as file:
        raw = gzip.decompress(file.read())
    with fits.open(io.BytesIO(raw), ignore_missing_simple=True) as stamp, fits.open(case["fits"]) as answer:
        answer.verify("exception")
        assert len(answer) == 1
        # The cards first: reading the data changes those of a scaled image.
        cards = [str(c) for c in stamp[0].header.cards if c.keyword not in ("SIMPLE", "BITPIX")]
        assert cards == [str(c) for c in answer[0].header.cards if c.keyword not in ("SIMPLE", "BITPIX")], case
        assert stamp[0].header["BITPIX"] == answer[0].header["BITPIX"]
        image = oriented(case["survey"], stamp[0].data)
        assert image.tobytes() == answer[0].data.tobytes(), case
        picture = numpy.asarray(Image.open(case["png"]), dtype=int)
        difference = numpy.abs(drawn(image, case["interval"], case["stretch"], case["cmap"]) - picture)
    print(json.dumps({"most": int(difference.max()), "mean": float(difference.mean())}))
