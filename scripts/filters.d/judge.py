"""Stores example filters, and judges by MongoDB what the ingester has found with them.

    judge.py store URI DATABASE FOLDER
    judge.py judge URI DATABASE FOLDER

The stages that come before a filter's are Kowalski's (config.defaults.yaml, database.filters.ZTF_alerts), with the points
left out that are not earlier than the alert, because the light curves have gone on since.
"""

import datetime
import glob
import json
import os
import sys

import bson
import pymongo
from bson import json_util
from bson.raw_bson import RawBSONDocument

PROGRAMS = [1, 2, 3]
# Stages after which one document need not be one alert.
JOINING = {"$group", "$facet", "$bucket", "$bucketAuto", "$count", "$sortByCount", "$unwind", "$limit", "$skip", "$sort"}


def examples(folder):
    for number, path in enumerate(sorted(glob.glob(os.path.join(folder, "*.json"))), 1):
        text = open(path).read()
        yield number, os.path.basename(path)[:-5], json.loads(text)["pipeline"], json_util.loads(text)["pipeline"]


def store(database, folder):
    now = datetime.datetime.now(datetime.timezone.utc)
    database.filters.delete_many({})
    database.filters.insert_many(
        {
            "filter_id": number, "group_id": 1, "catalog": "ZTF_alerts", "permissions": PROGRAMS, "active": True,
            "active_fid": "abc123", "fv": [{"fid": "abc123", "pipeline": json.dumps(text), "created_at": now}],
        }
        for number, _, text, _ in examples(folder)
    )


def upstream(auxiliary):
    def points(name, *conditions):
        return {"$filter": {
            "input": {"$arrayElemAt": [f"$aux.{name}", 0]}, "as": "item",
            "cond": {"$and": [
                {"$in": ["$$item.programid", PROGRAMS]},
                {"$lt": [{"$subtract": ["$candidate.jd", "$$item.jd"]}, 365]},
                {"$lt": ["$$item.jd", "$candidate.jd"]},
                *conditions,
            ]},
        }}

    return [
        {"$match": {"candidate.programid": {"$in": PROGRAMS}}},
        {"$project": {"cutoutScience": 0, "cutoutTemplate": 0, "cutoutDifference": 0}},
        {"$lookup": {"from": auxiliary, "localField": "objectId", "foreignField": "_id", "as": "aux"}},
        {"$project": {
            "cross_matches": {"$arrayElemAt": ["$aux.cross_matches", 0]},
            "prv_candidates": points("prv_candidates"),
            "fp_hists": points("fp_hists", {"$eq": ["$$item.procstatus", "0"]}),
            **{name: 1 for name in ("schemavsn", "publisher", "objectId", "candid", "candidate", "classifications",
                                    "coordinates")},
        }},
    ]


def found(database, prefix, pipeline):
    """What MongoDB finds: the document of each alert that passes, as bytes."""
    if not JOINING.isdisjoint(next(iter(stage)) for stage in pipeline):
        inner = [{"$match": {"$expr": {"$eq": ["$candid", "$$wanted"]}}}] + prefix + pipeline
        together = [
            {"$project": {"candid": 1, "_id": 0}},
            {"$lookup": {"from": "ZTF_alerts", "let": {"wanted": "$candid"}, "pipeline": inner, "as": "found"}},
            {"$match": {"found": {"$size": 1}}},
        ]
        return {document["candid"]: document["found"][0].raw for document in database.ZTF_alerts.aggregate(together)}
    # Some filters keep one of the two numbers of an alert, some the other; they are the same.
    return {document["candid" if "candid" in document else "_id"]: document.raw
            for document in database.ZTF_alerts.aggregate(prefix + pipeline, allowDiskUse=True)}


def judge(client, name, folder):
    database = client[name]
    # The view of recent and older points costs four times as much in a $lookup.
    database.ZTF_alerts_aux.aggregate([{"$out": "judge_aux"}])
    raw = client.get_database(name, codec_options=bson.CodecOptions(document_class=RawBSONDocument))
    prefix = upstream("judge_aux")
    print(f"{database.ZTF_alerts.count_documents({})} alerts, {database.judge_aux.count_documents({})} objects")
    faults, total = 0, 0
    for number, title, _, pipeline in examples(folder):
        theirs = found(raw, prefix, pipeline)
        hits = list(raw.filter_hits.find({"filter_id": number}))
        ours = {hit["candid"]: hit["result"].raw for hit in hits}
        wrong = sorted(key for key in ours.keys() | theirs.keys() if ours.get(key) != theirs.get(key))
        doubled = len(hits) - len(ours)
        suspended = database.filters.find_one({"filter_id": number}).get("suspended")
        print(f"{title:32} {len(theirs):6} hits {'equal' if not wrong else f'{len(wrong)} DIFFER: {wrong[:3]}'}"
              f"{f', {doubled} TWICE' if doubled else ''}{f', SUSPENDED {suspended}' if suspended else ''}", flush=True)
        for key in wrong[:1]:
            for label, side in (("ours", ours), ("mongod's", theirs)):
                print(f"    {label}: {bson.decode(side[key]) if key in side else 'none'}")
        faults += len(wrong) + doubled + bool(suspended)
        total += len(theirs)
    database.judge_aux.drop()
    print(f"{total} hits in all, {faults} faults")
    sys.exit(faults > 0)


def main():
    verb, uri, name, folder = sys.argv[1:]
    client = pymongo.MongoClient(uri)
    if verb == "store":
        store(client[name], folder)
    else:
        judge(client, name, folder)


main()
