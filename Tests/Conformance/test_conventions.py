"""What holds for every route: tokens, the envelope, statuses, the documentation (1.1, 1.2)."""

import json

import pytest

from client import body_of, error, success

GREETING = "greetings from Kowalski!"

#: Method, path, body of routes for every user.
USER_ROUTES = [
    ("GET", "/", None),
    ("POST", "/api/queries", {"query_type": "info", "query": {"command": "catalog_names"}}),
    ("PUT", "/api/skymap", {}),
    ("GET", "/api/skymap", None),
    ("DELETE", "/api/skymap", {}),
    ("GET", "/api/cutouts/ztf/1/science/fits", None),
    ("GET", "/api/cutouts/ztf/1/science/png", None),
]
#: Routes for admins.
ADMIN_ROUTES = [
    ("POST", "/api/users", {}),
    ("PUT", "/api/users/conformance-none", {}),
    ("DELETE", "/api/users/conformance-none", None),
    ("POST", "/api/filters", {}),
    ("PATCH", "/api/filters", {}),
    ("GET", "/api/filters/987654321", None),
    ("DELETE", "/api/filters/987654321", None),
    ("POST", "/api/filters/987654321/test", {}),
] + [
    (method, f"/api/triggers/{queue}{suffix}", {})
    for queue in ("ztf", "ztfmma")
    for suffix in ("", ".test")
    for method in ("GET", "PUT", "DELETE")
]
#: Routes that Kowalski leaves open.
CLASSIFICATION_ROUTES = [
    ("PUT", "/api/classifications/ztf", {}),
    ("DELETE", "/api/classifications/ztf", {}),
    ("GET", "/api/classifications/ztf/1", None),
]
#: The paths that the documentation describes, with its methods.
DOCUMENTED = {
    "/": ["get"],
    "/api/auth": ["post"],
    "/api/users": ["post"],
    "/api/users/{username}": ["put", "delete"],
    "/api/queries": ["post"],
    "/api/filters": ["post", "patch"],
    "/api/filters/{filter_id}": ["get", "delete"],
    "/api/filters/{filter_id}/test": ["post"],
    "/api/triggers/ztf": ["get", "put", "delete"],
    "/api/triggers/ztf.test": ["get", "put", "delete"],
    "/api/triggers/ztfmma": ["get", "put", "delete"],
    "/api/triggers/ztfmma.test": ["get", "put", "delete"],
    "/api/skymap": ["get", "put", "delete"],
    "/api/cutouts/{survey}/{candid}/{cutout}/{file_format}": ["get"],
    "/api/classifications/{survey}": ["put", "delete"],
    "/api/classifications/{survey}/{candid}": ["get"],
}


def name_of(route):
    return f"{route[0]} {route[1]}"


@pytest.mark.parametrize("form", ["{}", "Bearer {}", "bearer {}", "BEARER {}", "bEaReR {}"])
def test_token_is_taken_raw_and_as_bearer(admin, form):
    response = admin.get("/", headers={"Authorization": form.format(admin.token)})
    assert success(response, GREETING) is None
    assert body_of(response) == {"status": "success", "message": GREETING}


def test_greeting_is_for_every_user(astronomer):
    assert success(astronomer.get("/"), GREETING) is None


@pytest.mark.parametrize("route", USER_ROUTES + ADMIN_ROUTES, ids=name_of)
def test_route_without_token_is_unauthorized(nobody, route):
    method, path, body = route
    response = nobody.send(method, path, json=body)
    error(response, "Unauthorized", 401)
    assert body_of(response) == {"status": "error", "message": "Unauthorized"}


@pytest.mark.improved
@pytest.mark.parametrize("route", CLASSIFICATION_ROUTES, ids=name_of)
def test_classifications_without_token_are_unauthorized(nobody, route):
    method, path, body = route
    error(nobody.send(method, path, json=body), "Unauthorized", 401)


@pytest.mark.parametrize("route", ADMIN_ROUTES, ids=name_of)
def test_route_of_admins_is_forbidden_to_users(astronomer, route):
    method, path, body = route
    response = astronomer.send(method, path, json=body)
    error(response, "Forbidden", 403)
    assert body_of(response) == {"status": "error", "message": "Forbidden"}


BAD_TOKENS = [
    "no_token",
    "Bearer no_token",
    "bearer a.b.c",
    "token {}",
    "{}x",
    "Bearer x{}",
    "eyJhbGciOiJub25lIn0.e30.",
]


@pytest.mark.parametrize("form", BAD_TOKENS)
def test_bad_token_is_invalid(admin, form):
    error(admin.get("/", headers={"Authorization": form.format(admin.token)}), "token is invalid")


@pytest.mark.parametrize(
    "route",
    [
        ("POST", "/api/auth", {"username": "x", "password": "x"}),
        ("GET", "/docs/api/", None),
        ("GET", "/docs/api/swagger.json", None),
        ("POST", "/api/queries", {}),
        ("POST", "/api/users", {}),
    ],
    ids=name_of,
)
def test_bad_token_is_invalid_on_public_routes_too(nobody, route):
    method, path, body = route
    error(nobody.send(method, path, json=body, headers={"Authorization": "no_token"}), "token is invalid")


