"""Users who want to be more than they are, or to know of others."""

import json

import pytest

import seed as seeds
from canaries import WORD
from target import refused
from tokens import payload_of

VICTIM = f"victim-{WORD}"


@pytest.fixture
def user(make_user):
    """A user of the public program, made for one test."""
    return make_user([1])


def test_nobody_without_a_token_is_let_in(anonymous):
    for method, path in ADMIN_ROUTES + USER_ROUTES:
        refused(anonymous.send(method, path, {}), 401)


ADMIN_ROUTES = [
    ("GET", "/api/users"), ("POST", "/api/users"), ("DELETE", "/api/users/admin"), ("POST", "/api/filters"),
    ("PATCH", "/api/filters"), ("GET", f"/api/filters/{seeds.FILTER_ID}"), ("DELETE", f"/api/filters/{seeds.FILTER_ID}"),
    *(("POST", f"/api/filters/{seeds.FILTER_ID}/{verb}") for verb in ("test", "explain", "diff", "backfill")),
    *(("GET", f"/api/filters/{seeds.FILTER_ID}/{what}") for what in ("hits", "stats", "backfill", "backfill/abcdefghijkl")),
    *((method, f"/api/triggers/{name}{test}") for method in ("GET", "PUT", "DELETE") for name in ("ztf", "ztfmma")
      for test in ("", ".test")),
]
USER_ROUTES = [
    ("GET", "/"), ("POST", "/api/queries"), ("GET", "/api/filters"), ("POST", "/api/filters/explain"), ("GET", "/api/catalogs"), ("GET", f"/api/catalogs/{seeds.STARS}"),
    ("GET", f"/api/alerts/{seeds.OPEN_CANDID}"), ("GET", f"/api/objects/{seeds.MIXED}"),
    ("GET", f"/api/objects/{seeds.MIXED}/photometry"), ("PUT", "/api/classifications/ztf"),
    ("DELETE", "/api/classifications/ztf"), ("GET", f"/api/classifications/ztf/{seeds.OPEN_CANDID}"),
    ("GET", f"/api/cutouts/ztf/{seeds.OPEN_CANDID}/science/fits"), ("PUT", "/api/skymap"), ("GET", "/api/skymap"),
    ("DELETE", "/api/skymap"), ("PUT", "/api/users/admin"), ("GET", "/api/users/admin"), ("POST", "/api/users/admin/logout"),
]


@pytest.mark.parametrize("method, path", ADMIN_ROUTES)
def test_users_are_no_admins(reader, method, path):
    for body in ({}, {"username": "x", "password": "y", "role": "admin"}, b"not json", None):
        refused(reader.send(method, path, body), 403)


OVERRIDES = ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "_method"]


@pytest.mark.parametrize("header", OVERRIDES)
@pytest.mark.parametrize("method", ["DELETE", "PUT", "PATCH", "POST"])
def test_the_method_is_what_it_says(reader, seed, header, method):
    path = f"/api/users/{reader.name}"
    answer = reader.send("GET", f"{path}?_method={method}", headers=[(header, method)])
    assert answer.status == 200 and answer.data["username"] == reader.name, answer
    refused(reader.send("POST", "/api/filters", {"_method": "GET"}, headers=[(header, "GET")]), 403)


@pytest.mark.parametrize("header", ["X-Original-URL", "X-Rewrite-URL", "X-Forwarded-Path", "X-Forwarded-Prefix"])
def test_the_path_is_what_it_says(reader, header):
    answer = reader.send("GET", "/", headers=[(header, "/api/users")])
    assert "greetings" in answer.text, answer


def others(name):
    """Ways to write the path of a user."""
    return [f"/api/users/{name}", f"//api/users/{name}", f"/api//users/{name}", f"/api/users//{name}", f"/api/users/{name}/",
            f"/api/users/./{name}", f"/api/users/x/../{name}", f"/api/users/%2e/{name}", f"/api/users/x/%2e%2e/{name}",
            f"/api/users/%2F{name}", f"/API/users/{name}", f"/api/Users/{name}", f"/api/users/{name}%00", f"/api/users/{name}%20",
            f"/api/users/{name};x", f"/api/users/{name}?x=1", f"/api/users/{name}%3Fx", f"/api/users/{name}.json",
            "/api/users/" + "".join(f"%{byte:02x}" for byte in name.encode()), f"/./api/users/{name}", f"\\api\\users\\{name}",
            f"/api/users/me/..;/{name}", f"/%61pi/users/{name}", f"/api/users/{name.upper()}", f"/api/users/{name}%0d%0a"]


@pytest.mark.parametrize("number", range(25))
@pytest.mark.parametrize("name", [VICTIM, "admin"])
@pytest.mark.parametrize("method, body", [
    ("GET", None), ("DELETE", None), ("PUT", {"password": "stolen"}), ("PUT", {"role": "user"}), ("PUT", {"permissions": []})])
def test_no_path_leads_to_another_user(reader, method, body, name, number):
    answer = reader.send(method, others(name)[number], body)
    assert answer.status in (400, 403, 404, 405), answer


def test_others_cannot_be_logged_out(reader, admin):
    refused(reader.post("/api/users/admin/logout"), 403)
    refused(reader.post(f"/api/users/{VICTIM}/logout"), 403)
    assert admin.get("/").status == 200


