"""Stamps like the surveys': gzipped FITS images with a star, noise and a header."""

import gzip
import io

import numpy
from astropy.io import fits

SIZE = 63


def pixels(seed, size=SIZE, value=None):
    """An image that differs from each of its mirror images; of one value where that is given."""
    if value is not None:
        return numpy.full((size, size), value, dtype=numpy.float32)
    random = numpy.random.RandomState(seed)
    y, x = numpy.mgrid[:size, :size]
    star = 900 * numpy.exp(-((x - 0.45 * size) ** 2 + (y - 0.6 * size) ** 2) / 8)
    return (star + 100 + 2 * x + 0.5 * y + random.normal(0, 5, (size, size))).astype(numpy.float32)


def header(seed):
    """Cards that must survive the way through the service."""
    cards = fits.Header()
    cards["OBJECT"] = (f"star {seed}", "what is in the middle")
    cards["CRVAL1"] = 71.6577756
    cards["EXPTIME"] = (30.0, "seconds")
    cards["FIELD"] = seed
    return cards


def packed(image, cards=None):
    """The gzipped bytes of an image as a primary HDU."""
    buffer = io.BytesIO()
    fits.PrimaryHDU(image, header=cards).writeto(buffer)
    return gzip.compress(buffer.getvalue(), mtime=0)


def unpacked(data):
    """The image and header of a FITS file's bytes."""
    with fits.open(io.BytesIO(data), memmap=False) as units:
        return numpy.array(units[0].data), units[0].header.copy()
