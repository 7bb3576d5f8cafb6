import Documents
import Testing

extension Conformance {
    /// What of filters is not saved, not changed and not run, and what is said of it.
    @Suite struct FilterRefusalTests {
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
            let reply = try await FilterTests.post(body)
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
            let reply = try await FilterTests.post(
                #"{"filter_id": 3, "group_id": 1, "catalog": "ZTF_alerts", "pipeline": \#(pipeline)}"#)
            #expect(reply.isError(400, message), "\(reply.text)")
        }

        @Test(arguments: [
            #"[{"$graphLookup": {"from": "users", "startWith": "$_id", "connectFromField": "_id", "connectToField": "_id", "as": "x"}}]"#,
            #"[{"$match": {"$where": "true"}}]"#, #"[{"$matc": {}}]"#, #"[{"$match": {}, "$limit": 1}]"#,
            #"[{"$set": {"x": {"$function": {"body": "function() {}", "args": [], "lang": "js"}}}}]"#,
            #"[{"$match": {"$expr": {"$in": [1, "$$item"]}}}]"#, #"[{"$currentOp": {}}]"#,
        ]) func whatUsersMayNotRunFiltersMayNot(pipeline: String) async throws {
            let reply = try await FilterTests.post(
                #"{"filter_id": 4, "group_id": 1, "catalog": "ZTF_alerts", "permissions": [1, 2, 3], "pipeline": \#(pipeline)}"#
            )
            #expect(reply.status == 400, "\(reply.text)")
            #expect(try await FilterTests.send("GET", "/api/filters/4").isError(400, "Filter id 4 not found"))
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
                #""autosave": true, "auto_followup": {"radius": "wide", "pipeline": [{"$match": {}}]}"#,
                "Cannot add new filter: auto_followup.radius must be a number"
            ),
        ]) func actionsOfNewFiltersAreChecked(fields: String, message: String) async throws {
            let reply = try await FilterTests.post(FilterTests.body(6, ", \(fields)"))
            #expect(reply.isError(400, message), "\(reply.text)")
        }

        @Test func changesAreChecked() async throws {
            #expect(try await FilterTests.post(FilterTests.body(7)).status == 200)
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
                let reply = try await FilterTests.patch(#"{"filter_id": 7, \#(fields)}"#)
                #expect(reply.isError(400, message), "\(reply.text)")
            }
            for (id, shown) in [("70000", "70000"), (#""7""#, "7"), ("null", "None"), ("true", "True")] {
                let reply = try await FilterTests.patch(#"{"filter_id": \#(id), "active": false}"#)
                #expect(reply.isError(400, "Filter id \(shown) not found"), "\(reply.text)")
            }
            #expect(try await FilterTests.patch("{}").isError(400, "Filter id None not found"))
            // Without a pipeline there is nothing to try.
            let reply = try await FilterTests.patch(#"{"filter_id": 7, "auto_followup": {"active": true}}"#)
            #expect(reply.data?.document?.document(at: "auto_followup") == ["active": true], "\(reply.text)")
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
            let reply = try await FilterTests.send("POST", "/api/filters/40/test", body)
            #expect(reply.isError(400, message), "\(reply.text)")
        }
    }
}
