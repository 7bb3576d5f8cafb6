"""aggregate (1.5)."""

import pytest

from client import error, same_documents
from world import FIRST_CANDID, GALAXIES, STARS, THINGS

PIPELINES = [
    [{"$match": {"group": 1}}],
    [{"$match": {"candid": FIRST_CANDID + 5}}],
    [{"$project": {"_id": 0, "candid": 1}}],
    [{"$group": {"_id": "$group", "n": {"$sum": 1}, "mean": {"$avg": "$value"}}}],
    [{"$count": "n"}],
    [{"$group": {"_id": None, "largest": {"$max": "$candid"}, "all": {"$push": "$_id"}}}],
    [{"$unwind": "$tags"}, {"$group": {"_id": "$tags", "n": {"$sum": 1}}}],
    [{"$sortByCount": "$group"}],
    [{"$set": {"x": {"$add": ["$value", 1]}}}],
    [{"$addFields": {"x.y": {"$size": "$tags"}}}, {"$unset": ["candidate", "when"]}],
    [{"$project": {"text": {"$toString": "$candid"}}}],
    [{"$project": {"x": {"$arrayElemAt": ["$candidate.list", -1]}}}],
    [
        {
            "$project": {
                "x": {"$filter": {"input": "$candidate.list", "as": "i", "cond": {"$gt": ["$$i.v", 0]}}}
            }
        }
    ],
    [{"$project": {"x": {"$map": {"input": "$candidate.list", "as": "i", "in": {"$abs": "$$i.v"}}}}}],
    [{"$project": {"x": {"$cond": [{"$eq": ["$flag", True]}, "yes", {"$ifNull": ["$maybe", "no"]}]}}}],
    [{"$project": {"x": {"$in": ["$group", [1, 2]]}, "t": {"$type": "$maybe"}}}],
    [
        {
            "$project": {
                "x": {"$anyElementTrue": [["$flag"]]},
                "y": {"$and": ["$flag", {"$gte": ["$value", 1]}]},
            }
        }
    ],
    [
        {
            "$project": {
                "x": {"$concatArrays": ["$tags", ["z"]]},
                "y": {"$subtract": ["$candidate.jd", 2400000.5]},
            }
        }
    ],
    [{"$replaceRoot": {"newRoot": "$candidate"}}],
    [{"$replaceWith": {"a": "$name"}}],
    [{"$bucket": {"groupBy": "$value", "boundaries": [0, 1, 3, 10], "output": {"n": {"$sum": 1}}}}],
    [{"$facet": {"a": [{"$count": "n"}], "b": [{"$match": {"flag": True}}, {"$project": {"_id": 1}}]}}],
    [
        {"$lookup": {"from": STARS, "localField": "_id", "foreignField": "_id", "as": "star"}},
        {"$project": {"star.name": 1}},
    ],
    [
        {
            "$lookup": {
                "from": GALAXIES,
                "let": {"v": "$value"},
                "as": "g",
                "pipeline": [
                    {"$match": {"$expr": {"$lt": ["$z", {"$divide": ["$$v", 100]}]}}},
                    {"$project": {"z": 1}},
                ],
            }
        }
    ],
    [{"$group": {"_id": {"g": "$group", "f": "$flag"}, "first": {"$first": "$name"}}}],
    [{"$project": {"date": {"$dateToString": {"date": "$when", "format": "%Y-%m-%d"}}}}],
    [{"$match": {"$expr": {"$gt": [{"$size": "$tags"}, 1]}}}, {"$project": {"_id": 1}}],
    [{"$redact": "$$KEEP"}],
    [
        {
            "$project": {
                "m": {"$sqrt": "$value"},
                "l": {"$log10": {"$add": ["$value", 1]}},
                "r": {"$round": ["$value", 1]},
            }
        }
    ],
]


def name_of(pipeline):
    return str(pipeline)[:60]


@pytest.mark.parametrize("pipeline", PIPELINES, ids=name_of)
def test_pipeline_gives_what_the_database_gives(astronomer, world, pipeline):
    answered = astronomer.data("aggregate", {"catalog": THINGS, "pipeline": pipeline})
    same_documents(answered, world[THINGS].aggregate(pipeline))


def test_pipeline_keeps_its_order(astronomer, world):
    pipeline = [{"$sort": {"group": 1, "_id": -1}}, {"$skip": 3}, {"$limit": 20}, {"$project": {"group": 1}}]
    answered = astronomer.data("aggregate", {"catalog": THINGS, "pipeline": pipeline})
    same_documents(answered, world[THINGS].aggregate(pipeline), ordered=True)


