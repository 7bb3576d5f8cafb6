"""Puts what attackers are after into a database, and takes it out again.

Only into a database for tests: deliveries that are put there would be sent by an ingester.
"""

import datetime

import pymongo
from bson import Binary, Decimal128, ObjectId
from bson.int64 import Int64

import canaries
from canaries import CANDIDS, DATE, MAGNITUDE, POINT_MAGNITUDE, WORD

#: An object with alerts of programs 1, 2 and 3, and one with hidden ones only.
MIXED, HIDDEN = "ZTF26redmixe", "ZTF" + WORD
OPEN_CANDID = 2123456789012345678
POSITION = (133.3, 41.4)
#: The only alert that everybody may see, and the only points.
OPEN_MAGNITUDE, OPEN_DATE = 18.5, 2461000.5
STARS, LARGE, LABELS = "redteam_stars", "redteam_large", "ZTF_alerts_classifications"
SKYMAP_NAME, SKYMAP_TIME = "redteam_map", datetime.datetime(2026, 1, 2, 3, 4, 5)
FILTER_ID = 987654321
#: Collections of the service's own, as far as it names them.
PRIVATE = ("users", "filters", "queries", "rejected", "filter_hits", "deliveries", "schema_changes", "login_attempts",
           "associations", "association_cells", "catalogs", "catalog_loads")
UNDER_THE_VIEW = ("ZTF_alerts_aux_recent", "ZTF_alerts_aux_older")

#: bcrypt_a of the public test vectors of crypt_blowfish: "U*U"; Kowalski keeps the base64 of such a hash.
PASSWORD = "U*U"
HASH = "JDJhJDA1JENDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQy5FNVlQTzlrbXl1Ukd5aDBYb3VRWWI0WU1KS3Z5T2VX"


def coordinates(ra, dec):
    return {"radec_str": ["08:53:12.0000", "41:24:00.000"],
            "radec_geojson": {"type": "Point", "coordinates": [ra - 180.0, dec]}, "l": 179.5, "b": 39.25}


def alert(candid, object_id, program, magnitude, jd, secret=None):
    """An alert as it is stored; a program of ... is left out."""
    candidate = {"candid": Int64(candid), "jd": jd, "fid": 1, "ra": POSITION[0], "dec": POSITION[1],
                 "magpsf": magnitude, "sigmapsf": 0.1, "diffmaglim": 20.5, "isdiffpos": "t", "drb": 0.9}
    if program is not ...:
        candidate["programid"] = program
    if secret is not None:
        candidate["secret"] = secret
    name = f"ztf_{secret}.fits.gz" if secret else "evil\r\nX-Evil: 1\r\n\r\n\".fits.gz"
    stamp = {"fileName": name, "stampData": Binary((secret or "no image").encode() * 4)}
    return {"_id": Int64(candid), "schemavsn": "4.02", "publisher": secret or "redteam", "objectId": object_id,
            "candid": Int64(candid), "candidate": candidate, "classifications": {secret: 0.5} if secret else {},
            "coordinates": coordinates(*POSITION), "cutoutScience": stamp, "cutoutTemplate": stamp,
            "cutoutDifference": stamp}


def alerts():
    """One visible alert; the others are of programs 2 and 3, or of what is no program."""
    hidden = [(MIXED, 2), (MIXED, 3), (HIDDEN, 2), (MIXED, ...), (MIXED, None), (MIXED, "1"), (MIXED, {"1": 1}),
              (MIXED, 1.5)]
    return [alert(OPEN_CANDID, MIXED, 1, OPEN_MAGNITUDE, OPEN_DATE)] + [
        alert(candid, name, program, MAGNITUDE, DATE, WORD) for candid, (name, program) in zip(CANDIDS, hidden)]


def points(forced):
    """One visible point between hidden ones."""
    def point(program, magnitude, jd, **more):
        one = {"jd": jd, "fid": 1, "programid": program, "diffmaglim": 20.5, "procstatus": "0", **more}
        return one | ({"mag": magnitude, "forcediffimflux": magnitude, "forcediffimfluxunc": 1.0, "magzpsci": 26.0}
                      if forced else {"magpsf": magnitude, "sigmapsf": 0.1, "isdiffpos": "t"})

    secret = {"secret": WORD}
    return [point(2, POINT_MAGNITUDE, DATE, **secret), point(1, 19.5, OPEN_DATE - 2),
            point(3, POINT_MAGNITUDE, DATE + 1, **secret), point(None, POINT_MAGNITUDE, DATE + 2, **secret),
            point("1", POINT_MAGNITUDE, DATE + 3, **secret)]


def light_curves():
    return [{"_id": name, "cross_matches": {"Gaia": [{"_id": WORD}]} if name == HIDDEN else {},
             "prv_candidates": points(False), "fp_hists": points(True)} for name in (MIXED, HIDDEN)]


