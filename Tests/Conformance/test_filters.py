"""Filters: their life, their errors, their trial runs (1.6)."""

import itertools
import json
import random
import re

import pytest
from bson import json_util

from client import error, identical, success

PIPELINE = [{"$match": {"candidate.drb": {"$gt": 0.5}}}, {"$project": {"_id": 0, "candid": 1, "objectId": 1}}]
FORBIDDEN = ["$lookup", "$unionWith", "$out", "$merge"]
EMPTY_CATALOG = "conformance_empty"
DEFAULTS = {"active": True, "autosave": False, "auto_followup": {}, "update_annotations": False}

numbers = itertools.count(random.randrange(10**8, 10**9))
ANNOTATED = [
    {"$match": {"candidate.drb": {"$gt": 0.9999}, "cross_matches.CLU_20190625.0": {"$exists": False}}},
    {"$addFields": {"annotations.author": "dd", "annotations.mean_rb": {"$avg": "$prv_candidates.rb"}}},
    {"$project": {"_id": 0, "candid": 1, "objectId": 1, "annotations": 1}},
]


def written(pipeline):
    """A pipeline as it is stored: the text of PyMongo's library."""
    return json_util.dumps(pipeline)


@pytest.fixture
def number(admin, world):
    """The id of one test's filter, which is removed afterwards."""
    unique = next(numbers)
    yield unique
    admin.delete(f"/api/filters/{unique}")


@pytest.fixture
def allocation():
    """The id of an allocation of one test."""
    return next(numbers)


def body(number, **more):
    """A filter's first version; keys of None are left out."""
    whole = {
        "group_id": 11,
        "filter_id": number,
        "catalog": "ZTF_alerts",
        "permissions": [1, 2],
        "pipeline": PIPELINE,
        **more,
    }
    return {key: value for key, value in whole.items() if value is not None}


def save(admin, number, **more):
    """Saves a version; its data."""
    return success(admin.post("/api/filters", body(number, **more)))


def read(admin, number):
    """The stored filter."""
    return success(admin.get(f"/api/filters/{number}"), f"Retrieved filter id {number}")


def change(admin, number, **more):
    """Changes a filter; the whole of it afterwards."""
    return success(admin.patch("/api/filters", {"filter_id": number, **more}), f"Updated filter id {number}")


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


SAVING = "Cannot setup auto_followup without autosave enabled"


@pytest.mark.parametrize(
    "autosave", [None, False, {"active": False}, {"active": False, "comment": "x"}], ids=str
)
def test_followup_needs_autosave(admin, number, autosave):
    follow = {"active": True, "pipeline": PIPELINE, "allocation_id": number, "payload": {}}
    error(
        admin.post("/api/filters", body(number, autosave=autosave, auto_followup=follow)), containing=SAVING
    )


def test_followup_needs_autosave_that_says_whether_it_is_active(admin, number):
    follow = {"active": True, "pipeline": PIPELINE, "allocation_id": number, "payload": {}}
    error(
        admin.post("/api/filters", body(number, autosave={"comment": "x"}, auto_followup=follow)),
        "KeyError: 'active'",
    )


@pytest.mark.parametrize("key", ["nonsense", "Active", "allocation_id", "payload"])
def test_autosave_has_known_keys_alone(admin, number, key):
    error(
        admin.post("/api/filters", body(number, autosave={"active": True, key: 1})),
        containing="Cannot test autosave pipeline: invalid keys",
    )


def followup(allocation, **more):
    """What follows up, with keys of None left out."""
    whole = {
        "active": True,
        "pipeline": [{"$match": {"candidate.drb": {"$gt": 0.9999}}}],
        "allocation_id": allocation,
        "payload": {"observation_type": "IFU", "priority": 2},
        **more,
    }
    return {key: value for key, value in whole.items() if value is not None}


@pytest.mark.parametrize(
    "more, reason",
    [
        ({"nonsense": 1}, "Cannot test auto_followup pipeline: invalid keys"),
        ({"pipeline": None}, "Cannot test auto_followup pipeline: no pipeline specified"),
        ({"priority_order": "up"}, "Invalid priority_order specified for auto_followup: up"),
        ({"priority_order": "ASC"}, "Invalid priority_order specified for auto_followup: ASC"),
        ({"pipeline": [{"$matc": {}}]}, "Cannot test auto_followup pipeline: "),
    ],
    ids=str,
)
def test_followup_must_be_valid(admin, number, allocation, more, reason):
    response = admin.post(
        "/api/filters", body(number, autosave=True, auto_followup=followup(allocation, **more))
    )
    error(response, containing=reason)


