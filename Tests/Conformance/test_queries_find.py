"""find, find_one, count_documents, estimated_document_count (1.5)."""

import datetime

import pytest
from bson import Binary, Int64, ObjectId

from client import as_json, body_of, error, identical, same_documents, success, QUERY_MESSAGE
from world import DATE, FIRST_CANDID, NIGHT, THINGS

#: Filters of every kind of operator; the driver's own answer is what must come.
FILTERS = [
    {},
    {"_id": 7},
    {"_id": 7.0},
    {"_id": -1},
    {"group": 1, "flag": True},
    {"candid": FIRST_CANDID + 3},
    {"candid": {"$gt": FIRST_CANDID + 57}},
    {"candid": {"$in": [FIRST_CANDID, FIRST_CANDID + 1, 5]}},
    {"candidate.jd": {"$gte": NIGHT + 10, "$lt": NIGHT + 12.5}},
    {"candidate.list.0.k": 3},
    {"candidate.list.v": -7},
    {"candidate.list": {"$elemMatch": {"k": 2, "v": {"$lt": 0}}}},
    {"candidate.list": {"$size": 2}},
    {"tags": "tag3"},
    {"tags": ["odd", "tag1"]},
    {"tags": {"$all": ["odd", "tag2"]}},
    {"tags.1": "tag4"},
    {"maybe": None},
    {"maybe": {"$exists": True}},
    {"maybe": {"$exists": False}},
    {"maybe": {"$type": "null"}},
    {"maybe": {"$ne": None}},
    {"name": {"$regex": "^thing 1"}},
    {"name": {"$regex": "^THING 2", "$options": "i"}},
    {"name": {"$in": ["thing 4", "x"]}},
    {"value": {"$not": {"$gt": 1}}},
    {"$or": [{"_id": 1}, {"group": 3, "flag": True}]},
    {"$nor": [{"group": 0}, {"flag": True}]},
    {"$and": [{"_id": {"$gt": 5}}, {"_id": {"$lt": 8}}]},
    {"_id": {"$mod": [7, 2]}},
    {"_id": {"$nin": list(range(50))}},
    {"$expr": {"$gt": ["$candidate.drb", {"$divide": ["$_id", 59]}]}},
    {"$expr": {"$eq": ["$group", 2]}},
    {"number": {"$gt": 20}},
    {"number": {"$type": "double"}},
    {"candidate": {"jd": 1}},
    {"value": 0.125},
    {"flag": False},
]


@pytest.mark.parametrize("filter", FILTERS, ids=str)
def test_find_finds_what_the_database_has(astronomer, world, filter):
    same_documents(astronomer.data("find", {"catalog": THINGS, "filter": filter}), world[THINGS].find(filter))


@pytest.mark.parametrize("filter", FILTERS, ids=str)
def test_count_counts_what_the_database_has(astronomer, world, filter):
    answered = astronomer.data("count_documents", {"catalog": THINGS, "filter": filter})
    assert answered == world[THINGS].count_documents(filter) and type(answered) is int


@pytest.mark.parametrize("filter", FILTERS[:12], ids=str)
def test_find_one_finds_one_of_them(astronomer, world, filter):
    answered = astronomer.data("find_one", {"catalog": THINGS, "filter": filter})
    expected = as_json(list(world[THINGS].find(filter)))
    assert answered is None and not expected or any(identical(answered, one) for one in expected)


def test_find_one_of_none_has_no_data(astronomer, world):
    response = astronomer.ask("find_one", {"catalog": THINGS, "filter": {"_id": -1}})
    assert body_of(response) == {"status": "success", "message": QUERY_MESSAGE}


PROJECTIONS = [
    {},
    {"_id": 0},
    {"name": 1},
    {"_id": 0, "name": 1, "candid": 1},
    {"candidate": 0},
    {"candidate.jd": 1},
    {"candidate.list.k": 1},
    {"candidate.list.v": 0, "tags": 0},
    {"tags": {"$slice": 1}},
    {"tags": {"$slice": [-1, 1]}, "name": 1},
    {"tags": {"$elemMatch": {"$eq": "odd"}}},
    {"twice": {"$multiply": ["$value", 2]}},
    {"nothing": 1},
    {"_id": 0, "text": {"$toString": "$candid"}},
    {"_id": False, "flag": True},
    {"_id": 1},
]


@pytest.mark.parametrize("projection", PROJECTIONS, ids=str)
def test_find_projects(astronomer, world, projection):
    query = {"catalog": THINGS, "filter": {"group": 1}, "projection": projection}
    # An empty projection is the whole document.
    same_documents(astronomer.data("find", query), world[THINGS].find({"group": 1}, projection or None))


def test_projection_of_both_kinds_is_an_error(astronomer, world):
    error(astronomer.ask("find", {"catalog": THINGS, "filter": {}, "projection": {"a": 1, "b": 0}}))


