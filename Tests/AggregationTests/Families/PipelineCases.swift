import Documents
import TestSupport

extension Family {
    /// Pipelines of several stages over generated documents.
    static let pipelines = Family(
        name: "pipelines", operators: ["several stages"], order: Order(ofDocuments: false, sets: ["set"])
    ) { _, source in
        var stages: [Document] = []
        for _ in 0..<(2 + Int(source.random.next() % 5)) { stages.append(source.stage(after: stages)) }
        return Case(pipeline: stages, documents: source.documents(1...6))
    }
}

extension OddValues {
    /// A stage of a pipeline, of which those before are known.
    fileprivate mutating func stage(after stages: [Document]) -> Document {
        switch Int(random.next() % 16) {
        case 0...2: ["$match": .document(condition())]
        case 3: ["$project": .document(projection(pick([.inclusion, .exclusion])))]
        case 4: ["$project": .document(computation(kept: true))]
        case 5...7: [pick(["$addFields", "$set"]): .document(computation(kept: false))]
        case 8: ["$unset": .string(path())]
        case 9: ["$unwind": .string("$" + pick(Self.names))]
        case 10: ["$unwind": ["path": .string("$" + path()), "preserveNullAndEmptyArrays": true]]
        // What mongod takes past a sort or leaves of one with a limit depends on the order of equal documents.
        case 11 where stages.allSatisfy({ $0.keys != ["$unwind"] }): ["$sort": ["_id": pick([1, -1])]]
        case 12: ["$group": .document(grouping(pick(["$sum", "$avg", "$min", "$max", "$count"])))]
        case 13:
            ["$replaceRoot": ["newRoot": ["_id": "$_id", "a": "$b", "b": "$$ROOT.a", "c": calculation()]]]
        case 14:
            ["$redact": ["$cond": [["$gt": [.string("$" + pick(Self.names)), 3]], "$$PRUNE", "$$DESCEND"]]]
        // Groups come in no order, which would show inside of facets.
        case 15 where stages.allSatisfy({ $0.keys != ["$group"] }):
            ["$facet": ["a": [["$match": .document(condition())]], "b": [["$count": "n"]]]]
        default: ["$match": .document(condition())]
        }
    }

    /// A filter.
    private mutating func condition() -> Document {
        let path = path()
        switch Int(random.next() % 9) {
        case 0: return ["$expr": [pick(["$gt", "$lte", "$ne"]): [calculation(), calculation()]]]
        case 1: return ["$or": [.document(condition()), .document(condition())]]
        case 2: return ["$and": [.document(condition()), .document(condition())]]
        case 3: return Document(dictionaryLiteral: (path, ["$exists": .bool(one(in: 2))]))
        case 4: return Document(dictionaryLiteral: (path, ["$not": ["$gt": number()]]))
        case 5: return Document(dictionaryLiteral: (path, ["$elemMatch": ["$gte": number()]]))
        case 6: return Document(dictionaryLiteral: (path, ["$in": [number(), text(), nil]]))
        default: return Document(dictionaryLiteral: (path, [pick(["$gt", "$lt", "$gte", "$ne"]): number()]))
        }
    }

    /// Some fields that are computed.
    /// - Parameter kept: whether others are named that stay.
    private mutating func computation(kept: Bool) -> Document {
        var writer = DocumentWriter()
        for path in paths(1 + Int(random.next() % 3)) {
            writer.append(path, kept && one(in: 2) ? 1 : calculation())
        }
        return writer.finish()
    }

    /// An expression that computes something, and fails at times.
    private mutating func calculation() -> Value {
        let field = Value.string("$" + path())
        switch Int(random.next() % 16) {
        case 0: return ["$add": [["$ifNull": [field, 1]], 1]]
        case 1: return ["$divide": [1, ["$ifNull": [field, 2]]]]
        case 2: return ["$size": ["$ifNull": [field, []]]]
        case 3: return ["$cond": [["$isArray": field], ["$size": field], -1]]
        case 4: return ["$filter": ["input": field, "cond": ["$gt": ["$$this", 0]]]]
        case 5: return ["$map": ["input": field, "in": ["$type": "$$this"]]]
        case 6: return ["$max": field]
        case 7: return ["$arrayElemAt": [field, pick([0, -1])]]
        case 8: return ["$mergeObjects": [["x": 1], "$b"]]
        case 9: return ["$let": ["vars": ["v": field], "in": ["$concatArrays": [["$$v"], [1]]]]]
        case 10: return ["$sum": .list([field, 1])]
        case 11: return ["$eq": [field, .string("$" + path())]]
        case 12: return ["$type": field]
        default: return field
        }
    }
}
