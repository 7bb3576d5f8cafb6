import Documents
import Foundation
import HTTP
import Mongo
import Testing

extension Conformance {
    /// Filters from their first version to their end, and what they find.
    @Suite struct FilterTests {
        static let match = #"[{"$match": {"candidate.magpsf": {"$gt": 1}}}]"#

        static func body(_ filterID: Int, _ more: String = "", catalog: String = "ZTF_alerts")
            -> String
        {
            #"{"filter_id": \#(filterID), "group_id": 1, "catalog": "\#(catalog)", "permissions": [1, 2, 3], "#
                + #""pipeline": \#(match)\#(more)}"#
        }

        static func send(
            _ method: String, _ path: String, _ body: String? = nil, as user: String = "admin"
        ) async throws -> Reply {
            try await RunningAPI.current.send(
                method, path, token: try RunningAPI.token(user), body: body)
        }

        static func post(_ body: String) async throws -> Reply {
            try await Self.send("POST", "/api/filters", body)
        }
        static func patch(_ body: String) async throws -> Reply {
            try await Self.send("PATCH", "/api/filters", body)
        }

        @Test func liveTheirLife() async throws {
            let first = try await Self.post(Self.body(1))
            #expect(first.status == 200, "\(first.text)")
            let data = try #require(first.data?.document)
            let fid = try #require(data.string(at: "fid"))
            #expect(fid.wholeMatch(of: /[a-z0-9]{6}/) != nil)
            #expect(
                first.message
                    == "pipeline test for filter id 1 successful\nsaved new filter version: \(fid)")
            #expect(Set(data.keys) == ["fid", "pipeline", "created_at", "filter_id", "active_fid"])
            #expect(data.string(at: "pipeline") == Self.match)
            #expect(data.string(at: "active_fid") == fid)
            #expect(data.int64(at: "filter_id") == 1)

