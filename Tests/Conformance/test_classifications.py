"""Labels and scores of alerts (1.10). With a token, which Kowalski does not ask for (see test_conventions.py)."""

import pytest

from client import body_of, error, success
from world import FIRST_CANDID, KNOWN, MIXED

FIRST, SECOND, THIRD = FIRST_CANDID, FIRST_CANDID + 1, FIRST_CANDID + 3
OBJECTS = {FIRST: KNOWN, SECOND: KNOWN, THIRD: MIXED}
PATH = "/api/classifications/ztf"
UNKNOWN = FIRST_CANDID - 5


@pytest.fixture
def clean(world):
    """No classifications of the tests' alerts, before and after."""
    alerts = {"_id": {"$in": list(OBJECTS)}}
    world["ZTF_alerts_classifications"].delete_many(alerts)
    yield world["ZTF_alerts_classifications"]
    world["ZTF_alerts_classifications"].delete_many(alerts)


def store(service, candid, **labels):
    success(service.put(PATH, {str(candid): labels}), "added classifications for ztf alerts")


def read(service, candid):
    """The classifications of an alert."""
    response = service.get(f"{PATH}/{candid}")
    data = success(response)
    assert set(body_of(response)) == {"status", "data"}
    assert data["candid"] == candid and data["objectId"] == OBJECTS[candid]
    return {key: value for key, value in data.items() if key not in ("candid", "objectId")}


def test_labels_and_scores_are_stored(astronomer, clean):
    response = astronomer.put(
        PATH, {str(FIRST): {"human_labels": {"nova": 0.75}, "ml_scores": {"braai": 0.5, "acai_h": 1.0}}}
    )
    assert success(response, "added classifications for ztf alerts") is None
    assert read(astronomer, FIRST) == {
        "human_labels": {"nova": 0.75},
        "ml_scores": {"braai": 0.5, "acai_h": 1.0},
    }


def test_document_is_keyed_by_candid(astronomer, clean):
    store(astronomer, FIRST, human_labels={"nova": 0.75}, ml_scores={"braai": 0.5})
    stored = clean.find_one({"_id": FIRST})
    assert stored == {
        "_id": FIRST,
        "objectId": KNOWN,
        "human_labels": {"nova": 0.75},
        "ml_scores": {"braai": 0.5},
    }


@pytest.mark.parametrize(
    "labels", [{"human_labels": {"nova": 0.25}}, {"ml_scores": {"braai": 0.125, "braai 2": 0.0}}], ids=str
)
def test_one_of_both_suffices(astronomer, clean, labels):
    store(astronomer, FIRST, **labels)
    stored = read(astronomer, FIRST)
    assert {key: value for key, value in stored.items() if value} == labels


def test_labels_are_merged_one_by_one(astronomer, clean):
    store(astronomer, FIRST, human_labels={"nova": 0.25, "agn": 0.5}, ml_scores={"braai": 0.5})
    store(astronomer, FIRST, human_labels={"nova": 0.75, "cv": 1.0})
    store(astronomer, FIRST, ml_scores={"acai": 0.125})
    assert read(astronomer, FIRST) == {
        "human_labels": {"nova": 0.75, "agn": 0.5, "cv": 1.0},
        "ml_scores": {"braai": 0.5, "acai": 0.125},
    }


@pytest.mark.parametrize("name", ["nova", "with space", "é", "a-b/c"])
@pytest.mark.parametrize("value", [0.0, 1.0, 0.12345678901234567])
def test_names_and_numbers_are_kept(astronomer, clean, name, value):
    store(astronomer, FIRST, human_labels={name: value})
    assert read(astronomer, FIRST)["human_labels"] == {name: value}


@pytest.mark.improved
def test_each_alert_has_its_own(astronomer, clean):
    given = {
        str(FIRST): {"human_labels": {"nova": 0.25}, "ml_scores": {"braai": 0.5}},
        str(THIRD): {"human_labels": {"agn": 1.0}},
        str(SECOND): {"ml_scores": {"acai": 0.75}},
    }
    success(astronomer.put(PATH, given), "added classifications for ztf alerts")
    for candid in (FIRST, SECOND, THIRD):
        stored = read(astronomer, candid)
        assert {key: value for key, value in stored.items() if value} == given[str(candid)]


@pytest.mark.improved
@pytest.mark.parametrize("given", [["nova", "agn"], "nova,agn"], ids=str)
@pytest.mark.parametrize("kind", ["human_labels", "ml_scores"])
def test_names_alone_mean_certainty(astronomer, clean, kind, given):
    store(astronomer, FIRST, **{kind: given})
    assert read(astronomer, FIRST)[kind] == {"nova": 1.0, "agn": 1.0}


