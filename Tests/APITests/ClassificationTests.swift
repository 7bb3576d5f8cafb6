import Documents
import Foundation
import HTTP
import Mongo
import TestSupport
import Testing

extension Conformance {
    /// `/api/classifications`. The alerts 1 and up of `Catalogues`: 1 is of program 1, 2 and 4 of program 2, 3 of 3.
    @Suite(.serialized) struct ClassificationTests {
        private static func candid(_ number: Int64) -> Int64 { Catalogues.candid + number }

        private func send(
            _ method: String, _ body: String, survey: String = "ztf", as user: String = "reader"
        ) async throws -> Reply {
            try await RunningAPI.current.send(
                method, "/api/classifications/\(survey)", token: try RunningAPI.token(user), body: body)
        }

        private func labels(_ number: Int64, survey: String = "ztf", as user: String = "reader") async throws
            -> Reply
        {
            try await RunningAPI.current.send(
                "GET", "/api/classifications/\(survey)/\(Self.candid(number))",
                token: try RunningAPI.token(user))
        }

        private func clear() async throws {
            try await RunningAPI.current.database.dropCollection("ZTF_alerts_classifications")
        }

        @Test func labelsAreAddedReadAndRemoved() async throws {
            try await clear()
            let one = Self.candid(1)
            let body = #"{"\#(one)": {"human_labels": {"SN": 0.9, "AGN": 0}, "ml_scores": {"braai": 1}}}"#
            let added = try await send("PUT", body)
            #expect(added.status == 200)
            #expect(added.text == #"{"status":"success","message":"added classifications for ztf alerts"}"#)
            let read = try await labels(1)
            #expect(read.status == 200)
            #expect(
                read.text
                    == #"{"status":"success","data":{"objectId":"A","human_labels":{"AGN":0.0,"SN":0.9},"#
                    + #""ml_scores":{"braai":1.0},"candid":\#(one)}}"#)
            #expect(
                try await RunningAPI.current.database.findOne("ZTF_alerts_classifications") == [
                    "_id": .int64(one), "human_labels": ["AGN": .double(0), "SN": .double(0.9)],
                    "ml_scores": ["braai": .double(1)], "objectId": "A",
                ])
            // Merged by label.
            let more = #"{"\#(one)": {"human_labels": {"SN": 0.5, "CV": 0.25}}}"#
            #expect(try await send("PUT", more).status == 200)
            let merged = try await labels(1)
            #expect(merged.data?.document?["human_labels"] == ["AGN": 0.0, "SN": 0.5, "CV": 0.25])
            let removal = #"{"\#(one)": {"human_labels": ["SN", "no such"], "ml_scores": "braai"}}"#
            let removed = try await send("DELETE", removal)
            #expect(
                removed.text == #"{"status":"success","message":"deleted classifications for ztf alerts"}"#)
            let rest = try await labels(1)
            #expect(rest.data?.document?["human_labels"] == ["AGN": 0.0, "CV": 0.25])
            #expect(rest.data?.document?["ml_scores"] == [:])
        }

