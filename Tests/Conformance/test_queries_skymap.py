"""skymap: what lies inside a contour (1.5). The contours are boxes, so who lies inside is plain."""

import pytest

from client import error, same_documents
from world import BOX_NAME, ztf_alerts

TIME = "2023-06-23T15:42:26"
NAMED = {"localization_name": BOX_NAME, "dateobs": TIME}
PROJECTION = {"_id": 0, "candid": 1}


def query(skymap, **more):
    return {"catalog": "ZTF_alerts", "filter": {}, "projection": PROJECTION, "skymap": skymap, **more}


def candids(documents):
    return {one["candid"] for one in documents}


@pytest.fixture
def inside(world):
    """The candids inside the contours of 50 and 90 per cent, by MongoDB on the same contours."""
    contours = world["skymaps"].find_one({"localization_name": BOX_NAME})["contours"]
    found = {}
    for level in (50, 90):
        shape = {"type": "MultiPolygon", "coordinates": contours[f"contour{level}"]["coordinates"]}
        filter = {"coordinates.radec_geojson": {"$geoWithin": {"$geometry": shape}}}
        found[level] = candids(world["ZTF_alerts"].find(filter, PROJECTION))
    assert 0 < len(found[50]) < len(found[90]) < 30
    return found


def test_contour_is_where_the_box_is(inside):
    # Well inside the boxes, whatever way their edges bow.
    for level, edge in ((50, 1.0), (90, 6.0)):
        for one in ztf_alerts():
            ra, dec = one["candidate"]["ra"], one["candidate"]["dec"]
            if abs(ra - 90) < edge and abs(dec - 30) < edge:
                assert one["candid"] in inside[level]
            if abs(ra - 90) > edge * 2 + 1 or abs(dec - 30) > edge * 2 + 1:
                assert one["candid"] not in inside[level]


@pytest.mark.parametrize(
    "event",
    [
        {"dateobs": TIME},
        {"dateobs": TIME + ".000"},
        {"aliases": ["CONFORMANCE#S230623a"]},
        {"aliases": ["something else", "CONFORMANCE#2"]},
        {"dateobs": TIME, "aliases": ["something else"]},
        {"dateobs": "2001-01-01T00:00:00", "aliases": ["CONFORMANCE#2"]},
    ],
)
def test_map_is_found_by_name_and_event(astronomer, inside, event):
    answered = astronomer.data("skymap", query({"localization_name": BOX_NAME, **event}))
    assert candids(answered) == inside[90]


@pytest.mark.improved
def test_map_is_found_by_trigger(astronomer, inside):
    answered = astronomer.data("skymap", query({"localization_name": BOX_NAME, "trigger_id": 709140151}))
    assert candids(answered) == inside[90]


def test_time_with_a_fraction(astronomer, world):
    skymap = {"localization_name": BOX_NAME + "_2", "dateobs": TIME + ".500"}
    assert astronomer.data("skymap", query(skymap)) == []


@pytest.mark.parametrize("contour, level", [({}, 90), ({"contour": 90}, 90), ({"contour": 50}, 50)])
def test_contour_is_chosen(astronomer, inside, contour, level):
    assert candids(astronomer.data("skymap", query({**NAMED, **contour}))) == inside[level]


@pytest.mark.parametrize("contour", [20, 95, 1])
def test_contour_that_is_not_there_is_said(astronomer, world, contour):
    error(
        astronomer.ask("skymap", query({**NAMED, "contour": contour})),
        f"ValueError: Contour level {contour} not found in skymap",
    )


@pytest.mark.parametrize(
    "skymap",
    [
        {**NAMED, "localization_name": "conformance_nothing"},
        {**NAMED, "dateobs": "2023-06-23T15:42:27"},
        {"localization_name": BOX_NAME, "aliases": ["nothing"]},
        {"localization_name": BOX_NAME, "trigger_id": 1},
        {"localization_name": BOX_NAME, "dateobs": TIME + ".500"},
    ],
    ids=str,
)
def test_map_that_is_not_there_is_said(astronomer, world, skymap):
    error(astronomer.ask("skymap", query(skymap)), "ValueError: Skymap not found")


@pytest.mark.parametrize(
    "skymap, reason",
    [
        ({"dateobs": TIME}, "name must be specified"),
        ({}, "name must be specified"),
        (
            {"localization_name": BOX_NAME},
            "At least one of dateobs, trigger_id, skymap_name, aliases must be specified",
        ),
        (
            {"localization_name": BOX_NAME, "contour": 50},
            "At least one of dateobs, trigger_id, skymap_name, aliases must be specified",
        ),
    ]
    + [
        (
            {"localization_name": BOX_NAME, "dateobs": time},
            "dateobs must be in format YYYY-MM-DDTHH:MM:SS[.SSS]",
        )
        for time in ("yesterday", "2023-06-23", "2023-06-23 15:42:26Z!", "23/06/2023", "2023-13-01T00:00:00")
    ],
)
def test_incomplete_map_is_said(astronomer, skymap, reason):
    message = error(astronomer.ask("skymap", query(skymap)), containing=reason)
    assert message.startswith("ValidationError: ") and "__root__" in message, message


@pytest.mark.parametrize(
    "body",
    [
        {"catalog": "ZTF_alerts", "filter": {}},
        query(None),
        query([]),
        query("x"),
        query({**NAMED, "contour": "wide"}),
        query({**NAMED, "aliases": 7}),
        {"filter": {}, "skymap": NAMED},
    ],
    ids=str,
)
def test_query_without_map_is_an_error(astronomer, body):
    error(astronomer.ask("skymap", body))


@pytest.mark.parametrize(
    "filter",
    [
        {},
        {"candidate.drb": {"$gt": 0.5}},
        {"objectId": {"$in": ["ZTF23sky0003", "ZTF18abacqpw"]}},
        "{'candidate.fid': 2}",
        {"$or": [{"candidate.fid": 1}, {"objectId": "ZTF23sky0001"}]},
    ],
    ids=str,
)
def test_filter_holds_too(astronomer, world, inside, filter):
    plain = {"candidate.fid": 2} if isinstance(filter, str) else filter
    expected = world["ZTF_alerts"].find(
        {"$and": [plain, {"candid": {"$in": sorted(inside[90])}}]}, PROJECTION
    )
    same_documents(astronomer.data("skymap", query(NAMED, filter=filter)), expected)


def test_whole_documents_without_projection(astronomer, world, inside):
    body = query({**NAMED, "contour": 50})
    del body["projection"]
    same_documents(
        astronomer.data("skymap", body), world["ZTF_alerts"].find({"candid": {"$in": sorted(inside[50])}})
    )


def test_sort_and_limit(astronomer, inside):
    answered = astronomer.data("skymap", query(NAMED), sort=[["candid", -1]], limit=3)
    assert [one["candid"] for one in answered] == sorted(inside[90], reverse=True)[:3]


@pytest.mark.improved
def test_skip_and_hint_are_of_the_alerts_alone(astronomer, inside):
    answered = astronomer.data("skymap", query(NAMED), sort=[["candid", 1]], skip=2, limit=2, hint="_id_")
    assert [one["candid"] for one in answered] == sorted(inside[90])[2:4]


@pytest.mark.improved
def test_visitor_sees_the_public_program(visitor, inside):
    assert candids(visitor.data("skymap", query(NAMED))) == inside[90]  # all of them are public
