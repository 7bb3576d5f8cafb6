import Documents
import HTTP
import Mongo
import Testing

extension Conformance {
    /// `POST /api/queries`: what each query type answers.
    @Suite struct QueryTests {
        private static let message = "Successfully executed query"

        private func numbers(_ reply: Reply) -> [Int64] { reply.documents.compactMap { $0.int64(at: "_id") } }

        @Test func findGivesDocumentsInTheEnvelope() async throws {
            let reply = try await RunningAPI.current.ask(
                "find", #"{"catalog": "stars", "filter": {"_id": {"$lt": 2}}, "projection": {"group": 1}}"#,
                #"{"sort": [["_id", 1]]}"#)
            #expect(reply.status == 200)
            #expect(reply.type == "application/json; charset=utf-8")
            #expect(
                reply.text
                    == #"{"status":"success","message":"Successfully executed query","#
                    + #""data":[{"_id":0,"group":0},{"_id":1,"group":1}]}"#)
        }

        @Test func findWithoutResultIsAnEmptyArray() async throws {
            let reply = try await RunningAPI.current.ask(
                "find", #"{"catalog": "stars", "filter": {"_id": -1}}"#)
            #expect(reply.data == [])
            // So is a catalogue that does not exist.
            let nowhere = try await RunningAPI.current.ask("find", #"{"catalog": "nowhere", "filter": {}}"#)
            #expect(nowhere.data == [])
        }

        @Test(arguments: ["null", "{}"]) func emptyProjectionIsTheWholeDocument(projection: String)
            async throws
        {
            let reply = try await RunningAPI.current.ask(
                "find", #"{"catalog": " stars\n", "filter": {"_id": 3}, "projection": \#(projection)}"#)
            #expect(reply.documents == [["_id": 3, "group": 3, "name": "star 3"]])
        }

        /// As Python literals, which older clients send.
        @Test func specificationsMayBeTexts() async throws {
            let api = try RunningAPI.current
            let query =
                #"{"catalog": "stars", "filter": "{'_id': {'$in': (1, 2)}, 'x': None}", "projection": "{'_id': 1}"}"#
            #expect(try await api.ask("find", query).data == [["_id": 1], ["_id": 2]])
            #expect(try await api.ask("count_documents", #"{"catalog": "stars", "filter": "{}"}"#).data == 20)
            let pipeline =
                #"{"catalog": "stars", "pipeline": "[{'$match': {'_id': 5}}, {'$project': {'group': True}},]"}"#
            #expect(try await api.ask("aggregate", pipeline).data == [["_id": 5, "group": 1]])
            let json = try await api.ask("find", #"{"catalog": "stars", "filter": "{\"a\": true}"}"#)
            #expect(json.isError(400, "ValueError: malformed node or string: filter is no Python literal"))
            let number = try await api.ask("find", #"{"catalog": "stars", "filter": "5"}"#)
            #expect(number.isError(400, "ValueError: Unsupported filter specification"))
            // Rules hold for them, too.
            let script = try await api.ask("find", #"{"catalog": "stars", "filter": "{'$where': '1'}"}"#)
            #expect(script.isError(400, "ValueError: filter uses $where, which is not allowed"))
        }

        @Test func findOneGivesOneDocument() async throws {
            let reply = try await RunningAPI.current.ask(
                "find_one", #"{"catalog": "stars", "filter": {"_id": 3}}"#)
            #expect(reply.body?.keys == ["status", "message", "data"])
            #expect(reply.message == Self.message)
            #expect(reply.data == ["_id": 3, "group": 3, "name": "star 3"])
        }

        @Test func findOneWithoutResultHasNoData() async throws {
            let reply = try await RunningAPI.current.ask(
                "find_one", #"{"catalog": "stars", "filter": {"_id": -1}}"#)
            #expect(reply.status == 200)
            #expect(reply.text == #"{"status":"success","message":"Successfully executed query"}"#)
        }

        @Test func findOneHonoursProjectionSortAndSkip() async throws {
            let reply = try await RunningAPI.current.ask(
                "find_one",
                #"{"catalog": "stars", "filter": {"group": 1}, "projection": {"_id": 1}}"#,
                #"{"sort": [["_id", -1]], "skip": 1}"#)
            #expect(reply.data == ["_id": 13])
        }

        @Test func countIsANumber() async throws {
            let api = try RunningAPI.current
            let reply = try await api.ask("count_documents", #"{"catalog": "stars", "filter": {"group": 1}}"#)
            #expect(
                reply.text == #"{"status":"success","message":"Successfully executed query","data":5}"#)
            let all = try await api.ask("count_documents", #"{"catalog": "stars", "filter": {}}"#)
            #expect(all.data == 20)
            let none = try await api.ask("count_documents", #"{"catalog": "nowhere", "filter": {"a": 1}}"#)
            #expect(none.data == 0)
        }

        @Test func estimateIsANumber() async throws {
            let api = try RunningAPI.current
            #expect(try await api.ask("estimated_document_count", #"{"catalog": "stars"}"#).data == 20)
            #expect(try await api.ask("estimated_document_count", #"{"catalog": "nowhere"}"#).data == 0)
        }

        @Test func aggregateGivesDocuments() async throws {
            let reply = try await RunningAPI.current.ask(
                "aggregate",
                #"""
                {"catalog": "stars", "pipeline": [{"$match": {"_id": {"$gte": 10}}},
                 {"$group": {"_id": "$group", "n": {"$sum": 1}}}, {"$sort": {"_id": 1}}]}
                """#, #"{"allowDiskUse": false, "batchSize": 1}"#)
            #expect(
                reply.documents == [
                    ["_id": 0, "n": 2], ["_id": 1, "n": 2], ["_id": 2, "n": 3], ["_id": 3, "n": 3],
                ])
        }

        @Test func catalogNamesAreSortedDownwardsWithoutProtectedOnes() async throws {
            let api = try RunningAPI.current
            for user in ["admin", "reader"] {
                let reply = try await api.ask("info", #"{"command": "catalog_names"}"#, as: user)
                #expect(reply.message == Self.message)
                let names = reply.data?.list?.compactMap(\.string) ?? []
                #expect(names == names.sorted(by: >))
                #expect(
                    names.contains("empty") && names.contains("ZTF_alerts_aux") && names.contains("stars"))
                #expect(Set(names).isDisjoint(with: ["users", "filters", "queries", "rejected"]))
            }
        }

        @Test func informsAboutCatalogues() async throws {
            let api = try RunningAPI.current
            let stats = try await api.ask("info", #"{"command": "catalog_info", "catalog": "stars"}"#)
            #expect(stats.data?.document?.int64(at: "count") == 20)
            #expect(stats.data?.document?.int64(at: "nindexes") == 2)
            let database = try await api.ask("info", #"{"command": "db_info"}"#)
            #expect(database.data?.document?.string(at: "db") == api.database.name)
            let indexes = try await api.ask("info", #"{"command": "index_info", "catalog": "stars"}"#)
            #expect(
                indexes.data == [
                    "_id_": ["v": 2, "key": [["_id", 1]]], "by_group": ["v": 2, "key": [["group", 1]]],
                ])
            // As PyMongo's index_information has it.
            #expect(
                try await api.ask("info", #"{"command": "index_info", "catalog": "nowhere"}"#).data == [:])
        }

        @Test func contentTypeDoesNotMatterAndFormsAreNoJSON() async throws {
            let api = try RunningAPI.current
            let token = try RunningAPI.token("admin")
            let query = #"{"query_type": "estimated_document_count", "query": {"catalog": "stars"}}"#
            for type in ["text/plain", "application/x-www-form-urlencoded"] {
                let reply = try await api.send(
                    "POST", "/api/queries", token: token, headers: ["Content-Type": type], body: query)
                #expect(reply.data == 20)
            }
            let form = try await api.send(
                "POST", "/api/queries", token: token,
                headers: ["Content-Type": "application/x-www-form-urlencoded"], body: "query_type=find")
            #expect(form.isError(400, "JSONDecodeError: Expecting value: line 1 column 1 (char 0)"))
        }
    }
}
