"""Requests of Fritz as it sends them: header Authorization without Bearer, bodies as penquins builds them.

Each test names the route of Fritz that sends it. What must come is what Fritz reads, by arithmetic or PyMongo."""

import pytest

from client import as_json, error, identical, same_documents, success
from sky import separation
from reports import TNS_ID
from world import FIRST_CANDID, KNOWN, KNOWN_POSITION, MIXED, MIXED_POSITION, ztf_alerts

#: The default projection of Fritz's alert page.
DEFAULT = {
    "_id": 0,
    "objectId": 1,
    "candid": {"$toString": "$candid"},
    "candidate.ra": 1,
    "candidate.dec": 1,
    "candidate.jd": 1,
    "candidate.fid": 1,
    "candidate.magpsf": 1,
    "candidate.sigmapsf": 1,
    "candidate.isdiffpos": 1,
    "candidate.rb": 1,
    "candidate.drb": 1,
    "candidate.programid": 1,
    "classifications": 1,
    "coordinates.l": 1,
    "coordinates.b": 1,
}
WITHOUT_STAMPS = {"_id": 0, "cutoutScience": 0, "cutoutTemplate": 0, "cutoutDifference": 0}
PROGRAMS = [[1], [1, 2], [1, 2, 3]]


def alerts(object_id, programs):
    """The alerts of an object that some programs made, as they are in world.py."""
    return [
        one
        for one in ztf_alerts()
        if one["objectId"] == object_id and one["candidate"]["programid"] in programs
    ]


# GET /api/alerts/{objectId}


@pytest.mark.parametrize("projection", [DEFAULT, WITHOUT_STAMPS], ids=["default", "all fields"])
@pytest.mark.parametrize("programs", PROGRAMS, ids=str)
def test_alerts_of_an_object(fritz, world, programs, projection):
    pipeline = [
        {"$match": {"objectId": MIXED, "candidate.programid": {"$in": programs}}},
        {"$project": projection},
    ]
    answered = fritz.data("aggregate", {"catalog": "ZTF_alerts", "pipeline": pipeline}, max_time_ms=10000)
    same_documents(answered, world["ZTF_alerts"].aggregate(pipeline))
    candids = {one["candid"] for one in alerts(MIXED, programs)}
    assert {int(one["candid"]) for one in answered} == candids
    assert not any("cutoutScience" in one for one in answered)
    if projection is DEFAULT:
        assert all(
            isinstance(one["candid"], str) and set(one["coordinates"]) == {"l", "b"} for one in answered
        )


def test_one_alert_of_an_object(fritz, world):
    candid = alerts(MIXED, [1, 2])[1]["candid"]
    pipeline = [
        {"$match": {"objectId": MIXED, "candidate.programid": {"$in": [1, 2]}, "candid": candid}},
        {"$project": DEFAULT},
    ]
    [answered] = fritz.data("aggregate", {"catalog": "ZTF_alerts", "pipeline": pipeline}, max_time_ms=10000)
    assert answered["candid"] == str(candid)


# GET /api/alerts?objectId=a,b


@pytest.mark.parametrize("projection", [DEFAULT, WITHOUT_STAMPS], ids=["default", "all fields"])
def test_alerts_of_several_objects(fritz, world, projection):
    filter = {"objectId": {"$in": [MIXED, KNOWN, "nothing"]}, "candidate.programid": {"$in": [1, 2, 0]}}
    query = {"catalog": "ZTF_alerts", "filter": filter, "projection": projection}
    answered = fritz.data("find", query, max_time_ms=10000, limit=10000)
    same_documents(answered, world["ZTF_alerts"].find(filter, projection))
    assert len(answered) == len(alerts(MIXED, [1, 2])) + 3


# GET /api/alerts?ra&dec&radius, and the watch list


def neighbours(position, distance, unit, filter, projection):
    return {
        "max_distance": distance,
        "distance_units": unit,
        "radec": {"query_coords": list(position)},
        "catalogs": {"ZTF_alerts": {"filter": filter, "projection": projection}},
    }


