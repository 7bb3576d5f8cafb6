"""POST /api/filters/{id}/test: a filter over the archive, as it would have run on the night (1.6).

Expected outputs are those of the prefix that the contract describes, run by PyMongo, and numbers counted by hand."""

import pytest

from client import as_json, error, identical, success
from filters import PIPELINE, numbers, save
from world import KNOWN, LONELY, MIXED, NIGHT

WHOLE = [{"$match": {"candidate.drb": {"$gte": 0}}}]
DROPPED = {"cutoutScience": 0, "cutoutTemplate": 0, "cutoutDifference": 0}
KEPT = {
    key: 1
    for key in ("schemavsn", "publisher", "objectId", "candid", "candidate", "classifications", "coordinates")
}


def points(field, permissions, *more):
    """The part of a light curve that a filter sees: its programs, of a year, from before the alert."""
    return {
        "$filter": {
            "input": {"$arrayElemAt": [f"$aux.{field}", 0]},
            "as": "item",
            "cond": {
                "$and": [
                    {"$in": ["$$item.programid", permissions]},
                    {"$lt": [{"$subtract": ["$candidate.jd", "$$item.jd"]}, 365]},
                    {"$lt": ["$$item.jd", "$candidate.jd"]},
                    *more,
                ]
            },
        }
    }


def prefix(permissions, match):
    """What comes before a user's stages."""
    return [
        {"$match": {"candidate.programid": {"$in": permissions}, **match}},
        {"$project": DROPPED},
        {"$lookup": {"from": "ZTF_alerts_aux", "localField": "objectId", "foreignField": "_id", "as": "aux"}},
        {
            "$project": {
                **KEPT,
                "cross_matches": {"$arrayElemAt": ["$aux.cross_matches", 0]},
                "prv_candidates": points("prv_candidates", permissions),
                "fp_hists": points("fp_hists", permissions, {"$eq": ["$$item.procstatus", "0"]}),
            }
        },
    ]


def trial(admin, number, **sent):
    return success(admin.post(f"/api/filters/{number}/test", sent), "filter test successful")


def judge(answered, database, permissions, match, stages):
    """Asserts that a trial gives what the prefix and the stages give."""
    expected = as_json(list(database["ZTF_alerts"].aggregate(prefix(permissions, match) + stages)))
    for documents in (answered, expected):
        documents.sort(key=lambda one: one["candid"])
    assert identical(answered, expected), (answered[:1], expected[:1], len(answered), len(expected))


@pytest.mark.parametrize("permissions", [[1], [1, 2], [1, 2, 3], [2], []], ids=str)
@pytest.mark.parametrize(
    "objects", [[MIXED], [KNOWN, MIXED], [MIXED, "ZTF23filt003", LONELY, "nothing"]], ids=str
)
def test_filter_sees_what_its_programs_may_see(admin, world, number, permissions, objects):
    save(admin, number, permissions=permissions, pipeline=WHOLE)
    judge(trial(admin, number, object_ids=objects), world, permissions, {"objectId": {"$in": objects}}, WHOLE)


def test_filter_sees_no_stamps_and_no_later_points(admin, world, number):
    save(admin, number, permissions=[1, 2, 3], pipeline=WHOLE)
    answered = trial(admin, number, object_ids=[MIXED])
    assert len(answered) == 5
    for one in answered:
        assert set(one) == {*KEPT, "_id", "cross_matches", "prv_candidates", "fp_hists"}
        jd = one["candidate"]["jd"]
        assert one["prv_candidates"] and all(jd - 365 < point["jd"] < jd for point in one["prv_candidates"])
        assert one["fp_hists"] and all(point["procstatus"] == "0" for point in one["fp_hists"])


def test_object_without_light_curve_has_none(admin, world, number):
    save(admin, number, permissions=[1], pipeline=WHOLE)
    [one] = trial(admin, number, object_ids=[LONELY])
    assert one["prv_candidates"] is None and one["fp_hists"] is None and "cross_matches" not in one


