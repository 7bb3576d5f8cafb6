"""What astropy says of 100,000 random and awkward positions, for AstropyJudgeTests.

    astropy_judge.py WHAT COUNT

Prints numbers, one line a case: `separations`, `systems`, `texts` or `ellipses`.
"""
import sys

import numpy as np
from astropy import units as u
from astropy.coordinates import (
    FK5, ICRS, Angle, CustomBarycentricEcliptic, Galactic, SkyCoord, angular_separation)

random = np.random.default_rng(20260120)
what, count = sys.argv[1], int(sys.argv[2])


def places(number):
    """Evenly on the sphere, then beside the poles and on them, then on both sides of the meridian and on it."""
    ra, dec = random.uniform(0, 360, number), np.degrees(np.arcsin(random.uniform(-1, 1, number)))
    part = number // 10
    sign = random.choice([-1.0, 1.0], part)
    dec[:part] = sign * (90 - 10 ** random.uniform(-12, 0, part))
    dec[:part // 10] = sign[:part // 10] * 90
    ra[part:2 * part] = (sign * 10 ** random.uniform(-12, 0, part)) % 360
    ra[part:part + part // 10] = 0
    ra[ra >= 360] = 0
    return ra, dec


def show(*columns):
    sys.stdout.write("\n".join(" ".join(map(str, row)) for row in zip(*(column.tolist() for column in columns))))


ra, dec = places(count)
if what == "separations":
    other_ra, other_dec = places(count)
    # A half of them close to each other, some opposite.
    half, part = count // 2, count // 20
    distance = 10 ** random.uniform(-11, 1, half)
    other_dec[:half] = np.clip(dec[:half] + distance * random.normal(0, 1, half), -90, 90)
    other_ra[:half] = (ra[:half] + distance * random.normal(0, 1, half)) % 360
    other_ra[half:half + part] = (ra[half:half + part] + 180) % 360
    other_dec[half:half + part] = -dec[half:half + part] + 10 ** random.uniform(-12, 0, part) * -np.sign(-dec[half:half + part])
    order = random.permutation(count)
    ra, dec, other_ra, other_dec = ra[order], dec[order], other_ra[order], other_dec[order]
    radians = np.radians
    # In extended precision, because the library's own double precision is what is to be judged in ours.
    extended = np.longdouble
    degree = np.arctan(extended(1)) / 45
    angles = [column.astype(extended) * degree for column in (ra, dec, other_ra, other_dec)]
    separation = angular_separation(*angles) / degree
    show(ra, dec, other_ra, other_dec, separation.astype(float))
elif what == "systems":
    # The galactic matrix is that of J2000's equator; the ecliptic turns ICRS's axes by the obliquity alone.
    galactic = SkyCoord(ra * u.deg, dec * u.deg, frame=FK5(equinox="J2000")).transform_to(Galactic())
    obliquity = CustomBarycentricEcliptic(obliquity=23.439291 * u.deg)
    ecliptic = SkyCoord(ra * u.deg, dec * u.deg, distance=1e9 * u.Mpc, frame=ICRS()).transform_to(obliquity)
    show(ra, dec, galactic.l.deg, galactic.b.deg, ecliptic.lon.deg, ecliptic.lat.deg)
elif what == "texts":
    hours = Angle(ra * u.deg)
    degrees = Angle(dec * u.deg)
    ra_text = hours.to_string(unit=u.hour, sep=":", precision=4, pad=True)
    dec_text = degrees.to_string(unit=u.deg, sep=":", precision=3, pad=True)
    # More digits, in the forms that are read, and half of the last digit in degrees.
    first, second, third = (np.arange(count) % 3 == form for form in range(3))
    written = np.empty((2, count), dtype=object)
    written[0, first] = hours[first].to_string(unit=u.hour, sep=":", precision=8)
    written[1, first] = degrees[first].to_string(unit=u.deg, sep=":", precision=7)
    written[0, second] = hours[second].to_string(unit=u.hour, sep="hms", precision=9)
    written[1, second] = degrees[second].to_string(unit=u.deg, sep="dms", precision=8, alwayssign=True)
    written[0, third] = hours[third].to_string(unit=u.deg, sep="dms", precision=6)
    written[1, third] = degrees[third].to_string(unit=u.deg, sep=" ", precision=5, pad=True)
    ra_digit = np.array([15e-8, 15e-9, 1e-6])[np.arange(count) % 3] / 7200
    dec_digit = np.array([1e-7, 1e-8, 1e-5])[np.arange(count) % 3] / 7200
    columns = [ra.tolist(), dec.tolist(), ra_text, dec_text, *written, ra_digit.tolist(), dec_digit.tolist()]
    sys.stdout.write("\n".join("\t".join(map(str, row)) for row in zip(*columns)))
elif what == "ellipses":
    size = 10 ** random.uniform(-3, 1.5, count)
    ratio = random.uniform(0.01, 1, count)
    ratio[: count // 20] = 1
    angle = random.uniform(-180, 360, count)
    # Around the ellipse, some on the other side of the sky.
    far = random.uniform(0, 2, count) * size
    far[:count // 50] = 180 - far[:count // 50]
    center = SkyCoord(ra * u.deg, dec * u.deg)
    toward = random.uniform(0, 360, count)
    position = center.directional_offset_by(toward * u.deg, far * u.deg)
    at_ra, at_dec = position.ra.deg % 360, position.dec.deg
    # The point as it is seen in a frame that has the centre in its origin and the major axis as its north.
    seen = SkyCoord(at_ra * u.deg, at_dec * u.deg).transform_to(center.skyoffset_frame(rotation=angle * u.deg)).cartesian
    with np.errstate(divide="ignore"):
        along, across = (seen.z / seen.x).value, (seen.y / seen.x).value
    major = np.tan(np.radians(size))
    value = (along / major) ** 2 + (across / (major * ratio)) ** 2
    value[seen.x.value <= 0] = np.inf
    show(ra, dec, size, ratio, angle, at_ra, at_dec, value)
