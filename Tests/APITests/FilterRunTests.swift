import Archive
import Documents
import Foundation
import HTTP
import Mongo
import Testing

/// Runs of filters over the archive, judged by PyMongo with Kowalski's stages written down on their own.
@Suite struct FilterRunTests {
    /// Alerts of all surveys and light curves with older pieces are made here; real packets are added where they are.
    @Test func giveWhatKowalskisPipelinesGive() async throws {
        try await withAPI { api in
            for survey in Archive.surveys { try await Collections.prepare(api.database, for: survey) }
            let printed = try await python(
                Self.documents + Self.judge,
                [
                    try TestEnvironment.mongodb, api.database.name, String(api.port),
                    try RunningAPI.token("admin"), TestEnvironment.packets,
                ])
            #expect(printed.hasSuffix("all is well\n"), "\(printed)")
        }
    }

    /// Fills the database: every light curve twice, whole in a collection of its own and in pieces under the view.
    private static let documents = """
        import glob, io, json, random, sys
        import fastavro, pymongo, requests
        from bson import json_util

        uri, name, port, token, data = sys.argv[1:]
        database = pymongo.MongoClient(uri)[name]
        dice = random.Random(20260131)
        NIGHT = 2461071.5

        def candidate(jd, program):
            return {"jd": jd, "programid": program, "programpi": "Kulkarni", "fid": dice.choice([1, 2, 3]),
                    "magpsf": dice.uniform(15, 21), "sigmapsf": dice.uniform(0.01, 0.2), "ndethist": dice.randint(1, 40),
                    "isdiffpos": dice.choice(["t", "f", "1", "0"]), "rb": dice.random(),
                    "drb": dice.choice([None, dice.random(), dice.random()]), "ssdistnr": dice.choice([-999.0, 3.5]),
                    "jdstarthist": jd - dice.uniform(0, 700), "sgscore1": dice.choice([0.0, 0.5, 0.99])}

        def alert(survey, candid, name, jd, program):
            fields = {"_id": candid, "schemavsn": "4.02", "publisher": "test", "candid": candid,
                      "candidate": candidate(jd, program), "classifications": {"braai": dice.random()},
                      "coordinates": {"radec_str": ["1", "2"], "l": 1.5, "b": -3.25}, "extra": "not for filters"}
            if survey == "WNTR":
                return fields | {"objectid": name, "cutout_science": b"s", "cutout_template": b"t", "cutout_difference": b"d"}
            stamp = {"fileName": "x", "stampData": bytes(200)} if survey == "ZTF" else bytes(200)
            return fields | {"objectId": name, "cutoutScience": stamp, "cutoutTemplate": stamp, "cutoutDifference": stamp}

        def previous(survey, count):
            points = []
            for _ in range(count):
                point = candidate(NIGHT + dice.choice([dice.uniform(-1500, 3), dice.uniform(-30, 3)]), dice.choice([1, 2, 3]))
                if survey != "ZTF":
                    del point["programid"]
                if dice.random() < 0.3:
                    point = {k: point[k] for k in point if k not in ("magpsf", "rb", "drb")} | {"diffmaglim": 20.5}
                points.append(point)
            return points

        def forced(count):
            points = []
            for _ in range(count):
                flux = dice.uniform(-50, 900)
                points.append({"jd": NIGHT + dice.uniform(-500, 3), "programid": dice.choice([1, 2, 3]), "fid": 1,
                               "procstatus": dice.choice(["0", "0", "0", "56", "61,62"]), "forcediffimflux": flux,
                               "forcediffimfluxunc": 20.0, "snr": flux / 20.0})
            return sorted(points, key=lambda point: point["jd"])

        def store(survey, alerts, objects):
            database[survey + "_alerts"].insert_many(alerts)
            if not objects:
                return
            database[survey + "_reference"].insert_many(objects)
            recent, older = [], []
            for number, whole in enumerate(objects):
                whole = dict(whole)
                if number % 3 == 0 and len(whole["prv_candidates"]) > 20:
                    for n in range(2):
                        older.append({"_id": f"{whole['_id']}#{n}", "objectId": whole["_id"], "n": n,
                                      "prv_candidates": whole["prv_candidates"][n * 8:n * 8 + 8],
                                      "fp_hists": whole.get("fp_hists", [])[n * 8:n * 8 + 8]})
                    # What is left of a move that was interrupted does not count.
                    older.append({"_id": f"{whole['_id']}#2", "objectId": whole["_id"], "n": 2,
                                  "prv_candidates": whole["prv_candidates"][16:18], "fp_hists": []})
                    whole["prv_candidates"] = whole["prv_candidates"][16:]
                    if "fp_hists" in whole:
                        whole["fp_hists"] = whole["fp_hists"][16:]
                    whole["older"] = {"count": 2, "until": NIGHT}
                recent.append(whole)
            database[survey + "_alerts_aux_recent"].insert_many(recent)
            if older:
                database[survey + "_alerts_aux_older"].insert_many(older)

        for survey in ["ZTF", "PGIR", "WNTR", "TURBO"]:
            alerts, objects = [], []
            for number in range(40):
                name = f"{survey}26obj{number:04d}"
                for n in range(dice.randint(1, 4)):
                    candid = 2475433850015010000 + number * 10 + n if survey == "ZTF" else number * 10 + n
                    alerts.append(alert(survey, candid, name, NIGHT + dice.uniform(0, 2), 1 if survey == "WNTR" else dice.choice([1, 1, 2, 3])))
                if number % 10 == 9:
                    continue  # an object whose light curve is not there
                whole = {"_id": name, "prv_candidates": previous(survey, dice.randint(0, 60)), "cross_matches": {
                    "Gaia_EDR3": [{"_id": "1", "parallax": 0.5}] if number % 2 else [], "CLU_20190625": [{"z": 0.01}] if number % 4 == 0 else []}}
                if survey == "ZTF" and number % 5:
                    whole["fp_hists"] = forced(dice.randint(0, 50))
                objects.append(whole)
            store(survey, alerts, objects)

        # Real packets, in the shape of documents taken over from Kowalski.
        real = {"ZTF": ("ztf", "objectId"), "PGIR": ("pgir", "objectId"), "WNTR": ("winter", "objectid")}
        for survey, (folder, key) in real.items():
            alerts, objects = [], {}
            for path in sorted(glob.glob(f"{data}/{folder}/*.avro")):
                for packet in fastavro.reader(open(path, "rb")):
                    whole = objects.setdefault(packet[key], {"_id": packet[key], "cross_matches": {}, "prv_candidates": []})
                    whole["prv_candidates"] += [{k: v for k, v in point.items() if v is not None} for point in packet.pop("prv_candidates") or []]
                    points = packet.pop("fp_hists", None)
                    if points is not None:
                        points = [{k: v for k, v in point.items() if v not in (None, -99999)} for point in points]
                        whole["fp_hists"] = sorted(points, key=lambda point: point["jd"])
                    alerts.append(packet | {"classifications": {}, "coordinates": {"l": 0.0}})
            if alerts:
                store(survey, alerts, list(objects.values()))

        """

