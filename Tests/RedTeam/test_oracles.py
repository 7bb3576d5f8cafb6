"""Questions whose answers would tell a right guess about something hidden from a wrong one: by an error, a count, an order.

Each is asked with a right and with a wrong guess; the answers must be the same. How long they take is not looked at.
"""

import pytest

from canaries import CANDIDS, DATE, MAGNITUDE, POINT_MAGNITUDE, WORD
from seed import HIDDEN, LABELS, MIXED, POSITION, SKYMAP_NAME, SKYMAP_TIME, STARS

HERE = {"cone_search_radius": 5, "cone_search_unit": "deg", "radec": {"here": list(POSITION)}}
SKYMAP = {"localization_name": SKYMAP_NAME, "dateobs": SKYMAP_TIME.isoformat()}
OPEN = {"candidate.programid": 1}

#: Expressions that fail where the guess is right, in an alert: division by zero, and what cannot be converted.
FAILING = {
    "divide": lambda guess: {"$gt": [{"$divide": [1, {"$subtract": ["$candidate.magpsf", guess]}]}, 1e99]},
    "mod": lambda guess: {"$eq": [{"$mod": [5, {"$subtract": ["$candidate.magpsf", guess]}]}, 77]},
    "convert": lambda guess: {"$eq": [{"$toInt": {"$cond": [{"$eq": ["$candidate.magpsf", guess]}, "$candidate.secret", 1]}}, 2]},
    "date": lambda guess: {"$eq": [{"$dateFromString": {"dateString": {"$cond": [
        {"$eq": ["$candidate.magpsf", guess]}, "$candidate.secret", "2026-01-01"]}}}, 2]},
    "regex": lambda guess: {"$regexMatch": {"input": "x", "regex": {"$cond": [
        {"$eq": ["$candidate.magpsf", guess]}, "(", "y"]}}},
    "in": lambda guess: {"$in": [1, {"$cond": [{"$eq": ["$candidate.magpsf", guess]}, "$candidate.secret", []]}]},
    "size": lambda guess: {"$gt": [{"$size": {"$cond": [{"$eq": ["$candidate.magpsf", guess]}, "$candidate", []]}}, 9]},
    "log": lambda guess: {"$gt": [{"$ln": {"$subtract": [{"$abs": {"$subtract": ["$candidate.magpsf", guess]}}, 0]}}, 1e9]},
    "getField": lambda guess: {"$eq": [{"$arrayElemAt": [{"$cond": [
        {"$eq": ["$candidate.magpsf", guess]}, "$candidate.secret", [1]]}, 0]}, 3]},
    "conjunction": lambda guess: {"$and": [{"$eq": ["$candidate.magpsf", guess]}, {"$eq": [{"$toInt": "$candidate.secret"}, 2]}]},
    "switch": lambda guess: {"$switch": {"branches": [{"case": {"$ne": ["$candidate.magpsf", guess]}, "then": False}]}},
    "let": lambda guess: {"$let": {"vars": {"d": {"$subtract": ["$candidate.magpsf", guess]}}, "in": {
        "$lt": [{"$divide": [1, "$$d"]}, -1e99]}}},
    "reduce": lambda guess: {"$eq": [{"$reduce": {"input": [1], "initialValue": 1, "in": {"$divide": [
        1, {"$subtract": ["$candidate.magpsf", guess]}]}}}, 4]},
    "current": lambda guess: {"$eq": [{"$let": {"vars": {"CURRENT": "$candidate"}, "in": {"$divide": [
        1, {"$subtract": ["$magpsf", guess]}]}}}, 4]},
}


def filters(expression):
    """Places of an expression in a filter."""
    return {
        "first": {"$expr": expression, **OPEN}, "or": {"$or": [{"$expr": expression}, {"_id": -1}]},
        "nor": {"$nor": [{"$expr": expression}]}, "and": {"$and": [{"$or": [{"$expr": expression}]}, OPEN]},
        "with index": {"candidate.magpsf": {"$gte": 0}, "$expr": expression},
    }


