"""What all queries share: types, protected collections, literals of Python, kwargs (1.5)."""

import pytest

from client import body_of, error, same_documents
from world import EMPTY, STARS, THINGS

TYPES = (
    "cone_search",
    "count_documents",
    "estimated_document_count",
    "find",
    "find_one",
    "aggregate",
    "info",
    "near",
    "drop",
    "skymap",
)
CONE = {"cone_search_radius": 2, "cone_search_unit": "arcsec", "radec": {"a": [1, 2]}}
PROTECTED = (
    "ValidationError: 1 validation error for Query\n__root__\n  Protected collection (type=value_error)"
)


def query_on(kind, catalog):
    """A query of a type on one catalogue."""
    if kind == "cone_search":
        return {"object_coordinates": CONE, "catalogs": {catalog: {}}}
    if kind == "near":
        return {"radec": {"a": [1, 2]}, "catalogs": {catalog: {}}}
    query = {"catalog": catalog}
    if kind == "aggregate":
        query["pipeline"] = [{"$limit": 1}]
    elif kind == "skymap":
        query |= {"filter": {}, "skymap": {"localization_name": "x", "aliases": ["y"]}}
    elif kind == "info":
        query["command"] = "catalog_info"
    elif kind in ("find", "find_one", "count_documents"):
        query["filter"] = {}
    return query


@pytest.mark.parametrize("kind", ["nothing", "", "FIND", "find ", "schemas"])
def test_unknown_type_names_those_there_are(admin, kind):
    error(admin.ask(kind, {"catalog": THINGS, "filter": {}}), f'KeyError: "query_type {kind} not in {TYPES}"')


@pytest.mark.parametrize(
    "body",
    [
        {"query": {"catalog": THINGS, "filter": {}}},
        {"query_type": "find"},
        {"query_type": "find", "query": None},
        {"query_type": "find", "query": []},
        {"query_type": "find", "query": "x"},
        {"query_type": 1, "query": {}},
        {"query_type": None, "query": {}},
        {"query_type": ["find"], "query": {}},
        {"query_type": "find", "query": {"catalog": THINGS, "filter": {}}, "kwargs": "x"},
    ],
)
def test_body_without_type_or_query_is_an_error(admin, body):
    error(admin.post("/api/queries", body))


@pytest.mark.parametrize("kind", [kind for kind in TYPES if kind not in ("info", "cone_search", "near")])
def test_missing_catalog_is_said(admin, kind):
    query = query_on(kind, "x")
    del query["catalog"]
    error(admin.ask(kind, query), "KeyError: 'catalog'")


@pytest.mark.parametrize("kind", ["find", "find_one", "count_documents"])
def test_missing_filter_is_an_error(admin, kind):
    error(admin.ask(kind, {"catalog": THINGS}))


@pytest.mark.parametrize("catalog", ["users", "filters", "queries", " users", "filters \t", "\nqueries\n"])
@pytest.mark.parametrize("kind", [kind for kind in TYPES if kind not in ("cone_search", "near", "drop")])
def test_protected_collection_is_not_for_users(astronomer, kind, catalog):
    error(astronomer.ask(kind, query_on(kind, catalog)), PROTECTED)


@pytest.mark.parametrize("catalog", ["users", "filters", "queries"])
@pytest.mark.parametrize("kind", ["cone_search", "near"])
def test_protected_collection_is_not_among_several(astronomer, kind, catalog):
    query = query_on(kind, STARS)
    query["catalogs"] = {STARS: {}, catalog: {}}
    error(astronomer.ask(kind, query), PROTECTED)


@pytest.mark.parametrize("kind", ["find", "count_documents", "aggregate"])
def test_protected_collection_is_for_admins(admin, kind):
    assert admin.data(kind, query_on(kind, "users"))


