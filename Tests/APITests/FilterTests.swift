import Documents
import Foundation
import HTTP
import Mongo
import Testing

extension Conformance {
    /// Filters from their first version to their end, and everything that is refused on the way.
    @Suite struct FilterTests {
        private static let match = #"[{"$match": {"candidate.magpsf": {"$gt": 1}}}]"#

        private static func body(_ filterID: Int, _ more: String = "", catalog: String = "ZTF_alerts")
            -> String
        {
            #"{"filter_id": \#(filterID), "group_id": 1, "catalog": "\#(catalog)", "permissions": [1, 2, 3], "#
                + #""pipeline": \#(match)\#(more)}"#
        }

        private func send(
            _ method: String, _ path: String, _ body: String? = nil, as user: String = "admin"
        ) async throws -> Reply {
            try await RunningAPI.current.send(
                method, path, token: try RunningAPI.token(user), body: body)
        }

        private func post(_ body: String) async throws -> Reply {
            try await send("POST", "/api/filters", body)
        }
        private func patch(_ body: String) async throws -> Reply {
            try await send("PATCH", "/api/filters", body)
        }

        @Test func liveTheirLife() async throws {
            let first = try await post(Self.body(1))
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
            let second = try await post(
                Self.body(1, #", "autosave": true, "active": false, "permissions": []"#))
            let fid2 = try #require(second.data?.document?.string(at: "fid"))
            #expect(fid2 != fid)
            let read = try await send("GET", "/api/filters/1")
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

            let changed = try await patch(
                #"{"filter_id": 1, "active_fid": "\#(fid)", "active": null, "x": 1}"#)
            #expect(changed.message == "Updated filter id 1")
            #expect(changed.data?.document?.string(at: "active_fid") == fid)
            let modified = try #require(changed.data?.document?.datetime(at: "last_modified"))
            #expect(modified >= filter.datetime(at: "last_modified") ?? .max)
            for field in ["active", "update_annotations", "autosave"] {
                for value in [false, true] {
                    let reply = try await patch(#"{"filter_id": 1, "\#(field)": \#(value)}"#)
                    #expect(reply.data?.document?[Path(field)] == .bool(value), "\(reply.text)")
                }
            }
            // A text stays as it is, to the byte.
            let text = #"[ {"$match":{"candidate.drb":{"$gt":0.9999}}} ]"#
            let quoted = String(decoding: ExtendedJSON.bytes(of: ["p": .string(text)]), as: UTF8.self)
                .dropFirst(5).dropLast()
            let autosave = try await patch(
                #"{"filter_id": 1, "autosave": {"active": true, "pipeline": \#(quoted), "comment": null, "ignore_group_ids": [1]}}"#
            )
            #expect(autosave.data?.document?.string(at: "autosave.pipeline") == text, "\(autosave.text)")
            let followup = try await patch(
                #"{"filter_id": 1, "auto_followup": {"active": true, "allocation_id": 101, "payload": {"observation_type": "IFU"}, "pipeline": [{"$match":{"candidate.drb":{"$gt":0.9999},"cross_matches.CLU_20190625.0":{"$exists":false}}}]}}"#
            )
            #expect(
                followup.data?.document?.string(at: "auto_followup.pipeline")
                    == #"[{"$match": {"candidate.drb": {"$gt": 0.9999}, "cross_matches.CLU_20190625.0": {"$exists": false}}}]"#
            )
            let list = try await send("GET", "/api/filters?group_id=1&catalog=ZTF_alerts&active=true")
            let listed = try #require(list.documents.first { $0.int64(at: "filter_id") == 1 })
            #expect(!listed.exists(at: "autosave.pipeline") && !listed.exists(at: "fv.0.pipeline"))
            #expect(listed.string(at: "fv.1.fid") == fid2)
            #expect(listed.document(at: "auto_followup")?.keys == ["active", "allocation_id", "payload"])

            let removed = try await send("DELETE", "/api/filters/1")
            #expect(removed.text == #"{"status":"success","message":"Removed filter id 1"}"#)
            for method in ["GET", "DELETE"] {
                let reply = try await send(method, "/api/filters/1")
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
                let reader = try await send(method, path, body, as: "reader")
                #expect(reader.isError(403, "Forbidden"))
                let nobody = try await api.send(method, path, body: body)
                #expect(nobody.isError(401, "Unauthorized"))
                let second = try await send(method, path, body, as: "second admin")
                #expect(second.status == (path == "/api/filters" && method == "GET" ? 200 : 400))
            }
        }

        @Test func pathsAreNumbers() async throws {
            #expect(try await send("GET", "/api/filters/x").isError(404, "Not Found"))
            #expect(try await send("GET", "/api/filters/-1").isError(404, "Not Found"))
            #expect(try await send("PATCH", "/api/filters/1", "{}").status == 405)
            let huge = "99999999999999999999"
            #expect(
                try await send("GET", "/api/filters/\(huge)").isError(400, "Filter id \(huge) not found"))
            #expect(try await send("GET", "/api/filters/0099").isError(400, "Filter id 99 not found"))
            #expect(
                try await send("GET", "/api/filters?active=maybe").isError(
                    400, "ValueError: active must be true or false"))
            #expect(
                try await send("GET", "/api/filters?group_id=a").isError(
                    400, "ValueError: group_id must be an integer"))
        }