def test_nearest_by_geo_near(astronomer, world):
    pipeline = [
        {
            "$geoNear": {
                "near": {"type": "Point", "coordinates": [71.6577756 - 180, -10.2263957]},
                "distanceField": "d",
                "maxDistance": 5000,
                "key": "coordinates.radec_geojson",
            }
        },
        {"$project": {"d": 1}},
    ]
    answered = astronomer.data("aggregate", {"catalog": STARS, "pipeline": pipeline})
    same_documents(answered, world[STARS].aggregate(pipeline), ordered=True)
    assert len(answered) > 3


@pytest.mark.parametrize(
    "kwargs",
    [
        {"allowDiskUse": True},
        {"allowDiskUse": False},
        {"batchSize": 2},
        {"max_time_ms": 5000},
        {"save": False},
    ],
)
def test_kwargs_are_taken(astronomer, world, kwargs):
    pipeline = [{"$sort": {"_id": -1}}, {"$project": {"_id": 1}}]
    answered = astronomer.data("aggregate", {"catalog": THINGS, "pipeline": pipeline}, **kwargs)
    assert [one["_id"] for one in answered] == list(range(59, -1, -1))


@pytest.mark.parametrize("pipeline", [[], "[]"])
def test_empty_pipeline_is_an_error(astronomer, pipeline):
    error(
        astronomer.ask("aggregate", {"catalog": THINGS, "pipeline": pipeline}),
        containing="Pipeline must contain at least one stage",
    )


@pytest.mark.parametrize(
    "stage", [{"$unionWith": STARS}, {"$out": "conformance_out"}, {"$merge": {"into": "conformance_out"}}]
)
@pytest.mark.parametrize("first", [[], [{"$match": {}}]])
def test_stage_that_writes_or_unites_is_forbidden(astronomer, world, first, stage):
    message = f"Pipeline uses forbidden stages: {{'{next(iter(stage))}'}}"
    error(astronomer.ask("aggregate", {"catalog": THINGS, "pipeline": first + [stage]}), containing=message)
    assert "conformance_out" not in world.list_collection_names()


def test_forbidden_stages_are_named_together(astronomer):
    pipeline = [{"$unionWith": STARS}, {"$out": "x"}]
    message = error(astronomer.ask("aggregate", {"catalog": THINGS, "pipeline": pipeline}))
    assert any(
        f"Pipeline uses forbidden stages: {names}" in message
        for names in ("{'$out', '$unionWith'}", "{'$unionWith', '$out'}")
    )


def test_forbidden_stage_in_a_literal_is_forbidden(astronomer):
    error(
        astronomer.ask("aggregate", {"catalog": THINGS, "pipeline": "[{'$out': 'x'}]"}),
        containing="Pipeline uses forbidden stages: {'$out'}",
    )


@pytest.mark.parametrize(
    "pipeline",
    [
        [{"$matc": {}}],
        [{}],
        [1],
        ["x"],
        [None],
        [{"$match": 1}],
        [{"$project": {"x": {"$nothing": 1}}}],
        [{"$limit": 0}],
        [{"$group": {}}],
        [{"$match": {}, "$limit": 1}],
        [{"match": {}}],
        [{"$lookup": {"from": 1}}],
    ],
    ids=str,
)
def test_pipeline_that_the_database_refuses_is_an_error(astronomer, world, pipeline):
    error(astronomer.ask("aggregate", {"catalog": THINGS, "pipeline": pipeline}))


def test_missing_pipeline_is_an_error(astronomer):
    error(astronomer.ask("aggregate", {"catalog": THINGS}))


JAVASCRIPT = {"$function": {"body": "function() { return 1 }", "args": [], "lang": "js"}}


@pytest.mark.improved
@pytest.mark.parametrize(
    "pipeline",
    [
        [{"$project": {"x": JAVASCRIPT}}],
        [{"$match": {"$expr": JAVASCRIPT}}],
        [{"$match": {"$where": "true"}}],
        [{"$facet": {"a": [{"$set": {"x": JAVASCRIPT}}]}}],
        [
            {
                "$group": {
                    "_id": 1,
                    "x": {
                        "$accumulator": {
                            "init": "function() {}",
                            "accumulate": "function() {}",
                            "accumulateArgs": [],
                            "merge": "function() {}",
                            "lang": "js",
                        }
                    },
                }
            }
        ],
    ],
    ids=name_of,
)
def test_javascript_is_not_run(astronomer, world, pipeline):
    error(astronomer.ask("aggregate", {"catalog": THINGS, "pipeline": pipeline}), status=(400, 403))
