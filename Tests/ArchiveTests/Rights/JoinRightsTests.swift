import Documents
import Mongo
import Testing

@testable import Archive

/// What joins must not tell, and what is no way in.
@Suite struct JoinRightsTests {
    private static let reader = User(name: "reader", programs: [1], isAdmin: false)
    private static let nobody = User(name: "nobody", programs: [], isAdmin: false)
    private static let admin = User(name: "admin", programs: [], isAdmin: true)

    /// Object A has an alert of program 1, B one of program 2; what is not public is called hidden.
    private func withTwoObjects(_ body: (Database) async throws -> Void) async throws {
        try await withDatabase { database in
            try await database.prepareLightCurves(of: .ztf)
            func alert(_ candid: Int64, _ object: String, _ program: Int64, _ note: Value) -> Document {
                [
                    "_id": .integer(candid), "candid": .integer(candid), "objectId": .string(object),
                    "note": note,
                    "candidate": ["programid": .integer(program)], "link": "B",
                ]
            }
            _ = try await database.insert("ZTF_alerts", [alert(1, "A", 1, "5"), alert(2, "B", 2, "hidden")])
            let points: Value = [
                ["programid": 1, "m": 17, "note": "5"], ["programid": 2, "m": 99, "note": "hidden"],
            ]
            _ = try await database.insert(
                "ZTF_alerts_aux_recent",
                [
                    ["_id": "A", "prv_candidates": points, "note": "5"],
                    ["_id": "B", "prv_candidates": [["programid": 2, "m": 99]], "note": "hidden"],
                ])
            _ = try await database.insert(
                "ZTF_alerts_classifications",
                [["_id": 1, "objectId": "A", "note": "5"], ["_id": 2, "objectId": "B", "note": "hidden"]])
            _ = try await database.insert(
                "stars", [["_id": 1, "objectId": "A"], ["_id": 2, "objectId": "B"]])
            _ = try await database.insert("WNTR_alerts", [["_id": 1, "candidate": ["programid": 1]]])
            _ = try await database.insert("PGIR_alerts", [["_id": 1, "candid": 1]])
            _ = try await database.insert("PGIR_alerts_aux", [["_id": "A", "prv_candidates": [["m": 1]]]])
            _ = try await database.insert("PGIR_alerts_classifications", [["_id": 1]])
            try await body(database)
        }
    }

    private func aggregate(
        _ catalog: String, _ pipeline: [Document], _ database: Database, as user: User = reader
    ) async throws -> Outcome {
        try QueryRules.check(pipeline, for: user)
        return try await Outcome(
            .aggregate(catalog: catalog, pipeline: pipeline, options: Query.Options(maximumTime: 20_000)),
            on: database,
            for: user)
    }

    /// An expression that fails quotes a value; none is of a document that is hidden.
    @Test func errorsTellNothing() async throws {
        try await withTwoObjects { database in
            let fails: Value = ["$gte": [["$toInt": "$note"], 0]]
            let match: Document = ["$match": ["$or": [["$expr": fails], ["x": 1]]]]
            let later: [[Document]] = [
                [match], [["$match": ["$expr": fails]]], [["$sort": ["_id": 1]], match],
                [["$project": ["note": 1]], match],
                [["$set": ["y": 1]], match], [["$set": ["y": fails]]],
                [["$facet": ["f": [.document(match)]]]],
                [["$unwind": "$objectId"], match], [["$match": ["_id": ["$exists": true]]], match],
                [["$redact": ["$cond": [fails, "$$KEEP", "$$PRUNE"]]]],
                [["$group": ["_id": ["$toInt": "$note"]]]],
                [["$limit": 5], match],
            ]
            for target in ["ZTF_alerts", "ZTF_alerts_aux", "ZTF_alerts_classifications"] {
                for stages in later {
                    var pipelines = [stages]
                    let inner = Value.list(stages.map { .document($0) })
                    pipelines.append([["$lookup": ["from": .string(target), "pipeline": inner, "as": "x"]]])
                    pipelines.append([
                        [
                            "$lookup": [
                                "from": .string(target), "let": ["n": "$note"], "pipeline": inner, "as": "x",
                                "localField": "note", "foreignField": "nothing",
                            ]
                        ]
                    ])
                    pipelines.append([["$facet": ["g": .list([.document(pipelines[1][0])])]]])
                    for (index, pipeline) in pipelines.enumerated() {
                        let catalog = index == 0 ? target : "stars"
                        if index == 3, stages[0].keys == ["$facet"] { continue }
                        let outcome = try await aggregate(catalog, pipeline, database)
                        guard case .documents = outcome else {
                            #expect(Bool(false), "\(catalog) \(pipeline.map(\.keys)) \(outcome)")
                            continue
                        }
                        #expect(!outcome.description.contains("hidden"), "\(pipeline): \(outcome)")
                        // Whoever may see it fails on it, so that this tests something.
                        guard
                            case .error(let reason) = try await aggregate(
                                catalog, pipeline, database, as: Self.admin)
                        else { continue }
                        #expect(reason.contains("hidden"), "\(reason)")
                    }
                }
            }
        }
    }

