"""What the tests of sky maps share: requests, and the geometry of contours."""

from client import error, success

TIME = "2031-02-03T04:05:06"
SPOKEN = "2031-02-03 04:05:06"


def put(service, alias, skymap, contours=(90,), time=TIME, **more):
    contours = list(contours) if isinstance(contours, tuple) else contours
    return service.put(
        "/api/skymap", {"dateobs": time, "skymap": skymap, "contours": contours, "aliases": [alias], **more}
    )


def remove(service, name, **event):
    return service.delete("/api/skymap", {"localization_name": name, **event})


def read(service, **question):
    return success(service.get("/api/skymap", params=question))


def failed(response, message=None, containing=None):
    """Judges a failure, whatever its status: Kowalski answers 200 to many."""
    return error(response, message, status=(200, *range(400, 500)), containing=containing)


def cone(ra, dec, size):
    return {"ra": ra, "dec": dec, "error": size}


def name_of(ra, dec, size):
    return f"{ra:.5f}_{dec:.5f}_{size:.5f}"


def vertices(contour):
    """All corners (ra, dec) of a contour's polygons, which must be closed and lie in GeoJSON's range."""
    assert contour["type"] == "MultiPolygon"
    found = []
    for polygon in contour["coordinates"]:
        for ring in polygon:
            assert len(ring) >= 4 and ring[0] == ring[-1]
            assert all(-180 <= lon <= 180 and -90 <= lat <= 90 for lon, lat in ring)
            found += [(lon + 180, lat) for lon, lat in ring]
    return found
