"""Writes, JavaScript and what tells of the server, at every depth of a query."""

import json

import pytest

import seed as seeds
from seed import POSITION, STARS
from target import harmless, refused

STAGES = {
    "$out": "stolen", "$out of another database": {"$out": {"db": "admin", "coll": "stolen"}},
    "$merge": {"into": STARS}, "$merge by name": {"$merge": "stolen"},
    "$merge of another database": {"$merge": {"into": {"db": "admin", "coll": "x"}, "whenMatched": "replace"}},
    "$currentOp": {"allUsers": True, "idleSessions": True}, "$listSessions": {"allUsers": True},
    "$listLocalSessions": {"allUsers": True}, "$collStats": {"storageStats": {}}, "$indexStats": {},
    "$planCacheStats": {}, "$changeStream": {}, "$changeStreamSplitLargeEvent": {}, "$documents": [{"x": 1}],
    "$listSampledQueries": {}, "$listCatalog": {}, "$listClusterCatalog": {}, "$querySettings": {}, "$queryStats": {},
    "$search": {"text": {}}, "$searchMeta": {"text": {}}, "$vectorSearch": {}, "$listSearchIndexes": {},
    "$shardedDataDistribution": {}, "$operationMetrics": {}, "$backupCursor": {}, "$backupCursorExtend": {},
    "$mergeCursors": {}, "$queue": [], "$_internalInhibitOptimization": {}, "$_internalSplitPipeline": {},
    "$_internalChangeStreamOplogMatch": {}, "$_internalReshardingIterateTransaction": {}, "$_internalAllCollectionStats": {},
    "$_internalUnpackBucket": {}, "$_internalSetWindowFields": {}, "$setVariableFromSubPipeline": {}, "$sharded": {},
    "$_internalSearchMongotRemote": {}, "$scoreFusion": {}, "$rankFusion": {}, "$mapReduce": {}, "$eval": "1",
    "$unionWith": STARS, "$OUT": "stolen", "$out ": "stolen", "$out\u0000": "stolen", "": {}, "out": "stolen",
}


def stage(name):
    body = STAGES[name]
    return body if " of " in name or " by " in name else {name: body}


@pytest.mark.parametrize("wrapping", ["top", "last", "facet", "lookup", "text"])
@pytest.mark.parametrize("name", STAGES)
def test_stages_that_do_more_than_compute_are_refused(reader, name, wrapping):
    bad = stage(name)
    pipeline = {
        "top": [bad], "last": [{"$match": {"_id": 1}}, bad], "facet": [{"$facet": {"a": [{"$limit": 1}, bad]}}],
        "lookup": [{"$lookup": {"from": STARS, "pipeline": [{"$limit": 1}, bad], "as": "x"}}], "text": repr([bad]),
    }[wrapping]
    refused(reader.ask("aggregate", {"catalog": STARS, "pipeline": pipeline}))


@pytest.mark.parametrize("name", ["$out", "$merge", "$currentOp", "$listSessions", "$unionWith"])
def test_admins_may_not_either(admin, name):
    refused(admin.aggregate(STARS, {"$limit": 1}, stage(name)))


FUNCTION = {"$function": {"body": "function() { return db.users.find().toArray() }", "args": [], "lang": "js"}}
ACCUMULATOR = {"$accumulator": {"init": "function() { return 1 }", "accumulate": "function(a) { return a }",
                                "accumulateArgs": [], "merge": "function(a, b) { return a }", "lang": "js"}}
SHAPES = {"function": FUNCTION, "accumulator": ACCUMULATOR,
          "internal": {"$_internalJsEmit": {"eval": "function() {}", "this": "$$ROOT"}},
          "reduce": {"$_internalJsReduce": {"eval": "function() {}", "data": []}},
          "roles": "$$USER_ROLES", "scope": "$$JS_SCOPE", "search": "$$SEARCH_META", "map reduce": "$$IS_MR",
          "role path": "$$USER_ROLES.role", "owner": {"$_internalOwningShard": {}}, "sleep": {"$sleep": 1000}}


