"""Puts the documents of world.py into a database, and takes them out again without touching others."""

import datetime

import pymongo

import reports
import world

SAME_INDEX_OF_ANOTHER_NAME = 85
POSITION = [("coordinates.radec_geojson", "2dsphere")]

#: bcrypt_a of the public test vectors of crypt_blowfish: "U*U"; Kowalski keeps the base64 of such a hash.
PASSWORD = "U*U"
HASH = "JDJhJDA1JENDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQy5FNVlQTzlrbXl1Ukd5aDBYb3VRWWI0WU1KS3Z5T2VX"


class Seed:
    """What was put into a database."""

    def __init__(self, database):
        self.database = database
        self.created = []
        self.inserted = []

    def put(self, name, documents, indexes=(), unique=()):
        """Inserts documents by `_id` or as new ones; a collection that did not exist is dropped afterwards."""
        database = self.database
        kinds = {one["name"]: one for one in database.list_collections()}
        if kinds.get(name, {}).get("type") == "view":
            # A view joins the light curves' recent documents with older pieces: the documents go under it.
            name += "_recent"
        if name not in kinds:
            self.created.append(name)
            database.create_collection(name)
        collection = database[name]
        for keys in (*indexes, *unique):
            try:
                collection.create_index(keys, unique=keys in unique)
            except pymongo.errors.OperationFailure as error:
                if error.code != SAME_INDEX_OF_ANOTHER_NAME:
                    raise
        if documents:
            keys = [one["_id"] for one in documents if "_id" in one]
            collection.delete_many({"_id": {"$in": keys}})
            result = collection.insert_many(documents)
            self.inserted.append((name, result.inserted_ids))
        return collection

    def remove(self):
        """Takes out what was put in."""
        for name, keys in self.inserted:
            self.database[name].delete_many({"_id": {"$in": keys}})
        for name in self.created:
            self.database.drop_collection(name)


def indexed(candid_name="objectId"):
    """Indexes that an alert collection needs for the tests."""
    return (POSITION, [(candid_name, pymongo.DESCENDING)], [("candidate.jd", 1), ("candidate.programid", 1)])


def survey_alerts(seed):
    """The alerts and light curves of all surveys."""
    unique = ([("candid", pymongo.DESCENDING)],)
    # Inserted last: what a filter is tried on.
    seed.put("ZTF_alerts", world.cutout_alerts() + world.ztf_alerts(), indexed(), unique)
    seed.put("ZTF_alerts_aux", world.light_curves())
    seed.put("ZTF_alerts_classifications", [])
    for survey in ("PGIR", "WNTR", "TURBO"):
        name = "objectid" if survey == "WNTR" else "objectId"
        seed.put(f"{survey}_alerts", world.other_alerts(survey), indexed(name), unique)


def catalogues(seed):
    """The catalogues, which are the tests' own."""
    seed.put(world.STARS, world.stars(), (POSITION, [("group", 1)], [("mag", 1)]))
    seed.put(world.GALAXIES, world.galaxies(), (POSITION,))
    seed.put(world.UNINDEXED, world.galaxies())
    seed.put(world.THINGS, world.things(), ([("group", 1)], [("candidate.jd", 1), ("group", -1)]))
    seed.put(world.EMPTY, [])
    seed.put("ZTF_sources_conformance", reports.archive_sources(), (POSITION,))
    seed.put("skymaps", world.skymaps())
    seed.put("TNS", reports.tns(), (POSITION,))


def user(name, permissions):
    """A user as Kowalski stores one."""
    return {
        "_id": name,
        "email": None,
        "password": HASH,
        "permissions": permissions,
        "last_modified": datetime.datetime(2023, 1, 1),
    }
