"""What the tests of filters share: bodies, requests, the ids of their own filters."""

import itertools
import random

from bson import json_util

from client import success

PIPELINE = [{"$match": {"candidate.drb": {"$gt": 0.5}}}, {"$project": {"_id": 0, "candid": 1, "objectId": 1}}]
FORBIDDEN = ["$lookup", "$unionWith", "$out", "$merge"]
EMPTY_CATALOG = "conformance_empty"
DEFAULTS = {"active": True, "autosave": False, "auto_followup": {}, "update_annotations": False}

numbers = itertools.count(random.randrange(10**8, 10**9))
ANNOTATED = [
    {"$match": {"candidate.drb": {"$gt": 0.9999}, "cross_matches.CLU_20190625.0": {"$exists": False}}},
    {"$addFields": {"annotations.author": "dd", "annotations.mean_rb": {"$avg": "$prv_candidates.rb"}}},
    {"$project": {"_id": 0, "candid": 1, "objectId": 1, "annotations": 1}},
]


def written(pipeline):
    """A pipeline as it is stored: the text of PyMongo's library."""
    return json_util.dumps(pipeline)


def body(number, **more):
    """A filter's first version; keys of None are left out."""
    whole = {
        "group_id": 11,
        "filter_id": number,
        "catalog": "ZTF_alerts",
        "permissions": [1, 2],
        "pipeline": PIPELINE,
        **more,
    }
    return {key: value for key, value in whole.items() if value is not None}


def save(admin, number, **more):
    """Saves a version; its data."""
    return success(admin.post("/api/filters", body(number, **more)))


def read(admin, number):
    """The stored filter."""
    return success(admin.get(f"/api/filters/{number}"), f"Retrieved filter id {number}")


def change(admin, number, **more):
    """Changes a filter; the whole of it afterwards."""
    return success(admin.patch("/api/filters", {"filter_id": number, **more}), f"Updated filter id {number}")


def followup(allocation, **more):
    """What follows up, with keys of None left out."""
    whole = {
        "active": True,
        "pipeline": [{"$match": {"candidate.drb": {"$gt": 0.9999}}}],
        "allocation_id": allocation,
        "payload": {"observation_type": "IFU", "priority": 2},
        **more,
    }
    return {key: value for key, value in whole.items() if value is not None}