    /// Compares, filter by filter.
    private static let judge = """
        # Kowalski's upstream stages, as a run over stored alerts has them.
        def upstream(survey, permissions, match):
            key = "objectid" if survey == "WNTR" else "objectId"
            stamps = ["cutout_science", "cutout_template", "cutout_difference"] if survey == "WNTR" else [
                "cutoutScience", "cutoutTemplate", "cutoutDifference"]
            days = {"ZTF": 365, "TURBO": 365}.get(survey, 1000)
            seen = [{"$lt": [{"$subtract": ["$candidate.jd", "$$item.jd"]}, days]}, {"$lt": ["$$item.jd", "$candidate.jd"]}]
            if survey == "ZTF":
                seen.insert(0, {"$in": ["$$item.programid", permissions]})
            if survey in ("ZTF", "TURBO"):
                match = match | {"candidate.programid": {"$in": permissions}}
            view = {"cross_matches": {"$arrayElemAt": ["$aux.cross_matches", 0]},
                    "prv_candidates": {"$filter": {"input": {"$arrayElemAt": ["$aux.prv_candidates", 0]}, "as": "item",
                                                   "cond": {"$and": seen}}}}
            if survey == "ZTF":
                view["fp_hists"] = {"$filter": {"input": {"$arrayElemAt": ["$aux.fp_hists", 0]}, "as": "item", "cond": {
                    "$and": seen + [{"$eq": ["$$item.procstatus", "0"]}]}}}
            for field in ["schemavsn", "publisher", key, "candid", "candidate", "classifications", "coordinates"]:
                view[field] = 1
            return [{"$match": match}, {"$project": {field: 0 for field in stamps}},
                    {"$lookup": {"from": survey + "_reference", "localField": key, "foreignField": "_id", "as": "aux"}},
                    {"$project": view}]

        bright = {"$filter": {"input": {"$ifNull": ["$prv_candidates", []]}, "as": "c", "cond": {"$and": [
            {"$gt": ["$$c.magpsf", 0]}, {"$lt": ["$$c.magpsf", 19]}]}}}
        pipelines = [
            [{"$match": {}}],
            [{"$match": {"candidate.drb": {"$gt": 0.5}, "cross_matches.CLU_20190625.0": {"$exists": False}}},
             {"$addFields": {"annotations.author": "dd", "annotations.mean_rb": {"$avg": "$prv_candidates.rb"}}},
             {"$project": {"_id": 0, "candid": 1, "objectId": 1, "objectid": 1, "annotations": 1}}],
            [{"$match": {"$and": [{"candidate.isdiffpos": {"$in": ["1", "t", True]}}, {"candidate.magpsf": {"$lte": 20}}]}},
             {"$project": {"candid": 1, "bright": bright, "isTransient": {"$anyElementTrue": {"$map": {
                 "input": {"$ifNull": ["$prv_candidates", []]}, "as": "c", "in": {"$and": [
                     {"$gt": ["$$c.drb", 0.5]}, {"$gt": [{"$abs": {"$subtract": ["$candidate.jd", "$$c.jd"]}}, 0.02]}]}}}}}},
             {"$match": {"isTransient": True}}],
            [{"$unwind": "$prv_candidates"}, {"$match": {"prv_candidates.magpsf": {"$exists": True}}},
             {"$sort": {"candid": 1, "prv_candidates.jd": -1}},
             {"$group": {"_id": "$candid", "last": {"$first": "$prv_candidates.jd"}, "mags": {"$push": "$prv_candidates.magpsf"}}},
             {"$set": {"n": {"$size": "$mags"}}}, {"$match": {"n": {"$gte": 3}}}],
            [{"$match": {"fp_hists.snr": {"$gt": 5}}},
             {"$project": {"candid": 1, "n": {"$size": "$fp_hists"}, "good": {"$filter": {"input": "$fp_hists", "cond": {"$gt": ["$$this.snr", 5]}}},
                           "age": {"$subtract": ["$candidate.jd", "$candidate.jdstarthist"]}}}],
            [{"$project": {"candid": 1, "kind": {"$type": "$prv_candidates"}, "gaia": {"$size": {"$ifNull": ["$cross_matches.Gaia_EDR3", []]}},
                           "rock": {"$cond": [{"$and": [{"$gte": ["$candidate.ssdistnr", 0]}, {"$lt": ["$candidate.ssdistnr", 12]}]}, True, False]},
                           "drb": {"$ifNull": ["$candidate.drb", "$candidate.rb"]},
                           "jds": {"$concatArrays": [{"$ifNull": ["$prv_candidates.jd", []]}, ["$candidate.jd"]]}}},
             {"$facet": {"rocks": [{"$match": {"rock": True}}, {"$sort": {"candid": 1}}], "others": [{"$match": {"rock": False}}, {"$sort": {"candid": 1}}]}}],
        ]

        def ask(method, path, body):
            answer = requests.request(method, f"http://127.0.0.1:{port}{path}", headers={"Authorization": token}, data=json.dumps(body))
            return answer.status_code, answer.json()

        def plain(documents):
            return sorted(json.loads(json_util.dumps(documents)), key=lambda d: (d.get("candid") or 0, str(d.get("_id"))))

        number, compared, found = 0, 0, 0
        for survey in ["ZTF", "PGIR", "WNTR", "TURBO"]:
            catalog, key = survey + "_alerts", "objectid" if survey == "WNTR" else "objectId"
            some = sorted(database[catalog].distinct(key))[::3] + ["no such object"]
            for permissions in ([1], [1, 2, 3]):
                for pipeline in pipelines:
                    number += 1
                    # An array, Extended JSON or a Python literal.
                    given = [pipeline, json_util.dumps(pipeline), str(pipeline)][number % 3]
                    status, answer = ask("POST", "/api/filters", {
                        "filter_id": number, "group_id": 1, "catalog": catalog, "permissions": permissions, "pipeline": given})
                    # Some of them want what only some surveys' alerts have.
                    assert status == 200, (survey, pipeline, answer)
                    # What is stored is what Kowalski's own code makes of an array.
                    if not isinstance(given, str) or given == str(pipeline):
                        assert answer["data"]["pipeline"] == json_util.dumps(pipeline), answer
                    for body, match in [
                        ({"object_ids": some}, {key: {"$in": some}}),
                        ({"start_date": NIGHT, "end_date": NIGHT + 1}, {"candidate.jd": {"$gte": NIGHT, "$lte": NIGHT + 1}}),
                        ({"start_date": "2026-01-31T00:00:00", "end_date": "2026-01-31 12:00:00Z"},
                         {"candidate.jd": {"$gte": NIGHT, "$lte": NIGHT + 0.5}}),
                        ({"object_ids": some, "start_date": NIGHT + 0.5, "end_date": NIGHT + 400, "max_time_ms": 300000},
                         {key: {"$in": some}, "candidate.jd": {"$gte": NIGHT + 0.5, "$lte": NIGHT + 400}}),
                    ]:
                        stages = upstream(survey, permissions, match) + pipeline
                        expected = list(database[catalog].aggregate(stages))
                        status, answer = ask("POST", f"/api/filters/{number}/test", body)
                        assert status == 200 and answer["message"] == "filter test successful", answer
                        ours, theirs = plain(answer["data"]), plain(expected)
                        assert len(ours) == len(theirs), (survey, pipeline, body, len(ours), len(theirs))
                        for one, other in zip(ours, theirs):
                            fields = [field for field in one | other if one.get(field) != other.get(field)]
                            assert one == other, (survey, pipeline, body, fields, {
                                field: (str(one.get(field))[:300], str(other.get(field))[:300]) for field in fields})
                        compared += 1
                        found += len(expected)

        # What is stored has Kowalski's types.
        for document in database.filters.find():
            assert set(document) == {"_id", "filter_id", "group_id", "catalog", "permissions", "active", "autosave", "auto_followup",
                                     "update_annotations", "active_fid", "fv", "created_at", "last_modified"}, document
            types = {field: type(value).__name__ for field, value in document.items()}
            assert types == {"_id": "ObjectId", "filter_id": "int", "group_id": "int", "catalog": "str", "permissions": "list",
                             "active": "bool", "autosave": "bool", "auto_followup": "dict", "update_annotations": "bool",
                             "active_fid": "str", "fv": "list", "created_at": "datetime", "last_modified": "datetime"}, types
            version = document["fv"][0]
            assert {field: type(value).__name__ for field, value in version.items()} == {
                "fid": "str", "pipeline": "str", "created_at": "datetime"}, version
            assert document["active_fid"] == version["fid"] and all(type(p) is int for p in document["permissions"])
            assert isinstance(json_util.loads(version["pipeline"]), list)
        index = database.filters.index_information()["filter_id_group_id"]
        assert index["unique"] and index["key"] == [("filter_id", 1), ("group_id", 1)], index
        assert compared == 192 and found > 1000, (compared, found)

        # Texts as Python spells them.
        odd = [{"$set": {"text": "é \\U0001F52D \\u007f \\n\\t\\\\ \\" : , / \\u2028", "numbers": [
            0.1, 1e22, 1e-7, 1.0, -0.0, 123456789.125, 2475433850015010009, True, None, float("inf"), 1e16, 1e15, 5e-324],
            "list": [[], {}], "date": {"$date": "2026-01-31T00:00:00Z"}, "long": {"$numberLong": "5"}}}]
        for given in [odd, json_util.dumps(odd)]:
            status, answer = ask("POST", "/api/filters", {"filter_id": 1000, "group_id": 1, "catalog": "ZTF_alerts", "pipeline": given})
            assert status == 200, answer
            assert answer["data"]["pipeline"] == json_util.dumps(odd), answer["data"]["pipeline"]
        print("all is well")
        """
}
