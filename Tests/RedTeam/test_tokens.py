"""Tokens that were forged, changed, stolen or have had their day."""

import hashlib
import time

import pytest
from bson.int64 import Int64

import seed as seeds
from target import refused
from tokens import encoded, payload_of, signed, with_payload


@pytest.fixture(scope="module")
def key(options):
    if not options.token_key:
        pytest.skip("needs --token-key")
    return options.token_key


@pytest.fixture(scope="module")
def payload(reader):
    """What a good token says."""
    return payload_of(reader.token)


def invalid(answer):
    refused(answer, containing="token is invalid")


def test_a_good_token_is_good(reader, anonymous, payload, key):
    """So that the refusals below are of what they say."""
    assert reader.get("/").status == 200
    assert anonymous.get("/", token=signed(payload, key)).status == 200


@pytest.mark.parametrize("other", ["", "x", "secret", "abc0123", "admin", "changeme", "the tests sign their own tokens"])
def test_other_keys_sign_nothing(anonymous, payload, other):
    invalid(anonymous.get("/", token=signed(payload, other)))


HEADERS = [
    {"alg": "none"}, {"alg": "None", "typ": "JWT"}, {"alg": "NONE"}, {"alg": "nOnE"}, {"alg": ""}, {"alg": None}, {}, [],
    {"alg": "HS384"}, {"alg": "HS512"}, {"alg": "RS256"}, {"alg": "ES256"}, {"alg": "PS256"}, {"alg": "EdDSA"},
    {"alg": "hs256"}, {"alg": ["HS256"]}, {"alg": {"alg": "HS256"}}, {"alg": 256}, {"alg": "HS256", "crit": ["exp"]},
    {"alg": "HS256", "crit": [], "b64": False}, {"alg": "dir", "enc": "A256GCM"}, "HS256", "null",
]


@pytest.mark.parametrize("header", HEADERS, ids=str)
def test_no_algorithm_but_one_is_believed(anonymous, payload, key, header):
    head = encoded(header)
    body = encoded(payload)
    for token in (f"{head}.{body}.", f"{head}.{body}", signed(payload, key, header), signed(payload, "", header)):
        invalid(anonymous.get("/", token=token))


@pytest.mark.parametrize("digest", [hashlib.sha512, hashlib.sha384, hashlib.sha1, hashlib.md5])
def test_no_digest_but_one_is_believed(anonymous, payload, key, digest):
    for algorithm in ("HS256", "HS512"):
        invalid(anonymous.get("/", token=signed(payload, key, {"alg": algorithm, "typ": "JWT"}, digest)))


@pytest.mark.parametrize("more", [
    {"kid": "../../../../dev/null"}, {"kid": "x' UNION SELECT 'y"}, {"kid": "/proc/self/environ"}, {"jku": "http://127.0.0.1/"},
    {"x5u": "http://127.0.0.1/"}, {"jwk": {"kty": "oct", "k": encoded("mine")}}, {"x5c": ["AAAA"]}])
def test_keys_are_not_taken_from_the_token(anonymous, payload, key, more):
    header = {"alg": "HS256", "typ": "JWT", **more}
    for mine in ("", "mine", "\0", "x"):
        invalid(anonymous.get("/", token=signed(payload, mine, header)))
    assert anonymous.get("/", token=signed(payload, key, header)).status in (200, 400)


@pytest.mark.parametrize("changes", [
    {"user_id": "admin"}, {"user_id": {"$gt": ""}}, {"exp": 4e9}, {"role": "admin"}, {"permissions": [1, 2, 3]}])
def test_a_changed_payload_breaks_the_signature(reader, anonymous, changes):
    invalid(anonymous.get("/", token=with_payload(reader.token, **changes)))


@pytest.mark.parametrize("user", [
    {"$gt": ""}, {"$ne": None}, {"$regex": ".*"}, ["admin"], None, 5, True, "", "nobody-at-all", "admin\0", "admin ", " admin",
    "Admin", "ADMIN", "admin\u0301", "\uff41dmin", "$where", "admin'--", "*", ".*", "x" * 20000, "\ud800"], ids=repr)
def test_users_who_do_not_exist_have_no_tokens(anonymous, payload, key, user):
    invalid(anonymous.get("/", token=signed(payload | {"user_id": user}, key)))


@pytest.mark.parametrize("claims", [{"role": "admin"}, {"isAdmin": True}, {"permissions": [1, 2, 3]}, {"programs": [2]},
                                    {"user": "admin"}, {"sub": "admin"}, {"admin": True}])
def test_rights_are_not_the_tokens(anonymous, payload, key, claims):
    target = anonymous.as_(signed(payload | claims, key), "one who claims more")
    assert target.get("/").status == 200
    refused(target.get("/api/users"), 403)
    refused(target.get(f"/api/filters/{seeds.FILTER_ID}"), 403)
    assert target.get("/api/filters").data == []
    assert len(target.find("ZTF_alerts", {"objectId": seeds.MIXED}).data) == 1


@pytest.mark.parametrize("end", [0, 1, -1, -1e300, "now - 1", 0.5])
def test_tokens_that_have_ended_are_refused(anonymous, payload, key, end):
    end = time.time() - 1 if end == "now - 1" else end
    refused(anonymous.get("/", token=signed(payload | {"exp": end}, key)), containing="token has expired")


