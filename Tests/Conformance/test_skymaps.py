"""Sky maps: made, read, removed (1.8). Where a contour lies is judged by arithmetic."""

import base64
import functools
import io
import uuid

import numpy
import pytest
from astropy.io import fits
from astropy_healpix import HEALPix

from client import body_of, error, success
from sky import displaced, gaussian_radius, separation
from world import BOX_NAME, skymaps

TIME = "2031-02-03T04:05:06"
SPOKEN = "2031-02-03 04:05:06"


@pytest.fixture(scope="module", autouse=True)
def clean(maybe_database):
    """Takes away the maps that the tests leave."""
    yield
    if maybe_database is not None:
        maybe_database["skymaps"].delete_many({"aliases": {"$regex": "^conformance"}})


@pytest.fixture
def alias():
    """The event of one test."""
    return f"conformance{uuid.uuid4().hex[:10]}"


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


CONES = [
    (90.0, 30.0, 10.0, (90,)),
    (200.5, -45.25, 4.0, (50, 90)),
    (10.0, 5.0, 2.0, (50, 68, 90, 95)),
    (300.0, 0.0, 6.0, (90, 95)),
    (150.125, 60.0, 3.0, (50, 95)),
]


@pytest.mark.parametrize("ra, dec, size, levels", CONES, ids=str)
def test_cone_is_a_gaussian(astronomer, alias, ra, dec, size, levels):
    name, time = name_of(ra, dec, size), "2031-02-03T04:05:07"
    response = put(astronomer, alias, cone(ra, dec, size), levels, time)
    try:
        message = f"added skymap for 2031-02-03 04:05:07 with contours {list(levels)}"
        assert success(response, message) == {
            "dateobs": time,
            "localization_name": name,
            "contours": list(levels),
        }
        stored = read(astronomer, dateobs=time, localization_name=name)
        assert (
            stored["dateobs"] == time and stored["localization_name"] == name and stored["aliases"] == [alias]
        )
        assert "_id" not in stored
        for level in levels:
            contour = stored["contours"][f"contour{level}"]
            assert contour["properties"] == {"credible_level": level}
            wanted = gaussian_radius(size, level)
            radii = [separation((ra, dec), vertex) for vertex in vertices(contour)]
            # A pixel of the map is up to a sixteenth of the error wide, and steps lie on both of its sides.
            assert max(abs(radius - wanted) for radius in radii) < 0.125 * size + 0.2, (
                level,
                min(radii),
                max(radii),
                wanted,
            )
            assert abs(sum(radii) / len(radii) - wanted) < 0.07 * size + 0.1
        centre = stored["contours"]["center"]
        assert centre["type"] == "Point" and centre["properties"] == {"credible_level": 0}
        assert (
            separation((centre["coordinates"][0] + 180, centre["coordinates"][1]), (ra, dec))
            < 0.1 * size + 0.2
        )
    finally:
        success(remove(astronomer, name, dateobs=time), "deleted 1 skymap")


@pytest.mark.parametrize("ra, dec", [(0.5, 10.0), (359.5, -20.0), (180.0, 40.0)])
def test_cone_across_the_meridian(astronomer, alias, ra, dec):
    name = name_of(ra, dec, 3.0)
    success(put(astronomer, alias, cone(ra, dec, 3.0)))
    try:
        stored = read(astronomer, alias=alias, localization_name=name)
        corners = vertices(stored["contours"]["contour90"])
        # Cut at the meridian, a contour may also run along it.
        assert all(separation((ra, dec), corner) < gaussian_radius(3.0, 90) + 0.6 for corner in corners)
        assert {corner[0] > 180 for corner in corners} == {True, False}
    finally:
        success(remove(astronomer, name, alias=alias), "deleted 1 skymap")


