"""Puts in a database what penquins' own tests ask for, or takes it out again.

    seed_penquins.py put|remove MONGODB_URI DATABASE

Three alerts of ZTF18abacqpw, 20 alerts in the sky map at (90, 30), and many alerts of PGIR, none of which is asked for:
one test sends a query to each survey at the same time and takes the answer that comes first for that of ZTF.
"""

import sys

import pymongo

import seed
import world


def ztf_alerts():
    """Of the tests' own small sky those alerts that these tests count."""
    return [
        one
        for one in world.ztf_alerts()
        if one["objectId"] == world.KNOWN or one["objectId"].startswith("ZTF23sky")
    ]


def pgir_alerts():
    """Enough alerts without an index to make a query the slower one."""
    return [
        {
            "_id": f"conformance {number}",
            "objectId": f"PGIR{number}",
            "coordinates": world.coordinates(250.0, -60.0),
        }
        for number in range(50000)
    ]


def main(verb, uri, name):
    database = pymongo.MongoClient(uri)[name]
    if verb == "put":
        put = seed.Seed(database)
        put.put("PGIR_alerts", pgir_alerts())
        put.put("ZTF_alerts", ztf_alerts(), seed.indexed())
    else:
        database["ZTF_alerts"].delete_many({"_id": {"$in": [one["_id"] for one in ztf_alerts()]}})
        database["PGIR_alerts"].delete_many({"_id": {"$regex": "^conformance"}})
        database["skymaps"].delete_many({"localization_name": "90.00000_30.00000_10.00000"})


if __name__ == "__main__":
    main(*sys.argv[1:])
