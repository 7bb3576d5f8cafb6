import Documents
import Mongo
import Testing

@testable import Archive

/// What of MongoDB's language is refused, and what is not, wherever it stands.
@Suite struct QueryRulesTests {
    private static let user = User(name: "ada", programs: [1], isAdmin: false)
    private static let admin = User(name: "admin", programs: [], isAdmin: true)

    private func document(_ json: String) throws -> Document { try ExtendedJSON.document(from: json) }

    private func check(pipeline json: String, for user: User = user) throws {
        let body = try document(#"{"pipeline": \#(json)}"#)
        try QueryRules.check(body.array(at: "pipeline")?.compactMap(\.document) ?? [], for: user)
    }

    private func isRefused(_ name: String, _ attempt: () throws -> Void) -> Bool {
        do {
            try attempt()
            return false
        } catch let error as RequestError {
            return error.reason.contains(name)
        } catch { return false }
    }

    /// Ways to put a filter somewhere; none lets through what is refused at the top.
    private static let filterPlaces = [
        "FILTER", #"{"$and": [{"a": 1}, FILTER]}"#, #"{"$or": [FILTER]}"#, #"{"$nor": [{"$and": [FILTER]}]}"#,
    ]
    /// And a pipeline's filters.
    private static let matches = [
        #"[{"$match": FILTER}]"#, #"[{"$facet": {"a": [{"$match": FILTER}]}}]"#,
        #"[{"$lookup": {"from": "stars", "pipeline": [{"$match": FILTER}], "as": "x"}}]"#,
        #"[{"$lookup": {"from": "stars", "as": "x", "pipeline": [{"$facet": {"a": [{"$lookup": {"from": "stars", "as": "y", "pipeline": [{"$match": FILTER}]}}]}}]}}]"#,
        #"[{"$graphLookup": {"from": "stars", "startWith": 1, "connectFromField": "a", "connectToField": "b", "as": "x", "restrictSearchWithMatch": FILTER}}]"#,
        #"[{"$geoNear": {"near": [0, 0], "distanceField": "d", "query": FILTER}}]"#,
    ]

    @Test(arguments: [
        ("$where", #"{"$where": "true"}"#), ("$where", #"{"a": {"$where": "true"}}"#),
        ("$where", #"{"a": {"$elemMatch": {"$where": "true"}}}"#),
        ("$where", #"{"a": {"$elemMatch": {"$or": [{"$where": "true"}]}}}"#),
        ("$where", #"{"a": {"$not": {"$where": "true"}}}"#),
        ("$where", #"{"a": {"$all": [{"$elemMatch": {"$where": 1}}]}}"#),
        ("$where", #"{"a": {"b": {"$where": 1}}}"#), ("$where", #"{"a": {"$eq": {"$where": 1}}}"#),
        ("$where", #"{"a": {"$in": [1, {"$where": 1}]}}"#),
        ("JavaScript", #"{"a": {"$code": "1"}}"#),
        ("JavaScript", #"{"a": [{"b": {"$code": "1", "$scope": {}}}]}"#),
        ("JavaScript", #"{"$comment": {"$code": "1"}}"#),
        ("$expr", #"{"a": {"$elemMatch": {"$expr": true}}}"#),
        ("$function", #"{"$expr": {"$function": {"body": "f", "args": [], "lang": "js"}}}"#),
        (
            "$function",
            #"{"$expr": {"$and": [true, {"$cond": {"if": true, "then": {"$function": {}}, "else": 1}}]}}"#
        ),
        ("$accumulator", #"{"$expr": {"$accumulator": {}}}"#),
        ("$_internalExprEq", #"{"a": {"$_internalExprEq": 1}}"#),
        ("$_internalBucketGeoWithin", #"{"$_internalBucketGeoWithin": {}}"#),
        ("$_internalJsEmit", #"{"$expr": {"$_internalJsEmit": {}}}"#),
        ("$$USER_ROLES", #"{"$expr": {"$eq": ["$$USER_ROLES", 1]}}"#),
        ("$$JS_SCOPE", #"{"$expr": {"$eq": ["$$JS_SCOPE.x", 1]}}"#),
        ("$$SEARCH_META", #"{"$expr": "$$SEARCH_META"}"#),
        ("$alwaysTrue", #"{"$alwaysTrue": 1}"#), ("$encStrContains", #"{"$expr": {"$encStrContains": {}}}"#),
        ("$nothing", #"{"$nothing": 1}"#), ("$nothing", #"{"a": {"$gt": 1, "$nothing": 1}}"#),
        ("$nothing", #"{"a": {"$geoWithin": {"$nothing": []}}}"#), ("$where", #"{"$text": {"$where": "x"}}"#),
        ("$query", #"{"$query": {}, "$orderby": {"a": 1}}"#),
    ]) func filtersAreRefused(name: String, filter: String) throws {
        for place in Self.filterPlaces {
            let filter = place.replacing("FILTER", with: filter)
            let parsed = try document(filter)
            #expect(isRefused(name) { try QueryRules.check(filter: parsed, at: "filter") }, "\(filter)")
            for match in Self.matches {
                let pipeline = match.replacing("FILTER", with: filter)
                for user in [Self.user, Self.admin] {
                    #expect(isRefused(name) { try check(pipeline: pipeline, for: user) }, "\(pipeline)")
                }
            }
        }
    }

    /// Ways to put an expression somewhere.
    @Test(arguments: [
        #"[{"$set": {"a": {"b": [EXPR]}}}]"#, #"[{"$project": {"a": EXPR}}]"#,
        #"[{"$project": {"a": {"b": EXPR}}}]"#,
        #"[{"$addFields": {"a": {"$map": {"input": "$x", "in": EXPR}}}}]"#,
        #"[{"$set": {"a": {"$filter": {"input": "$x", "cond": EXPR}}}}]"#,
        #"[{"$set": {"a": {"$reduce": {"input": "$x", "initialValue": EXPR, "in": 1}}}}]"#,
        #"[{"$set": {"a": {"$let": {"vars": {"v": EXPR}, "in": 1}}}}]"#,
        #"[{"$set": {"a": {"$switch": {"branches": [{"case": true, "then": EXPR}]}}}}]"#,
        #"[{"$set": {"a": {"$setField": {"field": "a", "input": "$$ROOT", "value": EXPR}}}}]"#,
        #"[{"$set": {"a": {"$getField": {"field": "$x", "input": EXPR}}}}]"#,
        #"[{"$group": {"_id": EXPR}}]"#, #"[{"$group": {"_id": 1, "a": {"$sum": EXPR}}}]"#,
        #"[{"$group": {"_id": 1, "a": {"$topN": {"n": 1, "sortBy": {"a": 1}, "output": EXPR}}}}]"#,
        #"[{"$bucket": {"groupBy": EXPR, "boundaries": [0, 1]}}]"#,
        #"[{"$bucket": {"groupBy": 1, "boundaries": [0, 1], "output": {"a": {"$push": EXPR}}}}]"#,
        #"[{"$bucketAuto": {"groupBy": 1, "buckets": 2, "output": {"a": {"$push": EXPR}}}}]"#,
        #"[{"$setWindowFields": {"partitionBy": EXPR, "output": {}}}]"#,
        #"[{"$setWindowFields": {"output": {"a": {"$sum": EXPR, "window": {}}}}}]"#,
        #"[{"$sortByCount": EXPR}]"#, #"[{"$redact": EXPR}]"#, #"[{"$replaceRoot": {"newRoot": EXPR}}]"#,
        #"[{"$replaceWith": EXPR}]"#, #"[{"$fill": {"output": {"a": {"value": EXPR}}}}]"#,
        #"[{"$fill": {"partitionBy": EXPR, "output": {}}}]"#,
        #"[{"$lookup": {"from": "stars", "let": {"a": EXPR}, "pipeline": [], "as": "x"}}]"#,
        #"[{"$graphLookup": {"from": "stars", "startWith": EXPR, "connectFromField": "a", "connectToField": "b", "as": "x"}}]"#,
        #"[{"$geoNear": {"near": EXPR, "distanceField": "d"}}]"#, #"[{"$limit": EXPR}]"#,
        #"[{"$sample": {"size": EXPR}}]"#,
        #"[{"$densify": {"field": "a", "range": {"step": EXPR, "bounds": "full"}}}]"#,
        #"[{"$match": {"$expr": EXPR}}]"#, #"[{"$sort": {"a": EXPR}}]"#, #"[{"$unwind": EXPR}]"#,
        #"[{"$count": EXPR}]"#,
    ]) func expressionsAreRefused(place: String) throws {
        for (name, expression) in [
            ("$function", #"{"$function": {"body": "f", "args": [], "lang": "js"}}"#),
            ("$accumulator", #"{"$accumulator": {}}"#),
            ("$where", #"{"$where": "1"}"#), ("JavaScript", #"{"$code": "1"}"#),
            ("$$USER_ROLES", #""$$USER_ROLES""#),
            ("$_internalFieldInObject", #"{"$_internalFieldInObject": []}"#),
            ("recordId", #"{"$meta": "recordId"}"#),
            ("$function", #"{"$not": [{"$eq": [1, {"$function": {}}]}]}"#), ("$nothing", #"{"$nothing": 1}"#),
        ] {
            let pipeline = place.replacing("EXPR", with: expression)
            #expect(isRefused(name) { try check(pipeline: pipeline) }, "\(pipeline)")
        }
    }

    @Test(arguments: [
        #"{"$out": "x"}"#, #"{"$merge": {"into": "x"}}"#, #"{"$unionWith": "stars"}"#,
        #"{"$unionWith": {"coll": "stars", "pipeline": []}}"#, #"{"$currentOp": {}}"#, #"{"$collStats": {}}"#,
        #"{"$indexStats": {}}"#, #"{"$planCacheStats": {}}"#, #"{"$listSessions": {}}"#,
        #"{"$listLocalSessions": {}}"#,
        #"{"$changeStream": {}}"#, #"{"$changeStreamSplitLargeEvent": {}}"#, #"{"$documents": []}"#,
        #"{"$search": {}}"#,
        #"{"$searchMeta": {}}"#, #"{"$vectorSearch": {}}"#, #"{"$listSearchIndexes": {}}"#,
        #"{"$listClusterCatalog": {}}"#,
        #"{"$_internalInhibitOptimization": {}}"#, #"{"$mergeCursors": {}}"#, #"{"$queryStats": {}}"#,
        #"{"$shardedDataDistribution": {}}"#, #"{"$operationMetrics": {}}"#, #"{"$queue": []}"#,
        #"{"$nothing": 1}"#,
    ]) func stagesAreRefused(stage: String) throws {
        let name = String(stage.dropFirst(2).prefix { $0 != "\"" })
        for place in [
            "[STAGE]", #"[{"$match": {}}, STAGE]"#, #"[{"$facet": {"a": [{"$match": {}}], "b": [STAGE]}}]"#,
            #"[{"$lookup": {"from": "stars", "pipeline": [STAGE], "as": "x"}}]"#,
            #"[{"$lookup": {"from": "stars", "localField": "a", "foreignField": "b", "pipeline": [{"$facet": {"a": [STAGE]}}], "as": "x"}}]"#,
        ] {
            let pipeline = place.replacing("STAGE", with: stage)
            for user in [Self.user, Self.admin] {
                #expect(throws: RequestError.invalid("Query", "Pipeline uses forbidden stages: {'\(name)'}"))
                {
                    try check(pipeline: pipeline, for: user)
                }
            }
        }
    }

    /// Joins that are refused also to admins: MongoDB 6.0.5 ends where `from` stands twice.
    @Test func joinsHaveKnownFieldsOnce() throws {
        var twice = DocumentWriter()
        twice.append("from", string: "stars")
        twice.append("from", string: "users")
        twice.append("pipeline", [])
        twice.append("as", string: "x")
        let stages: [Document] = [
            ["$lookup": .document(twice.finish())],
            ["$lookup": ["from": "stars", "pipeline": [], "as": "x", "_internalUnwind": "y"]],
            ["$lookup": ["from": "stars", "as": "x"]],
            ["$lookup": ["from": "stars", "localField": "a", "as": "x"]],
            ["$lookup": ["from": ["db": "local", "coll": "oplog.rs"], "pipeline": [], "as": "x"]],
            ["$lookup": ["pipeline": [], "as": "x"]],
            ["$lookup": ["from": "stars", "pipeline": ["x"], "as": "x"]],
            ["$lookup": ["from": "stars", "let": ["CURRENT": 1], "pipeline": [], "as": "x"]],
            ["$lookup": ["from": "system.views", "pipeline": [], "as": "x"]],
            ["$graphLookup": ["from": ["db": "local", "coll": "oplog.rs"], "startWith": 1]],
            ["$graphLookup": ["from": "stars", "restrictSearchWithMatch": ["x"]]],
        ]
        for stage in stages {
            for user in [Self.user, Self.admin] {
                #expect(throws: RequestError.self, "\(stage)") { try QueryRules.check([stage], for: user) }
            }
        }
    }

    /// MongoDB 6.0.5 ends where the position is put above the path, so that is not sent to it from any place.
    @Test(arguments: [
        ("$a.b", "a"), ("$a.b.c", "a"), ("$a.b.c", "a.b"),
    ]) func positionsAboveTheUnwoundPathAreRefused(path: String, position: String) throws {
        let unwind: Document = ["$unwind": ["path": .string(path), "includeArrayIndex": .string(position)]]
        let refusal = "includeArrayIndex must not be a field in which the path lies that is unwound"
        for (stage, place) in [
            (unwind, "pipeline.0.$unwind"),
            (["$facet": ["x": [.document(unwind)]]], "pipeline.0.$facet.x.0.$unwind"),
            (
                ["$lookup": ["from": "stars", "pipeline": [.document(unwind)], "as": "x"]],
                "pipeline.0.$lookup.pipeline.0.$unwind"
            ),
        ] as [(Document, String)] {
            for user in [Self.user, Self.admin] {
                #expect(throws: RequestError(.value, "\(place).\(refusal)")) {
                    try QueryRules.check([stage], for: user)
                }
            }
        }
        var twice = DocumentWriter()
        twice.append("includeArrayIndex", string: position)
        twice.append("path", string: path)
        twice.append("path", string: "$x")
        twice.append("includeArrayIndex", string: "i")
        #expect(throws: RequestError.self) {
            try QueryRules.check([["$unwind": .document(twice.finish())]], for: Self.user)
        }
    }

    @Test(arguments: [("$a.b", "a.b"), ("$a.b", "a.c"), ("$a", "a.b"), ("$ab.c", "a"), ("$a", "i")])
    func otherPositionsAreAllowed(path: String, position: String) throws {
        try QueryRules.check(
            [["$unwind": ["path": .string(path), "includeArrayIndex": .string(position)]]], for: Self.user)
    }

    @Test(arguments: [
        #"{"a": {"$where": 1}}"#, #"{"$a": 1}"#, #"{"a": {"$elemMatch": {"$where": 1}}}"#,
        #"{"a": {"$elemMatch": {"b": 1}, "$function": 1}}"#, #"{"a": {"b": {"$function": {}}}}"#,
        #"{"a": "$$USER_ROLES"}"#,
        #"{"a": {"$slice": ["$a", {"$function": {}}]}}"#, #"{"a": {"$meta": "recordId"}}"#,
        #"{"a": {"$code": "1"}}"#,
    ]) func projectionsAreRefused(projection: String) throws {
        let projection = try document(projection)
        #expect(throws: RequestError.self) { try QueryRules.check(projection: projection, at: "projection") }
    }

    @Test(arguments: [
        #"{"$where": 1}"#, #"{"a": {"$function": {}}}"#, #"{"a": {"$meta": "recordId"}}"#, #"{"$query": 1}"#,
    ]) func ordersAreRefused(order: String) throws {
        let order = try document(order)
        #expect(throws: RequestError.self) { try QueryRules.check(order: order.view, at: "kwargs.sort") }
    }

    /// What the manual has and only computes.
    @Test(arguments: [
        #"{"a": {"$gt": 1, "$lt": 2, "$ne": null, "$exists": true, "$type": "double"}}"#,
        #"{"a": {"b": 1, "c": [{}]}}"#,
        #"{"a": {"$in": [1, null, {"$oid": "0123456789abcdef01234567"}, {"x": 1}]}}"#,
        #"{"a": {"$not": {"$size": 2}}}"#,
        #"{"a": {"$regex": "^Z", "$options": "i"}}"#,
        #"{"a": {"$not": {"$regularExpression": {"pattern": "x", "options": ""}}}}"#,
        #"{"a": {"$all": [{"$elemMatch": {"b": {"$gt": 1}}}, {"$elemMatch": {"c": 1}}]}}"#,
        #"{"a": {"$elemMatch": {"$gt": 1, "$lt": 3}}}"#,
        #"{"a": {"$elemMatch": {"$or": [{"b": 1}, {"c.d": {"$mod": [2, 0]}}]}}}"#,
        #"{"p": {"$geoWithin": {"$centerSphere": [[1, 2], 0.1]}}}"#,
        #"{"p": {"$nearSphere": {"$geometry": {"type": "Point", "coordinates": [1, 2]}, "$maxDistance": 5}}}"#,
        #"{"p": {"$nearSphere": [1, 2], "$maxDistance": 1}}"#,
        #"{"p": {"$geoIntersects": {"$geometry": {"type": "Point", "coordinates": [1, 2]}}}}"#,
        #"{"$text": {"$search": "x", "$language": "en"}}"#, #"{"$comment": "why"}"#,
        #"{"a": {"$bitsAllSet": 3, "$comment": "x"}}"#,
        #"{"$jsonSchema": {"required": ["a"], "properties": {"a": {"bsonType": "int"}}}}"#,
        #"{"$sampleRate": 0.5}"#,
        #"{"r": {"$ref": "c", "$id": 5, "$db": "d"}}"#, #"{"r.$id": 5}"#,
        #"{"a": {"$eq": {"$ref": "c", "$id": 5}}}"#,
        #"{"$expr": {"$eq": ["$a", {"$literal": {"$add": ["$$x", 1]}}]}}"#,
        #"{"$expr": {"$gt": ["$$NOW", "$$CURRENT.a"]}}"#,
        #"{"$expr": {"$let": {"vars": {"ä": 1, "b": 2}, "in": {"$add": ["$$b", "$$ä"]}}}}"#,
        #"{"$expr": {"$getField": {"$literal": "$a.b"}}}"#,
    ]) func filtersAreAllowed(filter: String) throws {
        let parsed = try document(filter)
        try QueryRules.check(filter: parsed, at: "filter")
        for match in Self.matches { try check(pipeline: match.replacing("FILTER", with: filter)) }
    }

    /// Names in the lists are MongoDB's, each once: the server knows all of 6.0's.
    @Test func operatorsAreKnownToTheServer() async throws {
        let newer: Set = [
            "$bitAnd", "$bitOr", "$bitXor", "$bitNot", "$median", "$percentile", "$toHashedIndexKey",
        ]
        try await withDatabase { database in
            _ = try await database.insert("a", [["x": 1]])
            func reason(_ stage: Document) async throws -> String {
                do {
                    _ = try await database.aggregate("a", pipeline: [stage]).nextBatch()
                    return ""
                } catch let error as MongoError { return error.reason }
            }
            for name in QueryOperators.expressions.subtracting(newer) {
                let reason = try await reason(["$project": ["x": .document([name: []])]])
                #expect(!reason.contains("Unrecognized expression"), "\(name): \(reason)")
            }
            for name in QueryOperators.accumulators.subtracting(newer) {
                let reason = try await reason(["$group": ["_id": 1, "x": .document([name: []])]])
                #expect(!reason.contains("unknown group operator"), "\(name): \(reason)")
            }
            for name in QueryOperators.windows.subtracting(newer) {
                let window: Value = .document([name: []])
                let reason = try await reason([
                    "$setWindowFields": ["sortBy": ["x": 1], "output": ["y": window]]
                ])
                #expect(!reason.contains("Unrecognized window function"), "\(name): \(reason)")
            }
            for name in QueryOperators.stages {
                let reason = try await reason([name: 5])
                #expect(!reason.contains("Unrecognized pipeline stage"), "\(name): \(reason)")
            }
        }
    }
}
