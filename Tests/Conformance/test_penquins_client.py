"""penquins 2.4.2, the clients' own library, as it is: every public method, judged by PyMongo on the same database."""

from urllib.parse import urlsplit

import pytest
from bson import json_util
from penquins import Kowalski, __version__

from client import QUERY_MESSAGE
from filters import ANNOTATED, numbers
from world import BOX_NAME, CENTRE, GALAXIES, KNOWN, KNOWN_POSITION, STARS, THINGS, box


def place(options):
    """Protocol, host and port as penquins wants them."""
    url = urlsplit(options.url)
    return {
        "protocol": url.scheme,
        "host": url.hostname,
        "port": url.port or {"http": 80, "https": 443}[url.scheme],
    }


@pytest.fixture(scope="module")
def kowalski(options, world):
    """A connection by name and password."""
    with Kowalski(
        username=options.username, password=options.password, timeout=20, **place(options)
    ) as connection:
        yield connection


@pytest.fixture
def two(options, world, kowalski):
    """Two instances, which are one server under two names."""
    token, server = kowalski.instances["default"]["token"], place(options)
    # Another way to write the same address, which nobody need resolve.
    other = "127.1" if server["host"] in ("127.0.0.1", "localhost") else "127.0.0.1"
    connection = Kowalski(token=token, timeout=20, **server)
    try:
        connection.add("second", {"token": token, **server, "host": other, "timeout": 20})
    except ValueError:
        pytest.skip("the service has no second name")
    return connection


def plain(value):
    """Values as PyMongo's library writes them, so that both sides compare."""
    return json_util.dumps(value, sort_keys=True)


def same(answered, stored):
    """Asserts that both hold the same documents."""
    assert sorted(map(plain, answered)) == sorted(map(plain, json_util.loads(json_util.dumps(list(stored)))))


def ask(connection, kind, query, **kwargs):
    """The data of a query on the one instance."""
    [(name, answer)] = connection.query({"query_type": kind, "query": query, "kwargs": kwargs}).items()
    assert name == "default" and answer["status"] == "success" and answer["message"] == QUERY_MESSAGE, answer
    return answer.get("data")


def test_version():
    assert __version__ == "2.4.2"


def test_log_in_and_ping(options, kowalski):
    assert kowalski.ping() and kowalski.ping("default")
    token = kowalski.authenticate()
    assert token.count(".") == 2
    assert Kowalski(token=token, **place(options)).ping()


def test_wrong_password_is_refused(options, world):
    with pytest.raises(ValueError, match="Failed to add instance default"):
        Kowalski(username="conformance-nobody", password="wrong", **place(options))


def test_wrong_token_gives_no_catalogues(options, world):
    connection = Kowalski(token="no token", **place(options))
    assert connection.get_catalogs() == [] and not connection.ping()


def test_catalogues(kowalski, world):
    names = kowalski.get_catalogs()
    assert names == kowalski.get_catalogs("default") == kowalski.get_catalogs_all()["default"]
    assert {STARS, GALAXIES, THINGS, "ZTF_alerts", "ZTF_alerts_aux", "PGIR_alerts"} <= set(names)
    assert kowalski.instance_has_catalog(STARS) and not kowalski.instance_has_catalog("users")


def test_find(kowalski, world):
    query = {"catalog": THINGS, "filter": {"group": 1}, "projection": {"candidate": 0}}
    same(ask(kowalski, "find", query, max_time_ms=10000), world[THINGS].find({"group": 1}, {"candidate": 0}))
    same(
        ask(kowalski, "find", {"catalog": THINGS, "filter": {}}, sort=[["_id", -1]], limit=3, skip=1),
        world[THINGS].find().sort("_id", -1).skip(1).limit(3),
    )
    assert ask(kowalski, "find", {"catalog": THINGS, "filter": {"_id": -1}}, save=True) == []


def test_find_one(kowalski, world):
    same(
        [ask(kowalski, "find_one", {"catalog": THINGS, "filter": {"_id": 7}})],
        [world[THINGS].find_one({"_id": 7})],
    )
    assert ask(kowalski, "find_one", {"catalog": THINGS, "filter": {"_id": -7}}) is None


def test_stamps_are_bytes(kowalski, world):
    [answered] = ask(kowalski, "find", {"catalog": "ZTF_alerts", "filter": {"objectId": KNOWN}}, limit=1)
    stored = world["ZTF_alerts"].find_one({"candid": answered["candid"]})
    assert bytes(answered["cutoutScience"]["stampData"]) == bytes(stored["cutoutScience"]["stampData"])


