"""Reads of collections that are not for users: of users, filters, packets, and of what lies under the light curves."""

import json
import urllib.parse

import pytest

import seed as seeds
from seed import LABELS, POSITION, STARS
from target import empty, harmless, refused

SECRET = (*seeds.PRIVATE, *seeds.UNDER_THE_VIEW)
SYSTEM = ("system.views", "system.profile", "system.users", "system.js", "system.buckets.users", "system.indexes")


def queries(name):
    """Every kind of query that names a collection."""
    place = {"cone_search_radius": 5, "cone_search_unit": "deg", "radec": {"x": list(POSITION)}}
    return {
        "find": {"catalog": name, "filter": {}},
        "find_one": {"catalog": name, "filter": {}},
        "count_documents": {"catalog": name, "filter": {}},
        "estimated_document_count": {"catalog": name},
        "aggregate": {"catalog": name, "pipeline": [{"$match": {}}]},
        "info": {"command": "catalog_info", "catalog": name},
        "cone_search": {"object_coordinates": place, "catalogs": {name: {}}},
        "near": {"radec": {"x": list(POSITION)}, "max_distance": 1, "catalogs": {name: {}}},
        "skymap": {"catalog": name, "filter": {}, "skymap": {
            "localization_name": seeds.SKYMAP_NAME, "dateobs": seeds.SKYMAP_TIME.isoformat()}},
    }


@pytest.mark.parametrize("name", SECRET + SYSTEM)
@pytest.mark.parametrize("kind", queries(""))
def test_no_query_names_it(reader, kind, name):
    message = refused(reader.ask(kind, queries(name)[kind]))
    assert "Protected collection" in message, message


@pytest.mark.parametrize("name", SECRET + SYSTEM)
def test_its_indexes_are_not_told(reader, name):
    refused(reader.ask("info", {"command": "index_info", "catalog": name}), containing="Protected collection")


@pytest.mark.parametrize("name", SECRET + SYSTEM + (STARS, "ZTF_alerts", LABELS))
def test_users_drop_nothing(reader, seed, name):
    before = seed.database[name].estimated_document_count() if not name.startswith("system.") else 0
    refused(reader.ask("drop", {"catalog": name}), 400, 403)
    if before:
        assert seed.database[name].estimated_document_count() == before


@pytest.mark.parametrize("name", seeds.PRIVATE + SYSTEM)
def test_not_even_admins_drop_it(admin, name):
    refused(admin.ask("drop", {"catalog": name}), containing="Protected collection")


#: Ways to write a name. The first ones mean the collection itself where white space is cut off.
TRIMMED = (" {}", "{} ", "\t{}\n", "\r\n{}\r\n", "\u00a0{}\u3000", "\u2028{}\u0085")
ODD = ("{}\u0000", "{}\u0000x", "\u0000{}", "{}.", "{}.$cmd", "${}", "$cmd.{}", "{}\u0301", "\u200b{}", "\ufeff{}",
       "./{}", "../{}", "{}/", "%75sers", "kowalski.{}", "admin.{}", "local.{}", "\uff55\uff53\uff45\uff52\uff53",
       "u\u017fers", "'{}'", '"{}"', "[{}]", "{}\u202e", "\\u0075sers")


@pytest.mark.parametrize("way", TRIMMED)
@pytest.mark.parametrize("kind", queries(""))
def test_white_space_is_no_disguise(reader, kind, way):
    refused(reader.ask(kind, queries(way.format("users"))[kind]), containing="Protected collection")


@pytest.mark.parametrize("way", ODD)
@pytest.mark.parametrize("kind", ["find", "aggregate", "cone_search", "near", "skymap"])
def test_odd_names_lead_nowhere(reader, kind, way):
    harmless(reader.ask(kind, queries(way.format("users"))[kind]))


@pytest.mark.parametrize("name", ["Users", "USERS", "uSERS", "Filters", "ztf_alerts_aux_recent"])
def test_case_matters(reader, name):
    empty(reader.find(name, {}))


@pytest.mark.parametrize("name", [
    ["users"], {"$eq": "users"}, {"db": "admin", "coll": "system.users"}, None, 5, True, {"$ref": "users"},
    {"$literal": "users"}, {"$symbol": "users"}, {"$regularExpression": {"pattern": "users", "options": ""}}])