@pytest.mark.parametrize(
    "drb, permissions, count",
    [
        (0.0, [1, 2, 3], 24),
        (0.5, [1, 2, 3], 22),
        (0.9999, [1, 2, 3], 0),
        (0.0, [1], 18),
        (0.5, [1], 16),
        (0.5, [3], 3),
        (0.0, [], 0),
    ],
)
def test_day_is_counted(admin, world, number, drb, permissions, count):
    save(
        admin,
        number,
        permissions=permissions,
        pipeline=[{"$match": {"candidate.drb": {"$gt": drb}}}, {"$project": {"candid": 1}}],
    )
    assert len(trial(admin, number, start_date=NIGHT - 0.01, end_date=NIGHT + 0.9)) == count


@pytest.mark.parametrize(
    "start, end, count",
    [
        (NIGHT, NIGHT + 0.5, 24),
        (NIGHT, NIGHT + 0.01, 22),
        (NIGHT + 0.01, NIGHT + 1.0, 2),
        (NIGHT - 5000, NIGHT - 4999.5, 0),
        (NIGHT, NIGHT, 22),
    ],
)
def test_dates_are_julian_and_inclusive(admin, world, number, start, end, count):
    save(admin, number, permissions=[1, 2, 3], pipeline=WHOLE)
    answered = trial(admin, number, start_date=start, end_date=end)
    assert len(answered) == count
    judge(answered, world, [1, 2, 3], {"candidate.jd": {"$gte": start, "$lte": end}}, WHOLE)


def test_dates_may_be_iso(admin, world, number):
    save(admin, number, permissions=[1, 2, 3], pipeline=WHOLE)
    # 2460229.9338542 is 2023-10-12 10:24:45.
    assert len(trial(admin, number, start_date="2023-10-12T10:24:00", end_date="2023-10-12T10:25:00")) == 22
    assert len(trial(admin, number, start_date="2023-10-12T00:00:00", end_date="2023-10-12T23:00:00")) == 24


def test_objects_and_dates_both_hold(admin, world, number):
    save(admin, number, permissions=[1, 2, 3], pipeline=WHOLE)
    day = {"start_date": NIGHT - 0.5, "end_date": NIGHT + 30.0}
    assert len(trial(admin, number, object_ids=["ZTF23filt003"], **day)) == 2
    assert len(trial(admin, number, object_ids=["ZTF23filt003"])) == 2
    assert len(trial(admin, number, object_ids=[KNOWN], **day)) == 0
    assert (
        len(trial(admin, number, object_ids=["ZTF23filt003"], start_date=NIGHT + 1.0, end_date=NIGHT + 30.0))
        == 1
    )


def test_last_version_is_tried_not_the_active_one(admin, world, number):
    first = save(admin, number, permissions=[1], pipeline=WHOLE)["fid"]
    second = save(admin, number, pipeline=[{"$match": {"candidate.drb": {"$gt": 2}}}])["fid"]
    success(admin.patch("/api/filters", {"filter_id": number, "active_fid": first}))
    assert trial(admin, number, object_ids=[KNOWN]) == []
    assert len(trial(admin, number, object_ids=[KNOWN], filter_version=first)) == 3
    assert trial(admin, number, object_ids=[KNOWN], filter_version=second) == []


@pytest.mark.improved
def test_trials_do_not_change_each_other(admin, world, number):
    other = next(numbers)
    try:
        save(admin, number, permissions=[1], pipeline=WHOLE)
        save(admin, other, permissions=[1, 2, 3], pipeline=WHOLE)
        for _ in range(2):
            assert len(trial(admin, number, object_ids=[MIXED])) == 2
            assert len(trial(admin, other, object_ids=[MIXED])) == 5
        save(admin, number, permissions=[1], pipeline=PIPELINE)
        assert len(trial(admin, other, object_ids=[MIXED])) == 5
    finally:
        admin.delete(f"/api/filters/{other}")