def ways(filter):
    """Ways to have a filter asked of alerts."""
    match = {"$match": filter}
    alerts = {"from": "ZTF_alerts", "as": "x"}
    return {
        "find": ("find", {"catalog": "ZTF_alerts", "filter": filter, "projection": {"_id": 1}}),
        "find_one": ("find_one", {"catalog": "ZTF_alerts", "filter": filter, "projection": {"_id": 1}}),
        "count": ("count_documents", {"catalog": "ZTF_alerts", "filter": filter}),
        "match": ("aggregate", {"catalog": "ZTF_alerts", "pipeline": [match, {"$count": "n"}]}),
        "later match": ("aggregate", {"catalog": "ZTF_alerts", "pipeline": [{"$sort": {"candid": 1}}, match, {"$count": "n"}]}),
        "match after set": ("aggregate", {"catalog": "ZTF_alerts", "pipeline": [{"$set": {"z": 1}}, match, {"$count": "n"}]}),
        "match after match": ("aggregate", {"catalog": "ZTF_alerts", "pipeline": [
            {"$match": {"candidate.magpsf": {"$gt": 0}}}, match, {"$count": "n"}]}),
        "match after project": ("aggregate", {"catalog": "ZTF_alerts", "pipeline": [
            {"$project": {"candidate": 1}}, match, {"$count": "n"}]}),
        "match after lookup": ("aggregate", {"catalog": "ZTF_alerts", "pipeline": [
            {"$lookup": {"from": STARS, "localField": "candid", "foreignField": "candid", "as": "s"}}, match, {"$count": "n"}]}),
        "match after unwind": ("aggregate", {"catalog": "ZTF_alerts", "pipeline": [{"$unwind": "$candid"}, match,
                                                                                  {"$count": "n"}]}),
        "match in facet": ("aggregate", {"catalog": "ZTF_alerts", "pipeline": [{"$facet": {"a": [match, {"$count": "n"}]}}]}),
        "match in lookup": ("aggregate", {"catalog": STARS, "pipeline": [
            {"$limit": 2}, {"$lookup": {**alerts, "pipeline": [match]}}, {"$project": {"n": {"$size": "$x"}}}]}),
        "match in lookup by fields": ("aggregate", {"catalog": STARS, "pipeline": [
            {"$limit": 2}, {"$lookup": {**alerts, "localField": "name", "foreignField": "objectId", "pipeline": [match]}},
            {"$project": {"n": {"$size": "$x"}}}]}),
        "match after lookup and unwind": ("aggregate", {"catalog": STARS, "pipeline": [
            {"$limit": 2}, {"$lookup": {**alerts, "localField": "name", "foreignField": "objectId"}}, {"$unwind": "$x"},
            {"$replaceWith": "$x"}, match, {"$count": "n"}]}),
        "graph": ("aggregate", {"catalog": STARS, "pipeline": [{"$limit": 2}, {"$graphLookup": {
            **alerts, "startWith": MIXED, "connectFromField": "objectId", "connectToField": "objectId",
            "restrictSearchWithMatch": filter}}, {"$project": {"n": {"$size": "$x"}}}]}),
        "geoNear": ("aggregate", {"catalog": "ZTF_alerts", "pipeline": [{"$geoNear": {
            "near": [POSITION[0] - 180, POSITION[1]], "distanceField": "d", "query": filter, "spherical": True,
            "key": "coordinates.radec_geojson"}}, {"$count": "n"}]}),
        "cone": ("cone_search", {"object_coordinates": HERE, "catalogs": {"ZTF_alerts": {
            "filter": filter, "projection": {"_id": 1}}}}),
        "near": ("near", {"radec": HERE["radec"], "max_distance": 1, "catalogs": {"ZTF_alerts": {
            "filter": filter, "projection": {"_id": 1}}}}),
        "sky map": ("skymap", {"catalog": "ZTF_alerts", "filter": filter, "projection": {"_id": 1}, "skymap": SKYMAP}),
    }


