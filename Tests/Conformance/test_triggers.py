"""Triggers of ZTF's queue: the routes that check and answer but forward nothing (1.7)."""

import pytest

from client import body_of, error, success

QUEUE = {
    "queue_name": "ToO_conformance",
    "validity_window_mjd": [60230.125, 60230.5],
    "queue_type": "list",
    "user": "conformance",
    "targets": [
        {
            "request_id": 1,
            "program_id": 2,
            "field_id": 699,
            "ra": 150.1,
            "dec": 2.2,
            "filter_id": 1,
            "exposure_time": 300.0,
            "program_pi": "Kulkarni/conformance",
            "subprogram_name": "ToO_conformance",
        }
    ],
}
MMA = {
    "trigger_name": "conformance_trigger",
    "trigger_time": 60230.125,
    "user": "conformance",
    "fields": [{"field_id": 699, "ra": 150.1, "dec": 2.2, "probability": 0.125}],
}
#: Route, a whole body, what its removal needs, the answer to GET.
ROUTES = {
    "ztf": ("/api/triggers/ztf.test", QUEUE, ("queue_name", "user"), [{"queue_name": "test"}]),
    "ztfmma": ("/api/triggers/ztfmma.test", MMA, ("trigger_name", "user"), [{"trigger_name": "test"}]),
}


@pytest.fixture(params=ROUTES)
def route(request):
    return ROUTES[request.param]


def test_trigger_is_submitted(admin, route):
    path, body, _, _ = route
    response = admin.put(path, body)
    assert success(response, "submitted") is None
    assert body_of(response) == {"status": "success", "message": "submitted"}


def test_more_fields_are_ignored(admin, route):
    path, body, _, _ = route
    assert success(admin.put(path, {**body, "nonsense": 1, "simulate": True}), "submitted") is None


def test_lists_may_be_empty(admin, route):
    path, body, _, _ = route
    success(
        admin.put(path, {key: [] if isinstance(value, list) else value for key, value in body.items()}),
        "submitted",
    )


@pytest.mark.parametrize("name, key", [(name, key) for name, route in ROUTES.items() for key in route[1]])
def test_every_field_is_required(admin, name, key):
    path, body, _, _ = ROUTES[name]
    error(admin.put(path, {one: value for one, value in body.items() if one != key}), containing=key)


@pytest.mark.parametrize(
    "name, key, value",
    [
        ("ztf", "queue_name", ["x"]),
        ("ztf", "queue_name", None),
        ("ztf", "validity_window_mjd", "soon"),
        ("ztf", "validity_window_mjd", ["x"]),
        ("ztf", "targets", "all"),
        ("ztf", "targets", ["x"]),
        ("ztf", "queue_type", {}),
        ("ztf", "user", None),
        ("ztfmma", "trigger_name", ["x"]),
        ("ztfmma", "trigger_name", None),
        ("ztfmma", "trigger_time", "soon"),
        ("ztfmma", "trigger_time", None),
        ("ztfmma", "fields", "all"),
        ("ztfmma", "fields", ["x"]),
        ("ztfmma", "user", {}),
    ],
)
def test_field_has_its_type(admin, name, key, value):
    path, body, _, _ = ROUTES[name]
    error(admin.put(path, {**body, key: value}))


@pytest.mark.parametrize("body", ["", "not json", "[]", "1", "null"])
def test_body_must_be_an_object(admin, route, body):
    for method in ("PUT", "DELETE"):
        error(admin.send(method, route[0], data=body))


def test_trigger_is_deleted(admin, route):
    path, body, needed, _ = route
    response = admin.delete(path, {key: body[key] for key in needed})
    assert success(response, "deleted") is None
    assert body_of(response) == {"status": "success", "message": "deleted"}
    success(admin.delete(path, body), "deleted")


@pytest.mark.parametrize("name, key", [(name, key) for name, route in ROUTES.items() for key in route[2]])
def test_every_field_of_a_deletion_is_required(admin, name, key):
    path, body, needed, _ = ROUTES[name]
    error(admin.delete(path, {one: body[one] for one in needed if one != key}), containing=key)


@pytest.mark.parametrize(
    "sent",
    [
        {"json": {}},
        {},
        {"params": {"trigger_name": "x", "user": "y"}},
        {"params": {"user": "y"}},
        {"json": {"user": "y"}},
    ],
    ids=str,
)
def test_triggers_are_listed(admin, route, sent):
    assert success(admin.get(route[0], **sent), "submitted") == route[3]


@pytest.mark.parametrize("name, key", [("ztf", "queue_name"), ("ztfmma", "trigger_name")])
def test_one_trigger_is_listed(admin, name, key):
    path, body, needed, listed = ROUTES[name]
    assert success(admin.get(path, json={one: body[one] for one in needed}), "submitted") == listed
    assert success(admin.get(path, json={key: "x"}), "submitted") == listed


@pytest.mark.parametrize("form", ["{}", "Bearer {}"])
def test_both_forms_of_token(admin, route, form):
    success(admin.put(route[0], route[1], headers={"Authorization": form.format(admin.token)}), "submitted")