        @Test(arguments: [
            ("", "JSONDecodeError: Expecting value: line 1 column 1 (char 0)"),
            ("[]", "TypeError: the body must be a JSON object"),
            (
                "{}",
                "ValidationError: 3 validation errors for Filter\nfilter_id\n  field required (type=value_error.missing)\n"
                    + "group_id\n  field required (type=value_error.missing)\ncatalog\n  field required (type=value_error.missing)"
            ),
            (
                #"{"filter_id": 0, "group_id": "x", "catalog": 5, "permissions": [1, "y"], "active": "maybe", "autosave": "maybe", "auto_followup": true, "update_annotations": null}"#,
                """
                ValidationError: 9 validation errors for Filter
                filter_id
                  ensure this value is greater than or equal to 1 (type=value_error.number.not_ge; limit_value=1)
                group_id
                  value is not a valid integer (type=type_error.integer)
                catalog
                  str type expected (type=type_error.str)
                permissions -> 1
                  value is not a valid integer (type=type_error.integer)
                active
                  value could not be parsed to a boolean (type=type_error.bool)
                autosave
                  value could not be parsed to a boolean (type=type_error.bool)
                autosave
                  value is not a valid dict (type=type_error.dict)
                auto_followup
                  value is not a valid dict (type=type_error.dict)
                update_annotations
                  none is not an allowed value (type=type_error.none.not_allowed)
                """
            ),
            (
                #"{"filter_id": 2, "group_id": 1, "catalog": "ZTF_alerts"}"#,
                "ValidationError: 1 validation error for FilterVersion\npipeline\n  field required (type=value_error.missing)"
            ),
        ]) func bodiesAreChecked(body: String, message: String) async throws {
            let reply = try await post(body)
            #expect(reply.isError(400, message), "\(reply.text)")
        }

        private static func version(_ reason: String, _ type: String = "value_error") -> String {
            "ValidationError: 1 validation error for FilterVersion\n__root__\n  \(reason) (type=\(type))"
        }