def same(reader, question, right, wrong, allowed=(200,)):
    """Asserts that nothing but the guess differs between the answers to a question with a right and a wrong guess."""
    answers = []
    for guess in (right, wrong):
        answer = reader.ask(*question(guess))
        assert answer.status in allowed, answer
        answers.append((answer.status, answer.text.replace(str(guess), "#")))
    assert answers[0] == answers[1], answers


@pytest.mark.parametrize("way", ways({}))
@pytest.mark.parametrize("expression", FAILING)
def test_expressions_do_not_fail_on_hidden_alerts(reader, expression, way):
    for place in filters(1):
        same(reader, lambda guess: ways(filters(FAILING[expression](guess))[place])[way], MAGNITUDE, MAGNITUDE + 1)


#: Stages that fail where the guess is right, before anything of the reader's would have left hidden alerts out.
STAGES = {
    "redact": lambda guess: [{"$redact": {"$cond": [FAILING["divide"](guess), "$$PRUNE", "$$KEEP"]}}],
    "set": lambda guess: [{"$set": {"x": FAILING["divide"](guess)}}],
    "project": lambda guess: [{"$project": {"x": FAILING["convert"](guess)}}],
    "group": lambda guess: [{"$group": {"_id": FAILING["divide"](guess)}}],
    "sort by count": lambda guess: [{"$sortByCount": FAILING["divide"](guess)}],
    "bucket": lambda guess: [{"$bucket": {"groupBy": "$candidate.magpsf", "boundaries": [0, guess]}}],
    "bucket, excluded": lambda guess: [{"$bucket": {"groupBy": {"$cond": [
        {"$eq": ["$candidate.magpsf", guess]}, 99, 1]}, "boundaries": [0, 2]}}],
    "window": lambda guess: [{"$setWindowFields": {"sortBy": {"candid": 1}, "output": {"x": {"$sum": FAILING["divide"](guess)}}}}],
    "window partition": lambda guess: [{"$setWindowFields": {"partitionBy": FAILING["divide"](guess), "output": {
        "x": {"$sum": 1}}}}],
    "unwind": lambda guess: [{"$unwind": "$candidate.secret"}],
    "replace": lambda guess: [{"$replaceRoot": {"newRoot": {"$cond": [
        {"$eq": ["$candidate.magpsf", guess]}, 5, "$candidate"]}}}, {"$project": {"jd": 1}}],
    "densify": lambda guess: [{"$densify": {"field": "candidate.jd", "range": {"step": 1e9, "bounds": "full"}}},
                              {"$count": "n"}],
    "sort": lambda guess: [{"$sort": {"candidate.magpsf": -1}}, {"$limit": 1}, {"$project": {"candid": 1}}],
    "geoNear": lambda guess: [{"$geoNear": {"near": [0, 0], "distanceField": "d", "minDistance": guess / 1e6,
                                            "spherical": True, "key": "coordinates.radec_geojson"}}, {"$count": "n"}],
}


@pytest.mark.parametrize("place", ["first", "after match", "lookup", "facet"])
@pytest.mark.parametrize("stage", STAGES)
def test_stages_do_not_see_hidden_alerts(reader, stage, place):
    def question(guess):
        stages = STAGES[stage](guess)
        if place == "after match" and stage != "geoNear":
            stages = [{"$match": {"candidate.magpsf": {"$gt": 0}}}, *stages]
        if place == "facet":
            stages = [{"$facet": {"a": stages}}]
        if place == "lookup":
            stages = [{"$limit": 1}, {"$lookup": {"from": "ZTF_alerts", "pipeline": stages, "as": "x"}}]
        return "aggregate", {"catalog": STARS if place == "lookup" else "ZTF_alerts", "pipeline": stages}

    same(reader, question, MAGNITUDE, MAGNITUDE + 1, allowed=(200, 400))