            // Another version; what else is said is not looked at.
            let second = try await Self.post(
                Self.body(1, #", "autosave": true, "active": false, "permissions": []"#))
            let fid2 = try #require(second.data?.document?.string(at: "fid"))
            #expect(fid2 != fid)
            let read = try await Self.send("GET", "/api/filters/1")
            #expect(read.message == "Retrieved filter id 1")
            let filter = try #require(read.data?.document)
            #expect(
                Set(filter.keys) == [
                    "filter_id", "group_id", "catalog", "permissions", "active", "autosave", "auto_followup",
                    "update_annotations", "active_fid", "fv", "created_at", "last_modified", "_id",
                ])
            #expect(filter.documents(at: "fv").compactMap { $0.string(at: "fid") } == [fid, fid2])
            #expect(filter.string(at: "active_fid") == fid2)
            #expect(filter["autosave"] == .bool(false) && filter["active"] == .bool(true))
            #expect(filter["auto_followup"] == [:] && filter["permissions"] == [1, 2, 3])

            let changed = try await Self.patch(
                #"{"filter_id": 1, "active_fid": "\#(fid)", "active": null, "x": 1}"#)
            #expect(changed.message == "Updated filter id 1")
            #expect(changed.data?.document?.string(at: "active_fid") == fid)
            let modified = try #require(changed.data?.document?.datetime(at: "last_modified"))
            #expect(modified >= filter.datetime(at: "last_modified") ?? .max)
            for field in ["active", "update_annotations", "autosave"] {
                for value in [false, true] {
                    let reply = try await Self.patch(#"{"filter_id": 1, "\#(field)": \#(value)}"#)
                    #expect(reply.data?.document?[Path(field)] == .bool(value), "\(reply.text)")
                }
            }
            // A text stays as it is, to the byte.
            let text = #"[ {"$match":{"candidate.drb":{"$gt":0.9999}}} ]"#
            let quoted = String(decoding: ExtendedJSON.bytes(of: ["p": .string(text)]), as: UTF8.self)
                .dropFirst(5).dropLast()
            let autosave = try await Self.patch(
                #"{"filter_id": 1, "autosave": {"active": true, "pipeline": \#(quoted), "comment": null, "ignore_group_ids": [1]}}"#
            )
            #expect(autosave.data?.document?.string(at: "autosave.pipeline") == text, "\(autosave.text)")
            let followup = try await Self.patch(
                #"{"filter_id": 1, "auto_followup": {"active": true, "allocation_id": 101, "payload": {"observation_type": "IFU"}, "pipeline": [{"$match":{"candidate.drb":{"$gt":0.9999},"cross_matches.CLU_20190625.0":{"$exists":false}}}]}}"#
            )
            #expect(
                followup.data?.document?.string(at: "auto_followup.pipeline")
                    == #"[{"$match": {"candidate.drb": {"$gt": 0.9999}, "cross_matches.CLU_20190625.0": {"$exists": false}}}]"#
            )
            let list = try await Self.send("GET", "/api/filters?group_id=1&catalog=ZTF_alerts&active=true")
            let listed = try #require(list.documents.first { $0.int64(at: "filter_id") == 1 })
            #expect(!listed.exists(at: "autosave.pipeline") && !listed.exists(at: "fv.0.pipeline"))
            #expect(listed.string(at: "fv.1.fid") == fid2)
            #expect(listed.document(at: "auto_followup")?.keys == ["active", "allocation_id", "payload"])

            let removed = try await Self.send("DELETE", "/api/filters/1")
            #expect(removed.text == #"{"status":"success","message":"Removed filter id 1"}"#)
            for method in ["GET", "DELETE"] {
                let reply = try await Self.send(method, "/api/filters/1")
                #expect(reply.isError(400, "Filter id 1 not found"))
            }
        }

        @Test func areForAdmins() async throws {
            let api = try RunningAPI.current
            let routes = [
                ("POST", "/api/filters"), ("PATCH", "/api/filters"), ("GET", "/api/filters"),
                ("GET", "/api/filters/99"), ("DELETE", "/api/filters/99"), ("POST", "/api/filters/99/test"),
            ]
            for (method, path) in routes {
                let body = method == "GET" || method == "DELETE" ? nil : "{}"
                let reader = try await Self.send(method, path, body, as: "reader")
                let isList = path == "/api/filters" && method == "GET"
                // Nobody sees others' filters, nor whether there are any.
                #expect(isList ? reader.data == [] : reader.isError(403, "Forbidden"))
                let nobody = try await api.send(method, path, body: body)
                #expect(nobody.isError(401, "Unauthorized"))
                let second = try await Self.send(method, path, body, as: "second admin")
                #expect(second.status == (isList ? 200 : 400))
            }
        }

        @Test func pathsAreNumbers() async throws {
            #expect(try await Self.send("GET", "/api/filters/x").isError(404, "Not Found"))
            #expect(try await Self.send("GET", "/api/filters/-1").isError(404, "Not Found"))
            #expect(try await Self.send("PATCH", "/api/filters/1", "{}").status == 405)
            let huge = "99999999999999999999"
            #expect(
                try await Self.send("GET", "/api/filters/\(huge)").isError(400, "Filter id \(huge) not found")
            )
            #expect(try await Self.send("GET", "/api/filters/0099").isError(400, "Filter id 99 not found"))
            #expect(
                try await Self.send("GET", "/api/filters?active=maybe").isError(
                    400, "ValueError: active must be true or false"))
            #expect(
                try await Self.send("GET", "/api/filters?group_id=a").isError(
                    400, "ValueError: group_id must be an integer"))
        }

        /// The database's own text where the last alert shows a fault.
        @Test func stagesAreTriedOnTheLastAlert() async throws {
            // The last one is of program 2.
            let fault = #"[{"$set": {"x": {"$divide": [1, {"$subtract": ["$candidate.programid", 2]}]}}}]"#
            func body(_ permissions: String) -> String {
                #"{"filter_id": 5, "group_id": 1, "catalog": "ZTF_alerts", "permissions": \#(permissions), "pipeline": \#(fault)}"#
            }
            let reply = try await Self.post(body("[2]"))
            #expect(reply.status == 400)
            #expect(reply.message?.contains("can't $divide by zero") == true, "\(reply.text)")
            // A filter that may not see it is not tried on it.
            #expect(try await Self.post(body("[1]")).status == 200)
        }

        @Test func emptyAndUnknownCollections() async throws {
            for (index, catalog) in ["TURBO_alerts", "no_such", "empty"].enumerated() {
                let reply = try await Self.post(Self.body(20 + index, catalog: catalog))
                let warning =
                    "WARNING: No documents in \(catalog) collection, cannot properly test pipeline for filter id \(20 + index)"
                #expect(reply.status == 200)
                #expect(
                    reply.message?.hasPrefix(warning + "\nsaved new filter version: ") == true,
                    "\(reply.text)")
            }
            let stars = try await Self.post(Self.body(23, catalog: "stars"))
            #expect(stars.status == 400 && stars.message?.hasPrefix("catalog stars has no alerts") == true)
            for catalog in ["users", "filters", "system.views", "$x", ""] {
                #expect(try await Self.post(Self.body(23, catalog: catalog)).status == 400)
            }
            // What cannot be tried is not done.
            let action = #", "autosave": {"active": true, "pipeline": [{"$match": {}}]}"#
            let reply = try await Self.post(Self.body(24, action, catalog: "TURBO_alerts"))
            #expect(
                reply.isError(400, "Cannot test autosave pipeline: no documents in TURBO_alerts collection"))
            let change = try await Self.patch(
                #"{"filter_id": 20, "auto_followup": {"pipeline": [{"$match": {}}]}}"#)
            #expect(
                change.isError(
                    400, "Cannot test auto_followup pipeline: no documents in TURBO_alerts collection"))
        }

        @Test func prioritiesOfAnAllocationHaveOneOrder() async throws {
            func action(_ allocation: String, _ order: String) -> String {
                #""auto_followup": {"active": true, "allocation_id": \#(allocation), "priority_order": "\#(order)", "pipeline": [{"$match": {}}]}"#
            }
            let first = try await Self.post(Self.body(8, #", "autosave": true, \#(action("77", "desc"))"#))
            #expect(first.status == 200, "\(first.text)")
            let unexpected =
                "filters with the same allocation have priority_order set to a different value, which is unexpected"
            for allocation in ["77", #""77""#] {
                let second = try await Self.post(
                    Self.body(9, #", "autosave": true, \#(action(allocation, "asc"))"#))
                #expect(
                    second.isError(400, "Cannot add new filter with auto_followup: existing \(unexpected)"),
                    "\(second.text)")
            }
            #expect(
                try await Self.post(Self.body(9, #", "autosave": true, \#(action("78", "asc"))"#)).status
                    == 200)
            let change = try await Self.patch(#"{"filter_id": 9, \#(action("77", "asc"))}"#)
            #expect(
                change.isError(400, "Cannot update filter id 9: auto_followup, \(unexpected)"),
                "\(change.text)")
            #expect(try await Self.patch(#"{"filter_id": 9, \#(action("77", "desc"))}"#).status == 200)
        }

        /// Two versions that are saved at once are both there.
        @Test func nothingIsLostWhenManySaveAtOnce() async throws {
            let replies = try await withThrowingTaskGroup { group in
                for number in 0..<24 {
                    // Two filters of one number, each of a group of its own.
                    let body = Self.body(30).replacing(
                        #""group_id": 1"#, with: #""group_id": \#(number % 2 + 1)"#)
                    group.addTask { try await Self.post(body) }
                }
                return try await group.reduce(into: [Reply]()) { $0.append($1) }
            }
            let saved = replies.compactMap { $0.data?.document?.string(at: "fid") }
            #expect(saved.count == 24 && Set(saved).count == 24)
            let list = try await Self.send("GET", "/api/filters")
            let filters = list.documents.filter { $0.int64(at: "filter_id") == 30 }
            #expect(filters.compactMap { $0.int64(at: "group_id") } == [1, 2])
            #expect(filters.allSatisfy { $0.array(at: "fv")?.count == 12 })
            let stored = filters.flatMap { $0.documents(at: "fv").compactMap { $0.string(at: "fid") } }
            #expect(Set(stored) == Set(saved))
        }

        @Test func runsAreOfAVersion() async throws {
            let fid = try #require(try await Self.post(Self.body(41)).data?.document?.string(at: "fid"))
            let nothing = #"[{"$match": {"candidate.magpsf": {"$gt": 1e9}}}]"#
            let second = try await Self.post(Self.body(41).replacing(Self.match, with: nothing))
            #expect(second.status == 200)
            // The last version, not the active one.
            #expect(try await Self.patch(#"{"filter_id": 41, "active_fid": "\#(fid)"}"#).status == 200)
            let last = try await Self.send("POST", "/api/filters/41/test", #"{"object_ids": ["A"]}"#)
            #expect(last.text == #"{"status":"success","message":"filter test successful","data":[]}"#)
            let first = try await Self.send(
                "POST", "/api/filters/41/test", #"{"object_ids": ["A"], "filter_version": "\#(fid)"}"#)
            #expect(first.documents.compactMap { $0.int64(at: "_id") }.sorted() == [1, 2, 3])
            #expect(!first.documents.contains { $0.exists(at: "cutoutScience") || $0.exists(at: "aux") })
            // The light curve has points of all programs, all of them earlier than the alerts, but none within a year.
            #expect(first.documents.allSatisfy { $0["prv_candidates"] == [] })
            let unknown = try await Self.send(
                "POST", "/api/filters/41/test", #"{"object_ids": ["A"], "filter_version": "xxxxxx"}"#)
            #expect(unknown.isError(400, "Filter version xxxxxx not found"))
            let slow = try await Self.post(
                Self.body(42).replacing(
                    Self.match,
                    with:
                        #"[{"$match": {"$expr": {"$gt": [{"$sum": {"$map": {"input": {"$range": [0, 2000]}, "in": {"$sum": {"$range": [0, {"$add": ["$_id", 8000]}]}}}}}, 0]}}}]"#
                ))
            #expect(slow.status == 200, "\(slow.text)")
            let late = try await Self.send(
                "POST", "/api/filters/42/test", #"{"object_ids": ["A"], "max_time_ms": 50}"#)
            #expect(late.isError(400, "failure: operation exceeded time limit"), "\(late.text)")
        }

        @Test func filtersWithoutVersionsAreSaid() async throws {
            _ = try await RunningAPI.current.database.insert(
                "filters", [["filter_id": 43, "group_id": 1, "catalog": "ZTF_alerts", "fv": []]])
            let reply = try await Self.send("POST", "/api/filters/43/test", #"{"object_ids": ["A"]}"#)
            #expect(reply.isError(400, "Filter id 43 has no versions"))
            // What an older Kowalski did not write has its default.
            let read = try #require(try await Self.send("GET", "/api/filters/43").data?.document)
            #expect(read["active"] == .bool(true) && read["active_fid"] == .null && read["permissions"] == [])
        }
    }
}