def private():
    """Documents of the collections that only admins may read, by collection."""
    key = f"redteam {WORD}"
    stages = f'[{{"$match": {{"candidate.drb": {{"$gt": 0.5}}, "{WORD}": {{"$exists": false}}}}}}]'
    now = datetime.datetime(2026, 1, 1)
    documents = {name: [{"_id": key, "secret": WORD, "number": MAGNITUDE, "time": now}] for name in PRIVATE}
    documents["users"] = [{"_id": f"victim-{WORD}", "email": f"{WORD}@example.org", "password": HASH, "permissions": [1],
                           "role": "user", "secret": WORD, "last_modified": now}]
    documents["filters"] = [{
        "_id": ObjectId(), "filter_id": FILTER_ID, "group_id": FILTER_ID, "catalog": "ZTF_alerts", "permissions": [1],
        "active": False, "active_fid": "aaaaaa", "fv": [{"fid": "aaaaaa", "pipeline": stages, "created_at": now}],
        "autosave": {"active": False, "comment": WORD}, "auto_followup": {}, "update_annotations": False,
        "created_at": now, "last_modified": now}]
    documents["deliveries"][0] |= {"state": "done", "next": datetime.datetime(9999, 1, 1)}
    return documents


def box(half):
    ra, dec = POSITION[0] - 180, POSITION[1]
    ring = [[ra - half, dec - half], [ra + half, dec - half], [ra + half, dec + half], [ra - half, dec + half],
            [ra - half, dec - half]]
    return {"type": "MultiPolygon", "properties": {"credible_level": 90}, "coordinates": [[ring]]}


class Seed:
    """What was put into a database, and the names of what is there."""

    def __init__(self, database):
        self.database = database
        self.inserted = []
        self.created = []

    def plant(self):
        position = [("coordinates.radec_geojson", "2dsphere")]
        self.put("ZTF_alerts", alerts(), position, [("objectId", -1)],
                 [("candidate.magpsf", 1), ("candidate.secret", 1), ("candidate.programid", 1)])
        self.put("ZTF_alerts_aux", light_curves())
        self.put(UNDER_THE_VIEW[0], [{"_id": f"recent {WORD}", "prv_candidates": points(False), "secret": WORD}])
        self.put(UNDER_THE_VIEW[1], [{"_id": f"older {WORD}", "objectId": WORD, "n": 0, "secret": WORD}])
        self.put(LABELS, [{"_id": Int64(candid), "objectId": HIDDEN, "human_labels": {WORD: 0.5}} for candid in CANDIDS]
                 + [{"_id": Int64(OPEN_CANDID), "objectId": MIXED, "human_labels": {"open": 0.5}}])
        self.put(STARS, [
            {"_id": number, "name": MIXED if number % 2 else HIDDEN.replace(WORD, ""), "group": number % 4,
             "candid": Int64(OPEN_CANDID), "long": "a" * 40 + "!", "price": Decimal128("1.5"),
             "coordinates": coordinates(*POSITION)} for number in range(20)], position, [("group", 1)])
        self.put(LARGE, [{"_id": number, "data": "x" * 40_000} for number in range(600)])
        self.put("skymaps", [{"dateobs": SKYMAP_TIME, "localization_name": SKYMAP_NAME, "aliases": [], "triggerid": 1,
                              "contours": {"center": {"type": "Point", "coordinates": [POSITION[0] - 180, POSITION[1]]},
                                           "contour90": box(1.0)}}])
        for name, documents in private().items():
            self.put(name, documents)

    def put(self, name, documents, *indexes):
        kinds = {one["name"]: one for one in self.database.list_collections()}
        if kinds.get(name, {}).get("type") == "view":
            # It shows what lies under it.
            name = UNDER_THE_VIEW[0]
        if name not in kinds:
            self.created.append(name)
        collection = self.database[name]
        for keys in indexes:
            try:
                collection.create_index(keys)
            except pymongo.errors.OperationFailure as error:
                if error.code != 85:  # The same index has another name.
                    raise
        collection.delete_many({"_id": {"$in": [one["_id"] for one in documents if "_id" in one]}})
        self.inserted.append((name, collection.insert_many(documents).inserted_ids))

    def add_user(self, name, permissions, **more):
        """Adds a user whose password is PASSWORD."""
        user = {"_id": name, "email": None, "password": HASH, "permissions": permissions, "role": "user",
                "last_modified": datetime.datetime(2026, 1, 1), **more}
        self.database["users"].replace_one({"_id": name}, user, upsert=True)
        self.inserted.append(("users", [name]))

    def snapshot(self):
        """What no attack may change: the private documents, and how much there is of the others."""
        database = self.database
        return {
            "private": {name: sorted(map(str, database[name].find({"_id": {"$in": [one["_id"] for one in documents]}})))
                        for name, documents in self.private_documents.items()},
            "counts": {name: database[name].count_documents({}) for name in ("ZTF_alerts", STARS)},
            "collections": sorted(set(database.list_collection_names()) - set(PRIVATE)),
        }

    @property
    def private_documents(self):
        """The planted documents of the private collections, by their numbers."""
        return {name: [{"_id": key} for key in keys if canaries.WORD in str(key)]
                for name, keys in self.inserted if name in PRIVATE}

    def remove(self):
        for name, keys in self.inserted:
            self.database[name].delete_many({"_id": {"$in": keys}})
        for name in self.created:
            self.database.drop_collection(name)
