"""Requests of Fritz's archive, statistics and filters, and of SkyPortal's queue of ZTF; see test_fritz.py."""

import pytest

from client import same_documents, success
from reports import archive_sources
from sky import separation
from world import CENTRE, GALAXIES, MIXED_POSITION, STARS

# GET /api/archive/catalogs, /api/archive/cross_match


def test_catalogues_of_the_archive(fritz, world):
    names = fritz.data("info", {"command": "catalog_names"})
    assert {STARS, GALAXIES, "TNS", "ZTF_sources_conformance"} <= set(names)


def test_cross_match_of_the_archive(fritz, world):
    names = [STARS, GALAXIES, "TNS"]
    query = {
        "radec": {"query_coords": list(CENTRE)},
        "max_distance": 25,
        "distance_units": "arcsec",
        "catalogs": {name: {"filter": {}, "projection": {}} for name in names},
    }
    answered = fritz.data("near", query, limit=1000, max_time_ms=10000)
    assert set(answered) == set(names) and answered["TNS"] == {"query_coords": []}
    for name in (STARS, GALAXIES):
        found = answered[name]["query_coords"]
        assert found and all("_id" in one for one in found)
        for one in found:
            lon, lat = one["coordinates"]["radec_geojson"]["coordinates"]
            assert separation(CENTRE, (lon + 180, lat)) * 3600 < 25


# GET and POST /api/archive


def test_light_curves_of_the_archive(fritz, world):
    catalog = "ZTF_sources_conformance"
    query = {
        "radec": {"query_coords": list(MIXED_POSITION)},
        "max_distance": 2,
        "distance_units": "arcsec",
        "catalogs": {catalog: {"filter": {}, "projection": {"_id": 1}}},
    }
    ids = [one["_id"] for one in fritz.data("near", query, max_time_ms=10000)[catalog]["query_coords"]]
    assert ids == [one["_id"] for one in archive_sources()][:2]
    pipeline = [
        {"$match": {"_id": {"$in": ids}}},
        {
            "$project": {
                **{
                    key: 1
                    for key in (
                        "_id",
                        "ra",
                        "dec",
                        "filter",
                        "meanmag",
                        "vonneumannratio",
                        "refchi",
                        "refmag",
                        "refmagerr",
                        "iqr",
                    )
                },
                "data": {
                    "$filter": {"input": "$data", "as": "item", "cond": {"$in": ["$$item.programid", [1, 2]]}}
                },
            }
        },
    ]
    answered = fritz.data("aggregate", {"catalog": catalog, "pipeline": pipeline})
    same_documents(answered, world[catalog].aggregate(pipeline))
    assert all(
        len(one["data"]) == 4
        and set(one["data"][0]) == {"hjd", "mag", "magerr", "ra", "dec", "programid", "catflags"}
        for one in answered
    )


# GET /api/db_stats


def test_statistics_of_reports(fritz, world):
    assert fritz.data("count_documents", {"catalog": "TNS", "filter": {}}) == world["TNS"].count_documents({})
    query = {"catalog": "TNS", "filter": {}, "projection": {"_id": 0, "discovery_date_(ut)": 1}}
    assert fritz.data("find", query, sort=[["discovery_date", -1]], limit=1) == [
        {"discovery_date_(ut)": "2099-12-02 10:00:00"}
    ]


@pytest.mark.parametrize("catalog", ["ZTF_alerts", "PGIR_alerts", "WNTR_alerts"])
def test_statistics_of_alerts(fritz, world, catalog):
    filter = {"candidate.jd": {"$gt": 2460000.0, "$lt": 2460200.0}}
    answered = fritz.data("count_documents", {"catalog": catalog, "filter": filter})
    assert answered == world[catalog].count_documents(filter) and answered >= 3


# /api/filters/{id}/v, with the token of an admin


PIPELINE = [
    {"$match": {"candidate.drb": {"$gt": 0.5}}},
    {"$project": {"_id": 0, "candid": 1, "objectId": 1, "annotations.drb": "$candidate.drb"}},
]


def save(admin, number):
    body = {
        "group_id": 5,
        "filter_id": number,
        "catalog": "ZTF_alerts",
        "permissions": [1, 2],
        "pipeline": PIPELINE,
    }
    return success(admin.post("/api/filters", body))