@pytest.mark.parametrize("body", [
    {"role": "admin"}, {"permissions": [1, 2, 3]}, {"password": "new", "current_password": seeds.PASSWORD, "role": "admin"},
    {"password": "new", "current_password": seeds.PASSWORD, "permissions": [2]}, {"username": "admin"}, {"email": "x@example.org"},
    {"password": "new", "current_password": seeds.PASSWORD, "username": "admin"}, {"programs": [2], "role": "admin"},
    {"$set": {"role": "admin"}}, {"role": {"$literal": "admin"}}, {"password": {"$ne": ""}, "current_password": {"$ne": ""}},
    {"password": "new"}, {"password": "new", "current_password": ""}, {"password": "new", "current_password": "wrong"},
    {"password": "new", "current_password": None}, {"password": "new", "current_password": seeds.HASH},
    {"_id": "admin", "password": "new"}, {"tokens_since": 0}, {"password": seeds.HASH, "hashed": True},
    {"username": VICTIM, "password": "new", "current_password": seeds.PASSWORD},
    '{"password": "new", "current_password": "U*U", "role": "user", "role": "admin"}',
    '{"username": "x", "username": "admin", "password": "new", "current_password": "U*U"}'], ids=str)
def test_users_change_nothing_but_their_password(user, seed, body):
    before = seed.database["users"].find_one({"_id": user.name})
    refused(user.put(f"/api/users/{user.name}", body), 400, 403)
    assert seed.database["users"].find_one({"_id": user.name}) == before
    refused(user.get("/api/users"), 403)


@pytest.mark.parametrize("body", [
    {"password": "new one", "current_password": seeds.PASSWORD, "isAdmin": True, "tokens_since": 0, "$set": {"role": "admin"}},
    '{"password": "new one", "current_password": "U*U", "__proto__": {"role": "admin"}, "_id": "admin"}'], ids=str)
def test_what_else_a_user_says_is_not_stored(user, seed, anonymous, body):
    assert user.put(f"/api/users/{user.name}", body).status == 200
    stored = seed.database["users"].find_one({"_id": user.name})
    assert stored["role"] == "user" and stored["permissions"] == [1], stored
    assert set(stored) <= {"_id", "email", "password", "permissions", "role", "last_modified", "tokens_since"}, stored


def test_users_see_themselves_without_their_secrets(reader, admin):
    for answer in (reader.get(f"/api/users/{reader.name}"), admin.get("/api/users"), admin.get(f"/api/users/{reader.name}")):
        assert answer.status == 200
        text = answer.text
        assert seeds.HASH not in text and '"password"' not in text and "$2a$" not in text, text[:500]


@pytest.mark.parametrize("name", [
    "a\r\nX-Evil: 1", "a\nb", "a\0b", "a/b", "../admin", ".", "..", "", " ", " admin", "admin ", "x" * 5000, "a\u202eb", "\x7f",
    {"$gt": ""}, ["a"], 5, None, True, "\ud800"], ids=repr)
def test_names_that_deceive_are_not_given(admin, seed, name):
    answer = admin.post("/api/users", {"username": name, "password": "a good password"})
    refused(answer)
    assert not any(key.lower() == "x-evil" for key, _ in answer.headers)


@pytest.mark.parametrize("body", [
    {"password": {"$gt": ""}}, {"password": ["x"]}, {"password": 5}, {"role": "superuser"}, {"role": {"$ne": "user"}},
    {"permissions": "all"}, {"permissions": {"$in": [1]}}, {"permissions": [{"$gt": 0}]}, {"permissions": [-1]},
    {"permissions": [1.5]}, {"permissions": [2**70]}, {"permissions": list(range(100000))}, {"email": {"$gt": ""}},
    {"email": "a\r\nBcc: x@example.org"}, {"password": "x" * 600}, {"password": "a\0b"}, {"password": ""}], ids=lambda body: str(body)[:60])
def test_users_are_made_of_plain_values(admin, seed, body):
    refused(admin.post("/api/users", {"username": "redteam-plain", "password": "a good password", **body}))
    assert seed.database["users"].find_one({"_id": "redteam-plain"}) is None


@pytest.mark.parametrize("change", [
    ("DELETE", None), ("PUT", {"username": "root"}), ("PUT", {"role": "user"}), ("PUT", {"username": "x", "password": "y"})], ids=str)
def test_the_admin_of_the_settings_stays(admin, options, change):
    method, body = change
    refused(admin.send(method, f"/api/users/{options.admin}", body))
    assert admin.get("/api/users").status == 200


def test_two_users_of_one_name_do_not_exist(admin, user, seed):
    before = seed.database["users"].find_one({"_id": user.name})
    refused(admin.post("/api/users", {"username": user.name, "password": "x", "role": "admin"}), 400, 409)
    assert seed.database["users"].find_one({"_id": user.name}) == before


def test_a_token_tells_only_the_name(reader):
    assert set(payload_of(reader.token)) <= {"user_id", "created_at", "exp", "tokens_since", "iat"}, payload_of(reader.token)


def test_each_user_has_labels_of_their_own_doing_only_by_name(reader, admin):
    """Labels are shared, as Kowalski's are; whoever sees an alert may change them. Nothing else of a user is shared."""
    assert json.dumps(reader.ask("info", {"command": "catalog_names"}).data).count("user") == 0