def test_a_name_is_a_text(reader, name):
    refused(reader.find(name, {}))


@pytest.mark.parametrize("body", [
    '{"query_type": "find", "query": {"catalog": "%s", "catalog": "users", "filter": {}}}',
    '{"query_type": "find", "query": {"catalog": "users", "catalog": "%s", "filter": {}}}',
    '{"query_type": "find", "query": {"catalog": "%s", "filter": {}}, "query": {"catalog": "users", "filter": {}}}',
    '{"query_type": "find", "query": {"catalog": "users", "filter": {}}, "query": {"catalog": "%s", "filter": {}}}',
    '{"query_type": "info", "query_type": "find", "query": {"catalog": "users", "filter": {}, "command": "db_info"}, '
    '"x": "%s"}',
    '{"query_type": "find", "query": {"\\u0063atalog": "\\u0075sers", "filter": {}}, "x": "%s"}',
    '{"query_type": "find", "query": {"catalog": "\\ud800users", "filter": {}}, "x": "%s"}',
])
def test_keys_that_come_twice_hide_nothing(reader, body):
    answer = reader.post("/api/queries", body % STARS)
    if answer.status == 200:
        assert len(answer.data) == 20, answer
    else:
        refused(answer)


def joins(name):
    """Stages that read another collection, by what is special about them."""
    plain = {"from": name, "localField": "group", "foreignField": "x", "as": "found"}
    piped = {"from": name, "pipeline": [{"$match": {}}], "as": "found"}
    graph = {"from": name, "startWith": "$group", "connectFromField": "_id", "connectToField": "_id", "as": "found"}
    return {
        "lookup": {"$lookup": plain},
        "lookup by pipeline": {"$lookup": piped},
        "lookup by both": {"$lookup": plain | {"pipeline": []}},
        "lookup with let": {"$lookup": piped | {"let": {"x": "$_id"}}},
        "lookup, from last": {"$lookup": {key: plain[key] for key in ("as", "localField", "foreignField", "from")}},
        "lookup, white space": {"$lookup": piped | {"from": f" {name}\n"}},
        "lookup of another database": {"$lookup": piped | {"from": {"db": "admin", "coll": name}}},
        "lookup by literal": {"$lookup": piped | {"from": {"$literal": name}}},
        "lookup by a field": {"$lookup": piped | {"from": "$name"}},
        "lookup by a list": {"$lookup": piped | {"from": [name]}},
        "lookup without from": {"$lookup": {"pipeline": [{"$documents": [{}]}, {"$lookup": piped}], "as": "found"}},
        "graph lookup": {"$graphLookup": graph},
        "graph lookup, restricted": {"$graphLookup": graph | {"restrictSearchWithMatch": {"secret": {"$exists": True}}}},
        "union": {"$unionWith": name},
        "union by object": {"$unionWith": {"coll": name}},
        "union by pipeline": {"$unionWith": {"coll": name, "pipeline": [{"$match": {}}]}},
        "union of documents": {"$unionWith": {"pipeline": [{"$documents": []}, {"$unionWith": name}]}},
    }


def wrappings():
    """Places at which a stage may stand, by name."""
    return {
        "top": lambda stage: [stage],
        "second": lambda stage: [{"$limit": 1}, stage],
        "facet": lambda stage: [{"$facet": {"a": [stage]}}],
        "second facet": lambda stage: [{"$facet": {"a": [{"$limit": 1}], "b": [{"$limit": 1}, stage]}}],
        "lookup": lambda stage: [{"$lookup": {"from": STARS, "pipeline": [stage], "as": "x"}}],
        "lookup in lookup": lambda stage: [{"$lookup": {"from": STARS, "as": "x", "pipeline": [
            {"$lookup": {"from": STARS, "as": "y", "pipeline": [stage]}}]}}],
        "lookup in facet": lambda stage: [{"$facet": {"a": [{"$lookup": {
            "from": STARS, "pipeline": [stage], "as": "x"}}]}}],
        "facet in lookup": lambda stage: [{"$lookup": {"from": STARS, "as": "x", "pipeline": [
            {"$facet": {"a": [stage]}}]}}],
        "python text": lambda stage: repr([{"$limit": 1}, stage]),
    }