SORTS = [
    [["_id", 1]],
    [["_id", -1]],
    [["group", 1], ["_id", -1]],
    [["candidate.drb", -1]],
    [["flag", -1], ["value", 1]],
    [["$natural", -1]],
    [["$natural", 1]],
    [["candid", -1]],
    [["maybe", 1], ["_id", 1]],
    [["candidate.list.v", -1], ["_id", 1]],
]


@pytest.mark.parametrize("sort", SORTS, ids=str)
def test_find_sorts(astronomer, world, sort):
    answered = astronomer.data("find", {"catalog": THINGS, "filter": {}}, sort=sort)
    same_documents(answered, world[THINGS].find().sort([tuple(pair) for pair in sort]), ordered=True)


@pytest.mark.parametrize(
    "skip, limit", [(0, 0), (0, 1), (1, 1), (5, 7), (59, 5), (60, 1), (100, 1), (0, 1000), (58, 0)]
)
def test_find_skips_and_limits(astronomer, world, skip, limit):
    answered = astronomer.data(
        "find", {"catalog": THINGS, "filter": {}}, sort=[["_id", 1]], skip=skip, limit=limit
    )
    expected = list(range(60))[skip : skip + limit if limit else None]
    assert [one["_id"] for one in answered] == expected


@pytest.mark.parametrize("hint", ["group_1", "candidate.jd_1_group_-1", "_id_"])
def test_hint_is_the_name_of_an_index(astronomer, world, hint):
    answered = astronomer.data("find", {"catalog": THINGS, "filter": {"group": 3}}, hint=hint)
    same_documents(answered, world[THINGS].find({"group": 3}))


def test_hint_without_index_is_an_error(astronomer, world):
    error(astronomer.ask("find", {"catalog": THINGS, "filter": {}}, hint="no_such_index"))


@pytest.mark.parametrize(
    "kwargs", [{"limit": "x"}, {"skip": -1}, {"skip": "x"}, {"sort": [["_id", "x"]]}, {"sort": [["_id", 7]]}]
)
def test_kwargs_that_mean_nothing_are_errors(astronomer, world, kwargs):
    error(astronomer.ask("find", {"catalog": THINGS, "filter": {}}, **kwargs))


def test_all_kwargs_together(astronomer, world):
    query = {"catalog": THINGS, "filter": {"group": {"$gt": 0}}, "projection": {"value": 1}}
    answered = astronomer.data(
        "find", query, sort=[["value", -1]], skip=2, limit=5, hint="group_1", max_time_ms=10000, save=False
    )
    expected = world[THINGS].find({"group": {"$gt": 0}}, {"value": 1}).sort("value", -1).skip(2).limit(5)
    same_documents(answered, expected, ordered=True)


def test_unknown_catalogue_is_empty(astronomer, world):
    assert astronomer.data("find", {"catalog": "conformance_nothing", "filter": {}}) == []
    assert astronomer.data("count_documents", {"catalog": "conformance_nothing", "filter": {}}) == 0


def test_many_documents_come_all(astronomer, seed):
    documents = [
        {"_id": number, "text": "x" * (number % 50), "list": [number] * 5} for number in range(12000)
    ]
    seed.put("conformance_many", documents)
    answered = astronomer.data("find", {"catalog": "conformance_many", "filter": {}}, sort=[["_id", 1]])
    assert identical(answered, documents)


@pytest.mark.parametrize("catalog", [THINGS, "conformance_stars", "TNS"])
def test_estimate_is_the_number_of_documents(astronomer, world, catalog):
    answered = astronomer.data("estimated_document_count", {"catalog": catalog})
    assert answered == world[catalog].estimated_document_count() and type(answered) is int


@pytest.mark.improved
@pytest.mark.parametrize(
    "kwargs, expected",
    [
        ({"limit": 5}, 5),
        ({"skip": 50}, 10),
        ({"skip": 50, "limit": 3}, 3),
        ({"skip": 100}, 0),
        ({"limit": 100}, 60),
        ({"hint": "group_1"}, 60),
    ],
)
def test_count_honours_kwargs(astronomer, world, kwargs, expected):
    assert astronomer.data("count_documents", {"catalog": THINGS, "filter": {}}, **kwargs) == expected


@pytest.mark.improved
@pytest.mark.parametrize(
    "projection", [{"name": 1}, {"_id": 0, "candid": 1}, {"candidate": 0}, "{'name': True}"]
)
def test_find_one_projects(astronomer, world, projection):
    query = {"catalog": THINGS, "filter": {"_id": 9}, "projection": projection}
    expected = world[THINGS].find_one({"_id": 9}, {"name": 1} if isinstance(projection, str) else projection)
    assert identical(astronomer.data("find_one", query), as_json(expected))