    /// What MongoDB takes into a join is asked only of what has passed the rights.
    @Test func errorsBehindJoinsTellNothing() async throws {
        try await withTwoObjects { database in
            for target in ["ZTF_alerts", "ZTF_alerts_aux", "ZTF_alerts_classifications"] {
                let field = target == "ZTF_alerts_aux" ? "_id" : "objectId"
                let stages: [Document] = [
                    [
                        "$lookup": [
                            "from": .string(target), "localField": "objectId", "foreignField": .string(field),
                            "as": "x",
                        ]
                    ],
                    ["$unwind": "$x"], ["$match": ["x.note": ["$exists": true]]],
                    ["$match": ["$expr": ["$gte": [["$toInt": "$x.note"], 0]]]],
                ]
                let outcome = try await aggregate("stars", stages, database)
                guard case .documents(let documents) = outcome else {
                    return #expect(Bool(false), "\(outcome)")
                }
                #expect(documents.count == 1 && !outcome.description.contains("hidden"))
            }
        }
    }

    /// Joins that compare before the rights could be asked, and searches that cannot ask them.
    @Test func whatCannotBeKeptToTheRightsIsRefused() async throws {
        try await withTwoObjects { database in
            func lookup(_ field: Value) -> Document {
                ["$lookup": ["from": "ZTF_alerts_aux", "localField": "m", "foreignField": field, "as": "x"]]
            }
            func search(_ target: Value) -> Document {
                [
                    "$graphLookup": [
                        "from": target, "startWith": "$objectId", "connectFromField": "_id",
                        "connectToField": "_id", "as": "x",
                    ]
                ]
            }
            let attempts: [(Document, String)] = [
                (
                    lookup("prv_candidates.m"),
                    "ValueError: pipeline.0.$lookup.foreignField cannot be prv_candidates.m, of which you may see only a part"
                ),
                (
                    lookup("prv_candidates"),
                    "ValueError: pipeline.0.$lookup.foreignField cannot be prv_candidates, of which you may see only a part"
                ),
                (
                    lookup("fp_hists.0.m"),
                    "ValueError: pipeline.0.$lookup.foreignField cannot be fp_hists.0.m, of which you may see only a part"
                ),
                (
                    search("ZTF_alerts_aux"),
                    "ValueError: pipeline.0.$graphLookup cannot search ZTF_alerts_aux, of which you may see only a part; use $lookup"
                ),
                (
                    search("ZTF_alerts_classifications"),
                    "ValueError: pipeline.0.$graphLookup cannot search ZTF_alerts_classifications, of which you may see only a part; use $lookup"
                ),
            ]
            for (stage, message) in attempts {
                #expect(try await aggregate("stars", [stage], database) == .error(message))
                let nested: Document = [
                    "$lookup": [
                        "from": "stars", "pipeline": [["$facet": ["a": [.document(stage)]]]], "as": "y",
                    ]
                ]
                let inner = message.replacing("pipeline.0", with: "pipeline.0.$lookup.pipeline.0.$facet.a.0")
                #expect(try await aggregate("stars", [nested], database) == .error(inner))
                guard case .documents = try await aggregate("stars", [stage], database, as: Self.admin) else {
                    return #expect(Bool(false), "admins may")
                }
            }
            guard case .documents = try await aggregate("stars", [lookup("cross_matches.n")], database) else {
                return #expect(Bool(false), "what is not hidden in parts may be compared")
            }
        }
    }

