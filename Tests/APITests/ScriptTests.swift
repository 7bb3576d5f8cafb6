import Testing

extension Conformance {
    /// JavaScript, which nobody may run on the server.
    @Suite struct ScriptTests {
        private static let function =
            #"{"$function": {"body": "function() { return true }", "args": [], "lang": "js"}}"#
        private static let accumulator =
            #"{"$accumulator": {"init": "function() {}", "accumulate": "function() {}", "accumulateArgs": [], "merge": "function() {}", "lang": "js"}}"#

        /// JavaScript at any depth, for everybody.
        @Test(arguments: [
            #"{"$where": "true"}"#, #"{"$and": [{"$or": [{"$where": "true"}]}]}"#,
            #"{"$nor": [{"$where": "sleep(1)"}]}"#,
            #"{"$where": {"$code": "true"}}"#, #"{"$expr": \#(function)}"#,
            #"{"$and": [{"$expr": {"$and": [true, {"$not": [\#(function)]}]}}]}"#,
            #"{"group": {"$code": "1"}}"#, #"{"group": {"$code": "1", "$scope": {}}}"#,
            #"{"group": {"$in": [1, {"$code": "1"}]}}"#,
            #"{"$expr": {"$_internalJsEmit": {"eval": "function() {}", "this": "$$ROOT"}}}"#,
            #"{"$_internalExprEq": 1}"#,
        ]) func javaScriptIsRefusedInFilters(filter: String) async throws {
            let api = try RunningAPI.current
            for user in ["admin", "reader"] {
                for type in ["find", "find_one", "count_documents"] {
                    let reply = try await api.ask(
                        type, #"{"catalog": "stars", "filter": \#(filter)}"#, as: user)
                    #expect(reply.status == 400)
                    #expect(reply.message?.hasPrefix("ValueError: filter") == true, "\(reply.text)")
                    #expect(reply.message?.hasSuffix("which is not allowed") == true, "\(reply.text)")
                }
                let reply = try await api.ask(
                    "aggregate", #"{"catalog": "stars", "pipeline": [{"$match": \#(filter)}]}"#, as: user)
                #expect(reply.message?.hasSuffix("which is not allowed") == true, "\(reply.text)")
                let facet = #"[{"$limit": 1}, {"$facet": {"a": [{"$match": \#(filter)}]}}]"#
                let inner = try await api.ask(
                    "aggregate", #"{"catalog": "stars", "pipeline": \#(facet)}"#, as: user)
                #expect(inner.message?.hasSuffix("which is not allowed") == true, "\(inner.text)")
            }
        }

        @Test(arguments: [
            #"{"$project": {"x": \#(function)}}"#, #"{"$set": {"x": {"y": {"$add": [1, \#(function)]}}}}"#,
            #"{"$group": {"_id": 1, "x": \#(accumulator)}}"#, #"{"$group": {"_id": \#(function)}}"#,
            #"{"$bucket": {"groupBy": "$group", "boundaries": [0, 9], "output": {"x": \#(accumulator)}}}"#,
            #"{"$redact": \#(function)}"#, #"{"$replaceWith": {"x": \#(function)}}"#,
            #"{"$group": {"_id": 1, "x": {"$_internalJsReduce": {"eval": "function() {}", "data": {}}}}}"#,
            #"{"$project": {"x": {"$_internalJsEmit": {"eval": "function() {}", "this": "$$ROOT"}}}}"#,
            #"{"$facet": {"a": [{"$project": {"x": \#(function)}}]}}"#,
        ]) func javaScriptIsRefusedInStages(stage: String) async throws {
            for user in ["admin", "reader"] {
                let reply = try await RunningAPI.current.ask(
                    "aggregate", #"{"catalog": "stars", "pipeline": [\#(stage)]}"#, as: user)
                #expect(reply.status == 400)
                #expect(reply.message?.hasPrefix("ValueError: pipeline.0") == true, "\(reply.text)")
            }
        }

        @Test(arguments: [
            #"{"x": \#(function)}"#, #"{"x": {"$_internalJsEmit": {}}}"#, #"{"x": {"$where": "1"}}"#,
        ])
        func javaScriptIsRefusedInProjectionsAndSorts(projection: String) async throws {
            let api = try RunningAPI.current
            for type in ["find", "find_one"] {
                let reply = try await api.ask(
                    type, #"{"catalog": "stars", "filter": {}, "projection": \#(projection)}"#, as: "reader")
                #expect(reply.message?.hasPrefix("ValueError: projection") == true, "\(reply.text)")
                for name in ["sort", "hint"] {
                    let sort = try await api.ask(
                        type, #"{"catalog": "stars", "filter": {}}"#, #"{"\#(name)": \#(projection)}"#,
                        as: "reader")
                    #expect(sort.status == 400)
                    #expect(sort.message?.hasPrefix("ValueError: kwargs.\(name)") == true, "\(sort.text)")
                }
            }
        }
    }
}
