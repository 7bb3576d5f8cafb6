"""Reads of alerts, points and labels of programs that the reader may not see."""

import urllib.parse

import pytest

from canaries import CANDIDS, DATE, MAGNITUDE, POINT_MAGNITUDE
from seed import HIDDEN, LABELS, MIXED, OPEN_CANDID, OPEN_DATE, OPEN_MAGNITUDE, POSITION, SKYMAP_NAME, SKYMAP_TIME, STARS
from target import empty, refused

OURS = {"objectId": {"$in": [MIXED, HIDDEN]}}
HERE = {"cone_search_radius": 5, "cone_search_unit": "arcsec", "radec": {"here": list(POSITION)}}
SKYMAP = {"localization_name": SKYMAP_NAME, "dateobs": SKYMAP_TIME.isoformat()}


def positional(kind, filter, projection=None):
    part = {"filter": filter} | ({} if projection is None else {"projection": projection})
    if kind == "cone_search":
        return {"object_coordinates": HERE, "catalogs": {"ZTF_alerts": part}}
    if kind == "near":
        return {"radec": HERE["radec"], "max_distance": 1e-3, "catalogs": {"ZTF_alerts": part}}
    return {"catalog": "ZTF_alerts", "skymap": SKYMAP, **part}


def documents(answer):
    """The documents of an answer of any kind of query."""
    assert answer.status == 200, answer
    data = answer.data
    return data["ZTF_alerts"]["here"] if isinstance(data, dict) else data


#: Filters that hidden alerts match, too; each also matches the visible one.
FILTERS = [
    {}, OURS, {"$or": [OURS, {"candidate.secret": {"$exists": True}}]}, {"candidate.programid": {"$exists": False}, **OURS},
    {"candidate.programid": {"$in": [1, 2, 3, None, "1"]}, **OURS}, {"candidate.programid": {"$ne": 1}},
    {"$nor": [{"candidate.programid": 1}]}, {"candidate.programid": {"$not": {"$lt": 2}}}, {"candidate.secret": {"$gt": ""}},
    {"$and": [{"$or": [{}, OURS]}]}, {"candid": {"$in": CANDIDS}}, {"_id": {"$in": [OPEN_CANDID, *CANDIDS]}},
    {"$expr": {"$gt": ["$candidate.magpsf", 0]}}, {"$expr": {"$ne": ["$candidate.programid", 1]}},
    {"$expr": True}, {"$expr": {"$or": [{"$literal": True}, {"$toInt": "x"}]}}, {"$jsonSchema": {}}, {"$comment": "x"},
    {"cutoutScience.stampData": {"$exists": True}}, {"candidate": {"$elemMatch": {"programid": 2}}},
    {"candidate.programid": {"$type": "string"}}, {"candidate.programid": {"$type": "object"}},
    {"candidate.programid": {"$mod": [0.5, 0]}}, {"candidate.programid.1": 1}, {"candidate.magpsf": {"$gt": 20}},
]


@pytest.mark.parametrize("number", range(len(FILTERS)))
@pytest.mark.parametrize("kind", ["find", "find text", "cone_search", "near", "skymap", "aggregate", "aggregate later", "count"])
def test_no_filter_finds_them(reader, kind, number):
    filter = FILTERS[number]
    if kind in ("cone_search", "near", "skymap"):
        answer = reader.ask(kind, positional(kind, filter))
    elif kind == "count":
        answer = reader.ask("count_documents", {"catalog": "ZTF_alerts", "filter": {"$and": [OURS, filter]}})
        assert answer.status in (200, 400) and (answer.status == 400 or answer.data in (0, 1)), answer
        return
    elif kind.startswith("aggregate"):
        before = [{"$set": {"x": 1}}] if kind.endswith("later") else []
        answer = reader.aggregate("ZTF_alerts", *before, {"$match": filter})
    else:
        answer = reader.find("ZTF_alerts", repr(filter) if kind.endswith("text") else filter)
    if answer.status == 400:
        refused(answer)
        return
    found = documents(answer)
    assert all(one["candidate"]["programid"] == 1 for one in found), answer


