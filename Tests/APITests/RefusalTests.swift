import Documents
import Testing

extension Conformance {
    /// Queries that are not run.
    @Suite struct RefusalTests {
        @Test(arguments: [
            ("", "JSONDecodeError: Expecting value: line 1 column 1 (char 0)"),
            (
                "{",
                "JSONDecodeError: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"
            ),
            ("[]", "TypeError: the body must be a JSON object"),
            ("5", "TypeError: the body must be a JSON object"),
            ("null", "TypeError: the body must be a JSON object"),
            ("{}", "KeyError: 'query_type'"),
            (#"{"query_type": "find"}"#, "KeyError: 'query'"),
            (#"{"query_type": "find", "query": null}"#, "TypeError: query must be an object"),
            (#"{"query_type": "find", "query": []}"#, "TypeError: query must be an object"),
            (#"{"query_type": "find", "query": "{}"}"#, "TypeError: query must be an object"),
            (#"{"query_type": "find", "query": {}}"#, "KeyError: 'catalog'"),
            (#"{"query_type": "find", "query": {"catalog": "stars"}}"#, "KeyError: 'filter'"),
            (#"{"query_type": "find_one", "query": {"catalog": "stars"}}"#, "KeyError: 'filter'"),
            (#"{"query_type": "count_documents", "query": {"catalog": "stars"}}"#, "KeyError: 'filter'"),
            (#"{"query_type": "aggregate", "query": {"catalog": "stars"}}"#, "KeyError: 'pipeline'"),
            (#"{"query_type": "estimated_document_count", "query": {}}"#, "KeyError: 'catalog'"),
            (#"{"query_type": "info", "query": {}}"#, "KeyError: 'command'"),
            (#"{"query_type": "info", "query": {"command": "catalog_info"}}"#, "KeyError: 'catalog'"),
            (#"{"query_type": "info", "query": {"command": "index_info"}}"#, "KeyError: 'catalog'"),
            (
                #"{"query_type": "info", "query": {"command": "users"}}"#,
                "KeyError: \"command users not in ('catalog_names', 'catalog_info', 'index_info', 'db_info')\""
            ),
            (
                #"{"query_type": "info", "query": {"command": null}}"#,
                "KeyError: \"command None not in ('catalog_names', 'catalog_info', 'index_info', 'db_info')\""
            ),
        ]) func sayWhatIsWrong(body: String, message: String) async throws {
            let reply = try await RunningAPI.current.ask(body)
            #expect(reply.isError(400, message), "\(reply.text)")
        }

        @Test(arguments: [("\"FIND\"", "FIND"), ("\"\"", ""), ("5", "5"), ("null", "None")])
        func unknownTypesAreNamed(type: String, shown: String) async throws {
            let reply = try await RunningAPI.current.ask(#"{"query_type": \#(type), "query": {}}"#)
            let types =
                "('cone_search', 'count_documents', 'estimated_document_count', 'find', 'find_one', 'aggregate', "
                + "'info', 'near', 'drop', 'skymap')"
            #expect(reply.isError(400, "KeyError: \"query_type \(shown) not in \(types)\""), "\(reply.text)")
        }

        /// Every field with values of the wrong types; nothing but a 400 may come.
        @Test(arguments: ["null", "true", "5", "1.5", "\"x\"", "[]", "[1]", "{}", "{\"$oid\": \"x\"}"])
        func wrongTypesAre400(value: String) async throws {
            let api = try RunningAPI.current
            let isObject = value == "{}"
            for type in ["find", "find_one", "count_documents"] {
                let filter = try await api.ask(type, #"{"catalog": "stars", "filter": \#(value)}"#)
                #expect(filter.status == (isObject ? 200 : 400), "\(filter.text)")
                let catalog = try await api.ask(type, #"{"catalog": \#(value), "filter": {}}"#)
                #expect(catalog.status == (value == "\"x\"" ? 200 : 400), "\(catalog.text)")
            }
            let projection = try await api.ask(
                "find", #"{"catalog": "stars", "filter": {"_id": 1}, "projection": \#(value)}"#)
            #expect(projection.status == (isObject || value == "null" ? 200 : 400), "\(projection.text)")
            let pipeline = try await api.ask("aggregate", #"{"catalog": "stars", "pipeline": \#(value)}"#)
            #expect(pipeline.status == 400, "\(pipeline.text)")
            for stage in ["$match", "$group", "$facet", "$lookup", "$geoNear", "$project"] {
                let reply = try await api.ask(
                    "aggregate", #"{"catalog": "stars", "pipeline": [{"\#(stage)": \#(value)}]}"#)
                #expect(
                    reply.status == (isObject && stage == "$match" ? 200 : 400), "\(stage): \(reply.text)")
            }
        }

        @Test(arguments: [
            ("find", #""filter": 5"#, "ValueError: Unsupported filter specification"),
            ("find", #""filter": {}, "projection": 5"#, "ValueError: Unsupported projection specification"),
            ("aggregate", #""pipeline": {}"#, "ValueError: Unsupported pipeline specification"),
            ("aggregate", #""pipeline": [5]"#, "ValueError: pipeline.0 must be an object that names a stage"),
            (
                "aggregate", #""pipeline": [{"$match": {}}, {}]"#,
                "ValueError: pipeline.1 must be an object that names a stage"
            ),
            (
                "aggregate", #""pipeline": [{"$limit": 1, "$skip": 1}]"#,
                "ValueError: pipeline.0 must have exactly one stage"
            ),
        ]) func specificationsAreNamed(type: String, fields: String, message: String) async throws {
            let reply = try await RunningAPI.current.ask(type, #"{"catalog": "stars", \#(fields)}"#)
            #expect(reply.isError(400, message), "\(reply.text)")
        }

        private static func validation(_ reason: String) -> String {
            "ValidationError: 1 validation error for Query\n__root__\n  \(reason) (type=value_error)"
        }

        @Test func emptyPipelineIsRefused() async throws {
            let reply = try await RunningAPI.current.ask(
                "aggregate", #"{"catalog": "stars", "pipeline": []}"#)
            #expect(reply.isError(400, Self.validation("Pipeline must contain at least one stage")))
        }

        @Test(arguments: ["users", "filters", "queries", " users", "users\\n", "\\tfilters ", "rejected"])
        func protectedCataloguesAreForAdmins(catalog: String) async throws {
            let api = try RunningAPI.current
            let queries = [
                ("find", #""filter": {}"#), ("find_one", #""filter": {}"#),
                ("count_documents", #""filter": {}"#),
                ("estimated_document_count", #""x": 1"#), ("aggregate", #""pipeline": [{"$limit": 1}]"#),
                ("info", #""command": "catalog_info""#), ("info", #""command": "index_info""#),
            ]
            for (type, fields) in queries {
                let query = #"{"catalog": "\#(catalog)", \#(fields)}"#
                for user in ["reader", "partner"] {
                    let reply = try await api.ask(type, query, as: user)
                    #expect(reply.isError(400, Self.validation("Protected collection")), "\(reply.text)")
                }
                for user in ["admin", "second admin"] {
                    #expect(try await api.ask(type, query, as: user).status == 200)
                }
            }
        }

        /// The server's own collections are nobody's, and names with a meaning of their own are no catalogues.
        @Test(arguments: [
            "system.views", "system.profile", " system.js", "$cmd", "stars.$x", "", "  ", "a\\u0000b",
        ]) func namesOfTheServerAreRefused(catalog: String) async throws {
            for user in ["admin", "reader"] {
                let reply = try await RunningAPI.current.ask(
                    "find", #"{"catalog": "\#(catalog)", "filter": {}}"#, as: user)
                #expect(reply.status == 400, "\(reply.text)")
            }
        }

        /// Another database's name before a dot is only a part of a name in this one.
        @Test(arguments: ["admin.system.users", "local.oplog.rs", "kowalski.users", "users.", ".users"])
        func databasesCannotBeNamed(catalog: String) async throws {
            let reply = try await RunningAPI.current.ask(
                "find", #"{"catalog": "\#(catalog)", "filter": {}}"#, as: "reader")
            #expect(reply.status == 400 || reply.data == [], "\(reply.text)")
        }

        @Test(arguments: [
            #"{"$out": "stars2"}"#, #"{"$merge": {"into": "stars2"}}"#,
            #"{"$unionWith": {"coll": "users", "pipeline": []}}"#, #"{"$unionWith": "users"}"#,
            #"{"$collStats": {}}"#, #"{"$indexStats": {}}"#, #"{"$currentOp": {}}"#,
            #"{"$listSessions": {}}"#,
            #"{"$listLocalSessions": {}}"#, #"{"$planCacheStats": {}}"#, #"{"$changeStream": {}}"#,
            #"{"$documents": []}"#, #"{"$search": {}}"#, #"{"$listSearchIndexes": {}}"#,
            #"{"$_internalInhibitOptimization": {}}"#, #"{"$mergeCursors": {}}"#, #"{"$nothing": {}}"#,
            #"{"$facet": {"a": [{"$limit": 1}, {"$unionWith": "users"}]}}"#,
            #"{"$facet": {"a": [{"$out": "stars2"}]}}"#,
            #"{"$facet": {"a": [{"$facet": {"b": [{"$merge": "stars2"}]}}]}}"#, #"{"match": {}}"#,
        ]) func forbiddenStagesAreNamedForEverybody(stage: String) async throws {
            for user in ["admin", "reader"] {
                for pipeline in ["[\(stage)]", #"[{"$match": {}}, \#(stage)]"#] {
                    let reply = try await RunningAPI.current.ask(
                        "aggregate", #"{"catalog": "stars", "pipeline": \#(pipeline)}"#, as: user)
                    #expect(reply.status == 400)
                    let names = ["$out", "$merge", "$unionWith"].filter { stage.contains("\"\($0)\"") }
                    let name = names.first ?? String(stage.dropFirst(2).prefix { $0 != "\"" })
                    let message = Self.validation("Pipeline uses forbidden stages: {'\(name)'}")
                    #expect(reply.message == message, "\(reply.text)")
                }
            }
            let names = try await RunningAPI.current.ask("info", #"{"command": "catalog_names"}"#)
            #expect(!names.text.contains("stars2"))
        }

        @Test(arguments: [
            #"{"$lookup": {"from": "users", "pipeline": [], "as": "x"}}"#,
            #"{"$lookup": {"from": " filters\t", "pipeline": [], "as": "x"}}"#,
            #"{"$lookup": {"from": "users", "localField": "_id", "foreignField": "_id", "as": "x"}}"#,
            #"{"$lookup": {"from": "stars", "pipeline": [{"$lookup": {"from": "queries", "pipeline": [], "as": "x"}}], "as": "x"}}"#,
            #"{"$graphLookup": {"from": "users", "startWith": 1, "connectFromField": "_id", "connectToField": "_id", "as": "x"}}"#,
            #"{"$facet": {"a": [{"$lookup": {"from": "users", "pipeline": [], "as": "x"}}]}}"#,
            #"{"$lookup": {"from": "ZTF_alerts_aux_recent", "pipeline": [], "as": "x"}}"#,
            #"{"$lookup": {"from": "ZTF_alerts_aux_older", "pipeline": [], "as": "x"}}"#,
            #"{"$lookup": {"from": "filter_hits", "pipeline": [], "as": "x"}}"#,
            #"{"$lookup": {"from": "deliveries", "pipeline": [], "as": "x"}}"#,
            #"{"$lookup": {"from": "login_attempts", "pipeline": [], "as": "x"}}"#,
            #"{"$lookup": {"from": "schema_changes", "pipeline": [], "as": "x"}}"#,
        ]) func joinsReachNoProtectedCollection(stage: String) async throws {
            let api = try RunningAPI.current
            let query = #"{"catalog": "stars", "pipeline": [\#(stage)]}"#
            let reply = try await api.ask("aggregate", query, as: "reader")
            #expect(reply.isError(400, Self.validation("Protected collection")), "\(reply.text)")
            #expect(try await api.ask("aggregate", query).status == 200)
        }

        /// Not even for admins: collections of the server, other databases, writing.
        @Test(arguments: [
            #"{"$lookup": {"from": "system.profile", "pipeline": [], "as": "x"}}"#,
            #"{"$lookup": {"from": {"db": "local", "coll": "oplog.rs"}, "pipeline": [], "as": "x"}}"#,
            #"{"$lookup": {"from": ["users"], "pipeline": [], "as": "x"}}"#,
            #"{"$lookup": {"pipeline": [{"$documents": []}], "as": "x"}}"#,
            #"{"$lookup": {"from": "stars", "pipeline": [{"$out": "stars2"}], "as": "x"}}"#,
            #"{"$lookup": {"from": "stars", "pipeline": [{"$unionWith": "users"}], "as": "x"}}"#,
            #"{"$lookup": {"from": "stars", "pipeline": [{"$lookup": {"from": {"db": "local", "coll": "oplog.rs"}, "pipeline": [], "as": "x"}}], "as": "x"}}"#,
            #"{"$lookup": {"from": "stars", "pipeline": {"0": {"$unionWith": "users"}}, "as": "x"}}"#,
            #"{"$facet": {"a": {"0": {"$unionWith": "users"}}}}"#,
            #"{"$graphLookup": {"from": {"db": "local", "coll": "oplog.rs"}, "startWith": 1, "connectFromField": "_id", "connectToField": "_id", "as": "x"}}"#,
            #"{"$lookup": {"from": "stars", "pipeline": [{"$match": {"$expr": {"$function": {}}}}], "as": "x"}}"#,
        ]) func someJoinsAreForNobody(stage: String) async throws {
            let reply = try await RunningAPI.current.ask(
                "aggregate", #"{"catalog": "stars", "pipeline": [\#(stage)]}"#)
            #expect(reply.status == 400, "\(reply.text)")
            #expect(reply.message?.hasPrefix("OperationFailure") == false, "\(reply.text)")
        }

        @Test(arguments: ["admin", "reader"]) func usersMayJoin(user: String) async throws {
            let reply = try await RunningAPI.current.ask(
                "aggregate",
                #"""
                {"catalog": "stars", "pipeline": [{"$match": {"_id": 1}}, {"$lookup": {"from": "stars", "as": "same",
                 "localField": "group", "foreignField": "group", "pipeline": [{"$count": "n"}]}}]}
                """#, as: user)
            #expect(reply.documents.first?["same"] == [["n": 5]])
        }

        /// What the database refuses is the caller's mistake, and its words are shown.
        @Test(arguments: [
            ("find", #""filter": {"$and": 1}"#), ("find", #""filter": {}, "projection": {"a": 1, "b": 0}"#),
            ("count_documents", #""filter": {"a": {"$in": 5}}"#),
            ("find", #""filter": {"a": {"$regex": "("}}"#),
            ("aggregate", #""pipeline": [{"$group": {}}]"#), ("aggregate", #""pipeline": [{"$limit": -1}]"#),
            ("aggregate", #""pipeline": [{"$project": {"x": {"$divide": ["$_id", 0]}}}]"#),
            (
                "aggregate",
                #""pipeline": [{"$match": {}}, {"$geoNear": {"near": [0, 0], "distanceField": "d"}}]"#
            ),
        ]) func databasesErrorsAreShown(type: String, fields: String) async throws {
            let reply = try await RunningAPI.current.ask(type, #"{"catalog": "stars", \#(fields)}"#)
            #expect(reply.status == 400)
            #expect(reply.message?.hasPrefix("OperationFailure: ") == true, "\(reply.text)")
        }

        /// As deep as JSON may be; neither stack nor time runs out.
        @Test func deepBodiesAreRefusedQuickly() async throws {
            let api = try RunningAPI.current
            let deep = String(repeating: "[", count: 100_000)
            #expect(try await api.ask(#"{"query_type": "find", "query": \#(deep)"#).status == 400)
            let filter = String(repeating: #"{"$and":[{"$or":["#, count: 45)
            let padding = #"{"a": "\#(String(repeating: "x", count: 900_000))"}"#
            let closing = String(repeating: "]}]}", count: 45)
            let nested = try await api.ask(
                "find", #"{"catalog": "stars", "filter": \#(filter)\#(padding)\#(closing)}"#)
            #expect(nested.status == 200 || nested.status == 400)
            let opening = String(repeating: #"{"$facet": {"a": ["#, count: 60)
            let ending = String(repeating: "]}}", count: 60)
            let facets = try await api.ask(
                "aggregate",
                #"{"catalog": "stars", "pipeline": [\#(opening){"$match": \#(padding)}\#(ending)]}"#)
            #expect(facets.status == 400)
        }

        @Test func manyValuesAreFound() async throws {
            let list = (0..<100_000).map { String($0 * 2) }.joined(separator: ",")
            let reply = try await RunningAPI.current.ask(
                "count_documents", #"{"catalog": "stars", "filter": {"_id": {"$in": [\#(list)]}}}"#)
            #expect(reply.data == 10)
        }
    }
}
