import Documents
import Mongo
import Testing

extension Conformance {
    /// How values come out, and how they are understood going in.
    @Suite struct EncodingTests {
        /// MongoDB Extended JSON v2, relaxed (the specification's table of conversions).
        @Test(arguments: [
            (#""_id""#, #"{"$oid":"0123456789abcdef01234567"}"#),
            (#""time""#, #"{"$date":"2020-01-02T03:04:05.678Z"}"#),
            (#""late""#, #"{"$date":{"$numberLong":"253402300800000"}}"#),
            (#""early""#, #"{"$date":{"$numberLong":"-1"}}"#),
            (#""binary""#, #"{"$binary":{"base64":"AQID","subType":"00"}}"#),
            (#""uuid""#, #"{"$binary":{"base64":"AAECAwQFBgcICQoLDA0ODw==","subType":"04"}}"#),
            (#""nan""#, #"{"$numberDouble":"NaN"}"#), (#""infinity""#, #"{"$numberDouble":"Infinity"}"#),
            (#""minus""#, #"{"$numberDouble":"-Infinity"}"#), (#""candid""#, "1127561445515015011"),
            (#""int32""#, "-7"), (#""one""#, "1.0"), (#""zero""#, "-0.0"), (#""null""#, "null"),
            (#""yes""#, "true"),
            (#""expression""#, #"{"$regularExpression":{"pattern":"^ZTF","options":"i"}}"#),
            (#""timestamp""#, #"{"$timestamp":{"t":5,"i":6}}"#), (#""code""#, #"{"$code":"1"}"#),
            (#""least""#, #"{"$minKey":1}"#), (#""most""#, #"{"$maxKey":1}"#),
            (#""list""#, #"[1,[],{"a":null}]"#),
        ]) func isRelaxedExtendedJSON(key: String, json: String) async throws {
            let api = try RunningAPI.current
            for type in ["find", "find_one"] {
                let reply = try await api.ask(
                    type, #"{"catalog": "values", "filter": {}, "projection": {\#(key): 1}}"#)
                #expect(reply.text.contains("\(key):\(json)"), "\(reply.text)")
            }
            let pipeline = #"[{"$project": {\#(key): 1}}]"#
            let reply = try await api.ask("aggregate", #"{"catalog": "values", "pipeline": \#(pipeline)}"#)
            #expect(reply.text.contains("\(key):\(json)"), "\(reply.text)")
        }

        /// Kowalski takes these literally and finds nothing; ours are the types that they spell.
        @Test(arguments: [
            #"{"_id": {"$oid": "0123456789abcdef01234567"}}"#,
            #"{"time": {"$date": "2020-01-02T03:04:05.678Z"}}"#,
            #"{"time": {"$date": {"$numberLong": "1577934245678"}}}"#,
            #"{"time": {"$gt": {"$date": "2020-01-02T03:04:05.677Z"}, "$lt": {"$date": "2020-01-03T00:00:00Z"}}}"#,
            #"{"binary": {"$binary": {"base64": "AQID", "subType": "00"}}}"#,
            #"{"candid": 1127561445515015011}"#, #"{"candid": {"$numberLong": "1127561445515015011"}}"#,
            #"{"candid": {"$in": [1127561445515015011]}}"#, #"{"nan": {"$numberDouble": "NaN"}}"#,
            #"{"nan": NaN}"#,
            #"{"infinity": Infinity}"#, #"{"one": 1}"#, #"{"int32": -7.0}"#, #"{"text": {"$regex": "^é"}}"#,
            #"{"text": {"$regex": "QUOTED", "$options": "i"}}"#, #"{"list.2.a": null}"#,
            #"{"$expr": {"$eq": ["$candid", {"$toLong": "1127561445515015011"}]}}"#,
            #"{"text": {"$type": "string"}}"#,
        ]) func isUnderstoodInRequests(filter: String) async throws {
            let reply = try await RunningAPI.current.ask(
                "count_documents", #"{"catalog": "values", "filter": \#(filter)}"#)
            #expect(reply.data == 1, "\(reply.text)")
        }

        @Test(arguments: [#"{"candid": 1127561445515015012}"#, #"{"candid": 1127561445515015010}"#])
        func neighbouringIntegersAreTwo(filter: String) async throws {
            let reply = try await RunningAPI.current.ask(
                "count_documents", #"{"catalog": "values", "filter": \#(filter)}"#)
            #expect(reply.data == 0, "\(reply.text)")
        }

        @Test(arguments: [
            #"{"_id": {"$oid": "xyz"}}"#, #"{"time": {"$date": "yesterday"}}"#,
            #"{"n": 99999999999999999999}"#,
            #"{"a\u0000b": 1}"#,
        ]) func faultyWrappersAre400(filter: String) async throws {
            let reply = try await RunningAPI.current.ask(
                "find", #"{"catalog": "values", "filter": \#(filter)}"#)
            #expect(reply.status == 400)
            #expect(reply.message?.hasPrefix("OperationFailure") == false, "\(reply.text)")
        }

        /// PyMongo stores documents of mixed types, some of them large, and judges what the API makes of them: the same
        /// JSON values as `json_util.dumps` writes, and by `json_util.loads` the same documents again.
        @Test func largeResultsAreWhatPyMongoWrites() async throws {
            let api = try RunningAPI.current
            let arguments = [try TestEnvironment.mongodb, api.database.name]
            #expect(try await python(Self.store, arguments) == "200\n")
            let query = #"{"catalog": "mixed", "filter": {}}"#
            let reply = try await api.ask("find", query, #"{"sort": [["_id", 1]]}"#)
            // More than goes out in one piece.
            #expect(reply.text.utf8.count > 4_000_000)
            #expect(try await python(Self.judge, arguments, input: reply.text) == "same\n")
            let pipeline = #"{"catalog": "mixed", "pipeline": [{"$sort": {"_id": 1}}]}"#
            #expect(try await api.ask("aggregate", pipeline).text == reply.text)
        }

        private static let store = """
            import datetime, random, struct, sys, uuid
            import bson, pymongo
            from bson import Binary, Code, Decimal128, Int64, MaxKey, MinKey, ObjectId, Regex, Timestamp, DBRef

            random.seed(20260101)
            utc = datetime.timezone.utc

            def number():
                while True:
                    value = struct.unpack("<d", random.randbytes(8))[0]
                    if value == value:
                        return value

            makers = [
                lambda: random.randint(-2**31, 2**31 - 1), lambda: Int64(random.randint(-2**63, 2**63 - 1)), number,
                lambda: random.choice([float("nan"), float("inf"), -float("inf"), 0.0, -0.0, 1.0, 5e-324, 1e16, 1e-5]),
                lambda: round(random.uniform(-360, 360), random.randint(0, 12)), lambda: ObjectId(random.randbytes(12)),
                lambda: datetime.datetime(1970, 1, 1, tzinfo=utc) + datetime.timedelta(milliseconds=random.randint(-10**13, 10**14)),
                lambda: random.randbytes(random.randint(0, 40)), lambda: Binary(random.randbytes(5), random.choice([0, 5, 128])),
                lambda: Binary.from_uuid(uuid.UUID(bytes=random.randbytes(16))), lambda: None, lambda: random.random() < 0.5,
                lambda: "".join(chr(random.choice([*range(1, 0x180), 0x2028, 0x1F52D])) for _ in range(random.randint(0, 30))),
                lambda: Regex("^a/b" + chr(34), random.choice([0, 2, 10])), lambda: Timestamp(random.randint(0, 2**32 - 1), 7),
                lambda: Decimal128(random.choice(["1.5E-300", "NaN", "-Infinity", "12345678901234567890.1", "0E+3"])),
                lambda: random.choice([MinKey(), MaxKey()]), lambda: Code("x"), lambda: Code("x", {"y": Int64(1)}),
                lambda: DBRef("stars", 5),
            ]

            def value(depth):
                kind = random.random()
                if depth > 0 and kind < 0.15:
                    return {random.choice(["a", "b.c", "$d", "é", "", chr(34)]) + str(i): value(depth - 1) for i in range(random.randint(0, 5))}
                if depth > 0 and kind < 0.3:
                    return [value(depth - 1) for _ in range(random.randint(0, 5))]
                return random.choice(makers)()

            documents = []
            for i in range(200):
                document = {"_id": i, **{f"field{j}": value(4) for j in range(20)}}
                document["stamp"] = random.randbytes(60000 if i % 3 == 0 else 100)
                documents.append(document)
            client = pymongo.MongoClient(sys.argv[1], tz_aware=True)
            print(len(client[sys.argv[2]]["mixed"].insert_many(documents).inserted_ids))
            """

        private static let judge = """
            import json, sys
            import bson, pymongo
            from bson import json_util

            stored = list(pymongo.MongoClient(sys.argv[1], tz_aware=True, datetime_conversion="DATETIME_AUTO")[sys.argv[2]]["mixed"].find().sort("_id"))
            text = sys.stdin.read()
            ours, theirs = json.loads(text)["data"], json.loads(json_util.dumps(stored))
            for index, (one, other) in enumerate(zip(ours, theirs, strict=True)):
                # repr tells 1 from 1.0 and 0.0 from -0.0.
                for key in other:
                    assert repr(one[key]) == repr(other[key]), (index, key, one[key], other[key])
                assert list(one) == list(other), index
            # By its own reader it becomes the same documents, apart from widths of integers, which relaxed JSON drops.
            again, expected = json_util.loads(text)["data"], json_util.loads(json_util.dumps(stored))
            for one, other in zip(again, expected, strict=True):
                assert bson.encode(one) == bson.encode(other), other["_id"]
            print("same")
            """
    }
}