#: What makes of all alerts that are seen something that tells of each, and what it may tell.
SUMS = {
    "count": ([{"$count": "n"}], [{"n": 1}]),
    "min and max": ([{"$group": {"_id": None, "a": {"$min": "$candidate.magpsf"}, "b": {"$max": "$candidate.magpsf"}}}],
                    [{"_id": None, "a": OPEN_MAGNITUDE, "b": OPEN_MAGNITUDE}]),
    "distinct": ([{"$group": {"_id": "$candidate.programid"}}], [{"_id": 1}]),
    "push": ([{"$group": {"_id": 1, "x": {"$push": "$$ROOT.candidate.candid"}}}], [{"_id": 1, "x": [OPEN_CANDID]}]),
    "top": ([{"$group": {"_id": 1, "x": {"$topN": {"n": 9, "sortBy": {"candid": 1}, "output": "$candid"}}}}],
            [{"_id": 1, "x": [OPEN_CANDID]}]),
    "sort by count": ([{"$sortByCount": "$objectId"}], [{"_id": MIXED, "count": 1}]),
    "bucket": ([{"$bucket": {"groupBy": "$candidate.magpsf", "boundaries": [0, 20, 30]}}], [{"_id": 0, "count": 1}]),
    "automatic bucket": ([{"$bucketAuto": {"groupBy": "$candidate.magpsf", "buckets": 5}}],
                         [{"_id": {"min": OPEN_MAGNITUDE, "max": OPEN_MAGNITUDE}, "count": 1}]),
    "facet": ([{"$facet": {"a": [{"$count": "n"}], "b": [{"$group": {"_id": "$candid"}}]}}],
              [{"a": [{"n": 1}], "b": [{"_id": OPEN_CANDID}]}]),
    "rank": ([{"$setWindowFields": {"sortBy": {"candidate.magpsf": -1}, "output": {
        "r": {"$rank": {}}, "n": {"$sum": 1}, "x": {"$max": "$candidate.magpsf"}}}},
        {"$project": {"_id": 0, "r": 1, "n": 1, "x": 1}}], [{"r": 1, "n": 1, "x": OPEN_MAGNITUDE}]),
    "neighbour": ([{"$setWindowFields": {"sortBy": {"candidate.jd": 1}, "output": {"s": {"$shift": {
        "output": "$candidate.secret", "by": -1, "default": "none"}}}}}, {"$project": {"_id": 0, "s": 1}}], [{"s": "none"}]),
    "sample": ([{"$sample": {"size": 10000}}, {"$match": OURS}, {"$project": {"candid": 1, "_id": 0}}],
               [{"candid": OPEN_CANDID}]),
    "faintest": ([{"$sort": {"candidate.magpsf": -1}}, {"$limit": 1}, {"$project": {"candid": 1, "_id": 0}}],
                 [{"candid": OPEN_CANDID}]),
    "skipped": ([{"$sort": {"candidate.magpsf": 1}}, {"$skip": 1}], []),
    "redact": ([{"$redact": "$$KEEP"}, {"$project": {"candid": 1, "_id": 0}}], [{"candid": OPEN_CANDID}]),
    "redact by program": ([{"$redact": {"$cond": [{"$eq": ["$candidate.programid", 2]}, "$$KEEP", "$$PRUNE"]}}], []),
    "merged root": ([{"$replaceWith": {"$mergeObjects": ["$$ROOT", {"candidate": {"programid": 1}}]}},
                     {"$group": {"_id": None, "n": {"$sum": 1}}}], [{"_id": None, "n": 1}]),
    "another root": ([{"$replaceRoot": {"newRoot": "$candidate"}}, {"$project": {"programid": 1}}], [{"programid": 1}]),
    "pretended program": ([{"$set": {"candidate.programid": 1}}, {"$match": {"candidate.programid": 1}}, {"$count": "n"}],
                          [{"n": 1}]),
    "dropped program": ([{"$unset": "candidate.programid"}, {"$count": "n"}], [{"n": 1}]),
    "filled": ([{"$fill": {"sortBy": {"candidate.jd": 1}, "output": {"candidate.secret": {"method": "locf"}}}},
                {"$group": {"_id": {"$ifNull": ["$candidate.secret", 0]}}}], [{"_id": 0}]),
    "geoNear": ([{"$geoNear": {"near": {"type": "Point", "coordinates": [POSITION[0] - 180, POSITION[1]]},
                               "distanceField": "d", "spherical": True, "query": OURS, "key": "coordinates.radec_geojson"}},
                 {"$project": {"_id": 0, "d": 1}}], [{"d": 0.0}]),
    "geoNear without query": ([{"$geoNear": {"near": [POSITION[0] - 180, POSITION[1]], "distanceField": "d",
                                             "includeLocs": "l", "spherical": True, "key": "coordinates.radec_geojson"}},
                               {"$match": OURS}, {"$count": "n"}], [{"n": 1}]),
}