#: Conditions without expressions that hold for a right guess.
CONDITIONS = {
    "equal": (lambda guess: {"candidate.magpsf": guess}, MAGNITUDE, MAGNITUDE + 1),
    "range": (lambda guess: {"candidate.magpsf": {"$gte": guess, "$lt": guess + 0.1}}, MAGNITUDE, MAGNITUDE + 1),
    "date": (lambda guess: {"candidate.jd": guess}, DATE, DATE + 1),
    "number": (lambda guess: {"candid": guess}, CANDIDS[0], CANDIDS[0] + 1),
    "name": (lambda guess: {"objectId": guess}, HIDDEN, HIDDEN + "x"),
    "prefix": (lambda guess: {"candidate.secret": {"$regex": "^" + guess}}, WORD[:9], "canaryxyz"),
    "long prefix": (lambda guess: {"candidate.secret": {"$regex": f"^{guess}((a*)*)*$"}}, WORD[:9], "canaryxyz"),
    "bits": (lambda guess: {"candid": {"$bitsAllSet": guess}}, CANDIDS[0], 2**62 + 1),
    "key": (lambda guess: {f"classifications.{guess}": {"$exists": True}}, WORD, "canaryx"),
    "file": (lambda guess: {"cutoutScience.fileName": guess}, f"ztf_{WORD}.fits.gz", "ztf_x.fits.gz"),
    "schema": (lambda guess: {"$jsonSchema": {"properties": {"candidate": {"properties": {"magpsf": {"enum": [guess]}}}}}},
               MAGNITUDE, MAGNITUDE + 1),
    "certain expression": (lambda guess: {"$expr": {"$eq": ["$candidate.magpsf", guess]}}, MAGNITUDE, MAGNITUDE + 1),
    "no position": (lambda guess: {"candidate.magpsf": guess, "coordinates.radec_geojson": {"$geoWithin": {
        "$centerSphere": [[0, 0], 4]}}}, MAGNITUDE, MAGNITUDE + 1),
}


@pytest.mark.parametrize("way", ways({}))
@pytest.mark.parametrize("condition", CONDITIONS)
def test_conditions_are_asked_of_visible_alerts(reader, condition, way):
    make, right, wrong = CONDITIONS[condition]
    same(reader, lambda guess: ways(make(guess))[way], right, wrong)


@pytest.mark.parametrize("kwargs", [
    {}, {"sort": [["candidate.magpsf", 1]]}, {"hint": "_id_"}, {"hint": {"$natural": 1}}, {"skip": 0, "limit": 5},
    {"hint": {"candidate.magpsf": 1, "candidate.secret": 1, "candidate.programid": 1}}])
@pytest.mark.parametrize("expression", ["divide", "convert", "conjunction"])
def test_no_plan_of_the_database_changes_that(reader, expression, kwargs):
    for filter in filters(1):
        answers = []
        for guess in (MAGNITUDE, MAGNITUDE + 1):
            answer = reader.find("ZTF_alerts", filters(FAILING[expression](guess))[filter], {"_id": 1}, **kwargs)
            answers.append((answer.status, answer.text))
        assert answers[0] == answers[1] and answers[0][0] == 200, answers


#: The same of light curves, whose points are hidden one by one.
POINTS = {
    "value": lambda guess: {"prv_candidates.magpsf": guess}, "forced": lambda guess: {"fp_hists.mag": guess},
    "element": lambda guess: {"prv_candidates": {"$elemMatch": {"magpsf": guess}}},
    "negation": lambda guess: {"prv_candidates.magpsf": {"$ne": guess}},
    "position": lambda guess: {"prv_candidates.0.magpsf": guess},
    "expression": lambda guess: {"$expr": {"$in": [guess, "$prv_candidates.magpsf"]}},
    "failing": lambda guess: {"$expr": {"$gt": [{"$sum": {"$map": {"input": "$prv_candidates", "in": {"$divide": [
        1, {"$subtract": ["$$this.magpsf", guess]}]}}}}, 1e99]}},
    "failing filter": lambda guess: {"$expr": {"$gt": [{"$size": {"$filter": {"input": "$fp_hists", "cond": {"$toInt": {
        "$cond": [{"$eq": ["$$this.mag", guess]}, "$$this.secret", 0]}}}}}, 9]}},
    "and id": lambda guess: {"_id": MIXED, "prv_candidates.magpsf": guess},
    "or id": lambda guess: {"$or": [{"_id": "x"}, {"prv_candidates.magpsf": guess}]},
}


