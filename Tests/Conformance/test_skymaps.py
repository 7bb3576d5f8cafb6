"""Sky maps: error circles, their contours, reading and removing (1.8). Where a contour lies is judged by arithmetic."""

import pytest

from client import body_of, error, success
from skymaps import SPOKEN, TIME, cone, failed, name_of, put, read, remove, vertices
from sky import displaced, gaussian_radius, separation
from world import BOX_NAME, skymaps

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


@pytest.mark.parametrize("time", ["yesterday", "2023-99-99T00:00:00"])
def test_time_of_a_question_must_be_one(astronomer, time):
    assert error(astronomer.get("/api/skymap", params={"dateobs": time})).startswith("ValueError: ")


@pytest.mark.parametrize(
    "body, message",
    [
        ({"localization_name": "conformance nothing", "dateobs": TIME}, "no skymap found"),
        ({"localization_name": "conformance nothing", "alias": "x"}, "no skymap found"),
        ({"localization_name": BOX_NAME}, "must provide dateobs, triggerid, or alias"),
        ({"localization_name": BOX_NAME, "alias": {}, "triggerid": ""}, None),
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
