"""Users (1.4)."""

import datetime
import uuid

import pytest

from client import body_of, error, success
from urllib.parse import quote


@pytest.fixture
def name(admin):
    """A user name of one test; the user is removed afterwards."""
    unique = f"conformance-{uuid.uuid4().hex[:12]}"
    yield unique
    for each in (unique, unique + "-renamed"):
        admin.delete(f"/api/users/{quote(each, safe='')}")


@pytest.fixture
def known(admin, name):
    """A user with the password `first`."""
    success(admin.post("/api/users", {"username": name, "password": "first"}), f"added user {name}")
    return name


def can_log_in(service, username, password):
    """Whether this password is taken; nothing but 200 and 401 is an answer to that."""
    response = service.log_in(username, password)
    assert response.status_code in (200, 401), response.text
    return response.status_code == 200


def test_added_user_logs_in_and_asks(admin, nobody, name):
    response = admin.post("/api/users", {"username": name, "password": "first"})
    assert success(response, f"added user {name}") is None
    assert body_of(response) == {"status": "success", "message": f"added user {name}"}
    token = nobody.log_in(name, "first").json()["token"]
    success(nobody.as_(token).get("/"))
    assert not can_log_in(nobody, name, "second")


def test_added_user_is_stored(admin, name, database):
    body = {"username": name, "password": "first", "email": "a@b.org", "permissions": [1, 2]}
    success(admin.post("/api/users", body), f"added user {name}")
    stored = database["users"].find_one({"_id": name})
    assert stored["email"] == "a@b.org" and stored["permissions"] == [1, 2]
    assert "first" not in stored["password"] and len(stored["password"]) >= 40
    age = datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None) - stored["last_modified"]
    assert abs(age.total_seconds()) < 600


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"username": "conformance-x"},
        {"password": "x"},
        {"username": "", "password": "x"},
        {"username": "conformance-x", "password": ""},
        {"username": "", "password": ""},
        {"username": None, "password": "x"},
        {"username": "conformance-x", "password": None},
    ],
)
def test_user_needs_name_and_password(admin, body):
    error(admin.post("/api/users", body), "username and password must be set")


@pytest.mark.improved
@pytest.mark.parametrize(
    "more",
    [
        {"username": 1},
        {"username": ["a"]},
        {"username": {"$gt": ""}},
        {"password": 1},
        {"password": ["x"]},
        {"email": 3},
    ],
)
def test_user_of_wrong_types_is_an_error_of_the_client(admin, name, more):
    error(admin.post("/api/users", {"username": name, "password": "first", **more}))


@pytest.mark.improved
def test_duplicate_user_is_an_error_of_the_client(admin, nobody, known):
    error(admin.post("/api/users", {"username": known, "password": "other"}))
    assert can_log_in(nobody, known, "first") and not can_log_in(nobody, known, "other")


@pytest.mark.parametrize("ending", ["@caltech.edu", " b", "é", "o'neill", "a+b", "%41", "$x", ".x"])
def test_names_of_many_characters(admin, nobody, name, ending):
    odd = name + ending
    success(admin.post("/api/users", {"username": odd, "password": "first"}), f"added user {odd}")
    try:
        assert can_log_in(nobody, odd, "first")
    finally:
        success(admin.delete(f"/api/users/{quote(odd, safe='')}"), f"removed user {odd}")
    assert not can_log_in(nobody, odd, "first")


@pytest.mark.parametrize("password", ["ü ñ 密码 🔭", " ", "x" * 72, "a\"b'c\\", "$2b$12$"])
def test_passwords_of_many_characters(admin, nobody, name, password):
    success(admin.post("/api/users", {"username": name, "password": password}))
    assert can_log_in(nobody, name, password)
    assert not can_log_in(nobody, name, password[:-1] + "?")


def test_password_is_changed(admin, nobody, known):
    response = admin.put(f"/api/users/{known}", {"username": known, "password": "second"})
    assert success(response, f"edited user {known}") is None
    assert can_log_in(nobody, known, "second") and not can_log_in(nobody, known, "first")


@pytest.mark.improved
def test_password_is_changed_without_username(admin, nobody, known):
    success(admin.put(f"/api/users/{known}", {"password": "second"}), f"edited user {known}")
    assert can_log_in(nobody, known, "second") and not can_log_in(nobody, known, "first")


def test_user_is_renamed(admin, nobody, known):
    success(admin.put(f"/api/users/{known}", {"username": known + "-renamed"}), f"edited user {known}")
    assert can_log_in(nobody, known + "-renamed", "first") and not can_log_in(nobody, known, "first")
    error(admin.delete(f"/api/users/{known}"), f"user {known} not found")


def test_user_is_renamed_with_a_new_password(admin, nobody, known):
    body = {"username": known + "-renamed", "password": "second"}
    success(admin.put(f"/api/users/{known}", body), f"edited user {known}")
    assert can_log_in(nobody, known + "-renamed", "second") and not can_log_in(
        nobody, known + "-renamed", "first"
    )


def test_renamed_user_keeps_what_is_known(admin, known, database):
    database["users"].update_one({"_id": known}, {"$set": {"email": "a@b.org", "permissions": [2]}})
    success(admin.put(f"/api/users/{known}", {"username": known + "-renamed"}))
    stored = database["users"].find_one({"_id": known + "-renamed"})
    assert stored["email"] == "a@b.org" and stored["permissions"] == [2]
    assert database["users"].count_documents({"_id": known}) == 0


@pytest.mark.improved
@pytest.mark.parametrize("body", [{"username": "conformance-other"}, {"password": "x"}])
def test_unknown_user_cannot_be_edited(admin, body):
    error(admin.put("/api/users/conformance-nobody", body), status=(400, 404))


@pytest.mark.improved
def test_user_is_not_renamed_to_another(admin, nobody, known, options):
    error(admin.put(f"/api/users/{known}", {"username": options.username}), status=(400, 409))
    assert can_log_in(nobody, known, "first")
    assert can_log_in(nobody, options.username, options.password)


@pytest.mark.improved
@pytest.mark.parametrize("body", [{"username": 1}, {"password": ["x"]}, {"username": {"$gt": ""}}, [], "x"])
def test_edit_of_wrong_types_is_an_error_of_the_client(admin, nobody, known, body):
    error(admin.put(f"/api/users/{known}", body))
    assert can_log_in(nobody, known, "first")


def test_admin_is_not_renamed(admin, nobody, options):
    response = admin.put(f"/api/users/{options.username}", {"username": "conformance-other", "password": "x"})
    error(response, "cannot rename the superuser!")
    assert can_log_in(nobody, options.username, options.password)


def test_admin_is_not_removed(admin, nobody, options):
    error(admin.delete(f"/api/users/{options.username}"), "cannot remove the superuser!")
    assert can_log_in(nobody, options.username, options.password)


def test_user_is_removed_once(admin, nobody, known):
    response = admin.delete(f"/api/users/{known}")
    assert success(response, f"removed user {known}") is None
    assert not can_log_in(nobody, known, "first")
    error(admin.delete(f"/api/users/{known}"), f"user {known} not found")


@pytest.mark.parametrize("unknown", ["conformance-nobody", "x"])
def test_unknown_user_is_not_found(admin, unknown):
    error(admin.delete(f"/api/users/{unknown}"), f"user {unknown} not found")


@pytest.mark.improved
def test_token_ends_with_the_user(admin, nobody, known):
    service = nobody.as_(nobody.log_in(known, "first").json()["token"])
    success(service.get("/"))
    success(admin.delete(f"/api/users/{known}"))
    error(service.ask("info", {"command": "catalog_names"}), status=(400, 401))