@pytest.mark.parametrize("wrapping", wrappings())
@pytest.mark.parametrize("join", joins(""))
def test_no_join_reads_it(reader, join, wrapping):
    for name in ("users", "ZTF_alerts_aux_older"):
        pipeline = wrappings()[wrapping](joins(name)[join])
        refused(reader.ask("aggregate", {"catalog": STARS, "pipeline": pipeline}))


@pytest.mark.parametrize("name", SECRET + SYSTEM)
def test_a_lookup_does_not_read(reader, name):
    refused(reader.aggregate(STARS, joins(name)["lookup"]), containing="Protected collection")


@pytest.mark.parametrize("body", [
    '{"from": "%s", "from": "users", "pipeline": [], "as": "x"}', '{"from": "users", "from": "%s", "pipeline": [], "as": "x"}',
    '{"from": "%s", "pipeline": [], "pipeline": [{"$lookup": {"from": "users", "pipeline": [], "as": "y"}}], "as": "x"}',
])
@pytest.mark.parametrize("stage", ["$lookup", "$graphLookup"])
def test_fields_of_joins_that_come_twice_hide_nothing(reader, stage, body):
    """Of two the last counts, for who checks as for who runs it."""
    stages = f'[{{"{stage}": {body % STARS}}}]'
    answer = reader.post("/api/queries", '{"query_type": "aggregate", "query": {"catalog": "%s", "pipeline": %s}}' % (
        STARS, stages))
    if answer.status == 200:
        assert all(one["group"] in range(4) for joined in answer.data for one in joined["x"]), answer
    else:
        refused(answer)


def test_a_second_stage_in_a_stage_is_refused(reader):
    refused(reader.aggregate(STARS, {"$limit": 1, "$unionWith": "users"}))
    refused(reader.aggregate(STARS, {"$limit": 1, "$lookup": joins("users")["lookup"]["$lookup"]}))


@pytest.mark.parametrize("parts", [
    {STARS: {}, "users": {}}, {"users ": {}, STARS: {}}, {STARS: {"filter": {}, "catalog": "users"}},
    {STARS: {"filter": {"$lookup": {"from": "users"}}}}, {"users": {"projection": {"_id": 1}}},
    {"": {}}, {"$cmd": {}}, {"users\u0000": {}}])
@pytest.mark.parametrize("kind", ["cone_search", "near"])
def test_positions_are_not_sought_in_it(reader, kind, parts):
    query = queries(STARS)[kind] | {"catalogs": parts}
    if list(parts) == [STARS] and "catalog" in parts[STARS]:
        # What is no field of a part is left out.
        assert reader.ask(kind, query).status == 200
    else:
        refused(reader.ask(kind, query))


@pytest.mark.parametrize("name", SECRET + SYSTEM)
@pytest.mark.parametrize("way", ["{}", " {}", "{} ", "{}\t", "./{}", "{}/", "{}\u0000", "{}.", "\ufeff{}"])
def test_the_listing_does_not_know_it(reader, way, name):
    path = "/api/catalogs/" + urllib.parse.quote(way.format(name), safe="")
    assert reader.get(path).status in (400, 404)


@pytest.mark.parametrize("path", [
    "/api/catalogs/{}?survey=users", "//api/catalogs/users", "/api//catalogs/users", "/api/catalogs//users",
    "/api/catalogs/./users", "/api/catalogs/%2e%2e/users", "/api/catalogs/x/../users", "/api/catalogs/%2fusers",
    "/api/catalogs/users%00", "/api/catalogs/users?name=x", "/api/catalogs/users%20", "/api/catalogs/%75%73%65%72%73",
    "/api/catalogs/users;x=1", "/api/catalogs/users#"])
def test_no_path_leads_to_it(reader, path):
    answer = reader.get(path.format("users"))
    assert answer.status in (400, 404), answer


def test_lists_do_not_name_it(reader):
    listed = {one["name"] for one in reader.get("/api/catalogs").data}
    named = set(reader.ask("info", {"command": "catalog_names"}).data)
    for names in (listed, named):
        assert STARS in names
        assert not names & set(SECRET) and not any(name.startswith("system.") for name in names), names


def test_admins_read_what_is_theirs(admin):
    """So that the tests above do not pass because nothing was planted."""
    for name in seeds.PRIVATE:
        found = admin.find(name, {"$or": [{"secret": {"$exists": True}}, {"filter_id": seeds.FILTER_ID}]})
        assert json.dumps(found.data).count("canary"), (name, found)