@pytest.mark.parametrize("wrapping", ["", "facet", "lookup", "lookup by fields"])
@pytest.mark.parametrize("name", SUMS)
def test_sums_are_of_what_is_seen(reader, name, wrapping):
    stages, expected = SUMS[name]
    match = [] if name.startswith("geoNear") else [{"$match": OURS}]
    if not wrapping:
        answer = reader.aggregate("ZTF_alerts", *match, *stages)
    elif wrapping == "facet":
        if name in ("facet", "geoNear", "geoNear without query"):
            pytest.skip("MongoDB has no such stage in a facet")
        answer = reader.aggregate("ZTF_alerts", *match, {"$facet": {"x": stages}}, {"$unwind": "$x"},
                                  {"$replaceWith": "$x"})
    else:
        if name == "facet":
            pytest.skip("MongoDB has no facet in a lookup")
        fields = {"localField": "name", "foreignField": "objectId"} if wrapping.endswith("fields") else {}
        answer = reader.aggregate(
            STARS, {"$match": {"_id": 1}}, {"$lookup": {
                "from": "ZTF_alerts", "pipeline": [*match, *stages], "as": "x", **fields}},
            {"$unwind": "$x"}, {"$replaceWith": "$x"})
        if name.startswith("geoNear") and answer.status == 400:
            refused(answer)
            return
    assert answer.status == 200 and answer.data == expected, answer


PROJECTIONS = [
    {"x": "$$ROOT"}, {"x": "$$CURRENT"}, {"x": {"$mergeObjects": ["$candidate", "$$ROOT"]}}, {"x": {"$objectToArray": "$$ROOT"}},
    {"x": {"$getField": {"field": "secret", "input": "$candidate"}}}, {"x": {"$getField": "candidate"}}, {"cutoutScience": 1},
    {"x": {"$let": {"vars": {"CURRENT": "$candidate"}, "in": "$secret"}}}, {"publisher": 1}, {"x": {"$toString": "$_id"}},
    {"x": {"$meta": "indexKey"}}, {"x": {"$setField": {"field": "a", "input": "$$ROOT", "value": 1}}}, {"candidate.secret": 1},
]


@pytest.mark.parametrize("number", range(len(PROJECTIONS)))
@pytest.mark.parametrize("kind", ["find", "find_one", "cone_search", "near", "skymap"])
def test_no_projection_shows_them(reader, kind, number):
    projection = PROJECTIONS[number]
    if kind.startswith("find"):
        answer = reader.ask(kind, {"catalog": "ZTF_alerts", "filter": OURS, "projection": projection},
                            hint="objectId_-1" if "indexKey" in str(projection) else None)
    else:
        answer = reader.ask(kind, positional(kind, OURS, projection))
    if answer.status == 200:
        found = answer.data
        assert len([found] if kind == "find_one" else documents(answer)) == 1, answer
    else:
        refused(answer)


@pytest.mark.parametrize("kwargs", [
    {"sort": [["candidate.magpsf", -1]]}, {"sort": [["candidate.magpsf", -1]], "limit": 1}, {"skip": 1},
    {"sort": [["$natural", -1]], "limit": 1}, {"sort": [["candidate.secret", -1]], "limit": 1}, {"limit": 1},
    {"hint": {"candidate.magpsf": 1, "candidate.secret": 1, "candidate.programid": 1}}, {"hint": "_id_"},
    {"hint": {"$natural": -1}}, {"min": {"candid": 0}, "max": {"candid": 4 * 10**18}, "hint": "candid_1"},
    {"returnKey": True}, {"showRecordId": True}, {"collation": {"locale": "en"}}, {"let": {"x": 1}},
    {"sort": {"x": {"$meta": "sortKey"}}}, {"filter_first": True}])
@pytest.mark.parametrize("kind", ["find", "find_one", "cone_search", "near", "skymap", "count_documents"])
def test_nothing_said_besides_shows_them(reader, kind, kwargs):
    if kind in ("cone_search", "near", "skymap"):
        query = positional(kind, OURS)
    else:
        query = {"catalog": "ZTF_alerts", "filter": OURS}
    answer = reader.ask(kind, query, **kwargs)
    if answer.status == 400:
        refused(answer)
    elif kind == "count_documents":
        assert answer.data in (0, 1), answer
    elif answer.data is not None:
        found = [answer.data] if kind == "find_one" else documents(answer)
        assert all(one["candid"] == OPEN_CANDID for one in found), answer


