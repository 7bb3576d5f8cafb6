"""Stamps as FITS and PNG (1.9). FITS is compared with astropy's; of a PNG, its size, and what its settings change."""

import gzip
import io

import numpy
import pytest
from PIL import Image

import stamps
import world as seeded
from client import error

KINDS = ("science", "template", "difference")
ALERT = seeded.FIRST_CANDID
FIRST = {"ztf": ALERT, "pgir": ALERT + 10000, "wntr": ALERT + 20000, "turbo": ALERT + 30000}
ODD = {name: ALERT + 40000 + number for number, name in enumerate(seeded.CUTOUT_NAMES)}
#: How each survey's stamps are turned to have north up.
TURNS = {
    "ztf": numpy.flipud,
    "pgir": lambda image: numpy.rot90(numpy.fliplr(image), 3),
    "wntr": lambda image: image,
    "turbo": lambda image: image,
}
SURVEYS = ["ztf", "pgir", "wntr", pytest.param("turbo", marks=pytest.mark.improved)]
INTERVALS, STRETCHES = ("min_max", "zscale", "asymmetric_percentile"), ("linear", "log", "asinh", "sqrt")
COLOURS = ("bone", "gray", "cividis", "viridis", "magma")


def get(service, survey, candid, kind, form, **settings):
    return service.get(f"/api/cutouts/{survey}/{candid}/{kind}/{form}", params=settings)


def picture(response):
    """The pixels of a PNG, which must be as large as the contract says."""
    assert response.status_code == 200, response.text[:500]
    assert response.headers["Content-Type"] == "image/png"
    image = Image.open(io.BytesIO(response.content))
    image.load()
    assert image.format == "PNG" and image.size == (168, 168)
    return numpy.array(image.convert("RGB")).astype(int)


def image_of(response):
    """The image and header of a FITS answer."""
    assert response.status_code == 200, response.text[:500]
    assert response.headers["Content-Type"] == "image/fits"
    return stamps.unpacked(response.content)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("survey", SURVEYS)
def test_fits_is_the_stamp_with_north_up(astronomer, world, survey, kind):
    image, header = image_of(get(astronomer, survey, FIRST[survey], kind, "fits"))
    seed = KINDS.index(kind) + 1
    expected = TURNS[survey](stamps.pixels(seed))
    assert image.shape == expected.shape and numpy.array_equal(
        image.astype(numpy.float64), expected.astype(numpy.float64)
    )
    for card in stamps.header(seed).cards:
        assert header[card.keyword] == card.value and header.comments[card.keyword] == card.comment


@pytest.mark.parametrize("survey", ["ztf", "pgir", "wntr"])
def test_turns_differ(survey):
    """The judge itself: the stamp looks different under every turn."""
    image = stamps.pixels(1)
    assert numpy.array_equal(TURNS[survey](image), image) == (survey == "wntr")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("survey", SURVEYS)
def test_fits_has_the_name_of_its_file(astronomer, world, survey, kind):
    response = get(astronomer, survey, FIRST[survey], kind, "fits")
    name = f"{survey}_{FIRST[survey]}_{kind}.fits"
    if survey == "ztf":
        name = (
            world["ZTF_alerts"]
            .find_one({"candid": FIRST["ztf"]})[f"cutout{kind.title()}"]["fileName"]
            .rsplit(".", 1)[0]
        )
        assert name.endswith(f"_targ_{kind[:3]}.fits")
    assert response.headers["Content-Disposition"] == f"Attachment;filename={name}"


@pytest.mark.parametrize("name", ODD)
def test_fits_of_odd_stamps(astronomer, world, name):
    image, _ = image_of(get(astronomer, "ztf", ODD[name], "science", "fits"))
    packed = world["ZTF_alerts"].find_one({"candid": ODD[name]})["cutoutScience"]["stampData"]
    expected, _ = stamps.unpacked(gzip.decompress(packed))
    assert numpy.array_equal(image, numpy.flipud(expected), equal_nan=True)


@pytest.mark.parametrize("stretch", STRETCHES)
@pytest.mark.parametrize("interval", INTERVALS)
@pytest.mark.parametrize("kind", KINDS)
def test_png_of_every_setting(astronomer, world, kind, interval, stretch):
    pixels = picture(get(astronomer, "ztf", ALERT, kind, "png", interval=interval, stretch=stretch))
    assert pixels.std() > 5, "a picture of a star has contrast"


@pytest.mark.parametrize("colours", COLOURS)
def test_png_of_every_colour_map(astronomer, world, colours):
    pixels = picture(get(astronomer, "ztf", ALERT, "science", "png", cmap=colours))
    grey = numpy.array_equal(pixels[..., 0], pixels[..., 1]) and numpy.array_equal(
        pixels[..., 1], pixels[..., 2]
    )
    assert grey == (colours == "gray")


def test_colour_maps_differ(astronomer, world):
    found = {
        picture(get(astronomer, "ztf", ALERT, "science", "png", cmap=colours)).tobytes()
        for colours in COLOURS
    }
    assert len(found) == len(COLOURS)