def test_labels_are_deleted_by_name(astronomer, clean):
    store(astronomer, FIRST, human_labels={"nova": 0.25, "agn": 0.5}, ml_scores={"braai": 0.5, "acai": 0.75})
    response = astronomer.delete(PATH, {str(FIRST): {"human_labels": ["nova"], "ml_scores": ["acai"]}})
    assert success(response, "deleted classifications for ztf alerts") is None
    assert read(astronomer, FIRST) == {"human_labels": {"agn": 0.5}, "ml_scores": {"braai": 0.5}}


@pytest.mark.improved
def test_each_alert_loses_its_own(astronomer, clean):
    for candid in (FIRST, SECOND):
        store(astronomer, candid, human_labels={"nova": 0.25, "agn": 0.5})
    success(
        astronomer.delete(
            PATH, {str(FIRST): {"human_labels": ["nova"]}, str(SECOND): {"human_labels": ["agn"]}}
        )
    )
    assert read(astronomer, FIRST)["human_labels"] == {"agn": 0.5}
    assert read(astronomer, SECOND)["human_labels"] == {"nova": 0.25}


def test_nothing_to_delete_is_said(astronomer, clean):
    error(
        astronomer.delete(PATH, {str(FIRST): {"human_labels": ["nova"]}}),
        "not all classifications found in ztf collection",
    )


@pytest.mark.parametrize("candid", [FIRST, UNKNOWN, 1])
def test_alert_without_classifications_is_said(astronomer, clean, candid):
    error(astronomer.get(f"{PATH}/{candid}"), f"classifications for ztf alert {candid} not found")


@pytest.mark.parametrize(
    "sent, message",
    [
        ({}, "no candid provided"),
        (
            {str(FIRST): {}},
            "no classifications provided, must provide at least one of human_labels or ml_scores",
        ),
        (
            {str(FIRST): {"labels": {"nova": 1.0}}},
            "no classifications provided, must provide at least one of human_labels or ml_scores",
        ),
        ({str(UNKNOWN): {"human_labels": {"nova": 1.0}}}, "not all alerts found in ztf collection"),
        (
            {str(FIRST): {"human_labels": {"nova": 1.0}}, str(UNKNOWN): {"human_labels": {"nova": 1.0}}},
            "not all alerts found in ztf collection",
        ),
    ],
    ids=str,
)
def test_incomplete_classifications_are_said(astronomer, clean, sent, message):
    error(astronomer.put(PATH, sent), message)
    assert clean.count_documents({"_id": FIRST}) == 0


@pytest.mark.parametrize("survey", ["xyz", "ztfs", "tns"])
def test_unknown_survey_names_those_there_are(astronomer, world, survey):
    message = f"survey {survey} must be one of [ztf, wntr, pgir, turbo]"
    body = {str(FIRST): {"human_labels": {"nova": 1.0}}}
    error(astronomer.put(f"/api/classifications/{survey}", body), message)
    error(
        astronomer.delete(f"/api/classifications/{survey}", {str(FIRST): {"human_labels": ["nova"]}}), message
    )
    error(astronomer.get(f"/api/classifications/{survey}/{FIRST}"), message)


@pytest.mark.parametrize("survey", ["pgir", "wntr", "turbo"])
def test_other_survey_knows_no_alert_of_ztf(astronomer, world, survey):
    """Whether a survey has classifications is configured: by default ZTF alone."""
    unavailable = f"survey {survey} classifications not available"
    body = {str(FIRST): {"human_labels": {"nova": 1.0}}}
    message = error(astronomer.put(f"/api/classifications/{survey}", body))
    assert message in (unavailable, f"not all alerts found in {survey} collection")
    message = error(astronomer.get(f"/api/classifications/{survey}/{FIRST}"))
    assert message in (unavailable, f"classifications for {survey} alert {FIRST} not found")


@pytest.mark.improved
@pytest.mark.parametrize(
    "sent",
    [
        [],
        "x",
        7,
        {"abc": {"human_labels": {"nova": 1.0}}},
        {str(FIRST): 7},
        {str(FIRST): []},
        {str(FIRST): {"human_labels": 7}},
        {str(FIRST): {"human_labels": {"nova": "much"}}},
        {str(FIRST): {"human_labels": {"nova": None}}},
        {str(FIRST): {"human_labels": {"$where": 1.0}}},
        {str(FIRST): {"human_labels": [7]}},
    ],
    ids=str,
)
def test_classifications_of_nonsense_are_errors(astronomer, clean, sent):
    error(astronomer.put(PATH, sent))
    assert clean.count_documents({"_id": FIRST}) == 0


@pytest.mark.parametrize("sent", [{}, [], {"abc": {"human_labels": ["x"]}}, {str(FIRST): {}}], ids=str)
def test_deletion_of_nothing_is_an_error(astronomer, clean, sent):
    error(astronomer.delete(PATH, sent))
