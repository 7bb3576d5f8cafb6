import Documents
import Mongo
import Testing

extension Conformance {
    /// `kwargs`.
    @Suite struct KeywordTests {
        private func find(_ kwargs: String, filter: String = "{}", as user: String = "admin") async throws
            -> Reply
        {
            try await RunningAPI.current.ask(
                "find", #"{"catalog": "stars", "filter": \#(filter), "projection": {"_id": 1}}"#, kwargs,
                as: user)
        }

        private func numbers(_ reply: Reply) -> [Int64] { reply.documents.compactMap { $0.int64(at: "_id") } }

        @Test(
            arguments: [
                (#"{"sort": [["_id", 1]], "skip": 2, "limit": 3}"#, [2, 3, 4]),
                (#"{"sort": [["_id", -1]], "limit": 2}"#, [19, 18]),
                (#"{"sort": [["group", -1], ["_id", 1]], "limit": 6}"#, [3, 7, 11, 15, 19, 2]),
                (#"{"sort": {"group": -1, "_id": -1}, "limit": 2}"#, [19, 15]),
                (#"{"sort": [["$natural", 1]], "limit": 2}"#, [0, 1]),
                (#"{"sort": [["$natural", -1]], "limit": 2}"#, [19, 18]),
                (#"{"hint": "by_group", "limit": 3}"#, [0, 4, 8]),
                (#"{"hint": {"_id": 1}, "limit": 1}"#, [0]),
                (#"{"sort": [["_id", 1]], "limit": 1, "filter_first": true, "save": true, "_id": "x"}"#, [0]),
                (#"{"sort": [["_id", 1]], "limit": 1, "comment": "mine", "max_time_ms": 5000}"#, [0]),
                (#"{"sort": null, "skip": null, "limit": 2, "hint": null, "max_time_ms": null}"#, [0, 1]),
                (#"{"sort": [], "limit": 2.0}"#, [0, 1]),
                (#"{"skip": 100}"#, []),
            ] as [(String, [Int64])])
        func areHonouredByFind(kwargs: String, expected: [Int64]) async throws {
            let reply = try await find(kwargs)
            #expect(numbers(reply) == expected, "\(reply.text)")
        }

        @Test(arguments: [#"{"limit": 0}"#, "{}", "null"]) func noLimitIsAll(kwargs: String) async throws {
            #expect(numbers(try await find(kwargs)).count == 20)
        }

        @Test func mayBeMissing() async throws {
            let reply = try await RunningAPI.current.ask(
                #"{"query_type": "count_documents", "query": {"catalog": "stars", "filter": {}}}"#)
            #expect(reply.data == 20)
        }

        @Test func limitAndSkipBoundACountToo() async throws {
            let reply = try await RunningAPI.current.ask(
                "count_documents", #"{"catalog": "stars", "filter": {"group": 1}}"#,
                #"{"skip": 1, "limit": 3, "hint": "by_group"}"#)
            #expect(reply.data == 3)
        }

        /// No upper bound for the caller: what is too long is cut.
        @Test(arguments: [1_000, 300_000, 400_000, 3_600_000, 1_000_000_000, 9_007_199_254_740_993])
        func timeMayBeLong(milliseconds: Int64) async throws {
            for type in ["find", "count_documents"] {
                let reply = try await RunningAPI.current.ask(
                    type, #"{"catalog": "stars", "filter": {"_id": 1}}"#,
                    #"{"max_time_ms": \#(milliseconds)}"#)
                #expect(reply.status == 200, "\(reply.text)")
            }
        }

        @Test(arguments: ["0", "-1", "1.5", "\"1000\"", "true", "[]", "{}", "1e400", "NaN"])
        func timeMustBeAPositiveInteger(time: String) async throws {
            for type in ["find", "find_one", "count_documents", "info"] {
                let reply = try await RunningAPI.current.ask(
                    type, #"{"catalog": "stars", "filter": {}, "command": "db_info"}"#,
                    #"{"max_time_ms": \#(time)}"#)
                #expect(reply.isError(400, "ValueError: max_time_ms must be int >= 1"), "\(reply.text)")
            }
        }

        @Test func tooSlowAQueryIsAnErrorOfItsOwn() async throws {
            let product =
                #"{"$reduce": {"input": {"$range": [0, 3000000]}, "initialValue": 0, "in": "$$this"}}"#
            let reply = try await RunningAPI.current.ask(
                "aggregate", #"{"catalog": "stars", "pipeline": [{"$set": {"x": \#(product)}}]}"#,
                #"{"max_time_ms": 1}"#)
            #expect(reply.status == 400)
            #expect(reply.message == "ExecutionTimeout: operation exceeded time limit")
        }

        @Test(arguments: [
            (#"{"skip": -1}"#, "ValueError: skip must be int >= 0"),
            (#"{"skip": "1"}"#, "ValueError: skip must be int >= 0"),
            (#"{"skip": true}"#, "ValueError: skip must be int >= 0"),
            (#"{"limit": -5}"#, "ValueError: limit must be int >= 0"),
            (#"{"limit": 0.5}"#, "ValueError: limit must be int >= 0"),
            (#"{"limit": 1e300}"#, "ValueError: limit must be int >= 0"),
            (#"{"hint": 5}"#, "TypeError: hint must be the name of an index"),
            (#"{"hint": ["group", 1]}"#, "TypeError: hint must be the name of an index"),
            (#"{"sort": "group"}"#, "TypeError: sort must be a list of [field, 1 or -1]"),
            (#"{"sort": 1}"#, "TypeError: sort must be a list of [field, 1 or -1]"),
            (#"{"sort": ["group"]}"#, "ValueError: sort.0 must be [field, 1 or -1]"),
            (#"{"sort": ["group", 1]}"#, "ValueError: sort.0 must be [field, 1 or -1]"),
            (#"{"sort": [["group", 2]]}"#, "ValueError: sort.0 must be [field, 1 or -1]"),
            (#"{"sort": [["_id", 1], ["group"]]}"#, "ValueError: sort.1 must be [field, 1 or -1]"),
            (#"{"sort": [[1, 1]]}"#, "ValueError: sort.0 must be [field, 1 or -1]"),
            (#"{"allowDiskUse": 1}"#, "TypeError: allowDiskUse must be a bool"),
        ]) func wrongOnesAreNamed(kwargs: String, message: String) async throws {
            let reply = try await find(kwargs)
            #expect(reply.isError(400, message), "\(reply.text)")
        }

        @Test(arguments: ["[]", "5", "\"x\"", "true"]) func mustBeAnObject(kwargs: String) async throws {
            #expect(try await find(kwargs).isError(400, "TypeError: kwargs must be an object"))
        }

        @Test(arguments: [
            #"{"hint": "no such index"}"#, #"{"sort": {"a": "x"}}"#, #"{"sort": {"": 1}}"#,
            #"{"hint": {"nothing": 1}}"#, #"{"sort": [["$group", 1]]}"#,
        ]) func whatTheDatabaseRefusesIs400(kwargs: String) async throws {
            let reply = try await find(kwargs)
            #expect(reply.status == 400, "\(reply.text)")
            #expect(reply.message?.hasPrefix("OperationFailure: ") == true, "\(reply.text)")
        }

        /// Every operation carries the caller's name, whatever the caller says.
        @Test func callersNameIsTheComment() async throws {
            let api = try RunningAPI.current
            try await api.add("commenter", programs: [1])
            // The profiler of this database alone, and of it only what has one of the comments.
            let either: Document = ["command.comment": ["$in": ["commenter", "comment of find"]]]
            _ = try await api.database.run(command: ["profile": 1, "filter": .document(either)])
            let kwargs = #"{"comment": "comment of find"}"#
            _ = try await find(kwargs, as: "commenter")
            let count = #"{"catalog": "stars", "filter": {}}"#
            _ = try await api.ask("count_documents", count, kwargs, as: "commenter")
            _ = try await api.ask("estimated_document_count", count, kwargs, as: "commenter")
            _ = try await api.database.run(command: ["profile": 0])
            let kept =
                try await api.database.find("system.profile", options: FindOptions(sort: ["ts": 1]))
                .nextBatch() ?? []
            let comments = kept.compactMap { $0.string(at: "command.comment") }
            #expect(comments.filter { $0 == "commenter" }.count == 3)
            #expect(!comments.contains("comment of find"))
        }
    }
}