def test_estimates_count_what_is_seen(reader, seed):
    visible = seed.database["ZTF_alerts"].count_documents({"candidate.programid": 1})
    answer = reader.ask("estimated_document_count", {"catalog": "ZTF_alerts"})
    assert answer.data == visible, answer


@pytest.mark.parametrize("path", ["/api/catalogs/ZTF_alerts", "/api/catalogs/ZTF_alerts_aux", "/api/catalogs"])
def test_catalogues_are_described_by_what_is_seen(reader, path):
    answer = reader.get(path)
    assert answer.status == 200, answer
    described = answer.data if isinstance(answer.data, list) else [answer.data]
    fields = [field["name"] for one in described for field in one.get("fields", [])]
    assert not any("secret" in field or "canary" in field for field in fields), fields


def test_the_outcast_sees_no_alert(outcast):
    empty(outcast.find("ZTF_alerts", {}))
    empty(outcast.aggregate("ZTF_alerts", {"$match": {}}))
    empty(outcast.find("ZTF_alerts_aux", {}))
    empty(outcast.find(LABELS, {}))
    assert outcast.ask("estimated_document_count", {"catalog": "ZTF_alerts"}).data == 0


def test_the_partner_sees_two_programs(partner):
    """So that the tests above do not pass because nothing can be seen."""
    found = partner.find("ZTF_alerts", OURS).data
    assert sorted(one["candid"] for one in found) == sorted([OPEN_CANDID, CANDIDS[0], CANDIDS[2]]), found


CATALOGUE_JOINS = {
    "lookup": {"$lookup": {"from": "ZTF_alerts", "localField": "x", "foreignField": "candidate.nothing", "as": "a"}},
    "lookup of the secret": {"$lookup": {"from": "ZTF_alerts", "let": {"n": "$name"}, "as": "a", "pipeline": [
        {"$match": {"$expr": {"$ne": ["$candidate.secret", "$$n"]}}}]}},
    "graph": {"$graphLookup": {"from": "ZTF_alerts", "startWith": MIXED, "connectFromField": "objectId",
                               "connectToField": "objectId", "as": "a"}},
    "graph by program": {"$graphLookup": {"from": "ZTF_alerts", "startWith": [1, 2, 3, None], "as": "a",
                                          "connectFromField": "candidate.candid", "connectToField": "candidate.programid"}},
    "graph, restricted": {"$graphLookup": {
        "from": "ZTF_alerts", "startWith": MIXED, "connectFromField": "objectId", "connectToField": "objectId", "as": "a",
        "restrictSearchWithMatch": {"$or": [{"candidate.programid": 2}, {}]}}},
    "graph of labels": {"$graphLookup": {"from": LABELS, "startWith": MIXED, "connectFromField": "objectId",
                                         "connectToField": "objectId", "as": "a"}},
    "graph of light curves": {"$graphLookup": {"from": "ZTF_alerts_aux", "startWith": MIXED, "connectFromField": "_id",
                                               "connectToField": "_id", "as": "a"}},
    "labels": {"$lookup": {"from": LABELS, "pipeline": [], "as": "a"}},
    "light curves": {"$lookup": {"from": "ZTF_alerts_aux", "pipeline": [], "as": "a"}},
    "points": {"$lookup": {"from": "ZTF_alerts_aux", "localField": "price", "foreignField": "prv_candidates.magpsf",
                           "as": "a"}},
    "points of another array": {"$lookup": {"from": "ZTF_alerts_aux", "localField": "x", "foreignField": "fp_hists.mag.x",
                                            "as": "a"}},
    "back and forth": {"$lookup": {"from": "ZTF_alerts_aux", "as": "a", "pipeline": [{"$lookup": {
        "from": "ZTF_alerts", "localField": "_id", "foreignField": "objectId", "as": "b", "pipeline": [{"$lookup": {
            "from": "ZTF_alerts_aux", "localField": "objectId", "foreignField": "_id", "as": "c"}}]}}]}},
}