def places(bad):
    """Places at which an expression may stand."""
    return {
        "projection": ("find", {"catalog": STARS, "filter": {}, "projection": {"x": bad}}),
        "deep projection": ("find", {"catalog": STARS, "filter": {}, "projection": {"x": {"y": {"z": bad}}}}),
        "projection of one": ("find_one", {"catalog": STARS, "filter": {}, "projection": {"x": {"$add": [1, bad]}}}),
        "filter": ("find", {"catalog": STARS, "filter": {"$expr": bad}}),
        "filter text": ("find", {"catalog": STARS, "filter": repr({"$expr": bad})}),
        "count": ("count_documents", {"catalog": STARS, "filter": {"$and": [{"$or": [{"$expr": bad}]}]}}),
        "nor": ("find", {"catalog": STARS, "filter": {"$nor": [{"$expr": {"$eq": [bad, 1]}}]}}),
        **{name: ("aggregate", {"catalog": STARS, "pipeline": pipeline}) for name, pipeline in {
            "match": [{"$match": {"$expr": bad}}], "project": [{"$project": {"x": bad}}], "set": [{"$set": {"x": bad}}],
            "addFields in a list": [{"$addFields": {"x": [1, [bad]]}}], "replace": [{"$replaceWith": {"x": bad}}],
            "replaceRoot": [{"$replaceRoot": {"newRoot": bad}}], "redact": [{"$redact": bad}],
            "group key": [{"$group": {"_id": bad}}], "group": [{"$group": {"_id": 1, "x": {"$sum": bad}}}],
            "group accumulator": [{"$group": {"_id": 1, "x": bad}}],
            "bucket": [{"$bucket": {"groupBy": "$_id", "boundaries": [0, 99], "output": {"x": bad}}}],
            "bucket key": [{"$bucket": {"groupBy": bad, "boundaries": [0, 99]}}],
            "bucketAuto": [{"$bucketAuto": {"groupBy": bad, "buckets": 2}}],
            "sortByCount": [{"$sortByCount": bad}], "sort": [{"$sort": {"x": bad}}],
            "window": [{"$setWindowFields": {"sortBy": {"_id": 1}, "output": {"x": bad}}}],
            "window key": [{"$setWindowFields": {"partitionBy": bad, "output": {"x": {"$sum": 1}}}}],
            "let": [{"$lookup": {"from": STARS, "let": {"x": bad}, "pipeline": [], "as": "y"}}],
            "inner match": [{"$lookup": {"from": STARS, "pipeline": [{"$match": {"$expr": bad}}], "as": "y"}}],
            "start": [{"$graphLookup": {"from": STARS, "startWith": bad, "connectFromField": "a", "connectToField": "b",
                                        "as": "c"}}],
            "restriction": [{"$graphLookup": {"from": STARS, "startWith": 1, "connectFromField": "a", "connectToField": "b",
                                              "as": "c", "restrictSearchWithMatch": {"$expr": bad}}}],
            "facet": [{"$facet": {"a": [{"$set": {"x": bad}}]}}],
            "near": [{"$geoNear": {"near": [0, 0], "distanceField": "d", "query": {"$expr": bad}}}],
            "fill": [{"$fill": {"output": {"x": {"value": bad}}}}],
            "in cond": [{"$set": {"x": {"$cond": [False, bad, 1]}}}], "in switch": [{"$set": {"x": {"$switch": {
                "branches": [{"case": False, "then": bad}], "default": 1}}}}],
            "in map": [{"$set": {"x": {"$map": {"input": [1], "in": {"a": {"$mergeObjects": [{"b": bad}]}}}}}}],
        }.items()},
        "cone": ("cone_search", {"object_coordinates": {"cone_search_radius": 1, "cone_search_unit": "deg", "radec": [[1, 2]]},
                                 "catalogs": {STARS: {"filter": {"$expr": bad}}}}),
        "cone projection": ("cone_search", {
            "object_coordinates": {"cone_search_radius": 1, "cone_search_unit": "deg", "radec": [[1, 2]]},
            "catalogs": {STARS: {"projection": {"x": bad}}}}),
        "near query": ("near", {"radec": [[1, 2]], "catalogs": {STARS: {"filter": repr({"$expr": bad})}}}),
        "sky map": ("skymap", {"catalog": STARS, "filter": {"$expr": bad}, "skymap": {
            "localization_name": seeds.SKYMAP_NAME, "dateobs": seeds.SKYMAP_TIME.isoformat()}}),
    }


