"""What errors, metrics, documents and the log tell."""

import re

import pytest

import seed as seeds
from canaries import WORD
from seed import STARS
from target import refused


@pytest.mark.parametrize("query", [
    ("find", {"catalog": STARS, "filter": {"$unknown": 1}}), ("find", {"catalog": STARS, "filter": {"a": {"$regex": "("}}}),
    ("find", {"catalog": STARS, "filter": {"a": {"$in": 5}}}), ("find", {"catalog": STARS, "filter": {}, "projection": {"a": 1, "b": 0}}),
    ("find", {"catalog": "x" * 300, "filter": {}}), ("aggregate", {"catalog": STARS, "pipeline": [{"$project": {}}]}),
    ("aggregate", {"catalog": STARS, "pipeline": [{"$set": {"x": {"$divide": [1, 0]}}}]}),
    ("aggregate", {"catalog": STARS, "pipeline": [{"$set": {"x": {"$toInt": "$name"}}}]}),
    ("aggregate", {"catalog": "nothing", "pipeline": [{"$geoNear": {"near": [0, 0], "distanceField": "d"}}]}),
    ("aggregate", {"catalog": STARS, "pipeline": [{"$set": {"x": {"$range": [0, 1e9]}}}]}),
    ("find", {"catalog": STARS, "filter": {"coordinates.radec_geojson": {"$near": [1e9, 1e9]}}}),
    ("find", {"catalog": STARS, "filter": {"$text": {"$search": "x"}}}), ("info", {"command": "catalog_info", "catalog": "nothing"}),
    ("find", {"catalog": STARS, "filter": {"a": {"$type": "nothing"}}}), ("aggregate", {"catalog": STARS, "pipeline": [{"$limit": 0}]}),
    ("find", {"catalog": STARS, "filter": "__import__('os').environ"}), ("find", {"catalog": STARS, "filter": "{'a': open('/etc/passwd')}"}),
    ("skymap", {"catalog": STARS, "filter": {}, "skymap": {"localization_name": "nothing", "aliases": ["x"]}})], ids=str)
def test_errors_tell_nothing_of_the_inside(reader, query):
    """`Target.examine` looks for files, addresses and the like; here for hosts and ports, too."""
    answer = reader.ask(*query)
    assert answer.status in (200, 400), answer
    assert not re.search(r"127\.0\.0\.1|localhost|:\d{4,5}\b|rs0|\b0x[0-9a-f]{6,}", answer.text), answer
    assert "os.environ" not in answer.text and "root:" not in answer.text


@pytest.mark.parametrize("path", [
    "/.env", "/config.yaml", "/secrets.json", "/../secrets.json", "/..%2fsecrets.json", "/%2e%2e/%2e%2e/etc/passwd", "/docs/../../etc/passwd",
    "/docs/api/../../secrets.json", "/docs/api/%2e%2e%2f%2e%2e%2fetc%2fpasswd", "/static/../secrets.json", "/debug/pprof/", "/server-status",
    "/actuator/env", "/.git/config", "/api/", "/api", "/api/../metrics/", "/favicon.ico/../../x", "/docs/api/swagger.json/..%00/x",
    "/etc/passwd", "//etc/passwd", "/proc/self/environ", "/metrics/../../proc/self/environ", "/~root/", "/cgi-bin/test", "/phpinfo.php"])
def test_no_file_is_served(reader, anonymous, path):
    for target in (reader, anonymous):
        answer = target.get(path)
        assert answer.status in (400, 401, 404), answer
        assert "root:" not in answer.text and "secret" not in answer.text


@pytest.mark.parametrize("path", ["/metrics", "/healthz", "/readyz", "/docs/api/", "/docs/api/swagger.json", "/docs/api"])
def test_what_everybody_may_read_has_no_secrets(anonymous, options, database, path):
    answer = anonymous.get(path)
    text = answer.text
    assert answer.status in (200, 301), answer
    for secret in (options.admin_password, options.token_key or WORD, options.mongodb, database.name, WORD, seeds.HASH):
        assert secret not in text, (path, secret)
    if path == "/metrics":
        # No name of a user, collection or document is a label.
        assert "redteam" not in text and STARS not in text and "ZTF" not in text


@pytest.mark.parametrize("name, value", [
    ("Host", "evil.example"), ("X-Forwarded-Host", "evil.example"), ("X-Forwarded-Proto", "javascript"), ("Referer", "http://evil.example/"),
    ("Origin", "http://evil.example"), ("X-Request-ID", "x\x01y"), ("X-Request-ID", "evil.example"), ("X-Request-ID", "a" * 5000),
    ("Accept", "evil.example/x"), ("Content-Type", "evil.example/x")])