@pytest.mark.improved
@pytest.mark.parametrize(
    "kwargs, expected",
    [
        ({"sort": [["_id", -1]]}, 57),
        ({"sort": [["_id", 1]]}, 1),
        ({"sort": [["value", -1]], "skip": 2}, 49),
        ({"sort": [["_id", 1]], "hint": "group_1"}, 1),
    ],
)
def test_find_one_honours_kwargs(astronomer, world, kwargs, expected):
    assert (
        astronomer.data("find_one", {"catalog": THINGS, "filter": {"group": 1}}, **kwargs)["_id"] == expected
    )


def milliseconds(time):
    return {"$date": time.isoformat(timespec="milliseconds") + "Z"}


EXTENDED = [
    ({"object": {"$oid": f"{7:024x}"}}, {"object": ObjectId(f"{7:024x}")}),
    ({"object": {"$gt": {"$oid": f"{55:024x}"}}}, {"object": {"$gt": ObjectId(f"{55:024x}")}}),
    ({"when": milliseconds(DATE)}, {"when": DATE}),
    (
        {"when": {"$gte": milliseconds(DATE), "$lt": milliseconds(DATE + datetime.timedelta(days=3))}},
        {"when": {"$gte": DATE, "$lt": DATE + datetime.timedelta(days=3)}},
    ),
    ({"when": {"$date": {"$numberLong": "1697106285678"}}}, {"when": DATE}),
    ({"bytes": {"$binary": {"base64": "Bfo=", "subType": "00"}}}, {"bytes": Binary(bytes([5, 250]))}),
    ({"candid": {"$numberLong": str(FIRST_CANDID)}}, {"candid": Int64(FIRST_CANDID)}),
    ({"_id": {"$in": [{"$numberInt": "3"}, {"$numberDouble": "4.0"}]}}, {"_id": {"$in": [3, 4]}}),
    ({"number": {"$numberDouble": "Infinity"}}, {"number": float("inf")}),
    ({"number": {"$numberDouble": "NaN"}}, {"number": float("nan")}),
]


@pytest.mark.improved
@pytest.mark.parametrize("sent, meaning", EXTENDED, ids=[str(sent) for sent, _ in EXTENDED])
def test_filter_may_be_extended_json(astronomer, world, sent, meaning):
    expected = list(world[THINGS].find(meaning))
    assert expected
    same_documents(astronomer.data("find", {"catalog": THINGS, "filter": sent}), expected)
    assert astronomer.data("count_documents", {"catalog": THINGS, "filter": sent}) == len(expected)
    pipeline = [{"$match": sent}]
    same_documents(astronomer.data("aggregate", {"catalog": THINGS, "pipeline": pipeline}), expected)


@pytest.mark.improved
@pytest.mark.parametrize(
    "filter", [{"object": {"$oid": "xyz"}}, {"when": {"$date": "yesterday"}}, {"_id": {"$numberInt": "x"}}]
)
def test_extended_json_of_no_value_is_an_error(astronomer, world, filter):
    error(astronomer.ask("find", {"catalog": THINGS, "filter": filter}))


@pytest.mark.improved
@pytest.mark.parametrize("catalog", ["ZTF_alerts", "ZTF_alerts_aux"])
def test_visitor_sees_the_public_program_alone(visitor, astronomer, world, catalog):
    filter = {"objectId": "ZTF21conmixe"} if catalog == "ZTF_alerts" else {"_id": "ZTF21conmixe"}
    query = {"catalog": catalog, "filter": filter}
    if catalog == "ZTF_alerts":
        assert {one["candidate"]["programid"] for one in astronomer.data("find", query)} == {1, 2, 3}
        assert {one["candidate"]["programid"] for one in visitor.data("find", query)} == {1}
        assert visitor.data("count_documents", query) == 2 and astronomer.data("count_documents", query) == 5
    else:
        for points in ("prv_candidates", "fp_hists"):
            assert {one["programid"] for one in astronomer.data("find_one", query)[points]} == {1, 2, 3}
            assert {one["programid"] for one in visitor.data("find_one", query)[points]} == {1}


def test_alerts_come_whole_with_their_stamps(astronomer, world):
    query = {"catalog": "ZTF_alerts", "filter": {"objectId": "ZTF18abacqpw"}}
    answered = astronomer.data("find", query, sort=[["candid", 1]])
    same_documents(answered, world["ZTF_alerts"].find(query["filter"]).sort("candid", 1), ordered=True)
    assert set(answered[0]["cutoutScience"]["stampData"]["$binary"]) == {"base64", "subType"}


def test_stored_query_is_success(astronomer, world):
    response = astronomer.ask("find", {"catalog": THINGS, "filter": {"_id": {"$lt": 0}}}, limit=1, save=True)
    assert success(response, QUERY_MESSAGE) == []