def test_counts(kowalski, world):
    assert ask(kowalski, "count_documents", {"catalog": THINGS, "filter": {"flag": True}}) == world[
        THINGS
    ].count_documents({"flag": True})
    assert ask(kowalski, "estimated_document_count", {"catalog": STARS}) == world[STARS].count_documents({})


def test_aggregate(kowalski, world):
    pipeline = [{"$group": {"_id": "$group", "n": {"$sum": 1}, "largest": {"$max": "$candid"}}}]
    same(
        ask(kowalski, "aggregate", {"catalog": THINGS, "pipeline": pipeline}, allowDiskUse=True),
        world[THINGS].aggregate(pipeline),
    )


def test_info(kowalski, world):
    assert ask(kowalski, "info", {"command": "catalog_names"}) == kowalski.get_catalogs()
    assert ask(kowalski, "info", {"command": "catalog_info", "catalog": STARS})["count"] == world[
        STARS
    ].count_documents({})
    assert set(ask(kowalski, "info", {"command": "index_info", "catalog": STARS})) == set(
        world[STARS].index_information()
    )
    assert ask(kowalski, "info", {"command": "db_info"})["db"] == world.name


def test_cone_search(kowalski, world):
    radius = 30 / 3600
    query = {
        "object_coordinates": {
            "cone_search_radius": 30,
            "cone_search_unit": "arcsec",
            "radec": {"a.b": list(CENTRE)},
        },
        "catalogs": {STARS: {"filter": {"group": 1}, "projection": {"name": 1}}, GALAXIES: {}},
    }
    answered = ask(kowalski, "cone_search", query, filter_first=False)
    circle = {
        "coordinates.radec_geojson": {
            "$geoWithin": {"$centerSphere": [[CENTRE[0] - 180, CENTRE[1]], radius * 0.017453292519943295]}
        }
    }
    same(answered[STARS]["a_b"], world[STARS].find({**circle, "group": 1}, {"name": 1}))
    same(answered[GALAXIES]["a_b"], world[GALAXIES].find(circle))


def test_near(kowalski, world):
    query = {
        "max_distance": 100,
        "distance_units": "arcsec",
        "radec": {"query_coords": list(KNOWN_POSITION)},
        "catalogs": {"ZTF_alerts": {"filter": {}, "projection": {"_id": 0, "candid": 1}}},
    }
    answered = ask(kowalski, "near", query, max_time_ms=10000, limit=2)
    assert len(answered["ZTF_alerts"]["query_coords"]) == 2
    stored = world["ZTF_alerts"].find({"objectId": KNOWN}, {"candid": 1})
    assert {one["candid"] for one in answered["ZTF_alerts"]["query_coords"]} <= {
        one["candid"] for one in stored
    }


def test_skymap(kowalski, world):
    query = {
        "catalog": "ZTF_alerts",
        "filter": {},
        "projection": {"_id": 0, "candid": 1},
        "skymap": {"localization_name": BOX_NAME, "dateobs": "2023-06-23T15:42:26", "contour": 90},
    }
    shape = {"type": "MultiPolygon", "coordinates": box(80.0, 100.0, 22.0, 38.0, 90)["coordinates"]}
    stored = world["ZTF_alerts"].find(
        {"coordinates.radec_geojson": {"$geoWithin": {"$geometry": shape}}}, {"_id": 0, "candid": 1}
    )
    same(ask(kowalski, "skymap", query), stored)


def test_errors_are_answers(kowalski, world):
    answer = kowalski.query({"query_type": "find", "query": {"catalog": THINGS, "filter": {"$nothing": 1}}})[
        "default"
    ]
    assert answer["status"] == "error" and answer["message"]
    answer = kowalski.query(
        {"query_type": "aggregate", "query": {"catalog": THINGS, "pipeline": [{"$out": "x"}]}}
    )["default"]
    assert answer["status"] == "error" and "forbidden stages" in answer["message"]


def test_what_the_client_refuses_is_never_sent(kowalski, two):
    for query in (
        {"query_type": "find", "query": {"catalog": "conformance_nothing", "filter": {}}},
        {"query_type": "cone_search", "query": {"catalog": STARS}},
        {"query_type": "near", "query": {"catalogs": {"conformance_nothing": {}}}},
    ):
        with pytest.raises(ValueError):
            kowalski.query(query)
    with pytest.raises(ValueError):
        two.query({"query_type": "info", "query": {"command": "catalog_names"}})