SPAN = "start_date and end_date must be within 1 day of each other if object_ids is not provided"
ERRORS = [
    ({}, "At least one of object_ids, start_date, or end_date is required"),
    ({"object_ids": []}, "At least one of object_ids, start_date, or end_date is required"),
    ({"object_ids": KNOWN}, "object_ids must be a list if provided"),
    ({"object_ids": {"a": 1}}, "object_ids must be a list if provided"),
    ({"object_ids": ["x"] * 1001}, "object_ids list must have 1000 or fewer elements"),
    ({"start_date": NIGHT}, "start_date and end_date must both be provided if either is provided"),
    ({"end_date": NIGHT}, "start_date and end_date must both be provided if either is provided"),
    (
        {"object_ids": [KNOWN], "start_date": NIGHT},
        "start_date and end_date must both be provided if either is provided",
    ),
    ({"start_date": 2460229, "end_date": NIGHT}, "start_date must be a float or a string"),
    ({"start_date": NIGHT, "end_date": 2460230}, "end_date must be a float or a string"),
    ({"start_date": [NIGHT], "end_date": NIGHT}, "start_date must be a float or a string"),
    ({"start_date": NIGHT, "end_date": NIGHT + 2.0}, SPAN),
    ({"start_date": "2023-10-12T00:00:00", "end_date": "2023-10-14T00:00:00"}, SPAN),
    (
        {"object_ids": [KNOWN], "max_time_ms": 3000001},
        "max_time_ms must be less than 5 minutes (in ms: 300000)",
    ),
    (
        {"object_ids": [KNOWN], "max_time_ms": 300001},
        "max_time_ms must be less than 5 minutes (in ms: 300000)",
    ),
]


@pytest.mark.parametrize("sent, reason", ERRORS, ids=[str(sent)[:60] for sent, _ in ERRORS])
def test_trial_must_be_valid(admin, number, sent, reason):
    save(admin, number)
    error(admin.post(f"/api/filters/{number}/test", sent), containing=reason)


@pytest.mark.parametrize(
    "sent",
    [
        {"start_date": "yesterday", "end_date": "today"},
        {"object_ids": [KNOWN], "max_time_ms": "long"},
        {"object_ids": [KNOWN], "max_time_ms": -1},
        [],
        "x",
    ],
    ids=str,
)
def test_trial_without_sense_is_an_error(admin, number, sent):
    save(admin, number)
    error(admin.post(f"/api/filters/{number}/test", sent))


def test_thousand_objects_are_taken(admin, number):
    save(admin, number, pipeline=WHOLE)
    assert len(trial(admin, number, object_ids=[KNOWN] + ["x"] * 999)) == 3


def test_unknown_filter_and_version_are_said(admin, world, number):
    unknown = next(numbers)
    error(
        admin.post(f"/api/filters/{unknown}/test", {"object_ids": [KNOWN]}),
        containing=f"Filter id {unknown} not found",
    )
    save(admin, number)
    error(
        admin.post(f"/api/filters/{number}/test", {"object_ids": [KNOWN], "filter_version": "abcdef"}),
        containing="Filter version abcdef not found",
    )


def test_filter_without_versions_is_said(admin, number, database):
    save(admin, number)
    database["filters"].update_one({"filter_id": number}, {"$set": {"fv": []}})
    error(
        admin.post(f"/api/filters/{number}/test", {"object_ids": [KNOWN]}),
        containing=f"Filter id {number} has no versions",
    )


@pytest.mark.improved
@pytest.mark.parametrize("survey", ["PGIR", "WNTR", "TURBO"])
def test_filter_of_another_survey(admin, world, number, survey):
    save(admin, number, catalog=f"{survey}_alerts", pipeline=WHOLE, permissions=[1, 2, 3])
    for _ in range(2):
        assert len(trial(admin, number, object_ids=[f"{survey}23con0", f"{survey}23con2"])) == 2
    assert len(trial(admin, number, start_date=2460051.25, end_date=2460051.75)) == 1
