"""What astropy-healpix and healpy say of random and of awkward places: one line a case, read by HEALPixJudgeTests."""
import sys

import healpy
import numpy as np
from astropy import units as u
from astropy_healpix import (
    HEALPix, boundaries_lonlat, healpix_to_lonlat, lonlat_to_healpix)

random = np.random.default_rng(20240229)
what, count = sys.argv[1], int(sys.argv[2])


def places(number):
    """Evenly on the sphere, then beside the poles, and on and beside the edges of base pixels."""
    lon = random.uniform(0, 360, number)
    lat = np.degrees(np.arcsin(random.uniform(-1, 1, number)))
    part = number // 10
    lat[:part] = np.sign(lat[:part]) * (90 - 10 ** random.uniform(-12, 0, part))
    edge = np.degrees(np.arcsin(2 / 3))
    lat[part:2 * part] = random.choice([edge, -edge, 0], part) + random.choice([-1, 1], part) * 10 ** random.uniform(-8, 0, part)
    lon[2 * part:3 * part] = (random.integers(0, 8, part) * 45 + random.choice([-1, 1], part) * 10 ** random.uniform(-8, 0, part)) % 360
    return lon, lat


def show(*columns):
    for row in zip(*columns):
        print(*(repr(value) for value in (entry.item() for entry in row)))


for order in (0, 1, 2, 5, 9, 10, 14, 20, 29):
    nside = 1 << order
    orders = np.full(count, order)
    if what == "places":
        lon, lat = places(count)
        pixel = lonlat_to_healpix(lon * u.deg, lat * u.deg, nside, order="nested")
        other = healpy.ang2pix(nside, lon, lat, nest=True, lonlat=True)
        show(orders, lon, lat, pixel, other, healpy.nest2ring(nside, other))
        continue
    total = 12 * nside * nside
    pixel = random.integers(0, total, count)
    # The corners and edges of base pixels.
    pixel[: count // 4] = (random.integers(0, 12, count // 4) * nside * nside + random.choice([0, 1, 2, nside * nside - 1, nside * nside // 3, nside * nside * 2 // 3], count // 4)) % total
    if what == "pixels":
        lon, lat = healpix_to_lonlat(pixel, nside, order="nested")
        ring = HEALPix(nside).nested_to_ring(pixel)
        columns = [orders, pixel, ring, lon.to_value(u.deg), lat.to_value(u.deg)]
        # The library's own neighbours overflow beyond this.
        around = HEALPix(nside, "nested").neighbours(pixel) if order <= 14 else np.full((8, count), -2)
        corners = boundaries_lonlat(pixel, 1, nside, order="nested")
        for number in range(4):
            columns += [corners[0][:, number].to_value(u.deg), corners[1][:, number].to_value(u.deg)]
        show(*columns, *around)
    elif what == "discs" and order <= 10:
        division = HEALPix(nside, "nested")
        lon, lat = places(count)
        radius = np.minimum(10 ** random.uniform(-2, 2.2, count) / max(1, nside / 8), 175)
        for index in range(count):
            found = division.cone_search_lonlat(lon[index] * u.deg, lat[index] * u.deg, radius[index] * u.deg)
            # The library's answer may hold pixels that only touch; both are judged by the centres.
            print(order, repr(lon[index].item()), repr(lat[index].item()), repr(radius[index].item()), *sorted(found.tolist()))