@pytest.mark.parametrize("source", [STARS, "ZTF_alerts", "ZTF_alerts_aux", LABELS])
@pytest.mark.parametrize("name", CATALOGUE_JOINS)
def test_joins_see_what_the_reader_sees(reader, name, source):
    answer = reader.aggregate(source, {"$limit": 5}, CATALOGUE_JOINS[name])
    assert answer.status in (200, 400), answer
    if answer.status == 400:
        refused(answer)


CURVES = [
    ("find", {"filter": {}}), ("find", {"filter": {"_id": HIDDEN}}), ("find", {"filter": {"prv_candidates.programid": 2}}),
    ("find", {"filter": {"prv_candidates.magpsf": POINT_MAGNITUDE}}), ("find", {"filter": {"prv_candidates": {"$size": 5}}}),
    ("find", {"filter": {"fp_hists": {"$elemMatch": {"programid": {"$ne": 1}}}}}),
    ("find", {"filter": {"prv_candidates.0.programid": 2}}), ("find", {"filter": {"prv_candidates.4": {"$exists": True}}}),
    ("find", {"filter": {"_id": MIXED}, "projection": {"prv_candidates": {"$elemMatch": {"programid": {"$ne": 1}}}}}),
    ("find", {"filter": {"_id": MIXED}, "projection": {"prv_candidates": {"$slice": [1, 4]}}}),
    ("find", {"filter": {"_id": MIXED}, "projection": {"prv_candidates": {"$slice": -1}}}),
    ("find", {"filter": {"prv_candidates.programid": 2}, "projection": {"prv_candidates.$": 1}}),
    ("find", {"filter": {"_id": MIXED}, "projection": {"x": "$fp_hists", "y": "$$ROOT"}}),
    ("find", {"filter": {"_id": MIXED}, "projection": {"x": {"$max": "$prv_candidates.magpsf"}}}),
    ("find", {"filter": {"$expr": {"$gt": [{"$max": "$prv_candidates.magpsf"}, 20]}}}),
    ("find_one", {"filter": {"_id": HIDDEN}}), ("count_documents", {"filter": {"_id": HIDDEN}}),
    ("count_documents", {"filter": {"fp_hists.mag": POINT_MAGNITUDE}}),
    ("aggregate", {"pipeline": [{"$unwind": "$prv_candidates"}, {"$match": {"prv_candidates.programid": {"$ne": 1}}}]}),
    ("aggregate", {"pipeline": [{"$match": {"_id": MIXED}}, {"$project": {"n": {"$size": "$fp_hists"}}}, {"$match": {
        "n": {"$gt": 1}}}]}),
    ("aggregate", {"pipeline": [{"$sort": {"prv_candidates.magpsf": -1}}, {"$match": {"_id": HIDDEN}}]}),
    ("aggregate", {"pipeline": [{"$match": {"$or": [{"_id": HIDDEN}, {"prv_candidates.jd": DATE}]}}]}),
    ("aggregate", {"pipeline": [{"$match": {"older": {"$exists": True}}}]}),
    ("aggregate", {"pipeline": [{"$match": {"cross_matches.Gaia": {"$exists": True}}}, {"$match": {"_id": HIDDEN}}]}),
]


@pytest.mark.parametrize("number", range(len(CURVES)))
def test_light_curves_have_visible_points_only(reader, number):
    kind, query = CURVES[number]
    answer = reader.ask(kind, {"catalog": "ZTF_alerts_aux", **query})
    if answer.status == 400:
        refused(answer)
        return
    found = answer.data
    if kind == "count_documents":
        assert found == 0, answer
    elif found is not None:
        for one in found if isinstance(found, list) else [found]:
            for history in ("prv_candidates", "fp_hists", "x"):
                points = one.get(history) if isinstance(one.get(history), list) else []
                assert all(point["programid"] == 1 for point in points), answer


@pytest.mark.parametrize("kind, query", [
    ("find", {"filter": {}}), ("find", {"filter": {"_id": {"$in": CANDIDS}}}), ("find_one", {"filter": {"_id": CANDIDS[0]}}),
    ("aggregate", {"pipeline": [{"$project": {"x": {"$objectToArray": "$human_labels"}}}]}),
    ("aggregate", {"pipeline": [{"$match": {"objectId": HIDDEN}}, {"$count": "n"}]}),
    ("find", {"filter": {"objectId": {"$gt": ""}}, "projection": {"x": "$$ROOT"}})])
def test_labels_are_those_of_visible_alerts(reader, kind, query):
    answer = reader.ask(kind, {"catalog": LABELS, **query})
    assert answer.status == 200, answer