@pytest.mark.parametrize("place", places(1))
@pytest.mark.parametrize("shape", SHAPES)
def test_code_is_refused_wherever_it_stands(reader, shape, place):
    kind, query = places(SHAPES[shape])[place]
    refused(reader.ask(kind, query))


WHERE = "function() { return true }"


@pytest.mark.parametrize("filter", [
    {"$where": WHERE}, {"$where": "1"}, {"$and": [{"$where": WHERE}]}, {"$or": [{"$and": [{"$where": WHERE}]}]},
    {"$nor": [{"$where": "0"}]}, {"name": {"$not": {"$where": WHERE}}}, {"name": {"$elemMatch": {"$where": WHERE}}},
    {"name": {"$elemMatch": {"$or": [{"$where": WHERE}]}}}, {"name": {"$all": [{"$elemMatch": {"$where": WHERE}}]}},
    {"$where": {"$code": WHERE}}, {"name": {"$where": WHERE}}, {"$expr": {"$where": WHERE}},
    {"$comment": "x", "$where": WHERE}, {"$jsonSchema": {"$where": WHERE}}, {"$function": WHERE},
    {"name": {"$eq": {"$code": WHERE}}}, {"name": {"$code": WHERE}}, {"name": {"$in": [{"$code": WHERE}]}},
    {"name": {"$code": WHERE, "$scope": {"x": 1}}}, {"$_internalExprEq": 1}, {"name": {"$_internalExprEq": 1}},
    {"$alwaysTrue": 1}, {"$text": {"$search": "x", "$where": WHERE}}, {"$eval": WHERE}, {"$db": "admin"},
    {"a": {"$geoWithin": {"$where": WHERE}}}, {"$expr": {"$function": {"body": {"$code": WHERE}, "args": [], "lang": "js"}}},
])
@pytest.mark.parametrize("place", ["find", "text", "count", "match", "lookup", "graph", "geoNear", "cone", "near"])
def test_javascript_is_refused_in_filters(reader, filter, place):
    text = repr(filter)
    kind, query = {
        "find": ("find", {"catalog": STARS, "filter": filter}),
        "text": ("find", {"catalog": STARS, "filter": text}),
        "count": ("count_documents", {"catalog": STARS, "filter": filter}),
        "match": ("aggregate", {"catalog": STARS, "pipeline": [{"$match": filter}]}),
        "lookup": ("aggregate", {"catalog": STARS, "pipeline": [{"$lookup": {
            "from": STARS, "pipeline": [{"$match": filter}], "as": "x"}}]}),
        "graph": ("aggregate", {"catalog": STARS, "pipeline": [{"$graphLookup": {
            "from": STARS, "startWith": 1, "connectFromField": "a", "connectToField": "b", "as": "c",
            "restrictSearchWithMatch": filter}}]}),
        "geoNear": ("aggregate", {"catalog": STARS, "pipeline": [{"$geoNear": {
            "near": [0, 0], "distanceField": "d", "query": filter}}]}),
        "cone": ("cone_search", {"object_coordinates": {
            "cone_search_radius": 1, "cone_search_unit": "deg", "radec": [list(POSITION)]}, "catalogs": {
                STARS: {"filter": filter}}}),
        "near": ("near", {"radec": [list(POSITION)], "catalogs": {STARS: {"filter": text}}}),
    }[place]
    refused(reader.ask(kind, query))


@pytest.mark.parametrize("kwargs", [
    {"sort": {"$where": 1}}, {"sort": [["$where", 1]]}, {"sort": [["x", {"$function": {}}]]}, {"sort": {"x": FUNCTION}},
    {"sort": [["x", {"$meta": "recordId"}]]}, {"hint": {"$where": 1}}, {"hint": {"x": FUNCTION}}, {"hint": {"$code": "1"}},
    {"sort": {"x": {"$code": "1"}}}, {"skip": {"$code": "1"}}, {"limit": FUNCTION}, {"max_time_ms": {"$code": "1"}}])
def test_code_is_refused_in_what_is_said_besides(reader, kwargs):
    refused(reader.find(STARS, {}, **kwargs))


