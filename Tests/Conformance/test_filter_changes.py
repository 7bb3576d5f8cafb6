"""Filters: saving and following up, and changes by PATCH (1.6)."""

import pytest

from client import error, identical
from filters import (
    ANNOTATED,
    DEFAULTS,
    EMPTY_CATALOG,
    PIPELINE,
    body,
    change,
    followup,
    numbers,
    read,
    save,
    written,
)

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