def test_queries_one_after_the_other_and_together(kowalski, world):
    queries = [
        {"query_type": "find", "query": {"catalog": THINGS, "filter": {"_id": number}}}
        for number in range(20)
    ]
    assert kowalski.query(queries=queries)["default"]["data"][0]["_id"] == 19
    answers = kowalski.query(queries=queries, use_batch_query=True, max_n_threads=4)["default"]
    assert sorted(one["data"][0]["_id"] for one in answers) == list(range(20))
    answers = kowalski.batch_query({"default": queries}, n_threads=3)
    assert sorted(one["default"]["data"][0]["_id"] for one in answers) == list(range(20))
    assert kowalski.single_query((queries[3], "default"))["default"]["data"][0]["_id"] == 3
    assert kowalski.prepare_query(queries[0])[0] == {"default": queries[0]}
    assert kowalski.prepare_queries(queries) == {"default": queries}


def test_two_instances_share_the_catalogues(two, world):
    query = {
        "query_type": "cone_search",
        "query": {
            "object_coordinates": {
                "cone_search_radius": 2,
                "cone_search_unit": "arcsec",
                "radec": {KNOWN: list(KNOWN_POSITION)},
            },
            "catalogs": {
                name: {"filter": {}, "projection": {"_id": 0, "objectId": 1}}
                for name in ("ZTF_alerts", "PGIR_alerts")
            },
        },
    }
    for batch in (False, True):
        answers = two.query(query, use_batch_query=batch)
        assert set(answers) == {"default", "second"}
        data = {}
        for answer in answers.values():
            data |= (answer[0] if batch else answer)["data"]
        assert data == {"ZTF_alerts": {KNOWN: [{"objectId": KNOWN}] * 3}, "PGIR_alerts": {KNOWN: []}}
    assert set(two.get_catalogs_all()) == {"default", "second"}
    assert (
        two.query({"query_type": "info", "query": {"command": "db_info"}}, name="second")["second"]["status"]
        == "success"
    )


def test_instances_are_named(two, options):
    with pytest.raises(ValueError):
        two.add("second", {"token": "x", **place(options)})
    two.rename("third", "second")
    assert two.ping("third") and set(two.instances) == {"default", "third"}
    two.remove("third")
    assert set(two.instances) == {"default"}
    assert two.close("default") is True and two.close_all() == {}


def test_filters_by_api(kowalski, world):
    number = next(numbers)
    whole = {
        "group_id": 1,
        "filter_id": number,
        "catalog": "ZTF_alerts",
        "permissions": [1, 2],
        "pipeline": ANNOTATED,
    }
    answer = kowalski.api("post", "/api/filters", data=whole)
    assert answer["status"] == "success", answer
    fid = answer["data"]["fid"]
    answer = kowalski.api(method="get", endpoint=f"api/filters/{number}")
    assert answer["message"] == f"Retrieved filter id {number}" and answer["data"]["active_fid"] == fid
    same([answer["data"]], [world["filters"].find_one({"filter_id": number})])
    answer = kowalski.api("patch", "/api/filters", data={"filter_id": number, "update_annotations": True})
    assert answer["data"]["update_annotations"] is True
    answer = kowalski.api("DELETE", f"/api/filters/{number}")
    assert answer == {"status": "success", "message": f"Removed filter id {number}"}
    assert kowalski.api("get", f"/api/filters/{number}") == {
        "status": "error",
        "message": f"Filter id {number} not found",
    }


def test_users_by_api(kowalski, options):
    name = f"conformance-{next(numbers)}"
    assert (
        kowalski.api("post", "api/users", data={"username": name, "password": "x"})["message"]
        == f"added user {name}"
    )
    other = Kowalski(username=name, password="x", **place(options))
    assert other.ping()
    assert other.api("post", "api/users", data={"username": "y", "password": "z"}) == {
        "status": "error",
        "message": "Forbidden",
    }
    assert (
        kowalski.api("put", f"api/users/{name}", data={"username": name, "password": "y"})["message"]
        == f"edited user {name}"
    )
    assert kowalski.api("delete", f"api/users/{name}")["message"] == f"removed user {name}"


def test_skymaps_by_api(kowalski, world):
    question = {"dateobs": "2023-06-23T15:42:26", "localization_name": BOX_NAME, "contour": 90}
    answer = kowalski.api("get", "api/skymap", data=question)
    assert answer["status"] == "success" and answer["data"]["localization_name"] == BOX_NAME
    assert (
        kowalski.api("get", "api/skymap", data={**question, "localization_name": "nothing"})["status"]
        == "error"
    )


@pytest.mark.parametrize(
    "method, endpoint, message", [("get", "api/nothing", "Not Found"), ("put", "/api/nothing", "Not Found")]
)
def test_unknown_route_by_api(kowalski, method, endpoint, message):
    assert kowalski.api(method, endpoint, data={})["message"] == message


def test_greeting_by_api(kowalski):
    assert kowalski.api("get", "/") == {"status": "success", "message": "greetings from Kowalski!"}
    with pytest.raises(ValueError):
        kowalski.api("options", "/")
