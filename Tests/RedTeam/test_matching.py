"""`POST /api/xmatch`: collections and alerts that are not for the user, and bodies that no polite client would send."""

import json

import pytest

import seed as seeds
from seed import LABELS, POSITION, STARS
from target import refused

PATH = "/api/xmatch"
PRIVATE = (*seeds.PRIVATE, *seeds.UNDER_THE_VIEW, "system.views", "system.users")


def matching(catalogs, positions=(POSITION,), **more):
    return {"catalogs": catalogs, "positions": [list(position) for position in positions], "radius": 600, **more}


@pytest.mark.parametrize("name", PRIVATE)
@pytest.mark.parametrize("form", ["{}", " {} ", "\t{}\n", "\u00a0{}"])
def test_private_collections_are_no_catalogues(reader, name, form):
    for catalogs in [[form.format(name)], {form.format(name): {}}, form.format(name), [STARS, form.format(name)]]:
        refused(reader.post(PATH, matching(catalogs)), containing="Protected collection")


@pytest.mark.parametrize("name", PRIVATE)
def test_nor_are_they_for_admins(admin, name):
    refused(admin.post(PATH, matching([name])))


@pytest.mark.parametrize("name", ["ZTF_alerts_aux", LABELS, "", "\u0000", "$cmd", "nowhere", "ZTF_alerts\u0000"])
def test_what_has_no_positions_is_no_catalogue(reader, name):
    refused(reader.post(PATH, matching([name])))


def test_alerts_of_other_programs_are_not_matched(reader):
    answer = reader.post(PATH, matching({"ZTF_alerts": {}}))
    assert answer.status == 200, answer
    assert {one["match"]["candidate"]["programid"] for one in answer.json["data"]} == {1}
    for condition in ({"candidate.programid": {"$ne": 1}}, {"$expr": {"$ne": ["$candidate.programid", 1]}}):
        found = reader.post(PATH, matching({"ZTF_alerts": {"filter": condition}}))
        assert found.status != 200 or found.json["data"] == [], found


@pytest.mark.parametrize("part", [
    {"filter": {"$where": "sleep(1000)"}}, {"filter": {"$expr": {"$function": {"body": "1", "args": [], "lang": "js"}}}},
    {"projection": {"x": {"$function": {"body": "1", "args": [], "lang": "js"}}}}, {"filter": 5}, {"filter": "{"},
    {"projection": [1]}, {"radius": True}, {"radius": {}}, {"radius": -1}, {"radius": 1e400}, {"radius": "NaN"},
    {"radius": {"$numberDouble": "NaN"}}, {"unit": 5}, {"limit": -1}, {"limit": 1.5}, {"limit": 1 << 80},
    {"limit": True}, {"nearest_only": "yes"}, {"pipeline": []}, {"hint": "x"},
])
def test_odd_wishes_are_refused(reader, part):
    refused(reader.post(PATH, json.dumps(matching({STARS: part}))))


@pytest.mark.parametrize("positions", [
    None, 1, "x", [1], [[1]], [[1, 2, 3]], [[None, 1]], [["a", "b"]], [[float("nan"), 1]], [[1e308, 1]], [[-1, 0]],
    [[1, 91]], {"x": 1}, {"x": {}}, [{"ra": 1}], [{"ra": 1, "dec": 2, "x": 3}], [[[1, 2], 3]], [{"$oid": "x"}],
])
def test_odd_positions_are_refused(reader, positions):
    refused(reader.post(PATH, json.dumps({"catalogs": [STARS], "positions": positions})))


@pytest.mark.parametrize("body", [
    b"", b"\xff\xfe", b"ra,dec\n\xff,\xfe\n", b"ra,dec\n1,2,3\n", b"ra,dec\n\"1,2", b"ra\n1\n", b"\x00,\x00\n1,2\n",
    b"ra,dec\nnan,nan\n", b"ra,dec\ninf,1\n", b"ra,dec\n0x10,1\n1e999,0\n", b"," * 100_000, b"\"" * 100_001,
])
def test_odd_tables_are_refused(reader, body):
    refused(reader.post(PATH + f"?catalogs={STARS}", body, headers=[("Content-Type", "text/csv")]))


def test_too_much_is_refused(reader):
    assert reader.post(PATH, b" " * (17 << 20)).status == 413
    many = json.dumps({"catalogs": [STARS], "positions": [[1, 1]] * 100_001})
    assert "more than 100000" in refused(reader.post(PATH, many))
    table = b"ra,dec\n" + b"1,1\n" * 100_001
    answer = reader.post(PATH + f"?catalogs={STARS}", table, headers=[("Content-Type", "text/csv")])
    assert "more than 100000" in refused(answer)
    deep = b'{"catalogs": ' + b"[" * 100_000 + b"]" * 100_000 + b', "positions": []}'
    refused(reader.post(PATH, deep))


def test_nobody_matches_without_a_token(reader):
    assert reader.post(PATH, matching([STARS]), token=None).status == 401