    /// A user's variable named as the server's own does not stand for the documents' fields.
    @Test func variablesDoNotReplaceFields() async throws {
        let stage: Document = [
            "$lookup": [
                "from": "ZTF_alerts_aux", "let": ["CURRENT": ["a": 1]],
                "pipeline": [["$match": ["_id": "A"]]], "as": "x",
            ]
        ]
        #expect(throws: RequestError(.value, "pipeline.0.$lookup.let uses CURRENT, which is not allowed")) {
            try QueryRules.check([stage], for: Self.reader)
        }
        // Were it not refused, the rights would still hold.
        try await withDatabase { database in
            let points: Value = [["programid": 1, "m": 17], ["programid": 2, "m": 99]]
            _ = try await database.insert("ZTF_alerts_aux", [["_id": "A", "prv_candidates": points]])
            _ = try await database.insert("ZTF_alerts", [["objectId": "A", "candidate": ["programid": 1]]])
            _ = try await database.insert("stars", [["_id": 1]])
            let rights = PipelineRights(of: Self.reader, surveys: Archive.surveys)
            let cursor = try await database.aggregate(
                "stars", pipeline: try rights.pipeline([stage], on: "stars"))
            let found = try await cursor.nextBatch()?.first
            #expect(found?.array(at: "x.0.prv_candidates") == [["programid": 1, "m": 17]])
        }
    }

    /// The numbers with a name in an explanation, at any depth.
    private func numbers(_ name: String, _ view: DocumentView) -> [Int64] {
        view.elements.flatMap { element in
            (element.key == name ? [element.int64 ?? 0] : []) + (element.view.map { numbers(name, $0) } ?? [])
        }
    }

    /// Rights cost no index in joins either, whichever way they are written.
    @Test(arguments: [
        ("ZTF_alerts_aux", "_id", "objectId"), ("ZTF_alerts", "objectId", "objectId"),
        ("ZTF_alerts_classifications", "_id", "_id"),
    ]) func indexesAreUsedInJoins(target: String, foreign: String, local: String) async throws {
        try await withDatabase { database in
            try await Collections.prepare(database, for: .ztf)
            let count: Int64 = 200
            for collection in ["ZTF_alerts", "ZTF_alerts_aux_recent", "ZTF_alerts_classifications", "stars"] {
                let documents = (0..<count).map { number -> Document in
                    let object = Value.string("Z\(number)")
                    return [
                        "_id": collection == "ZTF_alerts_aux_recent" ? object : .integer(number),
                        "objectId": object,
                        "candid": .integer(number), "candidate": ["programid": 1],
                    ]
                }
                _ = try await database.insert(collection, documents)
            }
            let (name, field) = (Value.string(target), Value.string(foreign))
            let isSame: Value = ["$eq": [.string("$\(foreign)"), "$$key"]]
            let key: Value = ["key": .string("$\(local)"), "all": [1]]
            let joins: [Document] = [
                ["from": name, "localField": .string(local), "foreignField": field, "as": "x"],
                [
                    "from": name, "localField": .string(local), "foreignField": field,
                    "pipeline": [["$limit": 5]], "as": "x",
                ],
                ["from": name, "let": key, "pipeline": [["$match": ["$expr": isSame]]], "as": "x"],
                [
                    "from": name, "let": key,
                    "pipeline": [
                        [
                            "$match": [
                                "$expr": ["$and": [isSame, ["$ne": [["$size": "$$all"], 5]]]], "y": nil,
                            ]
                        ]
                    ],
                    "as": "x",
                ],
            ]
            for join in joins {
                let stages: [Document] = [
                    ["$limit": 20], ["$lookup": .document(join)], ["$match": ["x.0": ["$exists": true]]],
                ]
                let pipeline = try PipelineRights(of: Self.reader, surveys: Archive.surveys).pipeline(
                    stages, on: "stars")
                let reply = try await database.run(
                    command: [
                        "explain": [
                            "aggregate": "stars", "pipeline": .list(pipeline.map { .document($0) }),
                            "cursor": [:],
                        ], "verbosity": "executionStats",
                    ], readOnly: true)
                // One document of each collection under the join for each of the 20.
                #expect(numbers("collectionScans", reply.view).allSatisfy { $0 == 0 }, "\(join)")
                let examined = numbers("totalDocsExamined", reply.view)
                #expect(
                    examined.contains { $0 > 0 } && examined.allSatisfy { $0 <= 4 * 20 },
                    "\(join): \(examined)")
            }
        }
    }

    /// A survey without programs is public; of the others nobody without programs sees anything.
    @Test func surveysWithoutProgramsArePublic() async throws {
        try await withTwoObjects { database in
            for catalog in ["PGIR_alerts", "PGIR_alerts_aux", "PGIR_alerts_classifications"] {
                for user in [Self.nobody, Self.reader] {
                    guard
                        case .documents(let documents) = try await aggregate(
                            catalog, [["$match": [:]]], database, as: user)
                    else { return #expect(Bool(false), "an error") }
                    #expect(documents.count == 1)
                }
            }
            for catalog in ["ZTF_alerts", "ZTF_alerts_aux", "ZTF_alerts_classifications", "WNTR_alerts"] {
                #expect(
                    try await aggregate(catalog, [["$match": [:]]], database, as: Self.nobody)
                        == .documents([]))
                let join: Document = ["$lookup": ["from": .string(catalog), "pipeline": [], "as": "x"]]
                let outcome = try await aggregate(
                    "stars", [join, ["$match": ["x.0": ["$exists": true]]]], database, as: Self.nobody)
                #expect(outcome == .documents([]))
            }
        }
    }
}
