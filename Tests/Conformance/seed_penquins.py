"""Puts in a database what penquins' own tests ask for, or takes it out again.

    seed_penquins.py put|remove MONGODB_URI DATABASE

Three alerts of ZTF18abacqpw, an empty PGIR_alerts, and 20 alerts in the sky map at (90, 30), whose map is taken away.
"""

import sys

import pymongo

import seed
import world


def documents():
    """The alerts; of the tests' own small sky those that these tests count."""
    return [one for one in world.ztf_alerts() if one["objectId"] == world.KNOWN or one["objectId"].startswith("ZTF23sky")]


def main(verb, uri, name):
    database = pymongo.MongoClient(uri)[name]
    alerts = documents()
    assert len(alerts) == 23
    if verb == "put":
        put = seed.Seed(database)
        put.put("PGIR_alerts", [])
        put.put("ZTF_alerts", alerts, seed.indexed())
    else:
        database["ZTF_alerts"].delete_many({"_id": {"$in": [one["_id"] for one in alerts]}})
        database["skymaps"].delete_many({"localization_name": "90.00000_30.00000_10.00000"})


if __name__ == "__main__":
    main(*sys.argv[1:])
