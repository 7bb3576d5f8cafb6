"""Filters: their first and further versions, and what is said to wrong ones (1.6)."""

import json
import re

import pytest

from client import error, success
from filters import (
    ANNOTATED,
    DEFAULTS,
    EMPTY_CATALOG,
    FORBIDDEN,
    PIPELINE,
    body,
    numbers,
    read,
    save,
    written,
)


def test_first_version_is_tried_and_saved(admin, number):
    response = admin.post("/api/filters", body(number))
    version = success(response)
    pattern = rf"pipeline test for filter id {number} successful\nsaved new filter version: ([a-z0-9]{{6}})"
    found = re.fullmatch(pattern, response.json()["message"])
    assert found, response.json()["message"]
    assert version["fid"] == found[1] and version["pipeline"] == written(PIPELINE)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", version["created_at"]["$date"])


def test_filter_is_read_whole(admin, number):
    version = save(admin, number)
    stored = read(admin, number)
    expected = {
        "filter_id": number,
        "group_id": 11,
        "catalog": "ZTF_alerts",
        "permissions": [1, 2],
        **DEFAULTS,
        "active_fid": version["fid"],
    }
    assert {key: stored[key] for key in expected} == expected
    assert [(one["fid"], one["pipeline"]) for one in stored["fv"]] == [(version["fid"], written(PIPELINE))]
    assert (
        set(stored["fv"][0]["created_at"])
        == set(stored["created_at"])
        == set(stored["last_modified"])
        == {"$date"}
    )
    assert set(stored["_id"]) == {"$oid"}


def test_filter_is_in_the_database(admin, number, database):
    save(admin, number)
    stored = database["filters"].find_one({"filter_id": number})
    assert (
        isinstance(stored["fv"][0]["pipeline"], str) and json.loads(stored["fv"][0]["pipeline"]) == PIPELINE
    )
    assert stored["fv"][0]["created_at"].year > 2000 and stored["active"] is True


@pytest.mark.parametrize(
    "given, expected",
    [
        ({"permissions": None}, {"permissions": []}),
        ({"permissions": [3]}, {"permissions": [3]}),
        ({"active": False}, {"active": False}),
        ({"autosave": True}, {"autosave": True}),
        ({"autosave": False}, {"autosave": False}),
        ({"update_annotations": True}, {"update_annotations": True}),
        (
            {"autosave": {"active": True, "comment": "saved"}},
            {"autosave": {"active": True, "comment": "saved"}},
        ),
        (
            {"autosave": {"active": False, "ignore_group_ids": [5], "saver_id": 7}},
            {"autosave": {"active": False, "ignore_group_ids": [5], "saver_id": 7}},
        ),
        ({"catalog": "PGIR_alerts", "permissions": None}, {"catalog": "PGIR_alerts"}),
        ({"catalog": "WNTR_alerts", "pipeline": [{"$match": {}}]}, {"catalog": "WNTR_alerts"}),
    ],
    ids=str,
)
def test_what_is_given_is_stored(admin, number, given, expected):
    save(admin, number, **given)
    stored = read(admin, number)
    assert {key: stored[key] for key in expected} == expected
    for key, value in DEFAULTS.items():
        assert key in given or stored[key] == value


TEXTS = [
    '[{"$match": {"candidate.drb": {"$gt": 0.9999}, "cross_matches.CLU_20190625.0": {"$exists": false}}}]',
    '[{"$match":{"candidate.drb":{"$gt":0.5}}}]',
    '[ {"$match" : {}} ]',
    '[{"$match": {"candid": {"$numberLong": "1127561445515015011"}}}]',
    '[{"$match": {"x": {"$gt": {"$date": "2023-01-01T00:00:00Z"}}}}]',
    '[{"$match": {"objectId": "é"}}]',
]


@pytest.mark.parametrize("text", TEXTS)
def test_pipeline_given_as_text_is_kept_verbatim(admin, number, text):
    version = save(admin, number, pipeline=text)
    assert version["pipeline"] == text and read(admin, number)["fv"][0]["pipeline"] == text


@pytest.mark.parametrize(
    "pipeline",
    [
        PIPELINE,
        ANNOTATED,
        [{"$match": {"flag": True, "none": None, "x": 1.0, "n": 1127561445515015011}}],
        [{"$match": {"é": "ü🔭\n"}}],
        [{"$project": {"annotations.a": {"$round": ["$candidate.drb", 2]}}}],
    ],
    ids=str,
)
def test_pipeline_is_written_as_the_library_writes_it(admin, number, pipeline):
    assert save(admin, number, pipeline=pipeline)["pipeline"] == written(pipeline)


def test_next_version_becomes_active(admin, number):
    first = save(admin, number)["fid"]
    second = save(admin, number, pipeline=ANNOTATED)["fid"]
    stored = read(admin, number)
    assert first != second and stored["active_fid"] == second
    assert [(one["fid"], one["pipeline"]) for one in stored["fv"]] == [
        (first, written(PIPELINE)),
        (second, written(ANNOTATED)),
    ]
    assert stored["last_modified"]["$date"] >= stored["created_at"]["$date"]


def test_next_version_changes_nothing_else(admin, number):
    save(admin, number)
    before = read(admin, number)
    save(admin, number, permissions=[1, 2, 3], autosave=True, active=False, update_annotations=True)
    after = read(admin, number)
    for key in ("permissions", "autosave", "active", "update_annotations", "catalog", "created_at", "_id"):
        assert after[key] == before[key], key
    assert len(after["fv"]) == 2


