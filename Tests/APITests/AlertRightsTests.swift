import Documents
import Testing

extension Conformance {
    /// What users see of alerts of programs that they have no right to: nothing, however they ask.
    ///
    /// Alerts 1, 2, 3 of object A are of programs 1, 2, 3, alert 4 of object B is of program 2.
    @Suite struct AlertRightsTests {
        private func numbers(_ reply: Reply) -> [Int64] {
            reply.documents.compactMap { $0.int64(at: "_id") }.sorted()
        }

        @Test(
            arguments: [
                ("reader", [1]), ("partner", [1, 2, 4]), ("nobody", []), ("admin", [1, 2, 3, 4]),
                ("second admin", [1, 2, 3, 4]),
            ] as [(String, [Int64])])
        func alertsAreThoseOfTheProgrammes(user: String, visible: [Int64]) async throws {
            let api = try RunningAPI.current
            let all = #"{"catalog": "ZTF_alerts", "filter": {}}"#
            #expect(numbers(try await api.ask("find", all, as: user)) == visible)
            let count = Value.integer(Int64(visible.count))
            #expect(try await api.ask("count_documents", all, as: user).data == count)
            #expect(try await api.ask("estimated_document_count", all, as: user).data == count)
            let pipeline = #"{"catalog": "ZTF_alerts", "pipeline": [{"$project": {"candid": 1}}]}"#
            #expect(numbers(try await api.ask("aggregate", pipeline, as: user)) == visible)
            let one = try await api.ask("find_one", all, #"{"sort": [["_id", -1]]}"#, as: user)
            #expect(one.data?.document?.int64(at: "_id") == visible.last)
        }

        /// Whatever a filter says of programs, it narrows and never widens.
        @Test(arguments: [
            #"{"candidate.programid": 2}"#, #"{"candidate.programid": {"$gt": 1}}"#, #"{"_id": 4}"#,
            #"{"$or": [{"candidate.programid": 2}, {"candidate.programid": 3}]}"#,
            #"{"$nor": [{"candidate.programid": 1}]}"#, #"{"candidate.programid": {"$not": {"$eq": 1}}}"#,
            #"{"candidate.programid": {"$mod": [2, 0]}}"#, #"{"objectId": "B"}"#,
            #"{"$expr": {"$eq": ["$candidate.programid", 2]}}"#,
            #"{"$expr": {"$ne": ["$$ROOT.candidate.programid", 1]}}"#,
            #"{"$jsonSchema": {"properties": {"candidate": {"properties": {"programid": {"minimum": 2}}}}}}"#,
            #"{"$and": [{"candidate.programid": {"$in": [1, 2, 3]}}, {"candidate.jd": {"$gt": 2460001.5}}]}"#,
            #"{"candidate.programid": {"$type": "int"}, "candid": 1127561445515015013}"#,
        ]) func noFilterWidens(filter: String) async throws {
            let api = try RunningAPI.current
            let query = #"{"catalog": "ZTF_alerts", "filter": \#(filter)}"#
            #expect(try await api.ask("find", query, as: "reader").data == [])
            #expect(try await api.ask("find_one", query, as: "reader").data == nil)
            #expect(try await api.ask("count_documents", query, as: "reader").data == 0)
            let pipeline = #"{"catalog": "ZTF_alerts", "pipeline": [{"$match": \#(filter)}]}"#
            #expect(try await api.ask("aggregate", pipeline, as: "reader").data == [])
            let later =
                #"{"catalog": "ZTF_alerts", "pipeline": [{"$set": {"x": 1}}, {"$match": \#(filter)}]}"#
            #expect(try await api.ask("aggregate", later, as: "reader").data == [])
            // The filter finds something for whoever may see it.
            #expect(try await api.ask("find", query).documents.isEmpty == false, "\(filter)")
        }

        @Test(arguments: [
            #"{"hint": "jd"}"#, #"{"hint": {"$natural": -1}}"#, #"{"sort": [["$natural", -1]]}"#,
            #"{"hint": "_id_"}"#,
            #"{"sort": [["candidate.programid", -1]]}"#,
            #"{"sort": {"candidate.jd": -1}, "limit": 10, "skip": 0}"#,
        ]) func noOptionWidens(kwargs: String) async throws {
            let api = try RunningAPI.current
            let alerts = try await api.ask(
                "find", #"{"catalog": "ZTF_alerts", "filter": {}}"#, kwargs, as: "reader")
            #expect(numbers(alerts) == [1], "\(alerts.text)")
            guard !kwargs.contains("jd\"}") else { return }
            let curves = #"{"catalog": "ZTF_alerts_aux", "filter": {}}"#
            let reply = try await api.ask("find", curves, kwargs, as: "reader")
            #expect(reply.documents.map { $0.string(at: "_id") } == ["A"], "\(reply.text)")
            #expect(!reply.text.contains("\"programid\":2"))
        }

        /// Fields of the query's own making do not pass for programs.
        @Test(arguments: [
            #"[{"$set": {"candidate.programid": 1}}]"#,
            #"[{"$project": {"candidate.programid": {"$literal": 1}}}]"#,
            #"[{"$replaceWith": {"_id": "$_id", "candidate": {"programid": 1}}}]"#,
            #"[{"$unset": "candidate"}]"#,
            #"[{"$group": {"_id": "$_id"}}]"#, #"[{"$sort": {"candidate.programid": -1}}]"#,
            #"[{"$sample": {"size": 100}}]"#,
            #"[{"$facet": {"a": [{"$match": {}}]}}, {"$unwind": "$a"}, {"$replaceWith": "$a"}]"#,
            #"[{"$redact": "$$KEEP"}]"#, #"[{"$sortByCount": "$_id"}]"#,
            #"[{"$match": {}}, {"$match": {"_id": {"$gt": 0}}}]"#,
            #"[{"$setWindowFields": {"sortBy": {"_id": 1}, "output": {"n": {"$push": "$_id", "window": {"documents": ["unbounded", "unbounded"]}}}}}]"#,
        ]) func noStageWidens(pipeline: String) async throws {
            let reply = try await RunningAPI.current.ask(
                "aggregate", #"{"catalog": "ZTF_alerts", "pipeline": \#(pipeline)}"#, as: "reader")
            #expect(numbers(reply) == [1], "\(reply.text)")
        }

        /// A nearest-neighbour search must be first; its own filter is kept to the rights.
        @Test(arguments: ["", #", "query": {}"#, #", "query": {"candidate.programid": {"$gt": 0}}"#])
        func nearestNeighboursAreVisibleOnes(query: String) async throws {
            let api = try RunningAPI.current
            let near =
                #"{"near": {"type": "Point", "coordinates": [10, 20]}, "distanceField": "candidate.programid", "spherical": true\#(query)}"#
            let stages =
                #"[{"$geoNear": \#(near)}, {"$match": {"$expr": {"$gte": ["$candidate.programid", 0]}}}]"#
            let pipeline = #"{"catalog": "ZTF_alerts", "pipeline": \#(stages)}"#
            #expect(numbers(try await api.ask("aggregate", pipeline)) == [1, 2, 3, 4])
            let single = #"{"catalog": "ZTF_alerts", "pipeline": [{"$geoNear": \#(near)}]}"#
            let reply = try await api.ask("aggregate", single, as: "reader")
            #expect(numbers(reply) == [1], "\(reply.text)")
            // As a filter, too.
            let filter = #"{"coordinates.radec_geojson": {"$nearSphere": [10, 20], "$maxDistance": 1}}"#
            let found = try await api.ask(
                "find", #"{"catalog": "ZTF_alerts", "filter": \#(filter)}"#, as: "reader")
            #expect(numbers(found) == [1], "\(found.text)")
        }

        /// An expression that fails names the value that it failed on. None fails on what must not be seen.
        @Test(arguments: [
            #"[{"$match": {"$or": [{"$expr": FAIL}, {"_id": -1}]}}]"#, #"[{"$match": {"$expr": FAIL}}]"#,
            #"[{"$match": {"$nor": [{"$expr": FAIL}]}}]"#,
            #"[{"$match": {"$and": [{"$or": [{"$nor": [{"$expr": FAIL}]}]}]}}]"#,
            #"[{"$match": {"_id": {"$gt": 0}}}, {"$match": {"$or": [{"$expr": FAIL}, {"_id": -1}]}}]"#,
            #"[{"$project": {"objectId": 1}}, {"$match": {"$or": [{"$expr": FAIL}, {"_id": -1}]}}]"#,
            #"[{"$project": {"objectId": "$objectId"}}, {"$match": {"$or": [{"$expr": FAIL}, {"_id": -1}]}}]"#,
            #"[{"$sort": {"_id": 1}}, {"$match": {"$or": [{"$expr": FAIL}, {"_id": -1}]}}]"#,
            #"[{"$unwind": "$candid"}, {"$match": {"$or": [{"$expr": FAIL}, {"_id": -1}]}}]"#,
            #"[{"$group": {"_id": "$objectId"}}, {"$match": {"$or": [{"$expr": {"$toInt": "$_id"}}, {"_id": -1}]}}]"#,
            #"[{"$facet": {"a": [{"$match": {"$or": [{"$expr": FAIL}, {"_id": -1}]}}]}}]"#,
            #"[{"$geoNear": {"near": {"type": "Point", "coordinates": [0, 0]}, "distanceField": "d", "query": {"$or": [{"$expr": FAIL}, {"_id": -1}]}}}]"#,
            #"[{"$redact": {"$cond": [FAIL, "$$KEEP", "$$PRUNE"]}}]"#, #"[{"$set": {"x": FAIL}}]"#,
            #"[{"$sort": {"candidate.jd": 1}}, {"$limit": 5}, {"$match": {"$or": [{"$expr": FAIL}, {"_id": -1}]}}, {"$count": "n"}]"#,
        ]) func errorsTellNothing(pipeline: String) async throws {
            let api = try RunningAPI.current
            // The visible object's name is a number, the hidden one's is not.
            let catalog = "ZTF_alerts"
            let fail = #"{"$toInt": {"$cond": [{"$eq": ["$objectId", "A"]}, "5", "$objectId"]}}"#
            let stages = pipeline.replacing("FAIL", with: fail).replacing(
                #"{"$toInt": "$_id"}"#, with: fail.replacing("$objectId", with: "$_id"))
            let query = #"{"catalog": "\#(catalog)", "pipeline": \#(stages)}"#
            let reply = try await api.ask("aggregate", query, as: "reader")
            #expect(!reply.text.contains("'B'") && !reply.text.contains("\"B\""))
            // Whoever may see the other object gets the error, so that this test tests something.
            if !pipeline.contains("$geoNear") {
                let partner = try await api.ask("aggregate", query, as: "partner")
                #expect(partner.message?.contains("'B'") == true, "\(partner.text)")
                #expect(reply.status == 200, "\(reply.text)")
            }
            guard pipeline.hasPrefix(#"[{"$match""#), !pipeline.contains("_id\": {\"$gt\"") else { return }
            let filter = stages.dropFirst(#"[{"$match": "#.count).dropLast(2)
            for type in ["find", "find_one", "count_documents"] {
                let reply = try await api.ask(
                    type, #"{"catalog": "ZTF_alerts", "filter": \#(filter)}"#, as: "reader")
                #expect(reply.status == 200 && !reply.text.contains("\"B\""), "\(reply.text)")
            }
        }

        @Test func expressionsStillFindWhatIsVisible() async throws {
            let api = try RunningAPI.current
            let filter =
                #"{"$or": [{"$expr": {"$lt": ["$candidate.magpsf", 19.5]}}, {"$expr": {"$eq": ["$_id", 4]}}]}"#
            let query = #"{"catalog": "ZTF_alerts", "filter": \#(filter)}"#
            #expect(numbers(try await api.ask("find", query, as: "reader")) == [1])
            #expect(numbers(try await api.ask("find", query, as: "partner")) == [1, 2, 4])
            #expect(numbers(try await api.ask("find", query)) == [1, 2, 4])
        }
    }
}
