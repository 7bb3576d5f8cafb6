import Documents
import Mongo

extension Survey {
    /// The collection of the objects' documents with the recent points of their light curves.
    public var recent: String { "\(auxiliary)_recent" }

    /// The collection of the pieces with older points.
    public var older: String { "\(auxiliary)_older" }

    /// The stages that make of `recent` and `older` what readers see under `auxiliary`: Kowalski's document, one per
    /// object, with all points.
    var auxiliaryStages: [Document] {
        let counted: Value = [
            "$filter": [
                "input": "$pieces", "cond": ["$lt": ["$$this.n", ["$ifNull": ["$older.count", 0]]]],
            ]
        ]
        var sets = DocumentWriter()
        for rule in histories {
            let recent = Value.string("$\(rule.field)")
            let all: Value = [
                "$concatArrays": [
                    [
                        "$reduce": [
                            "input": .string("$pieces.\(rule.field)"), "initialValue": [],
                            "in": ["$concatArrays": ["$$value", "$$this"]],
                        ]
                    ],
                    recent,
                ]
            ]
            let sorted: Value = ["$sortArray": ["input": all, "sortBy": ["jd": 1]]]
            let hasPieces: Value = ["$and": [["$isArray": [recent]], ["$gt": [["$size": "$pieces"], 0]]]]
            sets.append(
                rule.field, ["$cond": [hasPieces, rule.merge == .brightestAlert ? sorted : all, recent]])
        }
        return [
            [
                "$lookup": [
                    "from": .string(older), "localField": "_id", "foreignField": "objectId", "as": "pieces",
                ]
            ],
            ["$set": ["pieces": ["$sortArray": ["input": counted, "sortBy": ["n": 1]]]]],
            ["$set": .document(sets.finish())],
            ["$unset": ["pieces", "older"]],
        ]
    }
}

extension Database {
    /// Creates a survey's light-curve collections and the view over them. A collection that has the view's name, as a
    /// database taken over from Kowalski has, becomes the collection of recent points as it is.
    func prepareLightCurves(of survey: Survey) async throws {
        let existing = try await listCollections()
        if existing[survey.auxiliary] == "collection" {
            try await rename(survey.auxiliary, to: survey.recent)
        }
        for collection in [survey.recent, survey.older] {
            try await createCollection(
                collection,
                options: ["storageEngine": ["wiredTiger": ["configString": "block_compressor=snappy"]]])
        }
        try await createIndexes(
            survey.older, [Index(name: "objectId_n", keys: ["objectId": 1, "n": 1], unique: true)])
        let stages = Value.list(survey.auxiliaryStages.map { .document($0) })
        let view: Document = ["viewOn": .string(survey.recent), "pipeline": stages]
        try await createCollection(survey.auxiliary, options: view)
        if existing[survey.auxiliary] == "view" {
            // Its definition may be that of an earlier version.
            var change = DocumentWriter()
            change.append("collMod", string: survey.auxiliary)
            change.append(contentsOf: view.view)
            _ = try await run(command: change.finish())
        }
    }

    /// The kinds of all collections, "collection" or "view", by name.
    private func listCollections() async throws -> [String: String] {
        let reply = try await run(
            command: ["listCollections": 1, "nameOnly": true, "cursor": ["batchSize": 10_000]], readOnly: true
        )
        return (reply.array(at: "cursor.firstBatch") ?? []).reduce(into: [:]) { kinds, entry in
            guard let name = entry.document?.string(at: "name") else { return }
            kinds[name] = entry.document?.string(at: "type")
        }
    }

    private func rename(_ collection: String, to other: String) async throws {
        do {
            _ = try await run(
                command: [
                    "renameCollection": .string("\(name).\(collection)"), "to": .string("\(name).\(other)"),
                ], on: "admin")
        } catch let error as MongoError {
            // Another process has been faster.
            guard try await listCollections()[collection] != "collection" else { throw error }
        }
    }
}
