import Documents
import Testing

extension Conformance {
    /// What users see of light curves: of object A, with alerts of programs 1, 2 and 3, the points of their programs;
    /// of object B, with an alert of program 2 only, nothing without the right to that.
    @Suite struct LightCurveRightsTests {
        /// Of object A the points of program 1 only; object B, which has no visible alert, not at all.
        private func isVisiblePart(_ reply: Reply) -> Bool {
            reply.documents == [
                [
                    "_id": "A",
                    "prv_candidates": [
                        ["jd": 2_450_001.0, "programid": 1, "secret": "x"],
                        ["jd": 2_450_001.0, "programid": 1, "secret": "x"],
                    ], "fp_hists": [["jd": 2_450_001.0, "programid": 1, "secret": "x"]], "cross_matches": [:],
                ]
            ]
        }

        @Test(arguments: [
            "{}", #"{"_id": "A"}"#, #"{"_id": {"$in": ["A", "B"]}}"#, #"{"_id": {"$regex": "."}}"#,
            #"{"prv_candidates.programid": 1}"#, #"{"$expr": {"$eq": [{"$size": "$prv_candidates"}, 2]}}"#,
        ]) func lightCurvesHaveVisiblePointsOnly(filter: String) async throws {
            let api = try RunningAPI.current
            let query = #"{"catalog": "ZTF_alerts_aux", "filter": \#(filter)}"#
            let found = try await api.ask("find", query, as: "reader")
            #expect(isVisiblePart(found), "\(found.text)")
            #expect(try await api.ask("count_documents", query, as: "reader").data == 1)
            let one = try await api.ask("find_one", query, as: "reader")
            #expect(one.data?.document == found.documents.first)
            for stages in [#"[{"$match": \#(filter)}]"#, #"[{"$sort": {"_id": 1}}, {"$match": \#(filter)}]"#]
            {
                let pipeline = #"{"catalog": "ZTF_alerts_aux", "pipeline": \#(stages)}"#
                #expect(isVisiblePart(try await api.ask("aggregate", pipeline, as: "reader")))
            }
        }

        @Test(arguments: [
            #"{"prv_candidates.programid": 2}"#,
            #"{"prv_candidates": {"$elemMatch": {"programid": {"$gt": 1}}}}"#,
            #"{"prv_candidates.3": {"$exists": true}}"#, #"{"fp_hists.1.programid": {"$exists": true}}"#,
            #"{"_id": "B"}"#,
            #"{"prv_candidates": {"$size": 4}}"#, #"{"fp_hists.jd": 2450002}"#,
            #"{"cross_matches.Gaia.ra": 1.5}"#,
            #"{"$expr": {"$in": [2, "$prv_candidates.programid"]}}"#,
            #"{"$expr": {"$gt": [{"$size": "$$ROOT.prv_candidates"}, 2]}}"#,
            #"{"$expr": {"$in": [2, {"$getField": {"field": "programid", "input": {"$last": "$$CURRENT.prv_candidates"}}}]}}"#,
            #"{"$jsonSchema": {"properties": {"prv_candidates": {"minItems": 3}}}}"#,
            #"{"$or": [{"_id": "B"}, {"prv_candidates.programid": 3}]}"#,
        ]) func noFilterSeesHiddenPoints(filter: String) async throws {
            let api = try RunningAPI.current
            let query = #"{"catalog": "ZTF_alerts_aux", "filter": \#(filter)}"#
            let find = try await api.ask("find", query, as: "reader")
            // An expression may fail on what it sees, but never find.
            #expect(find.data == [] || find.status == 400, "\(find.text)")
            #expect(!find.text.contains("B\""))
            let pipeline = #"{"catalog": "ZTF_alerts_aux", "pipeline": [{"$match": \#(filter)}]}"#
            #expect(try await api.ask("aggregate", pipeline, as: "reader").documents.isEmpty)
        }

        @Test(arguments: [
            #"{"prv_candidates": 1}"#, #"{"fp_hists": 1, "_id": 0}"#, #"{"cross_matches": 0}"#,
            #"{"all": "$$ROOT"}"#, #"{"p": "$prv_candidates.programid"}"#,
            #"{"prv_candidates.programid": 1}"#,
            #"{"p": {"$last": "$prv_candidates"}}"#, #"{"n": {"$size": "$prv_candidates"}}"#,
            #"{"p": {"$map": {"input": "$$CURRENT.prv_candidates", "in": "$$this.programid"}}}"#,
        ]) func noProjectionSeesHiddenPoints(projection: String) async throws {
            let api = try RunningAPI.current
            for type in ["find", "find_one"] {
                let query = #"{"catalog": "ZTF_alerts_aux", "filter": {}, "projection": \#(projection)}"#
                let reply = try await api.ask(type, query, as: "reader")
                #expect(reply.status == 200, "\(reply.text)")
                for hidden in [
                    "\"programid\":2", "\"programid\":3", "2450002", "2450003", "[1,2", "\"n\":4", "Gaia",
                ] {
                    #expect(!reply.text.contains(hidden), "\(reply.text)")
                }
            }
            let stages = #"[{"$project": \#(projection)}]"#
            let reply = try await api.ask(
                "aggregate", #"{"catalog": "ZTF_alerts_aux", "pipeline": \#(stages)}"#, as: "reader")
            #expect(!reply.text.contains("\"programid\":2") && !reply.text.contains("[1,2"), "\(reply.text)")
        }

        /// Joined to something else, a light curve has the same points.
        @Test(arguments: [
            #"[{"$lookup": {"from": "ZTF_alerts_aux", "localField": "objectId", "foreignField": "_id", "as": "x"}}]"#,
            #"[{"$lookup": {"from": "ZTF_alerts_aux", "let": {"o": "$objectId"}, "pipeline": [{"$match": {"$expr": {"$eq": ["$_id", "$$o"]}}}], "as": "x"}}]"#,
            #"[{"$lookup": {"from": "ZTF_alerts_aux", "pipeline": [], "as": "x"}}]"#,
            #"[{"$facet": {"a": [{"$lookup": {"from": "ZTF_alerts_aux", "pipeline": [{"$lookup": {"from": "ZTF_alerts_aux", "pipeline": [], "as": "x"}}], "as": "x"}}]}}]"#,
        ]) func joinsSeeVisiblePointsOnly(pipeline: String) async throws {
            let query = #"{"catalog": "ZTF_alerts", "pipeline": \#(pipeline)}"#
            let reply = try await RunningAPI.current.ask("aggregate", query, as: "reader")
            #expect(reply.documents.count == 1 && reply.text.contains("\"programid\":1"), "\(reply.text)")
            for hidden in ["\"programid\":2", "\"programid\":3", "\"_id\":\"B\"", "Gaia"] {
                #expect(!reply.text.contains(hidden), "\(reply.text)")
            }
            let all = try await RunningAPI.current.ask("aggregate", query)
            #expect(all.text.contains("\"programid\":3"))
        }

        @Test func partnersSeeTheirPoints() async throws {
            let api = try RunningAPI.current
            let query =
                #"{"catalog": "ZTF_alerts_aux", "filter": {}, "projection": {"prv_candidates.programid": 1}}"#
            let reply = try await api.ask("find", query, #"{"sort": [["_id", 1]]}"#, as: "partner")
            #expect(
                reply.documents == [
                    ["_id": "A", "prv_candidates": [["programid": 1], ["programid": 2], ["programid": 1]]],
                    ["_id": "B", "prv_candidates": [["programid": 2], ["programid": 2]]],
                ], "\(reply.text)")
            // A field that is missing stays so.
            let all = try await api.ask(
                "find", #"{"catalog": "ZTF_alerts_aux", "filter": {"_id": "B"}}"#, as: "partner")
            #expect(all.documents.first?.keys == ["_id", "prv_candidates", "cross_matches"])
            #expect(try await api.ask("count_documents", query, as: "admin").data == 2)
        }
    }
}