@pytest.mark.improved
@pytest.mark.parametrize("value", ["bearer", "Bearer", "Bearer ", "Basic YWRtaW46YWRtaW4="])
def test_header_without_token_is_an_error_of_the_client(nobody, value):
    error(nobody.get("/", headers={"Authorization": value}), status=(400, 401))


@pytest.mark.parametrize(
    "route",
    [
        ("GET", "/api/nothing"),
        ("POST", "/api"),
        ("GET", "/api/alerts"),
        ("GET", "/nothing"),
        ("DELETE", "/api/queries/7"),
        ("GET", "/api/filters/abc"),
        ("DELETE", "/api/filters/abc"),
        ("GET", "/api/filters/-7"),
        ("POST", "/api/filters/x/test"),
    ],
    ids=name_of,
)
def test_unknown_path_is_not_found(admin, route):
    response = admin.send(*route)
    error(response, "Not Found", 404)
    assert body_of(response) == {"status": "error", "message": "Not Found"}


@pytest.mark.parametrize(
    "route",
    [
        ("GET", "/api/auth"),
        ("PUT", "/api/queries"),
        ("PATCH", "/api/users"),
        ("PATCH", "/api/filters/7"),
        ("DELETE", "/api/filters"),
        ("POST", "/api/skymap"),
        ("POST", "/api/cutouts/ztf/1/science/fits"),
        ("DELETE", "/"),
    ],
    ids=name_of,
)
def test_unknown_method_is_not_allowed(admin, route):
    assert admin.send(*route).status_code == 405


def test_head_of_greeting_is_not_allowed(admin):
    response = admin.send("HEAD", "/")
    assert response.status_code == 405 and response.text == ""


@pytest.mark.parametrize(
    "body", ["not json", "", "{", "{'query_type': 'info'}", '{"query_type": }', "\x00", "nul"]
)
def test_body_that_is_no_json_says_what_the_parser_found(admin, body):
    message = error(admin.send("POST", "/api/queries", data=body.encode()))
    assert message.startswith("JSONDecodeError: "), message
    if body in ("not json", ""):
        assert message == "JSONDecodeError: Expecting value: line 1 column 1 (char 0)"


@pytest.mark.parametrize("body", ["[]", "1", '"query"', "null", "true", "{}", "[[]]"])
def test_body_that_is_no_query_is_an_error(admin, body):
    error(admin.send("POST", "/api/queries", data=body))


@pytest.mark.parametrize("body", [b"\xff\xfe", b'{"query_type": "\xc3("}', b"\x1f\x8b\x08\x00"])
def test_body_that_is_no_text_is_an_error(admin, body):
    error(admin.send("POST", "/api/queries", data=body))


@pytest.mark.improved
def test_nesting_without_end_is_an_error(admin):
    error(admin.send("POST", "/api/queries", data="[" * 100_000))
    error(admin.send("POST", "/api/queries", data='{"query_type":' * 20_000 + "1" + "}" * 20_000))


@pytest.mark.parametrize(
    "kind",
    [None, "text/plain", "application/x-www-form-urlencoded", "application/json; charset=utf-8", "x/y"],
)
def test_content_type_of_a_body_does_not_matter(admin, kind):
    body = json.dumps({"query_type": "info", "query": {"command": "catalog_names"}})
    headers = {"Content-Type": kind} if kind else {}
    names = success(admin.send("POST", "/api/queries", data=body, headers=headers))
    assert isinstance(names, list)


def test_form_is_no_body(nobody):
    error(
        nobody.send("POST", "/api/auth", data={"username": "admin", "password": "admin"}), status=(400, 500)
    )


def test_body_above_the_limit_is_too_large(admin):
    body = '{"query_type": "info", "query": {"command": "' + "x" * 1_100_000 + '"}}'
    try:
        response = admin.send("POST", "/api/queries", data=body)
    except OSError:
        return  # a service may close the connection while the client still writes
    assert response.status_code == 413, response.text[:200]


def test_body_below_the_limit_is_taken(admin, world):
    body = {"catalog": "conformance_things", "filter": {"name": {"$in": ["x" * 100] * 9000}}}
    assert admin.data("find", body) == []


@pytest.mark.parametrize("path", ["/docs/api/", "/docs/api/swagger.json"])
def test_documentation_is_for_everybody(nobody, path):
    response = nobody.get(path)
    assert response.status_code == 200
    kind = "text/html" if path.endswith("/") else "application/json"
    assert response.headers["Content-Type"].startswith(kind)


@pytest.fixture(scope="module")
def documentation(nobody):
    document = nobody.get("/docs/api/swagger.json").json()
    assert document["openapi"].startswith("3.")
    return document


@pytest.mark.parametrize("path", DOCUMENTED)
def test_documentation_names_route(documentation, path):
    for method in DOCUMENTED[path]:
        assert documentation["paths"][path][method]["responses"], (path, method)


def test_documentation_names_the_ways_to_give_a_token(documentation):
    schemes = documentation["components"]["securitySchemes"]
    assert schemes["bearerAuth"]["type"] == "http" and schemes["bearerAuth"]["scheme"] == "bearer"
    assert schemes["token"] == {**schemes["token"], "type": "apiKey", "in": "header", "name": "Authorization"}