def test_contours_are_added_and_then_conflict(astronomer, alias):
    name, time = name_of(120, 30, 5), "2031-02-03T04:05:08"
    try:
        success(
            put(astronomer, alias, cone(120, 30, 5), (90,), time),
            "added skymap for 2031-02-03 04:05:08 with contours [90]",
        )
        data = success(
            put(astronomer, alias, cone(120, 30, 5), (95,), time),
            "updated skymap for 2031-02-03 04:05:08 to add contours [95]",
        )
        assert data == {"dateobs": time, "localization_name": name, "contours": [90, 95]}
        for again in ((90,), (95,), (90, 95)):
            response = put(astronomer, alias, cone(120, 30, 5), again, time)
            assert response.status_code == 409
            assert body_of(response) == {
                "status": "already_exists",
                "message": "skymap already exists with the same contours",
                "data": data,
            }
        data = success(
            put(astronomer, alias, cone(120, 30, 5), (50, 90), time),
            "updated skymap for 2031-02-03 04:05:08 to add contours [50]",
        )
        assert data["contours"] == [90, 95, 50]
        assert {"contour50", "contour90", "contour95"} <= set(
            read(astronomer, dateobs=time, localization_name=name)["contours"]
        )
    finally:
        success(remove(astronomer, name, dateobs=time), "deleted 1 skymap")


def test_same_name_at_another_time_is_another_map(astronomer, alias):
    name = name_of(130, 20, 5)
    times = ["2031-02-03T04:05:09", "2031-02-03T04:05:10"]
    for number, time in enumerate(times):
        success(put(astronomer, f"{alias}{number}", cone(130, 20, 5), (90,), time))
    for time in times:
        assert read(astronomer, dateobs=time, localization_name=name)["dateobs"] == time
        success(remove(astronomer, name, dateobs=time), "deleted 1 skymap")


@pytest.mark.parametrize(
    "contours, levels", [(90, [90]), (90.0, [90]), ([50, 90], [50, 90]), ([90, 50], [90, 50])], ids=str
)
def test_contours_are_a_number_or_a_list(astronomer, alias, contours, levels):
    data = success(put(astronomer, alias, cone(140, 20, 5), contours))
    success(remove(astronomer, name_of(140, 20, 5), alias=alias), "deleted 1 skymap")
    assert data["contours"] == levels


@pytest.mark.parametrize(
    "time, spoken, iso",
    [
        ("2031-02-03T04:05:06", SPOKEN, TIME),
        ("2031-02-03T04:05:06.5", "2031-02-03 04:05:06.500000", "2031-02-03T04:05:06.500000"),
        ("2031-02-03T04:05:06.000", SPOKEN, TIME),
    ],
)
def test_time_with_and_without_fraction(astronomer, alias, time, spoken, iso):
    response = put(astronomer, alias, cone(145, 20, 5), (90,), time)
    success(remove(astronomer, name_of(145, 20, 5), alias=alias), "deleted 1 skymap")
    assert success(response, f"added skymap for {spoken} with contours [90]")["dateobs"] == iso


CENTRE, SIZE = (210.0, 10.0), 4.0


def densities(level):
    """A Gaussian on all pixels of one level: the density per steradian, to a constant."""
    grid = HEALPix(nside=2**level, order="nested")
    lon, lat = grid.healpix_to_lonlat(numpy.arange(grid.npix))
    lon, lat = lon.to_value("rad") - numpy.radians(CENTRE[0]), lat.to_value("rad")
    middle = numpy.radians(CENTRE[1])
    cosine = numpy.sin(lat) * numpy.sin(middle) + numpy.cos(lat) * numpy.cos(middle) * numpy.cos(lon)
    distance = numpy.degrees(numpy.arccos(numpy.clip(cosine, -1, 1)))
    return numpy.where(distance < 5 * SIZE, numpy.exp(-0.5 * (distance / SIZE) ** 2), 0.0)


