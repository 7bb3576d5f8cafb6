"""Lays a database out as Kowalski 3 does, from its documented shapes, and says what is in one.

    kowalski_database.py build URI DATABASE FOLDER     stores the packets of a folder, users, filters and what else is there
    kowalski_database.py digest URI DATABASE           prints JSON: for each collection its indexes and a digest of its bytes
    kowalski_database.py login URL NAME PASSWORD       prints the status of logging in, and how many alerts the user counts

An alert's `_id` is an ObjectId; a light curve's is the object's name. Nothing here comes from Skipper.
"""

import base64
import datetime
import glob
import hashlib
import json
import os
import sys

import fastavro
import pymongo
import requests
from bson import ObjectId
from bson.raw_bson import RawBSONDocument

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../BrokerTests"))
import stored_documents  # noqa: E402

POSITION = ("coordinates.radec_geojson", "2dsphere")
# config.defaults.yaml, database.indexes.ZTF_alerts, without the last two: whoever has an older Kowalski lacks some.
INDEXES = {
    "radec_candid": [POSITION, ("candid", -1)],
    "radec_objectId": [POSITION, ("objectId", -1)],
    "jd_radec_candid": [("candidate.jd", 1), POSITION, ("candid", -1)],
    "jd_radec_objectId": [("candidate.jd", 1), POSITION, ("objectId", -1)],
    "objectId": [("objectId", -1)],
    "candid": [("candid", -1)],
    "pid": [("candidate.pid", 1)],
    "objectId_pid": [("objectId", -1), ("candidate.pid", 1)],
    "pdiffimfilename": [("candidate.pdiffimfilename", 1)],
    "jd_programid_programpi": [("candidate.jd", 1), ("candidate.programid", 1), ("candidate.programpi", 1)],
    "jd_braai_candid": [("candidate.jd", -1), ("classifications.braai", -1), ("candid", -1)],
    "jd_drb_candid": [("candidate.jd", -1), ("candidate.drb", -1), ("candid", -1)],
}
# As Kowalski stores them, base64.b64encode(bcrypt.hashpw(…)): of bcrypt 4.2.1 ("admin-password"), and of the vectors of
# crypt_blowfish, wrapper.c ("U*U" and "U*U*U").
PASSWORDS = {
    "admin": "JDJiJDA1JDNsd1lNeWRkSnlSbmVnVUpoRWNsNWU0LlRjTXlaYjdGMWdnWm5sZjJYd3FqaDNMdHgwcnV5",
    "vera": base64.b64encode(b"$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW").decode(),
    "henrietta": base64.b64encode(b"$2a$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a").decode(),
}
NOW = datetime.datetime(2026, 1, 10, 8)


def build(database, folder):
    light_curves = {}
    alerts = []
    for path in sorted(glob.glob(os.path.join(folder, "*.avro"))):
        with open(path, "rb") as file:
            (packet,) = fastavro.reader(file)
        alert, previous, forced = stored_documents.mongified(packet)
        del alert["_id"]
        alerts.append(alert)
        name = alert["objectId"]
        light_curves[name] = stored_documents.merge(
            light_curves.get(name), alert, previous, forced, stored_documents.seen_from_beginning(alert["candidate"]))
    # Scores as they come from braai, and Gaia's match.
    for number, alert in enumerate(alerts):
        alert["classifications"] = {"braai": number / len(alerts), "braai_version": "d6_m9"}
    for number, document in enumerate(light_curves.values()):
        matches = [{"_id": number, "coordinates": {"radec_str": ["00:00:00.0000", "00:00:00.000"]}, "parallax": 0.5}]
        document["cross_matches"] = {"Gaia_DR2": matches[: number % 2], "CLU_20190625": []}
    database.ZTF_alerts.insert_many(alerts)
    database.ZTF_alerts_aux.insert_many(light_curves.values())
    for name, keys in INDEXES.items():
        database.ZTF_alerts.create_index(keys, name=name, background=True, unique=name == "candid")
    database.ZTF_alerts.create_index([("candidate.magpsf", 1)], name="of_an_operator")
    database.users.insert_many(
        {"_id": name, "email": f"{name}@example.org", "password": password, "permissions": {}, "last_modified": NOW}
        for name, password in PASSWORDS.items())
    bright = [{"$match": {"candidate.magpsf": {"$lt": 30}}}, {"$project": {"annotations.mag": "$candidate.magpsf"}}]
    database.filters.insert_many([
        filter_document(1, bright),
        # An older Kowalski stored the stages themselves.
        {**filter_document(2, bright), "fv": [{"fid": "aaaaa2", "pipeline": bright, "created_at": NOW}]},
        filter_document(3, [{"$lookup": {"from": "TNS", "localField": "a", "foreignField": "b", "as": "c"}}]),
        {**filter_document(4, bright), "active": False},
    ])
    database.TNS.insert_one({"_id": 1, "name": "SN 2026a", "discovery_date": NOW, "coordinates": {
        "radec_str": ["00:00:00.0000", "00:00:00.000"], "radec_geojson": {"type": "Point", "coordinates": [-180.0, 0.0]}}})
    database.TNS.create_index([POSITION, ("_id", -1)])
    database.ZTF_ops.insert_one({"jd_start": 2461050.5})
    database.queries.insert_one({"status": "done"})
    database.skymaps.insert_many(
        {"_id": ObjectId(), "dateobs": NOW, "localization_name": "map", "aliases": [], "contours": {}} for _ in range(2))


def filter_document(number, pipeline):
    """As `POST /api/filters` of Kowalski leaves it."""
    fid = f"aaaaa{number}"
    return {
        "filter_id": number, "group_id": 1, "catalog": "ZTF_alerts", "permissions": [1, 2], "active": True,
        "autosave": False, "auto_followup": {}, "update_annotations": False, "active_fid": fid,
        "fv": [{"fid": fid, "pipeline": json.dumps(pipeline), "created_at": NOW}], "created_at": NOW,
        "last_modified": NOW,
    }


def digest(database):
    raw = database.with_options(codec_options=database.codec_options.with_options(document_class=RawBSONDocument))
    contents = {}
    for description in database.list_collections(filter={"type": "collection"}):
        name = description["name"]
        if name.startswith("system."):
            continue
        found = hashlib.sha256()
        count = 0
        for document in raw[name].find({}, sort=[("$natural", 1)]):
            found.update(document.raw)
            count += 1
        contents[name] = {"count": count, "digest": found.hexdigest(),
                          "indexes": sorted(database[name].index_information())}
    return contents


def login(url, name, password):
    answer = requests.post(url + "/api/auth", json={"username": name, "password": password}, timeout=60)
    if answer.status_code != 200:
        return [answer.status_code]
    token = answer.json()["token"]
    counted = requests.post(
        url + "/api/queries", timeout=60, headers={"Authorization": f"Bearer {token}"},
        json={"query_type": "count_documents", "query": {"catalog": "ZTF_alerts", "filter": {}}})
    return [answer.status_code, counted.json()["data"]]


if __name__ == "__main__":
    verb, place, *rest = sys.argv[1:]
    if verb == "login":
        print(json.dumps(login(place, *rest)))
    else:
        database = pymongo.MongoClient(place)[rest[0]]
        if verb == "build":
            build(database, rest[1])
        print(json.dumps(digest(database)))