@pytest.mark.parametrize("distance, unit", [(2, "arcsec"), (1, "arcmin"), (0.5, "deg")])
@pytest.mark.parametrize("projection", [DEFAULT, WITHOUT_STAMPS], ids=["default", "all fields"])
def test_alerts_about_a_position(fritz, world, distance, unit, projection):
    query = neighbours(MIXED_POSITION, distance, unit, {"candidate.programid": {"$in": [1, 2]}}, projection)
    answered = fritz.data("near", query, max_time_ms=10000, limit=10000)["ZTF_alerts"]["query_coords"]
    same_documents(
        answered,
        world["ZTF_alerts"].find({"objectId": MIXED, "candidate.programid": {"$in": [1, 2]}}, projection),
    )
    distances = [
        separation(MIXED_POSITION, (one["candidate"]["ra"], one["candidate"]["dec"])) for one in answered
    ]
    assert distances == sorted(distances)


def test_alerts_about_a_position_of_some_objects(fritz, world):
    filter = {"candidate.programid": {"$in": [1, 2, 3]}, "objectId": {"$in": [KNOWN]}}
    for position, count in ((MIXED_POSITION, 0), (KNOWN_POSITION, 3)):
        query = neighbours(position, 5, "arcsec", filter, DEFAULT)
        assert (
            len(fritz.data("near", query, max_time_ms=10000, limit=10000)["ZTF_alerts"]["query_coords"])
            == count
        )


def test_watch_list(fritz, world):
    filter = {
        "candidate.drb": {"$gt": 0.5},
        "candidate.programid": {"$in": [1]},
        "candidate.jd": {"$gte": 2460003.0},
    }
    query = neighbours(KNOWN_POSITION, 5, "arcsec", filter, {"_id": 0, "objectId": 1, "candidate.jd": 1})
    answered = fritz.data("near", query, max_time_ms=10000, limit=10000)["ZTF_alerts"]["query_coords"]
    assert sorted(one["candidate"]["jd"] for one in answered) == [2460003.5, 2460010.5]
    assert all(one == {"objectId": KNOWN, "candidate": {"jd": one["candidate"]["jd"]}} for one in answered)


# POST /api/alerts/{objectId}: save as a source

AUX_POINTS = {
    f"prv_candidates.{key}": 1
    for key in (
        "magpsf",
        "sigmapsf",
        "isdiffpos",
        "diffmaglim",
        "programid",
        "fid",
        "rb",
        "ra",
        "dec",
        "candid",
        "jd",
    )
}


def of_programs(field, programs):
    return {"$filter": {"input": f"${field}", "as": "item", "cond": {"$in": ["$$item.programid", programs]}}}


def test_light_curve_of_a_saved_source(fritz, world):
    pipeline = [
        {"$match": {"_id": MIXED}},
        {
            "$project": {
                "_id": 1,
                "cross_matches": 1,
                "prv_candidates": of_programs("prv_candidates", [1, 2, 3]),
            }
        },
        {"$project": {"_id": 1, "cross_matches": 1, **AUX_POINTS}},
    ]
    answered = fritz.data("aggregate", {"catalog": "ZTF_alerts_aux", "pipeline": pipeline})
    same_documents(answered, world["ZTF_alerts_aux"].aggregate(pipeline))
    assert len(answered[0]["prv_candidates"]) == 9 and "milliquas" in answered[0]["cross_matches"]


PHOTOMETRY = {
    "_id": 0,
    "candidate.candid": {"$toString": "$candidate.candid"},
    **{
        f"candidate.{key}": 1
        for key in (
            "programid",
            "jd",
            "fid",
            "rb",
            "drb",
            "ra",
            "dec",
            "magpsf",
            "sigmapsf",
            "diffmaglim",
            "isdiffpos",
        )
    },
}


