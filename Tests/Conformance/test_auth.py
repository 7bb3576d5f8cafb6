"""Log-in and tokens (1.3)."""

import base64
import datetime
import hashlib
import hmac
import json
import uuid

import pytest

from client import body_of, error, success
from seed import PASSWORD, user

VERSIONS = [
    "2.0.0",
    "2.0.1",
    "2.0.2",
    "2.1.0",
    "2.1.1",
    "2.2.0",
    "2.2.1",
    "2.3.1",
    "2.3.2",
    "2.3.3",
    "2.4.0",
    "2.4.1",
    "2.4.2",
]


def unpadded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def part(token, number):
    text = token.split(".")[number]
    return json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))


def signed(payload, key, algorithm="HS256"):
    """A token of one's own making."""
    digest = {"HS256": hashlib.sha256, "HS384": hashlib.sha384, "HS512": hashlib.sha512}.get(algorithm)
    head = unpadded(json.dumps({"alg": algorithm, "typ": "JWT"}).encode())
    text = f"{head}.{unpadded(json.dumps(payload).encode())}"
    return f"{text}.{unpadded(hmac.new(key.encode(), text.encode(), digest).digest()) if digest else ''}"


@pytest.fixture
def key(options):
    if not options.jwt_secret:
        pytest.skip("needs the key that signs tokens: --jwt-secret")
    return options.jwt_secret


def payload(name, **more):
    """What the token of a user says, who logs in now."""
    now = datetime.datetime.now(datetime.timezone.utc)
    return {"user_id": name, "created_at": now.isoformat(timespec="microseconds"), **more}


@pytest.mark.parametrize(
    "body, missing",
    [
        ({}, "username"),
        ({"password": "x"}, "username"),
        ({"username": ""}, "username"),
        ({"username": "", "password": ""}, "username"),
        ({"username": "", "password": "x"}, "username"),
        ({"username": None, "password": "x"}, "username"),
        ({"username": "admin"}, "password"),
        ({"username": "admin", "password": ""}, "password"),
        ({"username": "admin", "password": None}, "password"),
    ],
)
def test_what_is_missing_is_said_username_first(nobody, body, missing):
    error(nobody.post("/api/auth", body), f"missing {missing}")


def test_log_in_answers_a_token_alone(nobody, options):
    response = nobody.log_in(options.username, options.password)
    assert response.status_code == 200
    body = body_of(response)
    assert set(body) == {"status", "token"} and body["status"] == "success"
    assert part(body["token"], 0) == {**part(body["token"], 0), "alg": "HS256", "typ": "JWT"}
    claims = part(body["token"], 1)
    assert claims["user_id"] == options.username
    made = datetime.datetime.fromisoformat(claims["created_at"])
    assert abs((datetime.datetime.now(datetime.timezone.utc) - made).total_seconds()) < 600


def test_token_is_signed_with_the_key(nobody, options, key):
    text, signature = nobody.log_in(options.username, options.password).json()["token"].rsplit(".", 1)
    assert signature == unpadded(hmac.new(key.encode(), text.encode(), hashlib.sha256).digest())


@pytest.mark.parametrize("version", VERSIONS)
def test_supported_penquins_logs_in(nobody, options, version):
    body = {"username": options.username, "password": options.password, "penquins.__version__": version}
    assert "token" in body_of(nobody.post("/api/auth", body))


@pytest.mark.parametrize("version", ["1.0.0", "2.3.0", "9.9.9", "2.4", "2.4.2.1"])
def test_other_penquins_is_refused(nobody, options, version):
    body = {"username": options.username, "password": options.password, "penquins.__version__": version}
    error(nobody.post("/api/auth", body), f"unsupported version of penquins: {version}")


@pytest.mark.parametrize(
    "username, password",
    [
        (None, "wrong"),
        (None, "x" * 5000),
        ("conformance-nobody", None),
        ("conformance-nobody", "wrong"),
        ("ADMIN ", "admin"),
    ],
)
def test_wrong_name_and_wrong_password_look_alike(nobody, make_user, username, password):
    # Of a user of the test's own: a service may refuse a name for a while after wrong passwords.
    known = part(make_user([1]).token, 1)["user_id"]
    response = nobody.log_in(username or known, password or PASSWORD)
    error(response, "Unauthorized", 401)
    assert body_of(response) == {"status": "error", "message": "Unauthorized"}