        @Test(arguments: [
            ("[]", version("pipeline must contain at least one stage")),
            (#""[]""#, version("pipeline must contain at least one stage")),
            ("5", version("pipeline must be an array of stages, or a string of one")),
            (#"{"$match": {}}"#, version("pipeline must be an array of stages, or a string of one")),
            ("[5]", version("pipeline.0 must be an object that names a stage")),
            (#""nothing""#, version("Expecting value: line 1 column 1 (char 0)", "value_error.jsondecode")),
            (
                #""[{\"$match\": ""#,
                version("Expecting value: line 1 column 13 (char 12)", "value_error.jsondecode")
            ),
            (#"[{"$lookup": {}}]"#, version("pipeline uses forbidden stages: {'$lookup'}")),
            (#"[{"$match": {}}, {"$out": "x"}]"#, version("pipeline uses forbidden stages: {'$out'}")),
            (
                #"[{"$merge": "x"}, {"$unionWith": "users"}]"#,
                version("pipeline uses forbidden stages: {'$merge', '$unionWith'}")
            ),
            (
                #"[{"$facet": {"a": [{"$lookup": {"from": "users", "as": "x", "pipeline": []}}]}}]"#,
                version("pipeline uses forbidden stages: {'$lookup'}")
            ),
            (
                #""[{'$facet': {'a': [{'$unionWith': 'users'}]}}]""#,
                version("pipeline uses forbidden stages: {'$unionWith'}")
            ),
        ]) func stagesAreChecked(pipeline: String, message: String) async throws {
            let reply = try await post(
                #"{"filter_id": 3, "group_id": 1, "catalog": "ZTF_alerts", "pipeline": \#(pipeline)}"#)
            #expect(reply.isError(400, message), "\(reply.text)")
        }

        @Test(arguments: [
            #"[{"$graphLookup": {"from": "users", "startWith": "$_id", "connectFromField": "_id", "connectToField": "_id", "as": "x"}}]"#,
            #"[{"$match": {"$where": "true"}}]"#, #"[{"$matc": {}}]"#, #"[{"$match": {}, "$limit": 1}]"#,
            #"[{"$set": {"x": {"$function": {"body": "function() {}", "args": [], "lang": "js"}}}}]"#,
            #"[{"$match": {"$expr": {"$in": [1, "$$item"]}}}]"#, #"[{"$currentOp": {}}]"#,
        ]) func whatUsersMayNotRunFiltersMayNot(pipeline: String) async throws {
            let reply = try await post(
                #"{"filter_id": 4, "group_id": 1, "catalog": "ZTF_alerts", "permissions": [1, 2, 3], "pipeline": \#(pipeline)}"#
            )
            #expect(reply.status == 400, "\(reply.text)")
            #expect(try await send("GET", "/api/filters/4").isError(400, "Filter id 4 not found"))
        }

        /// The database's own text where the last alert shows a fault.
        @Test func stagesAreTriedOnTheLastAlert() async throws {
            // The last one is of program 2.
            let fault = #"[{"$set": {"x": {"$divide": [1, {"$subtract": ["$candidate.programid", 2]}]}}}]"#
            func body(_ permissions: String) -> String {
                #"{"filter_id": 5, "group_id": 1, "catalog": "ZTF_alerts", "permissions": \#(permissions), "pipeline": \#(fault)}"#
            }
            let reply = try await post(body("[2]"))
            #expect(reply.status == 400)
            #expect(reply.message?.contains("can't $divide by zero") == true, "\(reply.text)")
            // A filter that may not see it is not tried on it.
            #expect(try await post(body("[1]")).status == 200)
        }

        @Test func emptyAndUnknownCollections() async throws {
            for (index, catalog) in ["TURBO_alerts", "no_such", "empty"].enumerated() {
                let reply = try await post(Self.body(20 + index, catalog: catalog))
                let warning =
                    "WARNING: No documents in \(catalog) collection, cannot properly test pipeline for filter id \(20 + index)"
                #expect(reply.status == 200)
                #expect(
                    reply.message?.hasPrefix(warning + "\nsaved new filter version: ") == true,
                    "\(reply.text)")
            }
            let stars = try await post(Self.body(23, catalog: "stars"))
            #expect(stars.status == 400 && stars.message?.hasPrefix("catalog stars has no alerts") == true)
            for catalog in ["users", "filters", "system.views", "$x", ""] {
                #expect(try await post(Self.body(23, catalog: catalog)).status == 400)
            }
            // What cannot be tried is not done.
            let action = #", "autosave": {"active": true, "pipeline": [{"$match": {}}]}"#
            let reply = try await post(Self.body(24, action, catalog: "TURBO_alerts"))
            #expect(
                reply.isError(400, "Cannot test autosave pipeline: no documents in TURBO_alerts collection"))
            let change = try await patch(
                #"{"filter_id": 20, "auto_followup": {"pipeline": [{"$match": {}}]}}"#)
            #expect(
                change.isError(
                    400, "Cannot test auto_followup pipeline: no documents in TURBO_alerts collection"))
        }

        @Test(arguments: [
            (
                #""auto_followup": {"active": true}"#,
                "Cannot setup auto_followup without autosave enabled"
            ),
            (
                #""autosave": {"active": false}, "auto_followup": {"active": true}"#,
                "Cannot setup auto_followup without autosave enabled"
            ),
            (#""autosave": {}, "auto_followup": {"active": true}"#, "KeyError: 'active'"),
            (#""autosave": {"activ": true}"#, "Cannot test autosave pipeline: invalid keys"),
            (
                #""autosave": true, "auto_followup": {"priority": 1}"#,
                "Cannot test auto_followup pipeline: invalid keys"
            ),
            (
                #""autosave": true, "auto_followup": {"active": true}"#,
                "Cannot test auto_followup pipeline: no pipeline specified"
            ),
            (
                #""autosave": true, "auto_followup": {"pipeline": [{"$match": {}}], "priority_order": "up"}"#,
                "Invalid priority_order specified for auto_followup: up"
            ),
            (
                #""autosave": true, "auto_followup": {"pipeline": [{"$match": {}}], "priority_order": null}"#,
                "Invalid priority_order specified for auto_followup: None"
            ),
            (
                #""autosave": true, "auto_followup": {"pipeline": [{"$match": {}}], "priority_order": "asc"}"#,
                "KeyError: 'allocation_id'"
            ),
            (
                #""autosave": {"pipeline": [{"$lookup": {}}]}"#,
                "Cannot test autosave pipeline: pipeline uses forbidden stages: {'$lookup'}"
            ),
            (
                #""autosave": {"pipeline": null}"#,
                "Cannot test autosave pipeline: pipeline must be an array of stages, or a string of one"
            ),
            (
                #""autosave": {"comment": 5}"#, "Cannot add new filter: autosave.comment must be a string"
            ),
            (
                #""autosave": {"ignore_group_ids": ["x"]}"#,
                "Cannot add new filter: autosave.ignore_group_ids must be a list of integers"
            ),
            (
                #""autosave": true, "auto_followup": {"radius": "0.5", "pipeline": [{"$match": {}}]}"#,
                "Cannot add new filter: auto_followup.radius must be a number"
            ),
        ]) func actionsOfNewFiltersAreChecked(fields: String, message: String) async throws {
            let reply = try await post(Self.body(6, ", \(fields)"))
            #expect(reply.isError(400, message), "\(reply.text)")
        }

        @Test func changesAreChecked() async throws {
            #expect(try await post(Self.body(7)).status == 200)
            let cases = [
                (
                    #""active_fid": "somerandomfid""#,
                    "ValueError: Cannot set active_fid to somerandomfid: filter version fid not in filter.fv"
                ),
                (
                    #""active_fid": 5"#,
                    "ValueError: Cannot set active_fid to 5: filter version fid not in filter.fv"
                ),
                (#""autosave": {"x": 1}"#, "Cannot update filter id 7: autosave contains invalid keys"),
                (
                    #""auto_followup": {"x": 1}"#,
                    "Cannot update filter id 7: auto_followup contains invalid keys"
                ),
                (
                    #""autosave": {"saver_id": "x"}"#,
                    "Cannot update filter id 7: autosave.saver_id must be an integer"
                ),
                (
                    #""auto_followup": {"payload": []}"#,
                    "Cannot update filter id 7: auto_followup.payload must be an object"
                ),
                (#""auto_followup": {"priority_order": "asc"}"#, "KeyError: 'allocation_id'"),
                (#""autosave": "yes""#, "AttributeError: 'str' object has no attribute 'get'"),
                (#""autosave": []"#, "AttributeError: 'list' object has no attribute 'get'"),
                (#""auto_followup": true"#, "AttributeError: 'bool' object has no attribute 'get'"),
                (
                    #""autosave": {"pipeline": []}"#,
                    "Cannot update filter id 7: autosave pipeline is invalid: pipeline must contain at least one stage"
                ),
                (
                    #""autosave": {"pipeline": [{"$lookup": {}}]}"#,
                    "Cannot update filter id 7: autosave pipeline is invalid: pipeline uses forbidden stages: {'$lookup'}"
                ),
                (
                    #""active": "maybe""#,
                    "ValidationError: 1 validation error for Filter\nactive\n  value could not be parsed to a boolean (type=type_error.bool)"
                ),
            ]
            for (fields, message) in cases {
                let reply = try await patch(#"{"filter_id": 7, \#(fields)}"#)
                #expect(reply.isError(400, message), "\(reply.text)")
            }
            for (id, shown) in [("70000", "70000"), (#""7""#, "7"), ("null", "None"), ("true", "True")] {
                let reply = try await patch(#"{"filter_id": \#(id), "active": false}"#)
                #expect(reply.isError(400, "Filter id \(shown) not found"), "\(reply.text)")
            }
            #expect(try await patch("{}").isError(400, "Filter id None not found"))
            // Without a pipeline there is nothing to try.
            let reply = try await patch(#"{"filter_id": 7, "auto_followup": {"active": true}}"#)
            #expect(reply.data?.document?.document(at: "auto_followup") == ["active": true], "\(reply.text)")
        }

        @Test func prioritiesOfAnAllocationHaveOneOrder() async throws {
            func action(_ allocation: String, _ order: String) -> String {
                #""auto_followup": {"active": true, "allocation_id": \#(allocation), "priority_order": "\#(order)", "pipeline": [{"$match": {}}]}"#
            }
            let first = try await post(Self.body(8, #", "autosave": true, \#(action("77", "desc"))"#))
            #expect(first.status == 200, "\(first.text)")
            let unexpected =
                "filters with the same allocation have priority_order set to a different value, which is unexpected"
            for allocation in ["77", #""77""#] {
                let second = try await post(
                    Self.body(9, #", "autosave": true, \#(action(allocation, "asc"))"#))
                #expect(
                    second.isError(400, "Cannot add new filter with auto_followup: existing \(unexpected)"),
                    "\(second.text)")
            }
            #expect(
                try await post(Self.body(9, #", "autosave": true, \#(action("78", "asc"))"#)).status == 200)
            let change = try await patch(#"{"filter_id": 9, \#(action("77", "asc"))}"#)
            #expect(
                change.isError(400, "Cannot update filter id 9: auto_followup, \(unexpected)"),
                "\(change.text)")
            #expect(try await patch(#"{"filter_id": 9, \#(action("77", "desc"))}"#).status == 200)
        }

        /// Two versions that are saved at once are both there.
        @Test func nothingIsLostWhenManySaveAtOnce() async throws {
            let replies = try await withThrowingTaskGroup { group in
                for number in 0..<24 {
                    // Two filters of one number, each of a group of its own.
                    let body = Self.body(30).replacing(
                        #""group_id": 1"#, with: #""group_id": \#(number % 2 + 1)"#)
                    group.addTask { try await post(body) }
                }
                return try await group.reduce(into: [Reply]()) { $0.append($1) }
            }
            let saved = replies.compactMap { $0.data?.document?.string(at: "fid") }
            #expect(saved.count == 24 && Set(saved).count == 24)
            let list = try await send("GET", "/api/filters")
            let filters = list.documents.filter { $0.int64(at: "filter_id") == 30 }
            #expect(filters.compactMap { $0.int64(at: "group_id") } == [1, 2])
            #expect(filters.allSatisfy { $0.array(at: "fv")?.count == 12 })
            let stored = filters.flatMap { $0.documents(at: "fv").compactMap { $0.string(at: "fid") } }
            #expect(Set(stored) == Set(saved))
        }

        @Test(arguments: [
            ("{}", "At least one of object_ids, start_date, or end_date is required"),
            (
                #"{"object_ids": null, "max_time_ms": 5}"#,
                "At least one of object_ids, start_date, or end_date is required"
            ),
            (#"{"object_ids": []}"#, "At least one of object_ids, start_date, or end_date is required"),
            (#"{"object_ids": "ZTF"}"#, "object_ids must be a list if provided"),
            (
                #"{"object_ids": [\#(repeatElement("\"x\"", count: 1001).joined(separator: ","))]}"#,
                "object_ids list must have 1000 or fewer elements"
            ),
            (#"{"object_ids": ["a", {"$gt": ""}]}"#, "object_ids.1 must be a string"),
            (
                #"{"start_date": 2460000.5}"#,
                "start_date and end_date must both be provided if either is provided"
            ),
            (
                #"{"object_ids": ["A"], "end_date": 2460000.5}"#,
                "start_date and end_date must both be provided if either is provided"
            ),
            (#"{"start_date": 2460000, "end_date": 2460000.5}"#, "start_date must be a float or a string"),
            (#"{"start_date": 2460000.5, "end_date": true}"#, "end_date must be a float or a string"),
            (#"{"start_date": NaN, "end_date": 2460000.5}"#, "failure: start_date must be finite"),
            (
                #"{"start_date": "x", "end_date": "y"}"#,
                "failure: start_date must be of the form 2026-01-31T23:59:59.123"
            ),
            (
                #"{"start_date": 2460000.5, "end_date": 2460001.6}"#,
                "start_date and end_date must be within 1 day of each other if object_ids is not provided"
            ),
            (
                #"{"start_date": "2026-01-01", "end_date": "2026-01-02T00:00:00.1"}"#,
                "start_date and end_date must be within 1 day of each other if object_ids is not provided"
            ),
            (
                #"{"object_ids": ["A"], "max_time_ms": 300001}"#,
                "max_time_ms must be less than 5 minutes (in ms: 300000)"
            ),
            (#"{"object_ids": ["A"], "max_time_ms": "1"}"#, "failure: max_time_ms must be int >= 1"),
            (#"{"object_ids": ["A"], "max_time_ms": 0}"#, "failure: max_time_ms must be int >= 1"),
            (#"{"object_ids": ["A"]}"#, "Filter id 40 not found"),
        ]) func runsAreChecked(body: String, message: String) async throws {
            let reply = try await send("POST", "/api/filters/40/test", body)
            #expect(reply.isError(400, message), "\(reply.text)")
        }

        @Test func runsAreOfAVersion() async throws {
            let fid = try #require(try await post(Self.body(41)).data?.document?.string(at: "fid"))
            let nothing = #"[{"$match": {"candidate.magpsf": {"$gt": 1e9}}}]"#
            let second = try await post(Self.body(41).replacing(Self.match, with: nothing))
            #expect(second.status == 200)
            // The last version, not the active one.
            #expect(try await patch(#"{"filter_id": 41, "active_fid": "\#(fid)"}"#).status == 200)
            let last = try await send("POST", "/api/filters/41/test", #"{"object_ids": ["A"]}"#)
            #expect(last.text == #"{"status":"success","message":"filter test successful","data":[]}"#)
            let first = try await send(
                "POST", "/api/filters/41/test", #"{"object_ids": ["A"], "filter_version": "\#(fid)"}"#)
            #expect(first.documents.compactMap { $0.int64(at: "_id") }.sorted() == [1, 2, 3])
            #expect(!first.documents.contains { $0.exists(at: "cutoutScience") || $0.exists(at: "aux") })
            // The light curve has points of all programs, all of them earlier than the alerts, but none within a year.
            #expect(first.documents.allSatisfy { $0["prv_candidates"] == [] })
            let unknown = try await send(
                "POST", "/api/filters/41/test", #"{"object_ids": ["A"], "filter_version": "xxxxxx"}"#)
            #expect(unknown.isError(400, "Filter version xxxxxx not found"))
            let slow = try await post(
                Self.body(42).replacing(
                    Self.match,
                    with:
                        #"[{"$match": {"$expr": {"$gt": [{"$sum": {"$map": {"input": {"$range": [0, 2000]}, "in": {"$sum": {"$range": [0, {"$add": ["$_id", 8000]}]}}}}}, 0]}}}]"#
                ))
            #expect(slow.status == 200, "\(slow.text)")
            let late = try await send(
                "POST", "/api/filters/42/test", #"{"object_ids": ["A"], "max_time_ms": 50}"#)
            #expect(late.isError(400, "failure: operation exceeded time limit"), "\(late.text)")
        }

        @Test func filtersWithoutVersionsAreSaid() async throws {
            _ = try await RunningAPI.current.database.insert(
                "filters", [["filter_id": 43, "group_id": 1, "catalog": "ZTF_alerts", "fv": []]])
            let reply = try await send("POST", "/api/filters/43/test", #"{"object_ids": ["A"]}"#)
            #expect(reply.isError(400, "Filter id 43 has no versions"))
            // What an older Kowalski did not write has its default.
            let read = try #require(try await send("GET", "/api/filters/43").data?.document)
            #expect(read["active"] == .bool(true) && read["active_fid"] == .null && read["permissions"] == [])
        }
    }
}