def test_version_of_a_filter(admin, number):
    version = save(admin, number)
    stored = success(admin.get(f"/api/filters/{number}"), f"Retrieved filter id {number}")
    assert stored["active_fid"] == version["fid"] and stored["fv"][0]["fid"] == version["fid"]


@pytest.mark.improved
def test_version_says_which_filter_and_version(admin, number):
    version = save(admin, number)
    assert version["filter_id"] == number and version["active_fid"] == version["fid"]


@pytest.mark.parametrize(
    "changes",
    [
        {"active": False},
        {"active": True},
        {"autosave": {"active": True}},
        {"autosave": {"active": False}},
        {"update_annotations": True},
        {
            "autosave": {
                "active": True,
                "comment": "by Fritz",
                "ignore_group_ids": [1],
                "saver_id": 2,
                "pipeline": PIPELINE[:1],
            }
        },
    ],
    ids=str,
)
def test_filter_is_changed(admin, number, changes):
    save(admin, number)
    success(admin.get(f"/api/filters/{number}"))
    answered = success(
        admin.patch("/api/filters", {"filter_id": number, **changes}), f"Updated filter id {number}"
    )
    assert {"active", "autosave", "update_annotations"} <= set(answered)
    for key, value in changes.items():
        if key == "autosave" and "pipeline" in value:
            value = {**value, "pipeline": '[{"$match": {"candidate.drb": {"$gt": 0.5}}}]'}
        assert answered[key] == value


def test_filter_follows_up(admin, number):
    save(admin, number)
    success(admin.patch("/api/filters", {"filter_id": number, "autosave": {"active": True}}))
    follow = {
        "active": True,
        "allocation_id": number,
        "pipeline": PIPELINE[:1],
        "payload": {"priority": 1},
        "comment": "x",
        "target_group_ids": [1],
        "validity_days": 7,
        "priority_order": "asc",
        "radius": 0.5,
        "implements_update": True,
        "ignore_allocation_ids": [3],
        "not_if_tns_reported": 48,
    }
    answered = success(admin.patch("/api/filters", {"filter_id": number, "auto_followup": follow}))
    assert {key: answered["auto_followup"][key] for key in follow if key != "pipeline"} == {
        key: follow[key] for key in follow if key != "pipeline"
    }


def test_fritz_deletes_a_filter_by_patch(admin, number):
    save(admin, number)
    response = admin.patch(f"/api/filters/{number}", {})
    assert response.status_code == 405, "Kowalski's answer to a bug of Fritz's"


# SkyPortal: ZTF's queue, with the header `Bearer`

TARGETS = [
    {
        "request_id": 1,
        "program_id": 2,
        "field_id": 699,
        "ra": 150.1,
        "dec": 2.2,
        "filter_id": 1,
        "exposure_time": 300,
        "program_pi": "Kulkarni/conformance",
        "subprogram_name": "ToO_conformance",
    }
]
QUEUE = {
    "targets": TARGETS,
    "queue_name": "ToO_conformance",
    "validity_window_mjd": [60230.1, 60230.5],
    "queue_type": "list",
    "user": "conformance",
}


@pytest.mark.parametrize(
    "method, path, body, message, data",
    [
        ("PUT", "ztf", QUEUE, "submitted", None),
        ("DELETE", "ztf", {"queue_name": "ToO_conformance", "user": "conformance"}, "deleted", None),
        ("GET", "ztf", {}, "submitted", [{"queue_name": "test"}]),
        (
            "PUT",
            "ztfmma",
            {
                "trigger_name": "t",
                "trigger_time": 60230.5,
                "fields": [{"field_id": 699, "probability": 0.5}],
                "user": "c",
            },
            "submitted",
            None,
        ),
        ("GET", "ztfmma", {}, "submitted", [{"trigger_name": "test"}]),
        ("DELETE", "ztfmma", {"trigger_name": "t", "user": "c"}, "deleted", None),
    ],
)
def test_queue_of_ztf(admin, method, path, body, message, data):
    response = admin.send(
        method, f"/api/triggers/{path}.test", json=body, headers={"Authorization": f"Bearer {admin.token}"}
    )
    assert success(response, message) == data