def test_injected_operator_is_no_username(nobody, options):
    body = {"username": {"$ne": ""}, "password": options.password}
    assert nobody.post("/api/auth", body).status_code in (400, 401, 500)


@pytest.mark.improved
@pytest.mark.parametrize(
    "body",
    [
        {"username": {"$ne": ""}, "password": "x"},
        {"username": ["admin"], "password": "x"},
        {"username": 1, "password": "x"},
        {"username": "admin", "password": ["x"]},
        {"username": "admin", "password": 1},
        {"username": True, "password": True},
    ],
)
def test_log_in_of_wrong_types_is_an_error_of_the_client(nobody, body):
    error(nobody.post("/api/auth", body), status=(400, 401))


@pytest.mark.parametrize("body", ["", "not json", "[]", "1", "null", '"x"', "{"])
def test_log_in_without_object_is_an_error_in_the_envelope(nobody, body):
    response = nobody.send("POST", "/api/auth", data=body)
    error(response, "Internal Server Error" if response.status_code == 500 else None, (400, 500))


def test_user_taken_over_from_kowalski_logs_in(nobody, database):
    name = f"conformance-{uuid.uuid4().hex[:12]}"
    database["users"].insert_one(user(name, {}))
    try:
        token = body_of(nobody.log_in(name, PASSWORD))["token"]
        success(nobody.as_(token).get("/"))
        error(nobody.log_in(name, PASSWORD + "x"), "Unauthorized", 401)
    finally:
        database["users"].delete_one({"_id": name})


@pytest.mark.improved
def test_token_ends_with_its_user(nobody, database):
    name = f"conformance-{uuid.uuid4().hex[:12]}"
    database["users"].insert_one(user(name, {}))
    token = body_of(nobody.log_in(name, PASSWORD))["token"]
    database["users"].delete_one({"_id": name})
    error(nobody.as_(token).ask("info", {"command": "catalog_names"}), status=(400, 401))


def test_token_of_the_key_is_taken(nobody, options, key):
    success(nobody.as_(signed(payload(options.username), key)).get("/"))
    success(nobody.as_(signed(payload(options.username, exp=4102444800), key)).get("/"))


@pytest.mark.parametrize("path, method", [("/", "GET"), ("/api/queries", "POST"), ("/api/auth", "POST")])
def test_expired_token_has_expired(nobody, options, key, path, method):
    old = signed(payload(options.username, exp=1577934245), key)
    error(nobody.as_(old).send(method, path, json={}), "token has expired")


@pytest.mark.parametrize(
    "algorithm, wrong",
    [
        ("HS256", "another key of the same length, or nearly so"),
        ("HS256", ""),
        ("none", None),
        ("None", None),
        ("HS384", None),
        ("HS512", None),
        ("RS256", None),
    ],
)
def test_forged_token_is_invalid(nobody, options, key, algorithm, wrong):
    forged = signed(payload(options.username), key if wrong is None else wrong, algorithm)
    error(nobody.as_(forged).get("/"), "token is invalid")


def test_changed_token_is_invalid(nobody, admin):
    head, _, signature = admin.token.split(".")
    changed = f"{head}.{unpadded(json.dumps(payload('someone else')).encode())}.{signature}"
    error(nobody.as_(changed).get("/"), "token is invalid")


@pytest.mark.improved
@pytest.mark.parametrize(
    "claims", [{}, {"user_id": 1}, {"user_id": None}, {"user_id": ""}, {"user_id": "nobody at all"}]
)
def test_token_without_a_user_is_refused(nobody, key, claims):
    error(nobody.as_(signed(claims, key)).get("/"), status=(400, 401))


@pytest.mark.improved
@pytest.mark.parametrize("expiry", ["2020-01-02T03:04:05", [], {}, "soon"])
def test_expiry_that_is_no_number_is_refused(nobody, options, key, expiry):
    error(nobody.as_(signed(payload(options.username, exp=expiry), key)).get("/"), status=(400, 401))


def test_admin_is_in_the_database_without_password(database, options, admin):
    stored = database["users"].find_one({"_id": options.username})
    assert stored and options.password not in stored["password"] and len(stored["password"]) >= 40
    assert isinstance(stored["last_modified"], datetime.datetime)