@functools.cache
def moc():
    """A multi-order map: pixels of level 7 about the centre, of level 5 elsewhere; UNIQ and densities."""
    coarse = numpy.arange(12 * 4**5)
    fine, density = numpy.arange(12 * 4**7), densities(7)
    near = numpy.bincount(fine // 16, weights=density) > 0
    fine = fine[near[fine // 16]]
    uniq = numpy.concatenate([4**6 + coarse[~near], 4**8 + fine])
    values = numpy.concatenate([numpy.zeros((~near).sum()), density[fine]])
    return uniq, values / (values[-len(fine) :].sum() * 4 * numpy.pi / (12 * 4**7))


def assert_gaussian(stored, tolerance):
    """Judges the contour of that map."""
    radii = [separation(CENTRE, corner) for corner in vertices(stored["contours"]["contour90"])]
    wanted = gaussian_radius(SIZE, 90)
    assert max(abs(radius - wanted) for radius in radii) < tolerance, (min(radii), max(radii), wanted)


def test_map_of_pixels(astronomer, alias):
    uniq, density = moc()
    skymap = {"localization_name": "conformance.moc", "uniq": uniq.tolist(), "probdensity": density.tolist()}
    success(put(astronomer, alias, skymap))
    stored = read(astronomer, alias=alias, localization_name="conformance.moc")
    success(remove(astronomer, "conformance.moc", alias=alias), "deleted 1 skymap")
    assert_gaussian(stored, 1.0)


def fits_bytes():
    """A multi-order map as LIGO publishes them."""
    uniq, density = moc()
    table = fits.BinTableHDU.from_columns(
        [fits.Column("UNIQ", "K", array=uniq), fits.Column("PROBDENSITY", "D", array=density, unit="sr-1")]
    )
    table.header["PIXTYPE"], table.header["ORDERING"], table.header["COORDSYS"] = "HEALPIX", "NUNIQ", "C"
    table.header["MOCORDER"], table.header["INDXSCHM"] = 7, "EXPLICIT"
    buffer = io.BytesIO()
    fits.HDUList([fits.PrimaryHDU(), table]).writeto(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "form", ["{}", pytest.param("data:application/fits;base64,{}", marks=pytest.mark.improved)]
)
def test_map_of_a_file(astronomer, alias, form):
    content = form.format(base64.b64encode(fits_bytes()).decode())
    assert len(content) < 1_000_000
    success(put(astronomer, alias, {"localization_name": "conformance.fits", "content": content}))
    stored = read(astronomer, alias=alias, localization_name="conformance.fits")
    success(remove(astronomer, "conformance.fits", alias=alias), "deleted 1 skymap")
    assert_gaussian(stored, 1.0)


def test_polygon_is_uniform(astronomer, alias):
    corners = [[100.0, -10.0], [110.0, -10.0], [110.0, 0.0], [100.0, 0.0]]
    success(put(astronomer, alias, {"localization_name": "conformance polygon", "polygon": corners}))
    stored = read(astronomer, alias=alias, localization_name="conformance polygon")
    success(remove(astronomer, "conformance polygon", alias=alias), "deleted 1 skymap")
    found = vertices(stored["contours"]["contour90"])
    assert found and all(99.7 < ra < 110.3 and -10.3 < dec < 0.3 for ra, dec in found)


def test_ellipse_is_uniform(astronomer, alias):
    ellipse = {
        "localization_name": "conformance ellipse",
        "ra": 60.0,
        "dec": 20.0,
        "amaj": 5.0,
        "amin": 2.0,
        "phi": 0.0,
    }
    success(put(astronomer, alias, ellipse))
    stored = read(astronomer, alias=alias, localization_name="conformance ellipse")
    success(remove(astronomer, "conformance ellipse", alias=alias), "deleted 1 skymap")
    radii = [separation((60.0, 20.0), corner) for corner in vertices(stored["contours"]["contour90"])]
    assert radii and max(radii) < 5.3 and max(radii) > 2.5


INVALID = [{}, {"localization_name": "x"}, {"ra": 1, "dec": 2}, {"localization_name": "x", "ra": 1, "dec": 2}]


@pytest.mark.parametrize("skymap", INVALID, ids=str)
def test_map_that_is_none_is_said(astronomer, alias, skymap):
    message = failed(put(astronomer, alias, skymap))
    if skymap:
        assert message == "Exception: Invalid skymap data"


@pytest.mark.parametrize(
    "skymap",
    [
        cone("a", "b", "c"),
        cone(None, 1, 2),
        cone(10, 100, 5),
        {"localization_name": "x", "polygon": [[1, 2]]},
        {"localization_name": "x", "polygon": "y"},
        {"localization_name": "x", "content": "no base64!"},
        {"localization_name": "x", "content": "SGVsbG8="},
        {"localization_name": "x", "uniq": [1, 2], "probdensity": ["a", "b"]},
        {"localization_name": "x", "uniq": [], "probdensity": []},
        "x",
        7,
        [1],
    ],
    ids=str,
)
def test_map_of_nonsense_is_an_error(astronomer, alias, skymap):
    failed(put(astronomer, alias, skymap))


@pytest.mark.improved
@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "http://127.0.0.1:9/x.fits",
        "http://localhost/x.fits",
        "http://169.254.169.254/latest/meta-data",
        "ftp://127.0.0.1/x",
        "gopher://x",
        "",
    ],
)
def test_map_is_not_fetched_from_inside(astronomer, alias, url):
    message = error(put(astronomer, alias, {"url": url, "localization_name": "x"}), status=range(400, 500))
    assert "root:" not in message


@pytest.mark.parametrize(
    "missing, message",
    [
        ("dateobs", "ValueError: dateobs is required in the request body"),
        ("skymap", "ValueError: either skymap dict or voevent is required in the request body"),
    ],
)
def test_what_is_missing_is_said(astronomer, missing, message):
    body = {"dateobs": TIME, "skymap": cone(1, 2, 3), "contours": [90]}
    del body[missing]
    failed(astronomer.put("/api/skymap", body), message)


@pytest.mark.parametrize("contours", [None, "wide", {}, ["a"], [[90]]], ids=str)
def test_contours_are_required(astronomer, alias, contours):
    failed(put(astronomer, alias, cone(1, 2, 3), contours))


def test_missing_contours_are_an_error_of_the_model(astronomer):
    message = failed(astronomer.put("/api/skymap", {"dateobs": TIME, "skymap": cone(1, 2, 3)}))
    assert message.startswith("Invalid request body: 1 validation error for SkymapHandlerPut"), message


@pytest.mark.parametrize("time", ["yesterday", "2031-13-01T00:00:00", "", 7])
def test_time_must_be_one(astronomer, alias, time):
    failed(put(astronomer, alias, cone(1, 2, 3), (90,), time))


@pytest.mark.parametrize(
    "text", ["no xml", "<a/>", "<voe:VOEvent xmlns:voe='http://www.ivoa.net/xml/VOEvent/v2.0'/>", "<a", ""]
)
def test_voevent_must_be_one(astronomer, text):
    response = astronomer.put("/api/skymap", {"voevent": text, "contours": [90]})
    message = failed(response)
    if text in ("<a/>",):
        assert message == "ValueError: xml file is not valid VOEvent"


BOMB = '<!DOCTYPE a [<!ENTITY b "0123456789"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><a>&c;</a>'
OUTSIDE = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'


@pytest.mark.improved
@pytest.mark.parametrize("text", [BOMB, OUTSIDE], ids=["bomb", "outside"])
def test_voevent_has_no_entities(astronomer, text):
    message = error(
        astronomer.put("/api/skymap", {"voevent": text, "contours": [90]}), status=range(400, 500)
    )
    assert "root:" not in message


def voevent(ra, dec, size):
    """A notice with an error circle, as NASA's GCN distributes them."""
    return f"""<?xml version="1.0" ?>
<voe:VOEvent xmlns:voe="http://www.ivoa.net/xml/VOEvent/v2.0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
 ivorn="ivo://nasa.gsfc.gcn/SWIFT#BAT_GRB_Pos_1031020304-001" role="observation" version="2.0"
 xsi:schemaLocation="http://www.ivoa.net/xml/VOEvent/v2.0 http://www.ivoa.net/xml/VOEvent/VOEvent-v2.0.xsd">
<Who><AuthorIVORN>ivo://nasa.gsfc.tan/gcn</AuthorIVORN><Date>2031-02-03T04:06:00</Date></Who>
<What><Param name="Packet_Type" value="61"/><Param name="TrigID" value="1031020304" ucd="meta.id"/></What>
<WhereWhen><ObsDataLocation><ObservatoryLocation id="GEOLUN"/><ObservationLocation><AstroCoordSystem id="UTC-FK5-GEO"/>
<AstroCoords coord_system_id="UTC-FK5-GEO"><Time unit="s"><TimeInstant><ISOTime>2031-02-03T04:05:12.40</ISOTime></TimeInstant></Time>
<Position2D unit="deg"><Name1>RA</Name1><Name2>Dec</Name2><Value2><C1>{ra}</C1><C2>{dec}</C2></Value2><Error2Radius>{size}</Error2Radius></Position2D>
</AstroCoords></ObservationLocation></ObsDataLocation></WhereWhen>
</voe:VOEvent>"""


def test_map_of_a_voevent(astronomer, alias):
    response = astronomer.put(
        "/api/skymap", {"voevent": voevent(155.0, 25.0, 4.0), "contours": [90], "aliases": [alias]}
    )
    data = success(response, "added skymap for 2031-02-03 04:05:12 with contours [90]")
    success(remove(astronomer, data["localization_name"], dateobs=data["dateobs"]), "deleted 1 skymap")
    assert data["dateobs"] == "2031-02-03T04:05:12" and data["localization_name"] == name_of(155, 25, 4)


# GET


def stored_map():
    """The map that is in the database, as it must be answered."""
    one = {key: value for key, value in skymaps()[0].items() if key != "_id"}
    return {**one, "dateobs": "2023-06-23T15:42:26"}


@pytest.mark.parametrize(
    "question",
    [
        {"dateobs": "2023-06-23T15:42:26", "localization_name": BOX_NAME},
        {"alias": "CONFORMANCE#2", "localization_name": BOX_NAME},
        {"alias": "CONFORMANCE#S230623a"},
        {"dateobs": "2023-06-23T15:42:26", "localization_name": BOX_NAME, "contours": "90"},
        {"dateobs": "2023-06-23T15:42:26", "localization_name": BOX_NAME, "contours": "50,90"},
        {"dateobs": "2023-06-23T15:42:26", "localization_name": BOX_NAME, "contour": 90},
    ],
    ids=str,
)
def test_map_is_read(astronomer, world, question):
    response = astronomer.get("/api/skymap", params=question)
    assert success(response) == stored_map()
    assert set(body_of(response)) == {"status", "data"}


@pytest.mark.improved
@pytest.mark.parametrize(
    "question", [{"triggerid": "709140151", "localization_name": BOX_NAME}, {"triggerid": 709140151}], ids=str
)
def test_map_is_read_by_trigger(astronomer, world, question):
    assert read(astronomer, **question) == stored_map()


UNFOUND = [
    ({}, "must provide dateobs, triggerid, or alias"),
    ({"localization_name": BOX_NAME}, "must provide dateobs, triggerid, or alias"),
    ({"contours": "90"}, "must provide dateobs, triggerid, or alias"),
    ({"dateobs": "1999-01-01T00:00:00"}, "no skymap found"),
    ({"alias": "conformance nothing"}, "no skymap found"),
    ({"dateobs": "2023-06-23T15:42:26", "localization_name": "conformance nothing"}, "no skymap found"),
    ({"triggerid": "1"}, "no skymap found"),
    (
        {"alias": "CONFORMANCE#2", "localization_name": BOX_NAME, "contours": "20"},
        "skymap exists but is missing contours [20]",
    ),
    (
        {"alias": "CONFORMANCE#2", "localization_name": BOX_NAME, "contours": "90,20"},
        "skymap exists but is missing contours [20]",
    ),
]


@pytest.mark.parametrize("question, message", UNFOUND, ids=[str(question) for question, _ in UNFOUND])
def test_map_that_cannot_be_read_is_said(astronomer, world, question, message):
    failed(astronomer.get("/api/skymap", params=question), message)


@pytest.mark.improved
@pytest.mark.parametrize("question", [question for question, _ in UNFOUND], ids=str)
def test_failure_is_no_200(astronomer, world, question):
    error(astronomer.get("/api/skymap", params=question), status=(400, 404))


@pytest.mark.parametrize("time", ["yesterday", "2023-99-99T00:00:00"])
def test_time_of_a_question_must_be_one(astronomer, time):
    assert error(astronomer.get("/api/skymap", params={"dateobs": time})).startswith("ValueError: ")


@pytest.mark.parametrize(
    "body, message",
    [
        ({"localization_name": "conformance nothing", "dateobs": TIME}, "no skymap found"),
        ({"localization_name": "conformance nothing", "alias": "x"}, "no skymap found"),
        ({"localization_name": BOX_NAME}, "must provide dateobs, triggerid, or alias"),
        ({"dateobs": TIME}, None),
        ({}, None),
        ([], None),
    ],
    ids=str,
)
def test_map_that_cannot_be_removed_is_said(astronomer, world, body, message):
    failed(astronomer.delete("/api/skymap", body), message)
    assert read(astronomer, alias="CONFORMANCE#2", localization_name=BOX_NAME) == stored_map()


def test_map_is_removed_once(astronomer, alias):
    name = name_of(165, 20, 5)
    success(put(astronomer, alias, cone(165, 20, 5)))
    response = remove(astronomer, name, alias=alias)
    assert success(response, "deleted 1 skymap") is None
    failed(remove(astronomer, name, alias=alias), "no skymap found")
    failed(astronomer.get("/api/skymap", params={"alias": alias}), "no skymap found")


@pytest.mark.improved
def test_map_is_kept_and_removed_by_trigger(astronomer, alias):
    name = name_of(170, 20, 5)
    success(put(astronomer, alias, cone(170, 20, 5), triggerid=987654))
    assert read(astronomer, triggerid=987654, localization_name=name)["aliases"] == [alias]
    success(remove(astronomer, name, triggerid=987654), "deleted 1 skymap")


def test_alerts_are_asked_for_by_a_new_map(astronomer, world, alias):
    """The cone of penquins' own tests: its 90 per cent reach 21.3 degrees, and 20 alerts lie within 14.3."""
    success(put(astronomer, alias, cone(90, 30, 10), (90,), "2031-06-23T15:42:26"))
    skymap = {
        "localization_name": "90.00000_30.00000_10.00000",
        "dateobs": "2031-06-23T15:42:26",
        "contour": 90,
    }
    query = {
        "catalog": "ZTF_alerts",
        "filter": {},
        "projection": {"_id": 0, "objectId": 1, "candidate.ra": 1, "candidate.dec": 1},
        "skymap": skymap,
    }
    try:
        found = {one["objectId"]: one["candidate"] for one in astronomer.data("skymap", query)}
        assert {f"ZTF23sky{number:04d}" for number in range(20)} <= set(found)
        assert all(separation((90, 30), (one["ra"], one["dec"])) < 22.5 for one in found.values())
        error(
            astronomer.ask("skymap", {**query, "skymap": {**skymap, "contour": 20}}),
            "ValueError: Contour level 20 not found in skymap",
        )
    finally:
        success(remove(astronomer, "90.00000_30.00000_10.00000", alias=alias), "deleted 1 skymap")


def test_contour_separates_alerts(astronomer, world, alias):
    """A small cone on the row of alerts, which lie 0.75 degrees apart: who is inside is plain."""
    success(put(astronomer, alias, cone(90, 30, 2), (50, 90)))
    try:
        for level in (50, 90):
            query = {
                "catalog": "ZTF_alerts",
                "filter": {"objectId": {"$regex": "^ZTF23sky"}},
                "projection": {"_id": 0, "objectId": 1},
                "skymap": {"localization_name": name_of(90, 30, 2), "aliases": [alias], "contour": level},
            }
            found = {int(one["objectId"][8:]) for one in astronomer.data("skymap", query)}
            radius = gaussian_radius(2, level)
            assert {number for number in range(20) if 0.75 * number < radius - 0.3} <= found
            assert found <= {number for number in range(20) if 0.75 * number < radius + 0.3}
    finally:
        success(remove(astronomer, name_of(90, 30, 2), alias=alias), "deleted 1 skymap")


def test_displaced_is_the_inverse_of_separation():
    """The judge itself."""
    for bearing in range(0, 360, 15):
        assert abs(separation((12.0, 80.0), displaced((12.0, 80.0), 15.0, bearing)) - 15.0) < 1e-9