@pytest.mark.parametrize("programs", PROGRAMS, ids=str)
def test_photometry_of_a_saved_source(fritz, world, programs):
    pipeline = [
        {"$match": {"objectId": MIXED, "candidate.programid": {"$in": programs}}},
        {"$project": PHOTOMETRY},
        {"$sort": {"candidate.jd": -1}},
    ]
    answered = fritz.data("aggregate", {"catalog": "ZTF_alerts", "pipeline": pipeline})
    same_documents(answered, world["ZTF_alerts"].aggregate(pipeline), ordered=True)
    expected = sorted(alerts(MIXED, programs), key=lambda one: -one["candidate"]["jd"])
    assert [int(one["candidate"]["candid"]) for one in answered] == [one["candid"] for one in expected]


STAMPS = {"_id": 0, "objectId": 1, "cutoutScience": 1, "cutoutTemplate": 1, "cutoutDifference": 1}


def test_stamps_of_a_saved_source(fritz, world):
    candid = alerts(KNOWN, [1])[0]["candid"]
    query = {
        "catalog": "ZTF_alerts",
        "filter": {"candid": candid, "candidate.programid": {"$in": [1]}},
        "projection": STAMPS,
    }
    answered = fritz.data("find", query, limit=1)
    same_documents(answered, world["ZTF_alerts"].find({"candid": candid}, STAMPS))
    for kind in ("Science", "Template", "Difference"):
        assert answered[0][f"cutout{kind}"]["stampData"]["$binary"]["base64"].startswith("H4sI")  # gzip


def test_stamps_of_the_newest_alert(fritz, world):
    query = {
        "catalog": "ZTF_alerts",
        "filter": {"objectId": KNOWN, "candidate.programid": {"$in": [1]}},
        "projection": {"_id": 0, "candidate.jd": 1},
    }
    assert fritz.data("find", query, sort={"candidate.jd": -1}, limit=1) == [{"candidate": {"jd": 2460010.5}}]


# GET /api/alerts_aux/{objectId}

FORCED_POINTS = {
    f"fp_hists.{key}": 1
    for key in ("mag", "magerr", "diffmaglim", "jd", "programid", "fid", "alert_ra", "alert_dec", "snr")
}
SHORT_POINTS = {
    f"prv_candidates.{key}": 1
    for key in ("magpsf", "sigmapsf", "diffmaglim", "programid", "fid", "ra", "dec", "candid", "jd")
}


@pytest.mark.parametrize("programs", PROGRAMS, ids=str)
def test_light_curve_of_the_alert_page(fritz, world, programs):
    pipeline = [
        {"$match": {"_id": MIXED}},
        {
            "$project": {
                "_id": 1,
                "cross_matches": 1,
                "prv_candidates": of_programs("prv_candidates", programs),
                "fp_hists": of_programs("fp_hists", programs),
            }
        },
        {"$project": {"_id": 1, "cross_matches": 1, **SHORT_POINTS, **FORCED_POINTS}},
    ]
    answered = fritz.data("aggregate", {"catalog": "ZTF_alerts_aux", "pipeline": pipeline})
    same_documents(answered, world["ZTF_alerts_aux"].aggregate(pipeline))
    assert len(answered[0]["prv_candidates"]) == len(answered[0]["fp_hists"]) == 3 * len(programs)


def test_light_curve_of_an_unknown_object(fritz, world):
    pipeline = [{"$match": {"_id": "ZTF99nothing"}}, {"$project": {"_id": 1}}]
    assert fritz.data("aggregate", {"catalog": "ZTF_alerts_aux", "pipeline": pipeline}) == []


def test_positions_of_the_alert_page(fritz, world):
    projection = {**PHOTOMETRY, "coordinates.l": 1, "coordinates.b": 1}
    pipeline = [
        {"$match": {"objectId": MIXED, "candidate.programid": {"$in": [1, 2]}}},
        {"$project": projection},
        {"$sort": {"candidate.jd": -1}},
    ]
    answered = fritz.data("aggregate", {"catalog": "ZTF_alerts", "pipeline": pipeline})
    assert answered[0]["coordinates"] == {"l": 197.5, "b": -32.25}


