"""Sky maps in all other forms: pixels, files, polygons, ellipses, notices (1.8)."""

import base64
import functools
import io

import numpy
import pytest
from astropy.io import fits
from astropy_healpix import HEALPix

from client import error, success
from skymaps import cone, failed, name_of, put, read, remove, vertices
from sky import gaussian_radius, separation

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
