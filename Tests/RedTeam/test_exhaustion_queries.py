"""Queries that would take all memory or all time: of the service, of its database, or of other users."""

import json
import threading
import time

import pytest

import seed as seeds
from seed import POSITION, STARS
from target import PATIENCE, refused

#: MiB by which an attack may let the service grow, and what it may have at most.
GROWTH, MOST = 300, 1200
MILLION = 1_000_000
BODY = 1_048_576


@pytest.fixture(scope="module")
def attacker(make_user):
    """Another user than the bystander, who has a line of its own."""
    return make_user([1])


@pytest.fixture(autouse=True)
def others_are_served(bystander, process):
    """While an attack goes on, and after it, the service lives, is small, and answers another user."""
    before = process.resident
    yield
    bystander.check()
    assert process.is_alive
    assert process.resident < before + GROWTH, f"{before:.0f} to {process.resident:.0f} MiB"
    assert process.peak < MOST, f"{process.peak:.0f} MiB"


@pytest.fixture(scope="module")
def quickly(attacker, process):
    """Asks, and asserts that not too much work was done for the answer.

    The measure is the service's processor time for a plain query of the largest size: it does not depend on how busy the
    machine is. Of a service on another machine nothing is known.
    """
    def work(ask):
        before = process.work
        answer = ask()
        return answer, process.work - before

    plain = query('{"_id": {"$in": [%s]}}' % ",".join(map(str, range(130_000))))
    unit = max(0.05, min(work(lambda: attacker.post("/api/queries", plain))[1] for _ in range(3)))

    def quickly(ask, units=25):
        answer, seconds = work(ask)
        print(f"{seconds / unit:.1f} units of {unit:.2f} s")
        assert seconds < units * unit, f"{seconds / unit:.1f} units of {unit:.2f} s: {answer!r}"
        return answer

    return quickly


def nest(depth, opening, middle, closing):
    return opening * depth + middle + closing * depth


def query(filter="{}", catalog=STARS, kwargs="{}"):
    return '{"query_type": "find", "query": {"catalog": "%s", "filter": %s}, "kwargs": %s}' % (catalog, filter, kwargs)