TNS_FIELDS = (
    "name",
    "_id",
    "disc__instrument/s",
    "disc__internal_name",
    "discovery_data_source/s",
    "discovery_date_(ut)",
    "discovery_filter",
    "discovery_mag/flux",
    "reporting_group/s",
    "associated_group/s",
    "public",
)


def test_reports_near_the_alert_page(fritz, world):
    query = {
        "object_coordinates": {
            "cone_search_radius": 2,
            "cone_search_unit": "arcsec",
            "radec": {MIXED: list(MIXED_POSITION)},
        },
        "catalogs": {"TNS": {"filter": {}, "projection": {key: 1 for key in TNS_FIELDS}}},
    }
    answered = fritz.data("cone_search", query, filter_first=False)["TNS"][MIXED]
    assert [one["_id"] for one in answered] == [TNS_ID] and set(answered[0]) == set(TNS_FIELDS)


# GET /api/alerts_cutouts/{objectId}, /api/alerts_triplets/{objectId}


@pytest.mark.parametrize("kind", ["Science", "Template", "Difference"])
def test_stamp_of_the_alert_page(fritz, world, kind):
    candid = alerts(MIXED, [2])[0]["candid"]
    query = {
        "catalog": "ZTF_alerts",
        "filter": {"candid": candid, "candidate.programid": {"$in": [1, 2]}},
        "projection": {"_id": 0, f"cutout{kind}": 1},
    }
    answered = fritz.data("find", query, limit=1, max_time_ms=5000)
    expected = world["ZTF_alerts"].find_one({"candid": candid}, {"_id": 0, f"cutout{kind}": 1})
    assert identical(answered, [as_json(expected)])
    assert answered[0][f"cutout{kind}"]["fileName"].endswith(".fits.gz")


def test_stamp_of_another_program_is_not_found(fritz, world):
    candid = alerts(MIXED, [3])[0]["candid"]
    query = {
        "catalog": "ZTF_alerts",
        "filter": {"candid": candid, "candidate.programid": {"$in": [1, 2]}},
        "projection": {"_id": 0, "cutoutScience": 1},
    }
    assert fritz.data("find", query, limit=1, max_time_ms=5000) == []


def test_triplet(fritz, world):
    candid = alerts(KNOWN, [1])[1]["candid"]
    projection = {
        "_id": 0,
        "candidate.candid": 1,
        "cutoutScience": 1,
        "cutoutTemplate": 1,
        "cutoutDifference": 1,
    }
    query = {
        "catalog": "ZTF_alerts",
        "filter": {"candid": candid, "candidate.programid": {"$in": [1]}},
        "projection": projection,
    }
    [answered] = fritz.data("find", query, limit=1, max_time_ms=5000)
    assert answered["candidate"] == {"candid": candid} and set(answered) == {
        "candidate",
        "cutoutScience",
        "cutoutTemplate",
        "cutoutDifference",
    }


# What penquins sends when it connects


def test_connection(fritz):
    names = success(fritz.post("/api/queries", {"query_type": "info", "query": {"command": "catalog_names"}}))
    assert "ZTF_alerts" in names and fritz.get("").status_code == 200


def test_candid_is_a_number_above_2_53(fritz, world):
    query = {
        "catalog": "ZTF_alerts",
        "filter": {"candid": FIRST_CANDID},
        "projection": {"_id": 0, "candid": 1},
    }
    response = fritz.ask("find", query)
    assert success(response) == [
        {"candid": FIRST_CANDID}
    ] and f'"candid":{FIRST_CANDID}' in response.text.replace(" ", "")


def test_wrong_token_is_said(fritz):
    error(fritz.get("/", headers={"Authorization": "expired or wrong"}), "token is invalid")