def point_ways(filter):
    return {
        "find": ("find", {"catalog": "ZTF_alerts_aux", "filter": filter, "projection": {"_id": 1}}),
        "count": ("count_documents", {"catalog": "ZTF_alerts_aux", "filter": filter}),
        "match": ("aggregate", {"catalog": "ZTF_alerts_aux", "pipeline": [{"$match": filter}, {"$count": "n"}]}),
        "two matches": ("aggregate", {"catalog": "ZTF_alerts_aux", "pipeline": [
            {"$match": {"_id": {"$gt": ""}}}, {"$match": filter}, {"$count": "n"}]}),
        "lookup": ("aggregate", {"catalog": "ZTF_alerts", "pipeline": [{"$match": {"objectId": MIXED}}, {"$lookup": {
            "from": "ZTF_alerts_aux", "localField": "objectId", "foreignField": "_id", "pipeline": [{"$match": filter}],
            "as": "x"}}, {"$project": {"n": {"$size": "$x"}}}]}),
        "lookup and unwind": ("aggregate", {"catalog": "ZTF_alerts", "pipeline": [{"$match": {"objectId": MIXED}}, {"$lookup": {
            "from": "ZTF_alerts_aux", "localField": "objectId", "foreignField": "_id", "as": "x"}}, {"$unwind": "$x"},
            {"$replaceWith": "$x"}, {"$match": filter}, {"$count": "n"}]}),
        "elements": ("find", {"catalog": "ZTF_alerts_aux", "filter": {"_id": MIXED}, "projection": {
            "prv_candidates": {"$elemMatch": filter}}}),
    }


@pytest.mark.parametrize("way", point_ways({}))
@pytest.mark.parametrize("condition", POINTS)
def test_conditions_are_asked_of_visible_points(reader, condition, way):
    # MongoDB has no expressions in $elemMatch.
    same(reader, lambda guess: point_ways(POINTS[condition](guess))[way], POINT_MAGNITUDE, POINT_MAGNITUDE + 1,
         allowed=(200, 400) if way == "elements" else (200,))


@pytest.mark.parametrize("field", ["prv_candidates.magpsf", "fp_hists.mag", "prv_candidates", "fp_hists.secret"])
def test_joins_do_not_compare_hidden_points(reader, field):
    same(reader, lambda guess: ("aggregate", {"catalog": STARS, "pipeline": [
        {"$limit": 1}, {"$set": {"g": guess}}, {"$lookup": {
            "from": "ZTF_alerts_aux", "localField": "g", "foreignField": field, "as": "x"}}]}),
         POINT_MAGNITUDE, POINT_MAGNITUDE + 1, allowed=(200, 400))


@pytest.mark.parametrize("name", [MIXED, HIDDEN])
@pytest.mark.parametrize("filter", [
    lambda guess: {"_id": guess}, lambda guess: {"objectId": HIDDEN, "_id": guess},
    lambda guess: {"$expr": {"$eq": [{"$divide": [1, {"$subtract": ["$_id", guess]}]}, 7]}},
    lambda guess: {"$expr": {"$toBool": {"$divide": [0, {"$subtract": ["$_id", guess]}]}}}])
def test_labels_of_hidden_alerts_are_not_asked(reader, filter, name):
    for kind in ("find", "count_documents"):
        same(reader, lambda guess: (kind, {"catalog": LABELS, "filter": filter(guess)}), CANDIDS[0], CANDIDS[0] + 1)


@pytest.mark.parametrize("guess", [WORD, "nobody"])
def test_names_of_users_are_not_told_by_logging_in(anonymous, guess):
    answers = {(answer.status, answer.text) for answer in (
        anonymous.log_in(f"victim-{guess}", "wrong"), anonymous.log_in("nobody-at-all", "wrong"))}
    assert answers == {(401, '{"status":"error","message":"Unauthorized"}')}, answers