@pytest.mark.parametrize("kind, stretch", [("science", "log"), ("template", "log"), ("difference", "linear")])
def test_defaults_are_those_of_the_contract(astronomer, world, kind, stretch):
    default = get(astronomer, "ztf", ALERT, kind, "png")
    explicit = get(
        astronomer, "ztf", ALERT, kind, "png", interval="asymmetric_percentile", stretch=stretch, cmap="bone"
    )
    other = get(astronomer, "ztf", ALERT, kind, "png", stretch="linear" if stretch == "log" else "log")
    assert numpy.array_equal(picture(default), picture(explicit))
    assert not numpy.array_equal(picture(default), picture(other))


@pytest.mark.parametrize("survey", SURVEYS)
@pytest.mark.parametrize("kind", KINDS)
def test_png_of_every_survey(astronomer, world, survey, kind):
    assert picture(get(astronomer, survey, FIRST[survey], kind, "png")).std() > 5


@pytest.mark.parametrize("survey", SURVEYS)
def test_star_is_where_the_fits_has_it(astronomer, world, survey):
    pixels = picture(
        get(
            astronomer,
            survey,
            FIRST[survey],
            "science",
            "png",
            stretch="linear",
            interval="min_max",
            cmap="gray",
        )
    )[..., 0]
    row, column = numpy.unravel_index(
        numpy.argmax(TURNS[survey](stamps.pixels(1))), (stamps.SIZE, stamps.SIZE)
    )
    # Row 0 of the image is at the bottom of the picture.
    found = numpy.argwhere(pixels >= pixels.max() - 5).mean(axis=0)
    scale = 168 / stamps.SIZE
    assert abs(found[0] - (168 - (row + 0.5) * scale)) < 4 and abs(found[1] - (column + 0.5) * scale) < 4


@pytest.mark.parametrize("stretch", STRETCHES)
@pytest.mark.parametrize("interval", INTERVALS)
@pytest.mark.parametrize("name", ODD)
def test_png_of_odd_stamps(astronomer, world, name, interval, stretch):
    picture(get(astronomer, "ztf", ODD[name], "science", "png", interval=interval, stretch=stretch))


@pytest.mark.parametrize("form", ["fits", "png"])
@pytest.mark.parametrize(
    "survey, path, message",
    [
        ("xyz", "1/science", "survey xyz must be one of [ztf, wntr, pgir, turbo]"),
        ("alerts", "1/science", "survey alerts must be one of [ztf, wntr, pgir, turbo]"),
        ("ztf", f"{ALERT}/sci", "cutout sci not in ['science', 'template', 'difference']"),
        ("ztf", f"{ALERT}/sciences", "cutout sciences not in ['science', 'template', 'difference']"),
        ("ztf", "1/science", "ztf alert 1 not found"),
        ("ztf", f"{ALERT - 1}/difference", f"ztf alert {ALERT - 1} not found"),
        ("pgir", f"{ALERT}/science", f"pgir alert {ALERT} not found"),
        ("wntr", "7/science", "wntr alert 7 not found"),
        ("turbo", "7/science", "turbo alert 7 not found"),
        ("ztf", f"{ODD['odd']}/template", f"cutout template not found in ztf alert {ODD['odd']}"),
    ],
)
def test_stamp_that_is_not_there_is_said(astronomer, world, survey, path, message, form):
    error(astronomer.get(f"/api/cutouts/{survey}/{path}/{form}"), message)


@pytest.mark.parametrize("form", ["jpg", "FITS", "fits.gz"])
def test_unknown_format_names_those_there_are(astronomer, world, form):
    error(get(astronomer, "ztf", ALERT, "science", form), f"file format {form} not in ['fits', 'png']")


@pytest.mark.parametrize("candid", ["abc", "-", "1.5", "9" * 30, "ZTF18abacqpw"])
def test_candid_that_is_no_number_is_an_error(astronomer, world, candid):
    error(get(astronomer, "ztf", candid, "science", "fits"), status=(400, 404))


@pytest.mark.improved
@pytest.mark.parametrize("settings", [{"interval": "none"}, {"stretch": "cubic"}, {"cmap": "no_such_map"}])
def test_unknown_setting_is_an_error(astronomer, world, settings):
    error(get(astronomer, "ztf", ALERT, "science", "png", **settings))


def test_stamp_of_broken_bytes_is_an_error(astronomer, world):
    filter = {"candid": ODD["small"]}
    kept = world["ZTF_alerts"].find_one(filter)["cutoutScience"]
    try:
        for broken in (b"", b"no gzip", kept["stampData"][:200], b"\x1f\x8b" + bytes(50)):
            world["ZTF_alerts"].update_one(filter, {"$set": {"cutoutScience.stampData": broken}})
            for form in ("fits", "png"):
                response = get(astronomer, "ztf", ODD["small"], "science", form)
                assert response.status_code == 400 and response.json()["status"] == "error"
    finally:
        world["ZTF_alerts"].update_one(filter, {"$set": {"cutoutScience": kept}})


@pytest.mark.improved
def test_stamp_of_another_program_is_not_for_visitors(visitor, astronomer, world):
    filter = {"objectId": seeded.MIXED}
    for one in world["ZTF_alerts"].find(filter, {"candid": 1, "candidate.programid": 1}):
        image_of(get(astronomer, "ztf", one["candid"], "science", "fits"))
        response = get(visitor, "ztf", one["candid"], "science", "fits")
        if one["candidate"]["programid"] == 1:
            image_of(response)
        else:
            error(response, status=(400, 403, 404))
