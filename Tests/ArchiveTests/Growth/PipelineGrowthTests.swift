import Documents
import Testing

@testable import Archive

/// What documents may grow to from stage to stage.
@Suite struct PipelineGrowthTests {
    func refusal(_ json: String, on catalog: String? = "ZTF_alerts") throws -> String? {
        let body = try ExtendedJSON.document(from: #"{"pipeline": \#(json)}"#)
        do {
            let stages = body.array(at: "pipeline")?.compactMap(\.document) ?? []
            try QueryRules.check(stages, for: User(name: "ada", programs: [1], isAdmin: false), on: catalog)
            return nil
        } catch { return error.description }
    }

    private static func repeated(_ stage: String, _ count: Int = 40) -> String {
        "[" + Array(repeating: stage, count: count).joined(separator: ", ") + "]"
    }

    static let doubled = #"{"$concatArrays": ["$a", "$a"]}"#
    static let bomb =
        #"{"$reduce": {"input": {"$range": [0, 40]}, "initialValue": [1], "in": {"$concatArrays": ["$$value", "$$value"]}}}"#

    @Test(arguments: [
        repeated(#"{"$addFields": {"a": \#(doubled)}}"#), repeated(#"{"$set": {"a": ["$a", "$a"]}}"#),
        repeated(#"{"$addFields": {"a": {"b": "$a", "c": "$a"}}}"#),
        repeated(#"{"$set": {"a": {"$concat": ["$a", "$a"]}}}"#),
        repeated(#"{"$project": {"a": ["$a", "$a"]}}"#), repeated(#"{"$project": {"a": \#(doubled)}}"#),
        repeated(#"{"$replaceWith": {"a": ["$$ROOT", "$$ROOT"]}}"#),
        repeated(#"{"$replaceRoot": {"newRoot": {"a": "$$ROOT", "b": "$$ROOT"}}}"#),
        repeated(#"{"$set": {"a": "$$ROOT", "b": "$$ROOT"}}"#), repeated(#"{"$set": {"a.b": "$a"}}"#),
        repeated(#"{"$set": {"a.a": "$$ROOT"}}"#),
        repeated(#"{"$set": {"a": "$b", "b": {"$concatArrays": ["$a", "$b"]}}}"#, 80),
        repeated(#"{"$group": {"_id": "$_id", "a": {"$first": ["$a", "$a"]}}}"#),
        repeated(#"{"$setWindowFields": {"sortBy": {"_id": 1}, "output": {"a": {"$first": ["$a", "$a"]}}}}"#),
        repeated(#"{"$facet": {"a": [{"$limit": 1}, {"$project": {"a": ["$a", "$a"]}}]}}"#, 90),
        repeated(
            #"{"$lookup": {"from": "stars", "localField": "_id", "foreignField": "_id", "let": {"a": "$a"}, "pipeline": [{"$set": {"b": ["$$a", "$$a"]}}], "as": "a"}}"#,
            90),
        repeated(#"{"$fill": {"output": {"a": {"value": ["$a", "$a"]}}}}"#),
    ]) func stagesThatDoubleAreRefused(pipeline: String) throws {
        let refusal = try refusal(pipeline)
        #expect(refusal?.contains(" may ") == true, "\(refusal ?? "passes")")
    }

    /// Where a bomb may stand, and what the refusal says of the place.
    @Test(arguments: [
        (#"[{"$addFields": {"a": BOMB}}]"#, "pipeline.0.$addFields.a"),
        (#"[{"$match": {}}, {"$set": {"a": {"b": BOMB}}}]"#, "pipeline.1.$set.a.b"),
        (#"[{"$project": {"a": BOMB}}]"#, "pipeline.0.$project.a"),
        (#"[{"$project": {"a": {"b": BOMB}}}]"#, "pipeline.0.$project.a.b"),
        (#"[{"$match": {"$expr": {"$eq": [BOMB, 1]}}}]"#, "pipeline.0.$match.$expr.$eq.0"),
        (
            #"[{"$match": {"$or": [{"a": 1}, {"$nor": [{"$expr": BOMB}]}]}}]"#,
            "pipeline.0.$match.$or.1.$nor.0.$expr"
        ),
        (#"[{"$group": {"_id": BOMB}}]"#, "pipeline.0.$group._id"),
        (#"[{"$group": {"_id": 1, "a": {"$push": BOMB}}}]"#, "pipeline.0.$group.a.$push"),
        (
            #"[{"$group": {"_id": 1, "a": {"$topN": {"n": 1, "sortBy": {"a": 1}, "output": BOMB}}}}]"#,
            "pipeline.0.$group.a.$topN.output"
        ),
        (#"[{"$bucket": {"groupBy": BOMB, "boundaries": [0, 1]}}]"#, "pipeline.0.$bucket.groupBy"),
        (
            #"[{"$bucketAuto": {"groupBy": 1, "buckets": 2, "output": {"a": {"$push": BOMB}}}}]"#,
            "pipeline.0.$bucketAuto.a.$push"
        ),
        (
            #"[{"$setWindowFields": {"partitionBy": BOMB, "output": {}}}]"#,
            "pipeline.0.$setWindowFields.partitionBy"
        ),
        (
            #"[{"$setWindowFields": {"output": {"a": {"$sum": BOMB}}}}]"#,
            "pipeline.0.$setWindowFields.output.a.$sum"
        ),
        (#"[{"$sortByCount": BOMB}]"#, "pipeline.0.$sortByCount"),
        (#"[{"$redact": BOMB}]"#, "pipeline.0.$redact"),
        (#"[{"$replaceRoot": {"newRoot": BOMB}}]"#, "pipeline.0.$replaceRoot.newRoot"),
        (#"[{"$replaceWith": BOMB}]"#, "pipeline.0.$replaceWith"),
        (#"[{"$fill": {"output": {"a": {"value": BOMB}}}}]"#, "pipeline.0.$fill.output.a"),
        (#"[{"$fill": {"partitionBy": BOMB, "output": {}}}]"#, "pipeline.0.$fill.partitionBy"),
        (#"[{"$facet": {"f": [{"$limit": 1}, {"$set": {"a": BOMB}}]}}]"#, "pipeline.0.$facet.f.1.$set.a"),
        (
            #"[{"$lookup": {"from": "stars", "let": {"v": BOMB}, "pipeline": [], "as": "x"}}]"#,
            "pipeline.0.$lookup.let.v"
        ),
        (
            #"[{"$lookup": {"from": "stars", "pipeline": [{"$set": {"a": BOMB}}], "as": "x"}}]"#,
            "pipeline.0.$lookup.pipeline.0.$set.a"
        ),
        (
            #"[{"$graphLookup": {"from": "stars", "startWith": BOMB, "connectFromField": "a", "connectToField": "b", "as": "x"}}]"#,
            "pipeline.0.$graphLookup.startWith"
        ),
        (
            #"[{"$graphLookup": {"from": "stars", "startWith": 1, "connectFromField": "a", "connectToField": "b", "as": "x", "restrictSearchWithMatch": {"$expr": BOMB}}}]"#,
            "pipeline.0.$graphLookup.restrictSearchWithMatch.$expr"
        ),
        (
            #"[{"$geoNear": {"near": [0, 0], "distanceField": "d", "query": {"$expr": BOMB}}}]"#,
            "pipeline.0.$geoNear.query.$expr"
        ),
        (
            #"[{"$set": {"a": {"$map": {"input": "$x", "in": {"b": [BOMB]}}}}}]"#,
            "pipeline.0.$set.a.$map.in.b.0"
        ),
    ]) func whereverABombStandsItIsRefused(pipeline: String, place: String) throws {
        let refusal = try refusal(pipeline.replacing("BOMB", with: Self.bomb))
        #expect(refusal?.hasPrefix("ValueError: \(place): $reduce may ") == true, "\(refusal ?? "passes")")
        let harmless = Self.bomb.replacing(#""$$value", "$$value""#, with: #""$$value", [1]"#)
        #expect(try self.refusal(pipeline.replacing("BOMB", with: harmless)) == nil)
    }

    /// Arrays that grow from document to document, and loops over them.
    @Test(arguments: [
        #"[{"$group": {"_id": null, "a": {"$push": "$candid"}}}, {"$set": {"b": {"$map": {"input": "$a", "in": {"$map": {"input": "$a", "in": 1}}}}}}]"#,
        #"[{"$group": {"_id": "$candidate.fid", "a": {"$addToSet": "$candid"}}}, {"$set": {"n": {"$size": {"$filter": {"input": "$a", "cond": {"$in": ["$$this", "$a"]}}}}}}]"#,
        #"[{"$set": {"x": {"$range": [0, 100000]}}}, {"$unwind": "$x"}, {"$group": {"_id": "$objectId", "x": {"$push": "$x"}}}, {"$set": {"x": {"$map": {"input": "$x", "in": {"$max": {"$map": {"input": "$x", "in": 1}}}}}}}]"#,
        #"[{"$lookup": {"from": "stars", "pipeline": [{"$project": {"_id": 1}}], "as": "x"}}, {"$set": {"n": {"$sum": {"$map": {"input": "$x", "as": "a", "in": {"$sum": {"$map": {"input": "$x", "in": 1}}}}}}}}]"#,
        #"[{"$facet": {"a": [{"$project": {"candid": 1}}]}}, {"$set": {"n": {"$map": {"input": "$a", "in": {"$in": ["$$this.candid", "$a.candid"]}}}}}]"#,
        #"[{"$unset": "objectId"}, {"$group": {"_id": "$objectId", "a": {"$push": 1}}}, {"$set": {"n": {"$sum": {"$map": {"input": "$a", "in": {"$sum": {"$map": {"input": "$a", "in": 1}}}}}}}}]"#,
        #"[{"$set": {"_id": 1}}, {"$group": {"_id": "$_id", "a": {"$push": 1}}}, {"$set": {"n": {"$sum": {"$map": {"input": "$a", "in": {"$sum": {"$map": {"input": "$a", "in": 1}}}}}}}}]"#,
        #"[{"$densify": {"field": "x", "partitionByFields": ["objectId"], "range": {"step": 1, "bounds": [0, 400000]}}}, {"$group": {"_id": "$objectId", "a": {"$push": 1}}}, {"$set": {"n": {"$sum": {"$map": {"input": "$a", "in": {"$sum": {"$map": {"input": "$a", "in": 1}}}}}}}}]"#,
        // Each of them as large as MongoDB bears, all at once.
        "["
            + (0..<9).map { #"{"$lookup": {"from": "stars", "pipeline": [], "as": "x\#($0)"}}"# }.joined(
                separator: ", ") + "]",
        // A set of fields made longer by one list after the other.
        "[" + (0..<40).map { #"{"$set": {"x\#($0)": {"$range": [0, 1000000]}}}"# }.joined(separator: ", ")
            + "]",
    ]) func loopsOverGatheredDocumentsAreRefused(pipeline: String) throws {
        let refusal = try refusal(pipeline)
        #expect(refusal?.contains(" may take more than ") == true, "\(refusal ?? "passes")")
    }

    @Test func aBoundMakesAPipelineGood() throws {
        let loop =
            #"{"$set": {"n": {"$sum": {"$map": {"input": "$a", "in": {"$sum": {"$map": {"input": "$a", "in": 1}}}}}}}}"#
        let group = #"{"$group": {"_id": null, "a": {"$push": "$candid"}}}"#
        #expect(try refusal("[\(group), \(loop)]") != nil)
        for pipeline in [
            #"[{"$limit": 1000}, \#(group), \#(loop)]"#,
            #"[{"$match": {"objectId": "ZTF18aaaaaaa"}}, \#(group), \#(loop)]"#,
            #"[{"$match": {"candid": {"$in": [1, 2, 3]}}}, \#(group), \#(loop)]"#,
            #"[\#(group), {"$set": {"a": {"$slice": ["$a", 1000]}}}, \#(loop)]"#,
            #"[{"$sample": {"size": 100}}, \#(group), \#(loop)]"#,
            #"[{"$group": {"_id": null, "a": {"$firstN": {"n": 500, "input": "$candid"}}}}, \#(loop)]"#,
            #"[{"$group": {"_id": "$objectId", "a": {"$push": "$candid"}}}, \#(loop)]"#,
        ] { #expect(try refusal(pipeline) == nil, "\(pipeline)") }
    }

    @Test func findIsChecked() throws {
        let filter = try ExtendedJSON.document(
            from: #"{"$and": [{"$expr": {"$gt": [{"$size": \#(Self.bomb)}, 1]}}]}"#)
        let error = #expect(throws: RequestError.self) { try QueryRules.check(filter: filter, at: "filter") }
        #expect(error?.reason.hasPrefix("filter.$and.0.$expr.$gt.0.$size: $reduce may ") == true)
        let projection = try ExtendedJSON.document(
            from: #"{"a": {"b": \#(Self.bomb)}, "c": {"$slice": 5}, "d": {"$elemMatch": {"x": 1}}}"#)
        let other = #expect(throws: RequestError.self) {
            try QueryRules.check(projection: projection, at: "projection")
        }
        #expect(other?.reason.hasPrefix("projection.a.b: $reduce may ") == true)
    }

    @Test func filtersOfAlertsAreChecked() throws {
        let stages = #"[{"$match": {"$expr": {"$gt": [{"$size": \#(Self.bomb)}, 1]}}}]"#
        let fault = #expect(throws: FilterPipeline.Fault.self) { try FilterPipeline(.string(stages)) }
        #expect(fault?.reason.hasPrefix("pipeline.0.$match.$expr.$gt.0.$size: $reduce may ") == true)
    }
}

extension PipelineGrowthTests {
    @Test(arguments: AstronomicalPipelines.all) func whatAstronomersAskPasses(pipeline: String) throws {
        #expect(try refusal(pipeline) == nil)
    }
}