@pytest.mark.parametrize("body", [
    nest(100_000, "[", "", "]"), nest(100_000, '{"a":', "1", "}"), "[" * 500_000, '{"a":' * 100_000,
    query(nest(100_000, '{"a":', "1", "}")), query(nest(150_000, '{"$and":[', "{}", "]}")[:BODY // 2]),
    query(nest(40_000, '{"$nor":[', "{}", "]}")), query('{"a":' + nest(100_000, "[", "1", "]") + "}"),
    query(nest(199, '{"a":', "1", "}")), query('{"$expr":' + nest(190, '{"$not":[', "1", "]}") + "}"),
    query('{"$expr":' + nest(195, "[", "1", "]") + "}"), query('{"a":' + nest(90, '{"$not":', '{"$eq":1}', "}") + "}"),
    query(json.dumps(nest(100_000, "[", "1", "]"))), query(json.dumps(nest(150_000, "(", "1", ")"))),
    query(json.dumps("(" * 900_000)), query(json.dumps(nest(100_000, "{'a':", "1", "}"))),
    query(json.dumps("{'a': " + nest(60_000, "(1,", "", ")") + "}")), query(json.dumps("-" * 900_000 + "1")),
    query(json.dumps(nest(20_000, "{'$and':[", "{}", "]}"))),
    '{"query_type": "cone_search", "query": {"object_coordinates": {"cone_search_radius": 1, "cone_search_unit": "deg", '
    '"radec": %s}, "catalogs": {}}}' % nest(180, "[", "1,2", "]"),
], ids=lambda body: body[:40] + "…")
def test_deep_bodies(attacker, quickly, body):
    answer = quickly(lambda: attacker.post("/api/queries", body[:BODY]))
    if answer.status != 200:
        refused(answer)


def stages(*stages):
    return json.dumps({"query_type": "aggregate", "query": {"catalog": STARS, "pipeline": list(stages)},
                       "kwargs": {"max_time_ms": 5000}})


def pipelines(depth, innermost):
    """A pipeline in a pipeline in a pipeline."""
    inner = [innermost]
    for _ in range(depth):
        inner = [{"$lookup": {"from": STARS, "pipeline": inner, "as": "x"}}]
    return inner


@pytest.mark.parametrize("depth", [20, 45, 60])
def test_deep_pipelines(attacker, quickly, depth):
    body = json.dumps({"query_type": "aggregate", "query": {"catalog": STARS, "pipeline": pipelines(depth, {"$limit": 1})},
                       "kwargs": {"max_time_ms": 2000}})
    refused(quickly(lambda: attacker.post("/api/queries", body)))


LONG = "k" * 400_000


@pytest.mark.parametrize("body", [
    query('{"%s": [%s]}' % (LONG, ",".join(["{}"] * 150_000))), query('{"%s": {"$in": [%s]}}' % (LONG, ",".join(["[]"] * 150_000))),
    query('{"$expr": {"%s": [%s]}}' % (LONG, ",".join(["1"] * 250_000))),
    query('{"$expr": {"$and": [{"%s": [%s]}]}}' % (LONG, ",".join(['"a"'] * 150_000))),
    query("{%s}" % ",".join(f'"a{number}":1' for number in range(80_000))),
    query('{"$or": [%s]}' % ",".join(["{}"] * 250_000)), query('{"$and": [%s]}' % ",".join(['{"_id":-1}'] * 60_000)),
    query('{"$expr": {"$or": [%s]}}' % ",".join(['{"$eq":[1,2]}'] * 60_000)),
    query('{"_id": {"$in": [%s]}}' % ",".join(map(str, range(130_000)))),
    query(json.dumps("{'a': [" + "1," * 400_000 + "]}")), query(json.dumps("{'a': " + "'x' " * 200_000 + "}")),
    query(json.dumps("{'a': " + "9" * 900_000 + "}")), query(json.dumps("{'a': 1e" + "9" * 900_000 + "}")),
    query(json.dumps("{'a': 0x" + "f" * 900_000 + "}")), query(json.dumps("{'a': 1_" + "0_" * 400_000 + "0}")),
    query(json.dumps("{'a': 'b' * 1000000000}")), query(json.dumps("{'a': 10**10**10}")), query(json.dumps("#" * 900_000)),
    query('{"a": ' + "9" * 900_000 + "}"), query('{"a": 1e' + "9" * 900_000 + "}"), query('{"a": 0.' + "1" * 900_000 + "}"),
    query('{"a": {"$numberDecimal": "' + "9" * 900_000 + '"}}'), query('{"a": {"$numberDecimal": "1E+999999999"}}'),
    query('{"a": {"$numberDouble": "1e999999999"}}'), query('{"a": {"$date": "99999-99-99T99:99:99Z"}}'),
    query('{"a": {"$date": {"$numberLong": "9223372036854775807"}}}'), query('{"a": {"$numberLong": "-9223372036854775808"}}'),
    query('{"a": {"$timestamp": {"t": 4294967295, "i": 4294967295}}}'), query('{"a": {"$binary": {"base64": "%s", "subType": "00"}}}' % (
        "A" * 900_000)), query('{"a": "%s"}' % ("\\u0000" * 150_000)), query('{"a": "%s"}' % ("\\ud83d\\ude00" * 80_000)),
    query(kwargs='{"sort": [%s]}' % ",".join(f'["a{number}", 1]' for number in range(50_000))),
    query(kwargs='{"sort": {"%s": {"%s": 1}}}' % ("a" * 400_000, "b" * 400_000)),
    query(kwargs='{"hint": "%s"}' % ("h" * 900_000)), query(catalog="c" * 1_000_000), query(catalog=" " * 1_000_000 + "x"),
    '{"query_type": "%s", "query": {}}' % ("x" * 1_000_000),
    '{"query_type": "info", "query": {"command": "%s"}}' % ("x" * 1_000_000),
    query('{"%s": {"$unknown": 1}}' % ("k" * 1_000_000)),
    stages({"$match": {LONG: [{} for _ in range(150_000)]}}),
    stages({"$project": {LONG: [[] for _ in range(150_000)]}}),
    stages({"$group": {"_id": {LONG: [1] * 200_000}}}),
    json.dumps({"query_type": "aggregate", "query": {"catalog": STARS, "pipeline": [{"$match": {}}] * 50_000}}),
    json.dumps({"query_type": "aggregate", "query": {"catalog": STARS, "pipeline": [{"$lookup": {
        "from": STARS, "pipeline": [{"$match": {}}] * 20_000, "as": "x"}}]}}),
    json.dumps({"query_type": "aggregate", "query": {"catalog": "ZTF_alerts", "pipeline": [
        {"$match": {"$expr": {"$toBool": 1}}}] * 20_000}}),
    json.dumps({"query_type": "aggregate", "query": {"catalog": STARS, "pipeline": [{"$facet": {
        f"f{number}": [{"$limit": 1}] for number in range(20_000)}}]}}),
], ids=lambda body: body[:70].replace("k" * 20, "") + f"…{len(body)}")
def test_wide_bodies(attacker, quickly, body):
    """Checked in a time that grows with their length, not with its square."""
    assert len(body) <= BODY, len(body)
    answer = quickly(lambda: attacker.post("/api/queries", body))
    if answer.status != 200:
        assert answer.status in (400, 413) and len(answer.body) < 2 * BODY, answer


@pytest.mark.parametrize("size, status", [(BODY + 1, 413), (2 * BODY, 413), (64 * BODY, 413)])
def test_bodies_that_are_too_large(attacker, size, status):
    try:
        answer = attacker.post("/api/queries", b"[" + b" " * (size - 1))
        assert answer.status == status, answer
    except OSError:
        # The connection was cut before all of it was sent.
        pass


def positions(radec, radius=1, unit="arcsec", catalogs=None, kind="cone_search", **kwargs):
    if kind == "near":
        query = {"radec": radec, "max_distance": radius, "distance_units": unit}
    else:
        query = {"object_coordinates": {"radec": radec, "cone_search_radius": radius, "cone_search_unit": unit}}
    query["catalogs"] = {STARS: {"projection": {"_id": 1}}} if catalogs is None else catalogs
    return json.dumps({"query_type": kind, "query": query, "kwargs": {"max_time_ms": 3000, **kwargs}}, separators=(",", ":"))


@pytest.mark.parametrize("body", [
    lambda kind: positions([[1, 1]] * 170_000, kind=kind), lambda kind: positions([[n / 100, n / 1000] for n in range(50_000)], kind=kind),
    lambda kind: positions("[" + "(1,2)," * 150_000 + "]", kind=kind), lambda kind: positions("1 " * 400_000, kind=kind),
    lambda kind: positions("1:" * 400_000 + " 2", kind=kind), lambda kind: positions({f"n{n}": [1, 2] for n in range(60_000)}, kind=kind),
    lambda kind: positions([[1, 2]], catalogs={f"c{n}": {} for n in range(70_000)}, kind=kind),
    lambda kind: positions([[n / 100, 2] for n in range(30_000)], catalogs={f"c{n}": {} for n in range(30_000)}, kind=kind),
    lambda kind: positions([[n / 100, 2] for n in range(30_000)], kind=kind,
                           catalogs={f"{' ' * n}ZTF_alerts_aux": {} for n in range(500)}),
    lambda kind: positions([[n / 100, 2] for n in range(50_000)], kind=kind, catalogs={
        "ZTF_alerts_aux": {}, "PGIR_alerts_aux": {}, "WNTR_alerts_aux": {}, "TURBO_alerts_aux": {}}),
    lambda kind: positions({"n" * 400_000: [1, 2]}, catalogs={f"c{n}": {} for n in range(20_000)}, kind=kind),
    lambda kind: positions({"\1" * 80_000: [1, 2]}, catalogs={f"c{n}": {} for n in range(300)}, kind=kind),
    lambda kind: positions([["1" * 400_000, "2" * 400_000]], kind=kind), lambda kind: positions([["9" * 300 + "s", "1:2:3"]], kind=kind),
], ids=["same", "different", "python", "words", "colons", "named", "catalogues", "both", "spaces", "no positions", "long name",
        "escaped name", "long", "sexagesimal"])
def test_many_positions(attacker, quickly, body):
    """However many there are, the time that was asked for ends them."""
    text = body("cone_search")
    assert len(text) <= BODY, len(text)
    answer = quickly(lambda: attacker.post("/api/queries", text), 100)
    assert answer.status in (200, 400), repr(answer)[:300]


@pytest.mark.parametrize("kind", ["cone_search", "near"])
@pytest.mark.parametrize("radius, unit", [
    (1e308, "deg"), (1e308, "arcsec"), (-1, "deg"), ("nan", "deg"), ("inf", "rad"), ("-inf", "rad"), ("1e999", "deg"), ("", "deg"),
    ({"$numberDouble": "NaN"}, "deg"), ({"$numberDouble": "Infinity"}, "deg"), ([1], "deg"), ({"$gt": 0}, "deg"), (None, "deg"),
    (True, "deg"), (1, "parsec"), (1, {"$ne": "deg"}), (10**400, "deg"), ("1" * 100_000, "deg"), (1, "deg" * 100_000), (400, "deg"),
    (3.2, "rad"), ("0x10", "deg"), ("1_0", "deg"), ("1;2", "deg")], ids=lambda value: str(value)[:20])
def test_odd_radii(attacker, radius, unit, kind):
    answer = attacker.post("/api/queries", positions([list(POSITION)], radius, unit, kind=kind))
    assert answer.status in (200, 400), answer


def test_many_positions_by_distance(attacker, quickly):
    text = positions([[n / 100, n / 1000] for n in range(30_000)], kind="near")
    answer = quickly(lambda: attacker.post("/api/queries", text), 100)
    assert answer.status in (200, 400), repr(answer)[:300]


@pytest.mark.parametrize("radec", [
    [[float("nan"), 0]], [[0, float("inf")]], [[1e308, 1e308]], [[-1e308, 0]], [[0, 91]], [["nan", "nan"]], [["", ""]], [[0]],
    [[0, 0, 0]], [], {}, "", "nan nan", "inf inf", "1 2 3", "[", "()", "[[1, 2]", "{'a': (1, 2)}", "__import__('os').system('id')",
    "[(x, y)]", [[{"$gt": 0}, 1]], [[True, False]], [None], 5, None, True, [["12:34:56", 1]], [["-99999999999:0:0", "0:0:0"]],
    [["1h2m3s" * 1000, "1d2m3s"]], {"$gt": [1, 2]}, {"": [1, 2]}, {"a\0b": [1, 2]}, {"$where": [1, 2]}, {"a.b.c": [1, 2]}],
    ids=lambda value: str(value)[:30])
@pytest.mark.parametrize("kind", ["cone_search", "near"])
def test_odd_positions(attacker, radec, kind):
    answer = attacker.post("/api/queries", positions(radec, kind=kind))
    assert answer.status in (200, 400), answer


@pytest.mark.parametrize("kwargs", [
    {"limit": -1}, {"limit": 2**63}, {"limit": 2**64}, {"limit": 1e300}, {"limit": 1.5}, {"limit": "5"}, {"limit": [1]}, {"limit": True},
    {"skip": -1}, {"skip": 2**63}, {"skip": 2**63 - 1}, {"skip": 2**63 - 1, "limit": 2**63 - 1}, {"limit": 2**63 - 1}, {"limit": 2**31},
    {"max_time_ms": 0}, {"max_time_ms": -1}, {"max_time_ms": 2**63}, {"max_time_ms": 2**63 - 1}, {"max_time_ms": 1e300},
    {"max_time_ms": "1"}, {"max_time_ms": True}, {"max_time_ms": 10**15}, {"max_time_ms": 2**31}, {"max_time_ms": {}},
    {"batchSize": 2**63}, {"sort": [["a", 2]]}, {"sort": [["a"]]}, {"sort": "a"}, {"sort": [["a\0", 1]]}, {"sort": [["", 1]]},
    {"sort": [["$a", 1]]}, {"hint": ""}, {"hint": "x\0"}, {"allowDiskUse": 1}], ids=str)
def test_odd_limits(attacker, kwargs):
    for kind, query in (("find", {"catalog": STARS, "filter": {}, "projection": {"_id": 1}}), ("count_documents", {
            "catalog": STARS, "filter": {}}), ("cone_search", json.loads(positions([list(POSITION)]))["query"]),
            ("aggregate", {"catalog": STARS, "pipeline": [{"$match": {}}]})):
        answer = attacker.ask(kind, query, **kwargs)
        if answer.status != 200:
            refused(answer)


BOMBS = {
    "range": {"$range": [0, 2**31 - 1]}, "range of ranges": {"$map": {"input": {"$range": [0, 1000]}, "in": {"$range": [0, 1000]}}},
    "reduced range": {"$reduce": {"input": {"$range": [0, 20]}, "initialValue": "x", "in": {"$concat": ["$$value", "$$value"]}}},
    "text without end": {"$reduce": {"input": {"$range": [0, 60]}, "initialValue": "x", "in": {"$concat": ["$$value", "$$value"]}}},
    "doubled arrays": {"$reduce": {"input": {"$range": [0, 20]}, "initialValue": [1], "in": {
        "$concatArrays": ["$$value", "$$value"]}}},
    "replaced": {"$replaceAll": {"input": {"$reduce": {"input": {"$range": [0, 20]}, "initialValue": "x", "in": {
        "$concat": ["$$value", "$$value"]}}}, "find": "x", "replacement": "x" * 1000}},
    "power": {"$pow": [10, 1e308]}, "decimal": {"$pow": [{"$toDecimal": "9E+6144"}, 1e6]}, "zip": {"$zip": {"inputs": [
        {"$range": [0, 1000]}] * 100}},
    "split": {"$split": [{"$reduce": {"input": {"$range": [0, 18]}, "initialValue": "x", "in": {
        "$concat": ["$$value", "$$value"]}}}, "x"]},
    "regex": {"$regexFindAll": {"input": "$long", "regex": "(a?)*((a+)+)+$"}},
    "regex from a field": {"$regexMatch": {"input": "$long", "regex": {"$concat": ["(", "a+", ")+" * 3, "$"]}}},
    "date": {"$dateToString": {"date": {"$toDate": 2**62}, "format": "%Y" * 1000}}, "substring": {"$substrBytes": ["$long", -1, -1]},
    "sort": {"$sortArray": {"input": {"$range": [0, 100_000]}, "sortBy": -1}},
    "set": {"$setUnion": [{"$range": [0, 100_000]}, {"$range": [50_000, 150_000]}]},
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_expressions_that_grow(attacker, quickly, bomb):
    """As large as the database of any version bears; it refuses the larger ones, or takes its time, which ends."""
    answer = quickly(lambda: attacker.aggregate(
        STARS, {"$limit": 1}, {"$project": {"n": {"$type": BOMBS[bomb]}}}, max_time_ms=3000))
    if answer.status != 200:
        refused(answer)


@pytest.mark.parametrize("pipeline", [
    [{"$densify": {"field": "group", "range": {"step": 1e-9, "bounds": [0, 1e9]}}}],
    [{"$set": {"x": {"$range": [0, 200]}}}, {"$unwind": "$x"}, {"$set": {"y": {"$range": [0, 200]}}}, {"$unwind": "$y"},
     {"$set": {"z": {"$range": [0, 200]}}}, {"$unwind": "$z"}, {"$group": {"_id": None, "n": {"$sum": 1}}}],
    [{"$set": {"x": {"$range": [0, 5000]}}}, {"$unwind": "$x"}, {"$group": {"_id": None, "x": {"$push": "$$ROOT"}}}],
    [{"$sample": {"size": 2**31 - 1}}], [{"$bucketAuto": {"groupBy": "$_id", "buckets": 2**31 - 1}}],
    [{"$lookup": {"from": STARS, "pipeline": [{"$lookup": {"from": STARS, "pipeline": [{"$lookup": {
        "from": STARS, "pipeline": [{"$lookup": {"from": STARS, "pipeline": [], "as": "d"}}], "as": "c"}}], "as": "b"}}],
        "as": "a"}}],
    [{"$graphLookup": {"from": STARS, "startWith": "$group", "connectFromField": "group", "connectToField": "group", "as": "x"}}],
    [{"$setWindowFields": {"sortBy": {"_id": 1}, "output": {"x": {"$push": "$$ROOT", "window": {
        "documents": ["unbounded", "unbounded"]}}}}}],
    [{"$match": {"long": {"$regex": "^(((a?)*)+)+$"}}}], [{"$match": {"long": {"$regex": "(" * 200 + "a" + ")" * 200}}}],
    [{"$match": {"long": {"$regex": "a{1000}{1000}{1000}"}}}], [{"$match": {"long": {"$regex": "(?R)"}}}],
    [{"$match": {"long": {"$regex": "a" * 40_000}}}], [{"$match": {"long": {"$regex": "(?=.*)" * 5000}}}],
], ids=lambda pipeline: str(pipeline)[:60])
def test_pipelines_that_grow(attacker, quickly, pipeline):
    answer = quickly(lambda: attacker.aggregate(STARS, *pipeline, max_time_ms=3000), 100)
    if answer.status != 200:
        refused(answer)


def nested(variable, count, inner):
    """Loops in one another, each over so many numbers."""
    for level in range(count):
        inner = {variable: {"input": {"$range": [0, 40_000]}, "as": f"v{level}", "in": inner}}
    return inner


def doubled(initial, body, rounds=40):
    return {"$reduce": {"input": {"$range": [0, rounds]}, "initialValue": initial, "in": body}}


VALUE = "$$value"
#: Expressions that take all memory that there is, or a core for days: MongoDB does not look at its clock within them. They
#: must not come to a database that others need: each must be refused before.
KILLERS = {
    "doubled array": doubled([1], {"$concatArrays": [VALUE, VALUE]}), "doubled text": doubled("x", {"$concat": [VALUE, VALUE]}),
    "doubled object": doubled({"a": 1}, {"a": VALUE, "b": VALUE}), "doubled list": doubled([1], [VALUE, VALUE]),
    "doubled by names": doubled([1], {"$let": {"vars": {"a": VALUE, "b": VALUE}, "in": {"$concatArrays": ["$$a", "$$b"]}}}),
    "doubled in a branch": doubled([1], {"$switch": {"branches": [{"case": {"$gt": ["$$this", 30]}, "then": [1]}],
                                                     "default": {"$concatArrays": [VALUE, VALUE]}}}),
    "doubled crosswise": doubled({"a": [1], "b": [1]}, {"a": {"$concatArrays": ["$$value.a", "$$value.b"]},
                                                       "b": {"$concatArrays": ["$$value.b", "$$value.a"]}}),
    "Fibonacci": doubled({"a": [1], "b": [1]}, {"a": "$$value.b", "b": {"$concatArrays": ["$$value.a", "$$value.b"]}}, 80),
    "replaced": doubled("x", {"$replaceAll": {"input": VALUE, "find": "x", "replacement": "xx"}}),
    "merged": doubled({"a": 1}, {"$mergeObjects": [VALUE, {"b": VALUE, "c": VALUE}]}),
    "set field": doubled({"a": [1]}, {"$setField": {"field": "a", "input": VALUE, "value": {
        "$concatArrays": ["$$value.a", "$$value.a"]}}}),
    "pairs": doubled({"a": 1}, {"$arrayToObject": {"$concatArrays": [{"$objectToArray": VALUE}, [{"k": "b", "v": [VALUE, VALUE]}]]}}),
    "zipped": doubled([1], {"$zip": {"inputs": [VALUE, VALUE]}}), "of its size": doubled([1], {"$range": [
        0, {"$multiply": [2, {"$size": VALUE}]}]}),
    "deep": doubled(1, [VALUE], 1_000_000), "deep object": doubled(1, {"a": VALUE}, 1_000_000),
    "map in map": nested("$map", 3, 1), "sum of maps": {"$sum": nested("$map", 3, 1)},
    "range in map": {"$map": {"input": {"$range": [0, 1_000_000]}, "in": {"$range": [0, 1_000_000]}}},
    "sums for ever": {"$sum": {"$map": {"input": {"$range": [0, 1_000_000]}, "in": {"$sum": {"$range": [0, 1_000_000]}}}}},
    "filter for ever": {"$size": {"$filter": {"input": {"$range": [0, 1_000_000]}, "cond": {"$in": [
        "$$this", {"$range": [0, 1_000_000]}]}}}},
    "computed range": {"$map": {"input": {"$range": [0, {"$multiply": [1000, 1000]}]}, "in": {"$range": [
        0, {"$toInt": {"$concat": ["1000", "000"]}}]}}},
    "texts": {"$map": {"input": {"$range": [0, 1_000_000]}, "in": {"$concat": ["$long"] * 1000}}},
    "nested": {"$cond": [True, {"a": [{"$ifNull": ["$nothing", doubled([1], {"$concatArrays": [VALUE, VALUE]})]}]}, 1]},
}


def chains():
    """Stages that double a field forty times."""
    for name, value in {"array": {"$concatArrays": ["$a", "$a"]}, "list": ["$a", "$a"], "text": {"$concat": ["$a", "$a"]},
                        "object": {"b": "$a", "c": ["$a"]}, "branch": {"$cond": [True, {"$concatArrays": ["$a", "$a"]}, 1]}}.items():
        for stage in ("$addFields", "$set", "$project"):
            yield f"{name} {stage}", [{stage: {"a": value}}] * 40
    yield "root", [{"$replaceWith": {"a": ["$$ROOT", "$$ROOT"]}}] * 40
    yield "new root", [{"$replaceRoot": {"newRoot": {"a": "$$ROOT", "b": "$$ROOT"}}}] * 40
    yield "inside", [{"$set": {"a.a": ["$$ROOT", "$$ROOT"]}}] * 40
    yield "group", [{"$group": {"_id": "$_id", "a": {"$first": ["$a", "$a"]}}}] * 40
    yield "window", [{"$setWindowFields": {"sortBy": {"_id": 1}, "output": {"a": {"$last": ["$a", "$a"]}}}}] * 40
    yield "gathered", [{"$group": {"_id": None, "a": {"$push": "$_id"}}}, {"$set": {"a": {"$sum": {"$map": {
        "input": "$a", "in": {"$sum": {"$map": {"input": "$a", "in": 1}}}}}}}}]
    yield "joined", [{"$lookup": {"from": STARS, "pipeline": [], "as": "a"}}, {"$set": {"a": {"$sum": {"$map": {
        "input": "$a", "in": {"$sum": {"$map": {"input": "$a", "in": 1}}}}}}}}]


def ways(bomb):
    """Queries with an expression."""
    compared = {"$expr": {"$gt": [{"$size": [bomb]}, 0]}}
    stage = {"$set": {"x": bomb}}
    find = [{"filter": compared}, {"filter": {"$or": [{"group": 1}, {"$and": [compared]}]}},
            {"filter": {}, "projection": {"x": bomb}}, {"filter": {}, "projection": {"x": {"y": bomb}}}]
    for query in find:
        yield "find", {"catalog": STARS, **query}
        yield "find_one", {"catalog": STARS, **query}
    yield "count_documents", {"catalog": STARS, "filter": compared}
    for kind in ("cone_search", "near"):
        for query in find:
            yield kind, json.loads(positions([list(POSITION)], catalogs={STARS: query}, kind=kind))["query"]
    for pipeline in (
            [stage], [{"$match": compared}], [{"$project": {"x": bomb}}], [{"$group": {"_id": bomb}}],
            [{"$group": {"_id": 1, "x": {"$max": bomb}}}], [{"$replaceWith": {"x": bomb}}], [{"$redact": bomb}],
            [{"$sortByCount": bomb}], [{"$facet": {"a": [{"$limit": 1}, stage]}}], [{"$facet": {"a": [{"$match": compared}]}}],
            [{"$lookup": {"from": STARS, "pipeline": [stage], "as": "y"}}],
            [{"$lookup": {"from": STARS, "pipeline": [{"$facet": {"a": [stage]}}], "as": "y"}}],
            [{"$lookup": {"from": STARS, "let": {"v": bomb}, "pipeline": [], "as": "y"}}],
            [{"$graphLookup": {"from": STARS, "startWith": bomb, "connectFromField": "a", "connectToField": "b", "as": "y"}}],
            [{"$setWindowFields": {"partitionBy": bomb, "output": {"n": {"$sum": 1}}}}], [{"$unionWith": {
                "coll": STARS, "pipeline": [stage]}}]):
        yield "aggregate", {"catalog": STARS, "pipeline": pipeline}


@pytest.mark.parametrize("bomb", KILLERS)
def test_expressions_that_would_end_the_database(attacker, admin, bomb):
    """Refused by looking at them, to whomever, with the name of what grows."""
    for kind, query in ways(KILLERS[bomb]):
        message = refused(attacker.ask(kind, query, max_time_ms=1000))
        assert " may " in message and "for one document" in message or "forbidden" in message, (kind, query, message)
    message = refused(admin.aggregate(STARS, {"$set": {"x": KILLERS[bomb]}}))
    assert message.startswith("ValueError: pipeline.0.$set.x") and " may " in message, message


@pytest.mark.parametrize("stages", [pytest.param(stages, id=name) for name, stages in chains()])
def test_stages_that_would_end_the_database(attacker, admin, stages):
    for user in (attacker, admin):
        for pipeline in (stages, [{"$facet": {"f": stages}}], [{"$lookup": {"from": STARS, "pipeline": stages, "as": "y"}}]):
            message = refused(user.aggregate(STARS, *pipeline, max_time_ms=1000))
            assert " may " in message and "for one document" in message, message


@pytest.mark.parametrize("bomb", KILLERS)
def test_filters_that_would_end_the_database(admin, bomb):
    for stage in ({"$set": {"x": KILLERS[bomb]}}, {"$match": {"$expr": {"$gt": [{"$size": [KILLERS[bomb]]}, 0]}}},
                  {"$facet": {"f": [{"$project": {"x": KILLERS[bomb]}}]}}):
        for pipeline in ([stage], json.dumps([stage])):
            message = refused(admin.post("/api/filters", {
                "group_id": 995, "filter_id": 996, "catalog": "ZTF_alerts", "permissions": [1], "pipeline": pipeline}))
            assert " may " in message and "for one document" in message, message


SLOW = [{"$set": {"x": {"$range": [0, 1000]}}}, {"$unwind": "$x"}, {"$set": {"y": {"$range": [0, 1000]}}}, {"$unwind": "$y"},
        {"$group": {"_id": {"$mod": ["$y", 7]}, "n": {"$sum": {"$multiply": ["$x", "$y"]}}}}]


def test_one_users_slow_queries_keep_nobody_out(attacker):
    """Many more of them than the database has connections; they take turns, and end when their client leaves."""
    def ask():
        try:
            attacker.send("POST", "/api/queries", stages(*SLOW), timeout=4)
        except OSError:
            pass

    threads = [threading.Thread(target=ask) for _ in range(60)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    start = time.monotonic()
    assert attacker.find(STARS, {"_id": 1}, {"_id": 1}).status == 200
    assert time.monotonic() - start < 15, "what the attacker has left still runs"


def test_filters_have_a_time_limit(admin, quickly):
    body = {"group_id": 995, "filter_id": 996, "catalog": "ZTF_alerts", "permissions": [1, 2, 3], "pipeline": [
        {"$set": {"x": {"$range": [0, 3000]}}}, {"$unwind": "$x"}, {"$set": {"y": {"$range": [0, 3000]}}}, {"$unwind": "$y"},
        {"$group": {"_id": {"$mod": ["$y", 7]}, "n": {"$sum": "$x"}}}]}
    answer = quickly(lambda: admin.post("/api/filters", body))
    if answer.status == 200:
        admin.delete("/api/filters/996")
    else:
        refused(answer)


def test_a_trial_asks_for_no_more_than_five_minutes(admin):
    for time_ms in (300_001, 10**18, 2**63, 0, -1, "1"):
        refused(admin.post(f"/api/filters/{seeds.FILTER_ID}/test", {"object_ids": ["x"], "max_time_ms": time_ms}))
    refused(admin.post(f"/api/filters/{seeds.FILTER_ID}/test", {"object_ids": ["x"] * 1001}))
    refused(admin.post(f"/api/filters/{seeds.FILTER_ID}/test", {"start_date": -1e308, "end_date": 1e308}))