        @Test(arguments: [
            (#"["a", "b c"]"#, ["a": 1.0, "b c": 1.0]), (#""a, b c,,""#, ["a": 1.0, "b c": 1.0]),
            (#"{"a": 1e-3, "b": 1}"#, ["a": 0.001, "b": 1.0]), (#""☄️""#, ["☄️": 1.0]),
            (#"{"0": 0.5, "constructor": 1}"#, ["0": 0.5, "constructor": 1.0]),
        ]) func allFormsWork(form: String, labels: [String: Double]) async throws {
            for field in ["human_labels", "ml_scores"] {
                try await clear()
                let added = try await send("PUT", #"{"\#(Self.candid(1))": {"\#(field)": \#(form)}}"#)
                #expect(added.status == 200, "\(added.text)")
                let stored = try await self.labels(1).data?.document?.document(at: Path(field))
                let read = stored?.elements.map { ($0.key, $0.value.double ?? -1) } ?? []
                #expect(Dictionary(uniqueKeysWithValues: read) == labels)
                let removed = try await send("DELETE", #"{"\#(Self.candid(1))": {"\#(field)": \#(form)}}"#)
                #expect(removed.status == 200, "\(removed.text)")
                #expect(try await self.labels(1).data?.document?.document(at: Path(field)) == [:])
            }
        }

        /// Kowalski gave all of them the last one's.
        @Test func eachAlertHasItsOwn() async throws {
            try await clear()
            let body = #"""
                {"\#(Self.candid(1))": {"human_labels": {"one": 0.1}}, "\#(Self.candid(2))": {"ml_scores": {"two": 0.2}},
                 "\#(Self.candid(4))": {"human_labels": "four"}}
                """#
            #expect(try await send("PUT", body, as: "partner").status == 200)
            let found = try await [1, 2, 4].asyncMap { try await labels($0, as: "partner").data?.document }
            #expect(found[0]?["human_labels"] == ["one": 0.1])
            #expect(found[1]?["human_labels"] == [:] && found[1]?["ml_scores"] == ["two": 0.2])
            #expect(found[2]?["human_labels"] == ["four": 1.0] && found[2]?.string(at: "objectId") == "B")
            let removal = #"""
                {"\#(Self.candid(1))": {"human_labels": ["one"]}, "\#(Self.candid(4))": {"human_labels": ["four"]}}
                """#
            #expect(try await send("DELETE", removal, as: "partner").status == 200)
            #expect(try await labels(1).data?.document?["human_labels"] == [:])
            #expect(try await labels(2, as: "partner").data?.document?["ml_scores"] == ["two": 0.2])
        }

        @Test(arguments: [
            ("{}", "no candid provided"),
            (
                #"{"1": {}}"#,
                "no classifications provided, must provide at least one of human_labels or ml_scores"
            ),
            (
                #"{"1": {"human_labels": null, "ml_scores": []}}"#,
                "no classifications provided, must provide at least one of human_labels or ml_scores"
            ),
            (#"{"x": {"human_labels": "a"}}"#, "ValueError: candid 'x' must be an integer"),
            (#"{"01": {"human_labels": "a"}}"#, "ValueError: candid '01' must be an integer"),
            (#"{"1.0": {"human_labels": "a"}}"#, "ValueError: candid '1.0' must be an integer"),
            (
                #"{"9223372036854775808": {"human_labels": "a"}}"#,
                "ValueError: candid '9223372036854775808' must be an integer"
            ),
            (#"{"1": ["a"]}"#, "TypeError: 1 must be an object with human_labels or ml_scores"),
            (
                #"{"1": {"human_labels": 5}}"#,
                "TypeError: 1.human_labels must be an object of probabilities, a list of names or names with commas"
            ),
            (#"{"1": {"ml_scores": ["a", 5]}}"#, "TypeError: 1.ml_scores.1 must be a name"),
            (
                #"{"1": {"human_labels": {"SN": 1.1}}}"#,
                "ValueError: 1.human_labels.SN must be a probability from 0 to 1"
            ),
            (
                #"{"1": {"human_labels": {"SN": -0.1}}}"#,
                "ValueError: 1.human_labels.SN must be a probability from 0 to 1"
            ),
            (
                #"{"1": {"human_labels": {"SN": NaN}}}"#,
                "ValueError: 1.human_labels.SN must be a probability from 0 to 1"
            ),
            (
                #"{"1": {"human_labels": {"SN": {"$numberDouble": "Infinity"}}}}"#,
                "ValueError: 1.human_labels.SN must be a probability from 0 to 1"
            ),
            (
                #"{"1": {"human_labels": {"SN": true}}}"#,
                "ValueError: 1.human_labels.SN must be a probability from 0 to 1"
            ),
            (
                #"{"1": {"human_labels": {"SN": "0.5"}}}"#,
                "ValueError: 1.human_labels.SN must be a probability from 0 to 1"
            ),
        ]) func whatIsWrongIsNamed(body: String, message: String) async throws {
            for method in ["PUT", "DELETE"] {
                let reply = try await send(method, body)
                #expect(reply.isError(400, message), "\(reply.text)")
            }
        }

        @Test(arguments: [
            "$x", "a.b", "", ".", "$", "a\\u0000b", String(repeating: "n", count: 101),
        ]) func namesThatAreNoFieldsAreRefused(name: String) async throws {
            try await clear()
            for form in [#"{"\#(name)": 0.5}"#, #"["\#(name)"]"#] {
                let reply = try await send("PUT", #"{"\#(Self.candid(1))": {"human_labels": \#(form)}}"#)
                #expect(reply.status == 400, "\(reply.text)")
                #expect(reply.message?.hasPrefix("ValueError: ") == true, "\(reply.text)")
            }
            #expect(
                try await RunningAPI.current.database.countDocuments("ZTF_alerts_classifications") == 0)
        }

        @Test func alertsThatAreNotSeenAreNotThere() async throws {
            try await clear()
            let notFound = "not all alerts found in ztf collection"
            for number: Int64 in [2, 3, 99] {
                let body =
                    #"{"\#(Self.candid(1))": {"human_labels": "a"}, "\#(Self.candid(number))": {"human_labels": "b"}}"#
                #expect(try await send("PUT", body).isError(400, notFound))
                // Nothing of it.
                let one = "classifications for ztf alert \(Self.candid(1)) not found"
                #expect(try await labels(1).isError(400, one))
            }
            let two = #"{"\#(Self.candid(2))": {"human_labels": "secret"}}"#
            #expect(try await send("PUT", two, as: "nobody").isError(400, notFound))
            #expect(try await send("PUT", two, as: "partner").status == 200)
            #expect(
                try await labels(2).isError(400, "classifications for ztf alert \(Self.candid(2)) not found"))
            #expect(
                try await send("DELETE", two).isError(400, "not all classifications found in ztf collection"))
            #expect(try await labels(2, as: "partner").data?.document?["human_labels"] == ["secret": 1.0])
            #expect(try await labels(2, as: "admin").status == 200)
        }

        @Test func alertsWithoutLabelsHaveNoneToRemove() async throws {
            try await clear()
            let one = #"{"\#(Self.candid(1))": {"human_labels": "a"}}"#
            let notFound = "not all classifications found in ztf collection"
            #expect(try await send("DELETE", one).isError(400, notFound))
            #expect(try await send("PUT", one).status == 200)
            let both =
                #"{"\#(Self.candid(1))": {"human_labels": "a"}, "\#(Self.candid(2))": {"human_labels": "a"}}"#
            #expect(try await send("DELETE", both, as: "admin").isError(400, notFound))
            #expect(try await labels(1).data?.document?["human_labels"] == ["a": 1.0])
        }

        @Test func allSurveysHaveLabels() async throws {
            let database = try RunningAPI.current.database
            for (survey, collection, object) in [
                ("pgir", "PGIR", "objectId"), ("wntr", "WNTR", "objectid"), ("turbo", "TURBO", "objectId"),
            ] {
                var alert = DocumentWriter()
                alert.append("candid", int64: Self.candid(1))
                alert.append(object, string: "of \(survey)")
                alert.append("candidate", ["programid": 1])
                _ = try await database.insert("\(collection)_alerts", [alert.finish()])
                let body = #"{"\#(Self.candid(1))": {"human_labels": {"x": 0.5}}}"#
                let added = try await send("PUT", body, survey: survey)
                #expect(added.message == "added classifications for \(survey) alerts", "\(added.text)")
                #expect(
                    try await labels(1, survey: survey).data?.document?.string(at: "objectId")
                        == "of \(survey)")
                #expect(try await database.countDocuments("\(collection)_alerts_classifications") == 1)
                #expect(try await send("DELETE", body, survey: survey).status == 200)
                for name in ["alerts", "alerts_classifications"] {
                    try await database.dropCollection("\(collection)_\(name)")
                }
            }
        }

        @Test(arguments: ["lsst", "ZTF", "ztf ", "%24cmd"]) func otherSurveysAreNone(survey: String)
            async throws
        {
            let shown = survey == "%24cmd" ? "$cmd" : survey == "ztf " ? "ztf " : survey
            let path = survey.replacingOccurrences(of: " ", with: "%20")
            let message = "survey \(shown) must be one of [ztf, wntr, pgir, turbo]"
            for method in ["PUT", "DELETE"] {
                let reply = try await send(method, #"{"1": {"human_labels": "a"}}"#, survey: path)
                #expect(reply.isError(400, message), "\(reply.text)")
            }
            #expect(try await labels(1, survey: path).isError(400, message))
        }

        @Test func needsAToken() async throws {
            let api = try RunningAPI.current
            for (method, path) in [
                ("PUT", "/api/classifications/ztf"), ("DELETE", "/api/classifications/ztf"),
                ("GET", "/api/classifications/ztf/1"),
            ] {
                #expect(try await api.send(method, path, body: "{}").isError(401, "Unauthorized"))
            }
            let reply = try await api.send(
                "GET", "/api/classifications/ztf/x", token: try RunningAPI.token("reader"))
            #expect(reply.isError(400, "ValueError: candid 'x' must be an integer"))
        }

        /// Many label the same alerts at the same time, two in a request, in both orders: nothing is lost.
        @Test func labelsAtTheSameTimeAreAllThere() async throws {
            try await clear()
            try await withThrowingTaskGroup { group in
                for number in 0..<24 {
                    group.addTask {
                        let (first, second) = number % 2 == 0 ? (2, 4) : (4, 2) as (Int64, Int64)
                        let body = #"""
                            {"\#(Self.candid(first))": {"human_labels": ["label \#(number)"]},
                             "\#(Self.candid(second))": {"human_labels": ["label \#(number)"]}}
                            """#
                        let reply = try await send("PUT", body, as: "partner")
                        #expect(reply.status == 200, "\(reply.text)")
                    }
                }
                for number in 24..<48 {
                    group.addTask {
                        let body = #"{"\#(Self.candid(2))": {"human_labels": ["label \#(number)"]}}"#
                        let reply = try await send("PUT", body, as: "partner")
                        #expect(reply.status == 200, "\(reply.text)")
                    }
                }
                try await group.waitForAll()
            }
            let two = try await labels(2, as: "partner").data?.document?.document(at: "human_labels")
            let four = try await labels(4, as: "partner").data?.document?.document(at: "human_labels")
            #expect(two.map { Set($0.keys) } == Set((0..<48).map { "label \($0)" }))
            #expect(four.map { Set($0.keys) } == Set((0..<24).map { "label \($0)" }))
        }

        /// What is stored is not as it should be: nothing is written, and nothing of the database's words goes out.
        @Test func requestIsDoneWholeOrNotAtAll() async throws {
            try await clear()
            let database = try RunningAPI.current.database
            _ = try await database.insert(
                "ZTF_alerts_classifications", [["_id": .int64(Self.candid(4)), "human_labels": "a text"]])
            let body =
                #"{"\#(Self.candid(2))": {"human_labels": "a"}, "\#(Self.candid(4))": {"human_labels": "a"}}"#
            let reply = try await send("PUT", body, as: "partner")
            #expect(reply.isError(500, "Internal Server Error"), "\(reply.text)")
            #expect(try await database.countDocuments("ZTF_alerts_classifications") == 1)
            try await clear()
        }
    }
}

extension Sequence where Element == Int64 {
    fileprivate func asyncMap<Result>(_ transform: (Element) async throws -> Result) async rethrows
        -> [Result]
    {
        var results: [Result] = []
        for element in self { results.append(try await transform(element)) }
        return results
    }
}