def test_headers_are_not_reflected(anonymous, reader, name, value):
    for target, path in ((anonymous, "/docs/api/"), (anonymous, "/docs/api/swagger.json"), (reader, "/"), (reader, "/nothing")):
        answer = target.send("GET", path, headers=[(name, value)])
        assert "evil.example" not in answer.text, answer
        assert all("evil.example" not in text or key.lower() == "x-request-id" for key, text in answer.headers), answer.headers
        assert all(len(text) < 1000 for _, text in answer.headers)
        assert answer.header("Access-Control-Allow-Origin") is None


@pytest.mark.parametrize("path", ["/<script>alert(1)</script>", "/docs/api/<script>", "/docs/api/?x=<script>alert(1)</script>",
                                  "/api/catalogs/%3Cscript%3E", "/api/objects/%3Cimg%20src=x%3E", "/api/cutouts/<b>/1/a/b"])
def test_no_script_is_sent_back_as_a_page(reader, path):
    answer = reader.get(path)
    assert "<script>alert" not in answer.text, answer
    if "<" in answer.text:
        assert not answer.header("Content-Type").startswith("text/html") or path.startswith("/docs"), answer
    assert answer.header("X-Content-Type-Options") == "nosniff"


@pytest.mark.parametrize("name", ["a%0d%0aX-Evil:%201", "%0aX-Evil:1", "a%0d%0a%0d%0a<html>", "%e5%98%8a%e5%98%8dX-Evil:1"])
@pytest.mark.parametrize("path", ["/api/objects/{}", "/api/objects/{}/photometry?format=csv", "/api/catalogs/{}", "/api/users/{}",
                                  "/api/cutouts/ztf/{}/science/fits", "/docs/{}", "/{}", "/?x={}"])
def test_no_line_of_a_header_is_added(reader, path, name):
    answer = reader.get(path.format(name))
    assert not any(key.lower() == "x-evil" for key, _ in answer.headers), answer.headers


def test_names_of_files_are_harmless(reader):
    """The stored name has a line break and a quote in it."""
    answer = reader.get(f"/api/cutouts/ztf/{seeds.OPEN_CANDID}/science/fits")
    assert not any(key.lower() == "x-evil" for key, _ in answer.headers), answer.headers
    refused(answer)


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "DEBUG", "X" * 1000, "post"])
@pytest.mark.parametrize("path", ["/api/queries", "/api/auth", "/api/users", "/", "/metrics"])
def test_other_methods_tell_nothing(reader, path, method):
    answer = reader.send(method, path, b"{}")
    known = {"/": "GET", "/metrics": "GET"}.get(path) == method
    assert known or answer.status in (400, 401, 403, 404, 405, 501), answer
    assert reader.token not in answer.text


def test_answers_are_not_kept_by_others(reader, anonymous):
    for answer in (reader.get("/"), reader.find(STARS, {}), anonymous.log_in("x", "y"), reader.get(f"/api/users/{reader.name}")):
        assert "no-store" in (answer.header("Cache-Control") or ""), answer.headers


def test_the_log_has_no_secrets(admin, reader, anonymous, options, process):
    """Whatever its level: neither passwords nor tokens nor the key, also not of requests that failed."""
    if process.log is None:
        pytest.skip("needs --pid of a process whose standard error is a file")
    wrong = "a-wrong-pass-word-" + WORD
    anonymous.from_("127.0.0.61").log_in("admin", wrong)
    anonymous.from_("127.0.0.61").log_in(wrong, "x")
    anonymous.get("/", token=wrong)
    anonymous.get(f"/?token={wrong}")
    reader.get(f"/nothing/{wrong}?password={wrong}")
    reader.post("/api/auth", f'{{"username": "x", "password": "{wrong}", broken')
    reader.put(f"/api/users/{reader.name}", {"password": wrong, "current_password": wrong + "2"})
    admin.post("/api/users", {"username": "redteam-log", "password": wrong, "role": "nothing"})
    reader.find(STARS, {"$unknown": wrong})
    log = process.log
    for secret in (wrong, options.admin_password, options.token_key or wrong, admin.token, reader.token, seeds.HASH,
                   reader.token.split(".")[2], options.mongodb):
        assert secret not in log, f"the log has {secret[:8]}…"
    assert "canary" not in log.replace(f"victim-{WORD}", ""), "the log quotes what is stored"