JOINS = [
    [{"$lookup": {"from": "users", "pipeline": [], "as": "x"}}],
    [{"$lookup": {"from": "users", "localField": "x", "foreignField": "y", "as": "x"}}],
    [
        {
            "$graphLookup": {
                "from": "users",
                "startWith": 1,
                "connectFromField": "a",
                "connectToField": "b",
                "as": "x",
            }
        }
    ],
    [{"$facet": {"a": [{"$lookup": {"from": "users", "pipeline": [], "as": "x"}}]}}],
    [
        {
            "$lookup": {
                "from": STARS,
                "pipeline": [{"$lookup": {"from": "users", "pipeline": [], "as": "y"}}],
                "as": "x",
            }
        }
    ],
    [{"$lookup": {"from": STARS, "pipeline": [{"$unionWith": "users"}], "as": "x"}}],
    [{"$facet": {"a": [{"$unionWith": {"coll": "users", "pipeline": []}}]}}],
    [{"$limit": 1}, {"$lookup": {"from": "filters", "pipeline": [], "as": "x"}}],
]


@pytest.mark.improved
@pytest.mark.parametrize("pipeline", JOINS, ids=range(len(JOINS)))
def test_protected_collection_is_not_reached_through_a_join(astronomer, world, pipeline):
    error(astronomer.ask("aggregate", {"catalog": STARS, "pipeline": pipeline}), status=(400, 403))


@pytest.mark.parametrize(
    "kind", ["find", "find_one", "count_documents", "estimated_document_count", "aggregate"]
)
@pytest.mark.parametrize("time", [0, -1, "abc", 1.5, [], {}])
def test_time_must_be_a_positive_integer(admin, kind, time):
    error(
        admin.ask(kind, query_on(kind, THINGS), max_time_ms=time), "ValueError: max_time_ms must be int >= 1"
    )


@pytest.mark.parametrize(
    "kind", ["find", "find_one", "count_documents", "estimated_document_count", "aggregate"]
)
def test_time_is_taken(admin, world, kind):
    assert admin.data(kind, query_on(kind, THINGS), max_time_ms=20000)


def test_query_ends_with_its_time(admin, world):
    # Six million documents, which takes seconds.
    pipeline = [
        {"$set": {"x": {"$range": [0, 100000]}}},
        {"$unwind": "$x"},
        {"$group": {"_id": {"$multiply": ["$x", "$_id"]}}},
    ]
    error(admin.ask("aggregate", {"catalog": THINGS, "pipeline": pipeline}, max_time_ms=50))


@pytest.mark.parametrize(
    "kwargs",
    [
        {"save": False},
        {"save": True, "_id": "x" * 32},
        {"filter_first": True},
        {"comment": "mine"},
        {"nonsense": [1, {"a": 2}]},
        {"user": "admin"},
    ],
)
def test_unknown_kwargs_are_dropped(admin, world, kwargs):
    assert len(admin.data("find", {"catalog": THINGS, "filter": {}}, **kwargs)) == 60


def test_user_in_the_body_is_no_identity(astronomer, options):
    body = {
        "query_type": "find",
        "query": {"catalog": "users", "filter": {}},
        "user": options.username,
        "kwargs": {"comment": options.username, "user": options.username},
    }
    error(astronomer.post("/api/queries", body), PROTECTED)


LITERALS = [
    ("{'group': 1}", {"group": 1}),
    ("{'flag': True}", {"flag": True}),
    ("{'maybe': None}", {"maybe": None}),
    ("{'_id': {'$in': [1, 2, 3,]}}", {"_id": {"$in": [1, 2, 3]}}),
    ('{"name": "thing 7"}', {"name": "thing 7"}),
    ("{'candid': 1127561445515015012}", {"candid": 1127561445515015012}),
    ("{'value': {'$gte': 1.5e0}}", {"value": {"$gte": 1.5}}),
    ("{'value': -0.125}", {"value": -0.125}),
    ("{}", {}),
    ("{ 'group' : {'$in': (1, 2)} }", {"group": {"$in": [1, 2]}}),
    (
        "{'$or': [{'group': 1}, {'flag': False, 'group': 2}]}",
        {"$or": [{"group": 1}, {"flag": False, "group": 2}]},
    ),
]


@pytest.mark.parametrize("text, meaning", LITERALS)
def test_filter_may_be_a_python_literal(astronomer, world, text, meaning):
    answered = astronomer.data("find", {"catalog": THINGS, "filter": text})
    same_documents(answered, world[THINGS].find(meaning))