PATHS = [
    "/api/alerts/{hidden}", "/api/alerts/{hidden}?cutouts=true", "/api/alerts/{hidden}?survey=ztf",
    "/api/objects/{object}", "/api/objects/{object}/photometry", "/api/objects/{object}/photometry?format=csv",
    "/api/classifications/ztf/{hidden}", "/api/cutouts/ztf/{hidden}/science/fits", "/api/cutouts/ztf/{hidden}/template/png",
    "/api/cutouts/ZTF/{hidden}/difference/fits",
]


@pytest.mark.parametrize("path", PATHS)
def test_what_is_hidden_is_as_absent_as_what_is_not_there(reader, path):
    def answer(hidden, name):
        given = reader.get(path.format(hidden=hidden, object=name))
        return given.status, given.text.replace(str(hidden), "#").replace(name, "#")

    there = {answer(candid, HIDDEN) for candid in CANDIDS}
    nowhere = answer(CANDIDS[0] + 1, "ZTF26nothing")
    assert there == {nowhere} and nowhere[0] in (400, 404), (there, nowhere)


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_labels_of_hidden_alerts_cannot_be_given(reader, method):
    def answer(candid):
        labels = {"human_labels": {"redteam": 1.0} if method == "PUT" else ["redteam"]}
        given = reader.send(method, "/api/classifications/ztf", {str(candid): labels})
        return given.status, given.text.replace(str(candid), "#")

    assert {answer(candid) for candid in CANDIDS} == {answer(CANDIDS[0] + 1)}
    assert answer(CANDIDS[0])[0] == 400


def test_one_hidden_alert_among_visible_ones_changes_no_label(reader, seed):
    label = {"human_labels": {"redteam": 1.0}}
    refused(reader.put("/api/classifications/ztf", {str(OPEN_CANDID): label, str(CANDIDS[0]): label}))
    assert "redteam" not in str(seed.database[LABELS].find_one({"_id": OPEN_CANDID}))


def test_photometry_has_visible_points_only(reader):
    points = reader.get(f"/api/objects/{MIXED}/photometry").data
    assert {(point["source"], point["programid"]) for point in points} == {
        ("alert", 1), ("prv_candidates", 1), ("fp_hists", 1)}, points
    assert all(point["jd"] in (OPEN_DATE, OPEN_DATE - 2) for point in points), points
    one = reader.get(f"/api/objects/{MIXED}").data
    assert len(one["alerts"]) == 1 and one["auxiliary"]["prv_candidates"] == 1, one
    text = reader.get(f"/api/objects/{MIXED}/photometry?format=csv").text
    assert len(text.split()) > 2 and str(MAGNITUDE)[:10] not in text


def test_filters_see_their_programs_even_where_an_admin_runs_them(admin, seed):
    """The rights of a filter are its own, not those of who tries it."""
    body = {"group_id": 993, "filter_id": 994, "catalog": "ZTF_alerts", "permissions": [1], "active": False,
            "pipeline": [{"$match": {"candid": {"$gt": 0}}}]}
    saved = admin.post("/api/filters", body)
    assert saved.status == 200, saved
    try:
        admin.trusted = False
        answer = admin.post("/api/filters/994/test", {"object_ids": [MIXED, HIDDEN]})
        assert answer.status == 200 and [one["candid"] for one in answer.data] == [OPEN_CANDID], answer
        assert all(point["programid"] == 1 for point in answer.data[0]["prv_candidates"]), answer
    finally:
        admin.trusted = True
        admin.delete("/api/filters/994")


@pytest.mark.parametrize("path", ["/api/alerts/{}0000000000000000000000", "/api/alerts/-{}", "/api/alerts/{}.0", "/api/alerts/+{}",
                                  "/api/alerts/0x{}", "/api/alerts/{}%00", "/api/alerts/ {}", "/api/alerts/%7B%22$gt%22:0%7D"])
def test_odd_numbers_lead_to_no_alert(reader, path):
    answer = reader.get(path.format(CANDIDS[0]).replace(" ", "%20"))
    assert answer.status in (400, 404), answer


@pytest.mark.parametrize("name", ["{\"$gt\": \"\"}", "*", ".*", "^ZTF", "$where", "%00", "[$ne]=1", "' || '1'=='1"])
def test_odd_names_lead_to_no_object(reader, name):
    assert reader.get("/api/objects/" + urllib.parse.quote(name, safe="%")).status in (400, 404)
