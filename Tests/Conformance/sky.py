"""Arithmetic on the sky, in degrees: what the positions of the tests' stars and contours are judged by."""

import math


def unit_vector(ra, dec):
    """The direction of a position."""
    ra, dec = math.radians(ra), math.radians(dec)
    return math.cos(dec) * math.cos(ra), math.cos(dec) * math.sin(ra), math.sin(dec)


def separation(first, second):
    """The angle between two positions (ra, dec), exact for small and for large ones."""
    a, b = unit_vector(*first), unit_vector(*second)
    cross = (a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0])
    return math.degrees(math.atan2(math.hypot(*cross), sum(x * y for x, y in zip(a, b))))


def displaced(position, distance, bearing):
    """The position at a distance from another, in a direction counted from north through east."""
    ra, dec = map(math.radians, position)
    distance, bearing = math.radians(distance), math.radians(bearing)
    sine = math.sin(dec) * math.cos(distance) + math.cos(dec) * math.sin(distance) * math.cos(bearing)
    east = math.sin(bearing) * math.sin(distance) * math.cos(dec)
    north = math.cos(distance) - math.sin(dec) * sine
    return math.degrees(ra + math.atan2(east, north)) % 360.0, math.degrees(math.asin(sine))


def sexagesimal(ra, dec):
    """Hours and degrees as stored in `coordinates.radec_str`, by the formulas of Kowalski."""
    hours = math.floor(ra * 12 / 180)
    minutes = math.floor((ra / 15 - hours) * 60)
    seconds = ((ra / 15 - hours) * 60 - minutes) * 60
    size = abs(dec)
    degrees = math.floor(size)
    arcminutes = math.floor((size - degrees) * 60)
    arcseconds = ((size - degrees) * 60 - arcminutes) * 60
    sign = "-" if dec < 0 else ""
    return [
        f"{hours:02.0f}:{minutes:02.0f}:{seconds:07.4f}",
        f"{sign}{degrees:02.0f}:{arcminutes:02.0f}:{arcseconds:06.3f}",
    ]


def gaussian_radius(error, level, cut=4.0, steps=20000):
    """The radius that holds `level` per cent of exp(-(d/error)^2/2) on the sphere, which ends at `cut` errors."""
    end = min(cut * error, 180.0)
    weights = []
    for step in range(steps):
        distance = (step + 0.5) * end / steps
        weights.append(math.exp(-0.5 * (distance / error) ** 2) * math.sin(math.radians(distance)))
    wanted, total = sum(weights) * level / 100, 0.0
    for step, weight in enumerate(weights):
        total += weight
        if total >= wanted:
            return (step + 0.5) * end / steps
    return end


#: Degrees in one unit of each name that queries know.
UNITS = {"arcsec": 1 / 3600, "arcmin": 1 / 60, "deg": 1.0, "rad": math.degrees(1)}