def test_projection_and_pipeline_may_be_python_literals(astronomer, world):
    query = {"catalog": THINGS, "filter": "{'group': 2}", "projection": "{'_id': 0, 'name': True}"}
    same_documents(astronomer.data("find", query), world[THINGS].find({"group": 2}, {"_id": 0, "name": True}))
    query = {"catalog": THINGS, "pipeline": "[{'$match': {'flag': True}}, {'$project': {'name': 1}}]"}
    same_documents(astronomer.data("aggregate", query), world[THINGS].find({"flag": True}, {"name": 1}))


@pytest.mark.parametrize("text", ['{"flag": true}', '{"flag": false}', '{"maybe": null}'])
def test_json_words_are_no_python(astronomer, text):
    error(astronomer.ask("find", {"catalog": THINGS, "filter": text}), containing="malformed node or string")


@pytest.mark.parametrize(
    "text", ["", "{", "{'a': 1", "import os", "__import__('os')", "{'a': 1 + x}", "{'a': lambda: 1}"]
)
def test_text_that_is_no_literal_is_an_error(astronomer, text):
    error(astronomer.ask("find", {"catalog": THINGS, "filter": text}))


@pytest.mark.parametrize("kind", ["find", "find_one", "count_documents"])
@pytest.mark.parametrize("filter", [[1], 1, 1.5, True])
def test_filter_of_another_type_is_unsupported(astronomer, kind, filter):
    error(
        astronomer.ask(kind, {"catalog": THINGS, "filter": filter}),
        containing="Unsupported filter specification",
    )


@pytest.mark.parametrize("projection", [[1], 1, True])
def test_projection_of_another_type_is_unsupported(astronomer, projection):
    query = {"catalog": THINGS, "filter": {}, "projection": projection}
    error(astronomer.ask("find", query), containing="Unsupported projection specification")


@pytest.mark.parametrize("pipeline", [{"$match": {}}, 1, True])
def test_pipeline_of_another_type_is_unsupported(astronomer, pipeline):
    error(
        astronomer.ask("aggregate", {"catalog": THINGS, "pipeline": pipeline}),
        containing="Unsupported pipeline specification",
    )


@pytest.mark.parametrize(
    "filter",
    [{"$nothing": 1}, {"a": {"$nothing": 1}}, {"a": {"$in": 1}}, {"$or": []}, {"a": {"$regex": "("}}],
)
def test_filter_that_the_database_refuses_is_an_error(astronomer, world, filter):
    for kind in ("find", "find_one", "count_documents"):
        error(astronomer.ask(kind, {"catalog": THINGS, "filter": filter}))


@pytest.mark.parametrize(
    "kind, empty", [("find", []), ("count_documents", 0), ("estimated_document_count", 0), ("aggregate", [])]
)
def test_empty_catalogue_has_nothing(astronomer, world, kind, empty):
    assert astronomer.data(kind, query_on(kind, EMPTY)) == empty


@pytest.mark.parametrize("catalog", ["users", "filters", "queries", " users"])
def test_protected_collection_is_not_dropped_by_users(astronomer, database, catalog):
    before = database["users"].count_documents({})
    error(astronomer.ask("drop", {"catalog": catalog}), status=(400, 403))
    assert before and database["users"].count_documents({}) == before


@pytest.mark.improved
def test_drop_is_for_admins(astronomer, visitor, seed):
    seed.put("conformance_kept", [{"_id": 1}])
    for service in (astronomer, visitor):
        error(service.ask("drop", {"catalog": "conformance_kept"}), status=(400, 403))
    assert seed.database["conformance_kept"].count_documents({}) == 1


def test_drop_removes_a_collection(admin, seed):
    seed.put("conformance_dropped", [{"_id": 1}])
    response = admin.ask("drop", {"catalog": "conformance_dropped"})
    assert body_of(response) == {"status": "success", "message": "Successfully dropped collection"}
    assert "conformance_dropped" not in seed.database.list_collection_names()