def test_group_has_a_filter_of_its_own(admin, number):
    save(admin, number, group_id=11)
    save(admin, number, group_id=12)
    assert len(read(admin, number)["fv"]) == 1
    success(admin.delete(f"/api/filters/{number}"), f"Removed filter id {number}")
    assert len(read(admin, number)["fv"]) == 1
    success(admin.delete(f"/api/filters/{number}"), f"Removed filter id {number}")
    error(admin.get(f"/api/filters/{number}"), f"Filter id {number} not found")


@pytest.mark.parametrize(
    "more",
    [
        {"filter_id": 0},
        {"filter_id": -1},
        {"filter_id": "x"},
        {"group_id": 0},
        {"group_id": "x"},
        {"group_id": None},
        {"catalog": None},
        {"permissions": "x"},
        {"permissions": ["x"]},
        {"permissions": 7},
        {"catalog": []},
    ],
    ids=str,
)
def test_filter_must_be_valid(admin, number, more):
    message = error(admin.post("/api/filters", body(number, **more)))
    assert message.startswith("ValidationError: ") and " for Filter" in message, message
    error(admin.get(f"/api/filters/{number}"), f"Filter id {number} not found")


def test_filter_id_is_required(admin):
    message = error(admin.post("/api/filters", body(None)))
    assert message.startswith("ValidationError: 1 validation error for Filter\nfilter_id\n"), message


@pytest.mark.parametrize("pipeline", [[], "[]"])
def test_version_needs_a_stage(admin, number, pipeline):
    error(
        admin.post("/api/filters", body(number, pipeline=pipeline)),
        "ValidationError: 1 validation error for FilterVersion\n__root__\n"
        "  pipeline must contain at least one stage (type=value_error)",
    )


@pytest.mark.parametrize("stage", FORBIDDEN)
@pytest.mark.parametrize("first", [[], [{"$match": {}}]])
@pytest.mark.parametrize("text", [False, True])
def test_version_must_not_use_forbidden_stages(admin, number, stage, first, text):
    pipeline = first + [{stage: {"from": "users", "as": "x", "pipeline": []}}]
    message = error(
        admin.post("/api/filters", body(number, pipeline=json.dumps(pipeline) if text else pipeline))
    )
    assert (
        f"pipeline uses forbidden stages: {{'{stage}'}}" in message
        and " for FilterVersion\n__root__\n" in message
    )


@pytest.mark.improved
@pytest.mark.parametrize(
    "pipeline",
    [
        [{"$facet": {"a": [{"$lookup": {"from": "users", "pipeline": [], "as": "x"}}]}}],
        [{"$facet": {"a": [{"$unionWith": "users"}]}}],
        [
            {
                "$graphLookup": {
                    "from": "users",
                    "startWith": 1,
                    "connectFromField": "a",
                    "connectToField": "b",
                    "as": "x",
                }
            }
        ],
    ],
    ids=str,
)
def test_forbidden_stages_are_found_inside(admin, number, pipeline):
    error(admin.post("/api/filters", body(number, pipeline=pipeline)))


@pytest.mark.parametrize(
    "pipeline",
    [None, "not json", '[{"$match": }]', "[", '{"$match": {}}', 7, [7], ["$match"], [{}], {"$match": {}}],
    ids=str,
)
def test_version_that_is_no_pipeline_is_an_error(admin, number, pipeline):
    error(admin.post("/api/filters", body(number, pipeline=pipeline)))
    error(admin.get(f"/api/filters/{number}"), f"Filter id {number} not found")


@pytest.mark.parametrize(
    "pipeline",
    [
        [{"$matc": {}}],
        [{"$match": {"a": {"$nothing": 1}}}],
        [{"$project": {"a": {"$nothing": 1}}}],
        [{"$limit": -1}],
        [{"$project": {"a": {"$divide": ["$candid", 0]}}}],
        [{"$unwind": "x"}],
        [{"$group": {"x": 1}}],
    ],
    ids=str,
)
def test_version_is_tried_on_the_last_alert(admin, number, pipeline):
    error(admin.post("/api/filters", body(number, pipeline=pipeline)))
    error(admin.get(f"/api/filters/{number}"), f"Filter id {number} not found")


def test_trial_without_alerts_is_a_warning(admin, number):
    response = admin.post("/api/filters", body(number, catalog=EMPTY_CATALOG))
    version = success(response)
    lines = response.json()["message"].split("\n")
    assert lines == [
        f"WARNING: No documents in {EMPTY_CATALOG} collection, cannot properly test pipeline for filter id {number}",
        f"saved new filter version: {version['fid']}",
    ]


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_unknown_filter_is_not_found(admin, method):
    unknown = next(numbers)
    error(admin.send(method, f"/api/filters/{unknown}"), f"Filter id {unknown} not found")


def test_filter_is_removed_once(admin, number):
    save(admin, number)
    assert success(admin.delete(f"/api/filters/{number}"), f"Removed filter id {number}") is None
    error(admin.delete(f"/api/filters/{number}"), f"Filter id {number} not found")
    error(admin.get(f"/api/filters/{number}"), f"Filter id {number} not found")