@pytest.mark.parametrize("kwargs", [
    {"let": {"x": FUNCTION}}, {"$db": "admin"}, {"explain": True}, {"returnKey": True}, {"showRecordId": True},
    {"comment": FUNCTION}, {"collation": {"locale": "simple"}}, {"readConcern": {"level": "local"}}, {"cursor": {}},
    {"writeConcern": {"w": 0}}, {"bypassDocumentValidation": True}, {"mapReduce": STARS, "map": WHERE, "reduce": WHERE},
    {"$where": WHERE}, {"session": 1}, {"lsid": {}}, {"txnNumber": 1}, {"$readPreference": {}}, {"apiVersion": "1"},
    {"batchSize": 10**9}, {"noCursorTimeout": True}, {"tailable": True, "awaitData": True}, {"oplogReplay": True},
    {"min": {"_id": 0}, "max": {"_id": 1}}])
def test_unknown_words_besides_mean_nothing(reader, kwargs):
    answer = reader.find(STARS, {}, {"_id": 1}, **kwargs)
    if answer.status == 200:
        assert len(answer.data) == 20 and all(set(one) == {"_id"} for one in answer.data), answer
    else:
        refused(answer)


@pytest.mark.parametrize("projection", [
    {"x": {"$meta": "recordId"}}, {"x": {"$meta": "searchScore"}}, {"x": {"$meta": "randVal"}}, {"$x": 1}, {"$where": 1},
    {"x": {"$elemMatch": {"$where": WHERE}}}, {"x": {"$slice": FUNCTION}}, {"x": {"$slice": [FUNCTION, 1]}}])
def test_projections_tell_nothing_of_the_server(reader, projection):
    refused(reader.find(STARS, {}, projection))


@pytest.mark.parametrize("pipeline", [
    [{"$out": "x"}], [{"$merge": {"into": "x"}}], [{"$lookup": {"from": "users", "pipeline": [], "as": "x"}}],
    [{"$graphLookup": {"from": "users", "startWith": 1, "connectFromField": "a", "connectToField": "b", "as": "c"}}],
    [{"$unionWith": "users"}], [{"$match": {"$where": WHERE}}], [{"$set": {"x": FUNCTION}}], [{"$group": {
        "_id": 1, "x": ACCUMULATOR}}], [{"$facet": {"a": [{"$lookup": {"from": "users", "pipeline": [], "as": "x"}}]}}],
    [{"$match": {"$expr": FUNCTION}}], [{"$project": {"x": {"y": {"$function": {}}}}}], [{"$currentOp": {}}],
    [{"$match": {"x": {"$code": WHERE}}}]])
@pytest.mark.parametrize("form", ["list", "json", "python"])
@pytest.mark.parametrize("place", ["pipeline", "autosave", "auto_followup"])
def test_filters_that_are_saved_have_none(admin, place, form, pipeline):
    given = {"list": pipeline, "json": json.dumps(pipeline), "python": repr(pipeline)}[form]
    good = [{"$match": {"candidate.drb": {"$gt": 2}}}]
    body = {"group_id": 991, "filter_id": 992, "catalog": "ZTF_alerts", "permissions": [1], "pipeline": good}
    if place == "pipeline":
        body["pipeline"] = given
    elif place == "autosave":
        body["autosave"] = {"active": True, "pipeline": given}
    else:
        body |= {"autosave": True, "auto_followup": {"active": True, "pipeline": given, "allocation_id": 1, "payload": {}}}
    refused(admin.post("/api/filters", body))


@pytest.mark.parametrize("method", ["insert", "update", "delete", "findAndModify", "mapReduce", "eval", "drop", "create",
                                    "renameCollection", "distinct", "bulk_write", "command", "runCommand", "getMore"])
def test_no_other_kind_of_query_exists(reader, method):
    refused(reader.ask(method, {"catalog": STARS, "filter": {}, "key": "name", "command": {"ping": 1}}), 400, 403)


@pytest.mark.parametrize("command", ["serverStatus", "listDatabases", "usersInfo", "getLog", "currentOp", "hostInfo",
                                     "getCmdLineOpts", "connectionStatus", "top", {"usersInfo": 1}, ["db_info"]])
def test_info_runs_no_other_command(reader, command):
    refused(reader.ask("info", {"command": command, "catalog": STARS}))


def test_harmless_words_are_values(reader):
    """So that the refusals above are not of everything."""
    assert reader.find(STARS, {"name": {"$ne": "$where"}}, {"x": {"$literal": FUNCTION}}).status == 200
    harmless(reader.find(STARS, {"name": "$out"}))
