"""The service under test as its clients see it, and what every answer has in common."""

import json

import requests
from bson import json_util

QUERY_MESSAGE = "Successfully executed query"


class Service:
    """Sends requests to one base URL as one user, whose token stands in the header as it is (as penquins does)."""

    def __init__(self, url, token=None):
        self.url = url.rstrip("/")
        self.token = token
        self.session = requests.Session()
        self.session.trust_env = False

    def as_(self, token):
        """The same service for the holder of another token; None: for nobody."""
        return Service(self.url, token)

    def send(self, method, path, **request):
        """Sends a request, by default with the token; `headers` of the caller come first."""
        headers = dict(request.pop("headers", None) or {})
        if self.token is not None and "Authorization" not in headers:
            headers["Authorization"] = self.token
        request.setdefault("timeout", 60)
        return self.session.request(method, self.url + path, headers=headers, **request)

    def get(self, path, **request):
        return self.send("GET", path, **request)

    def post(self, path, json=None, **request):
        return self.send("POST", path, json=json, **request)

    def put(self, path, json=None, **request):
        return self.send("PUT", path, json=json, **request)

    def patch(self, path, json=None, **request):
        return self.send("PATCH", path, json=json, **request)

    def delete(self, path, json=None, **request):
        return self.send("DELETE", path, json=json, **request)

    def ask(self, kind, query, **kwargs):
        """The answer to a query with these kwargs."""
        body = {"query_type": kind, "query": query}
        if kwargs:
            body["kwargs"] = kwargs
        return self.post("/api/queries", body)

    def data(self, kind, query, **kwargs):
        """The data of a query that must succeed, None where it has none."""
        return success(self.ask(kind, query, **kwargs), QUERY_MESSAGE)

    def log_in(self, username, password):
        """The answer to a log-in."""
        return Service(self.url).post("/api/auth", {"username": username, "password": password})


def body_of(response):
    """The JSON object of an answer."""
    assert response.headers["Content-Type"].startswith("application/json"), (
        response.status_code,
        response.headers["Content-Type"],
        response.text[:500],
    )
    body = json.loads(response.text)
    assert isinstance(body, dict), body
    return body


def success(response, message=None, status="success"):
    """Judges the envelope of a success and returns its data; a message of None is not judged."""
    assert response.status_code == 200, (response.status_code, response.text[:1000])
    body = body_of(response)
    assert body["status"] == status, body
    assert set(body) <= {"status", "message", "data"}, body
    assert "data" not in body or body["data"] is not None, "data of None is left out"
    if message is not None:
        assert body["message"] == message, body
    return body.get("data")


def error(response, message=None, status=400, containing=None):
    """Judges the envelope of an error and returns its message."""
    allowed = status if isinstance(status, (tuple, list, range)) else (status,)
    assert response.status_code in allowed, (response.status_code, response.text[:1000])
    body = body_of(response)
    assert body["status"] == "error", body
    assert "data" not in body and isinstance(body.get("message"), str), body
    assert "Traceback" not in body["message"], body
    if message is not None:
        assert body["message"] == message, body
    if containing is not None:
        assert containing in body["message"], body
    return body["message"]


def as_json(value):
    """A value of the database as the service must write it: relaxed Extended JSON, parsed as plain JSON."""
    return json.loads(json_util.dumps(value))


def identical(first, second):
    """Whether two parsed JSON values are equal with all types; 1 and 1.0 are not."""
    if type(first) is not type(second):
        return False
    if isinstance(first, dict):
        return first.keys() == second.keys() and all(identical(first[key], second[key]) for key in first)
    if isinstance(first, list):
        return len(first) == len(second) and all(map(identical, first, second))
    return first == second


def same_documents(answered, stored, ordered=False):
    """Asserts that an answer holds just these documents of the database, in any order unless `ordered`."""
    expected = as_json(list(stored))
    if not ordered:
        answered, expected = (
            sorted(each, key=lambda one: json.dumps(one, sort_keys=True)) for each in (answered, expected)
        )
    assert identical(answered, expected), (answered[:3], expected[:3], len(answered), len(expected))