def test_order_of_priorities_needs_an_allocation(admin, number):
    follow = followup(None, priority_order="asc")
    error(
        admin.post("/api/filters", body(number, autosave=True, auto_followup=follow)),
        "KeyError: 'allocation_id'",
    )


@pytest.mark.parametrize("attribute", ["autosave", "auto_followup"])
def test_saving_pipelines_are_tried_too(admin, number, allocation, attribute):
    broken = [{"$project": {"a": {"$nothing": 1}}}]
    given = (
        {"autosave": {"active": True, "pipeline": broken}}
        if attribute == "autosave"
        else {"autosave": True, "auto_followup": followup(allocation, pipeline=broken)}
    )
    error(admin.post("/api/filters", body(number, **given)), containing=f"Cannot test {attribute} pipeline: ")


@pytest.mark.parametrize("attribute", ["autosave", "auto_followup"])
def test_saving_pipelines_cannot_be_tried_without_alerts(admin, number, allocation, attribute):
    given = (
        {"autosave": {"active": True, "pipeline": PIPELINE}}
        if attribute == "autosave"
        else {"autosave": True, "auto_followup": followup(allocation)}
    )
    error(
        admin.post("/api/filters", body(number, catalog=EMPTY_CATALOG, **given)),
        containing=f"Cannot test {attribute} pipeline: no documents in {EMPTY_CATALOG} collection",
    )


@pytest.mark.parametrize("order", ["asc", "desc"])
def test_saving_and_following_up_are_stored(admin, number, allocation, order):
    follow = followup(
        allocation,
        priority_order=order,
        comment="follow",
        target_group_ids=[1],
        ignore_allocation_ids=[2],
        radius=0.5,
        not_if_tns_reported=48,
        validity_days=3,
        implements_update=False,
    )
    autosave = {
        "active": True,
        "comment": "saved",
        "pipeline": PIPELINE,
        "ignore_group_ids": [9],
        "saver_id": 3,
    }
    save(admin, number, autosave=autosave, auto_followup=follow)
    stored = read(admin, number)
    assert stored["autosave"] == {**autosave, "pipeline": written(PIPELINE)}
    assert stored["auto_followup"] == {**follow, "pipeline": written(follow["pipeline"])}


SAME_ALLOCATION = (
    "filters with the same allocation have priority_order set to a different value, which is unexpected"
)


@pytest.mark.parametrize("other", ["desc", "same as text"])
def test_orders_of_one_allocation_are_equal(admin, number, allocation, other):
    save(admin, number, autosave=True, auto_followup=followup(allocation, priority_order="asc"))
    second = next(numbers)
    same = allocation if other == "desc" else str(allocation)
    try:
        response = admin.post(
            "/api/filters", body(second, autosave=True, auto_followup=followup(same, priority_order="desc"))
        )
        error(response, containing=SAME_ALLOCATION)
        save(admin, second, autosave=True, auto_followup=followup(allocation, priority_order="asc"))
    finally:
        admin.delete(f"/api/filters/{second}")


# PATCH


@pytest.mark.parametrize(
    "given",
    [
        {"active": False},
        {"active": True},
        {"autosave": True},
        {"autosave": False},
        {"update_annotations": True},
        {"autosave": {"active": True, "comment": "saved"}},
        {"autosave": {"active": False}},
        {"autosave": {"active": True, "ignore_group_ids": [1, 2], "saver_id": 7}},
        {"active": False, "autosave": True, "update_annotations": True},
    ],
    ids=str,
)
def test_filter_is_changed(admin, number, given):
    save(admin, number)
    changed = change(admin, number, **given)
    assert {key: changed[key] for key in given} == given
    stored = read(admin, number)
    assert identical(stored, changed)
    assert {key: stored[key] for key in DEFAULTS if key not in given} == {
        key: DEFAULTS[key] for key in DEFAULTS if key not in given
    }


@pytest.mark.parametrize(
    "ignored",
    [
        {"active": None},
        {"autosave": None},
        {"auto_followup": None},
        {"update_annotations": None},
        {"active_fid": None},
        {"catalog": "TNS"},
        {"group_id": 99},
        {"permissions": [3]},
        {"pipeline": []},
        {"nonsense": 1},
        {},
    ],
    ids=str,
)
def test_null_and_unknown_keys_are_ignored(admin, number, ignored):
    save(admin, number)
    before = read(admin, number)
    change(admin, number, **ignored)
    after = read(admin, number)
    for key in set(before) - {"last_modified"}:
        assert identical(after[key], before[key]), key


def test_active_version_is_chosen(admin, number):
    first, second = save(admin, number)["fid"], save(admin, number, pipeline=ANNOTATED)["fid"]
    for fid in (first, second, first):
        assert change(admin, number, active_fid=fid)["active_fid"] == fid
        assert read(admin, number)["active_fid"] == fid