@pytest.mark.parametrize("claims", [
    {"nbf": 4e9}, {"exp": "never"}, {"exp": {}}, {"exp": [9e9]}, {"nbf": "x"}, {"exp": True}, {"user_id": None},
    {"created_at": 5}, {"exp": "4000000000"}], ids=str)
def test_tokens_with_broken_times_are_refused(anonymous, payload, key, claims):
    invalid(anonymous.get("/", token=signed(payload | claims, key)))


@pytest.mark.parametrize("token", [
    "", ".", "..", "...", "a.b.c", "....", "x" * 20000, "." * 5000, "null", "undefined", "{}", "Bearer", "bearer ", "Bearer  ",
    "Basic YWRtaW46YWRtaW4=", "Digest x", "Bearer a b c", "token x", "Bearer null", "\u00e9.\u00e9.\u00e9".encode().decode(
        "latin-1"), "' or 1=1", "../../etc/passwd", "%00", "eyJhbGciOiJIUzI1NiJ9..", "=.=.=", "Bearer\tx"])
def test_what_is_no_token_lets_nobody_in(anonymous, token):
    answer = anonymous.get("/", token=token)
    assert answer.status in (400, 401), answer


def test_a_token_in_pieces_or_twice_is_none(reader, anonymous):
    token = reader.token
    for broken in (token[:-1], token + "A", token + "=", token + ".", "." + token, token.replace(".", " "), token[::-1],
                   token.upper(), token.replace(".", "%2e"), token + "\u200b".encode().decode("latin-1")):
        invalid(anonymous.get("/", token=broken))
    forged = with_payload(token, user_id="admin")
    for first, second in ((token, forged), (forged, token), (token, token)):
        answer = anonymous.send("GET", "/", headers=[("Authorization", first), ("Authorization", second)], token=None)
        assert answer.status in (400, 401), answer


@pytest.mark.parametrize("way", ["?token={}", "?Authorization={}", "?access_token={}", "?jwt={}"])
def test_tokens_are_not_taken_from_the_address(anonymous, reader, way):
    refused(anonymous.get("/" + way.format(reader.token)), 401)


@pytest.mark.parametrize("header", ["Cookie", "X-Authorization", "Proxy-Authorization", "X-Api-Key", "X-User", "X-Remote-User",
                                    "X-Forwarded-User", "X-Original-Authorization"])
def test_tokens_are_not_taken_from_other_headers(anonymous, reader, header):
    for value in (reader.token, f"Bearer {reader.token}", "admin", f"token={reader.token}; Authorization={reader.token}"):
        refused(anonymous.send("GET", "/", headers=[(header, value)]), 401)


def test_the_signature_has_one_spelling(reader, anonymous):
    """Base64 has unused bits at its end; only one spelling is taken."""
    head, body, signature = reader.token.split(".")
    others = set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/=") - {signature[-1]}
    for last in sorted(others):
        invalid(anonymous.get("/", token=f"{head}.{body}.{signature[:-1]}{last}"))


def test_a_removed_users_token_ends(make_user, admin):
    victim = make_user([1])
    assert victim.get("/").status == 200
    assert admin.delete(f"/api/users/{victim.name}").status == 200
    invalid(victim.get("/"))
    invalid(victim.find(seeds.STARS, {}))


def test_a_user_made_anew_does_not_inherit_tokens(make_user, admin, anonymous):
    victim = make_user([1, 2])
    admin.delete(f"/api/users/{victim.name}")
    body = {"username": victim.name, "password": "another one", "permissions": [1]}
    assert admin.post("/api/users", body).status == 200
    try:
        invalid(victim.get("/"))
        assert anonymous.log_in(victim.name, "another one").status == 200
    finally:
        admin.delete(f"/api/users/{victim.name}")


def test_a_new_password_ends_tokens(make_user, admin):
    victim = make_user([1])
    assert admin.put(f"/api/users/{victim.name}", {"password": "another one"}).status == 200
    invalid(victim.get("/"))


def test_a_new_name_ends_tokens(make_user, admin, seed):
    victim = make_user([1])
    assert admin.put(f"/api/users/{victim.name}", {"username": f"{victim.name}-2"}).status == 200
    try:
        invalid(victim.get("/"))
    finally:
        admin.delete(f"/api/users/{victim.name}-2")


def test_logging_out_ends_tokens(make_user, anonymous):
    victim = make_user([1])
    second = anonymous.as_(anonymous.log_in(victim.name, seeds.PASSWORD).json["token"])
    assert victim.post(f"/api/users/{victim.name}/logout").status == 200
    invalid(victim.get("/"))
    invalid(second.get("/"))
    assert anonymous.log_in(victim.name, seeds.PASSWORD).status == 200


def test_rights_that_were_taken_are_gone_at_once(make_user, admin):
    victim = make_user([1, 2])
    victim.trusted = True
    assert len(victim.find("ZTF_alerts", {"objectId": seeds.MIXED}).data) == 2
    assert admin.put(f"/api/users/{victim.name}", {"permissions": [1]}).status == 200
    assert [one["candid"] for one in victim.find("ZTF_alerts", {"objectId": seeds.MIXED}).data] == [Int64(seeds.OPEN_CANDID)]