@pytest.mark.parametrize("fid", ["abcdef", "", "nothing", "x" * 100])
def test_unknown_version_cannot_be_active(admin, number, fid):
    active = save(admin, number)["fid"]
    response = admin.patch("/api/filters", {"filter_id": number, "active_fid": fid})
    if fid:
        error(response, f"ValueError: Cannot set active_fid to {fid}: filter version fid not in filter.fv")
    assert read(admin, number)["active_fid"] == active


def test_texts_of_saving_pipelines_are_kept_verbatim(admin, number, allocation):
    save(admin, number)
    text = '[{"$match":   {"candidate.drb": {"$gt": 0.9999}, "cross_matches.CLU_20190625.0": {"$exists": false}}}]'
    assert change(admin, number, autosave={"active": True, "pipeline": text})["autosave"]["pipeline"] == text
    follow = followup(allocation, pipeline=text)
    assert change(admin, number, auto_followup=follow)["auto_followup"]["pipeline"] == text


def test_saving_pipelines_are_written_as_the_library_writes_them(admin, number, allocation):
    save(admin, number, autosave=True)
    follow = followup(allocation, pipeline=ANNOTATED[:1], priority_order="asc")
    stored = change(admin, number, auto_followup=follow)["auto_followup"]
    assert stored == {
        **follow,
        "pipeline": '[{"$match": {"candidate.drb": {"$gt": 0.9999}, "cross_matches.CLU_20190625.0": {"$exists": false}}}]',
    }


@pytest.mark.parametrize(
    "autosave", [{"active": True, "nonsense": 1}, {"active": True, "payload": {}}], ids=str
)
def test_change_of_autosave_has_known_keys_alone(admin, number, autosave):
    save(admin, number)
    error(
        admin.patch("/api/filters", {"filter_id": number, "autosave": autosave}),
        containing=f"Cannot update filter id {number}: autosave contains invalid keys",
    )


@pytest.mark.parametrize(
    "pipeline", [[{"$matc": {}}], [{"$project": {"a": {"$nothing": 1}}}], '[{"$matc": {}}]'], ids=str
)
def test_change_of_autosave_is_tried(admin, number, pipeline):
    save(admin, number)
    response = admin.patch(
        "/api/filters", {"filter_id": number, "autosave": {"active": True, "pipeline": pipeline}}
    )
    error(response, containing=f"Cannot update filter id {number}: autosave pipeline is invalid")
    assert read(admin, number)["autosave"] is False


def test_change_of_order_must_agree_with_other_filters(admin, number, allocation):
    save(admin, number, autosave=True, auto_followup=followup(allocation, priority_order="asc"))
    second = next(numbers)
    try:
        save(admin, second, autosave=True)
        response = admin.patch(
            "/api/filters",
            {"filter_id": second, "auto_followup": followup(allocation, priority_order="desc")},
        )
        error(response, containing=f"Cannot update filter id {second}: auto_followup, {SAME_ALLOCATION}")
        assert (
            change(admin, second, auto_followup=followup(allocation, priority_order="asc"))["auto_followup"][
                "priority_order"
            ]
            == "asc"
        )
    finally:
        admin.delete(f"/api/filters/{second}")


@pytest.mark.parametrize("autosave", ["yes", 7, [1]], ids=str)
def test_autosave_of_another_type_is_an_error(admin, number, autosave):
    save(admin, number)
    error(admin.patch("/api/filters", {"filter_id": number, "autosave": autosave}))
    assert read(admin, number)["autosave"] is False


@pytest.mark.parametrize(
    "given", [{"active": True}, {"autosave": True}, {"active_fid": "abcdef"}, {}], ids=str
)
def test_unknown_filter_is_not_changed(admin, world, given):
    unknown = next(numbers)
    error(admin.patch("/api/filters", {"filter_id": unknown, **given}), f"Filter id {unknown} not found")


@pytest.mark.parametrize(
    "sent", [{}, {"active": True}, {"filter_id": "x"}, {"filter_id": None}, [], "x"], ids=str
)
def test_change_of_no_filter_is_an_error(admin, sent):
    error(admin.patch("/api/filters", sent))


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_unknown_filter_is_not_found(admin, method):
    unknown = next(numbers)
    error(admin.send(method, f"/api/filters/{unknown}"), f"Filter id {unknown} not found")


def test_filter_is_removed_once(admin, number):
    save(admin, number)
    assert success(admin.delete(f"/api/filters/{number}"), f"Removed filter id {number}") is None
    error(admin.delete(f"/api/filters/{number}"), f"Filter id {number} not found")
    error(admin.get(f"/api/filters/{number}"), f"Filter id {number} not found")
