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
        switch Int(random.next() % 20) {
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
        case 15 where stages.allSatisfy({ $0.keys != ["$group"] && $0.keys != ["$sortByCount"] }):
            ["$facet": ["a": [["$match": .document(condition())]], "b": [["$count": "n"]]]]
        case 16: ["$unwind": unwinding()]
        case 17: ["$redact": ["$cond": [calculation(), "$$DESCEND", "$$PRUNE"]]]
        case 18:
            pick([
                ["$count": .string(pick(Self.names))], ["$sortByCount": .string("$" + path())],
                ["$bucket": ["groupBy": calculation(), "boundaries": [0, 2, 5], "default": "x"]],
            ])
        case 19 where stages.allSatisfy({ $0.keys != ["$unwind"] && $0.keys != ["$group"] }):
            [
                "$sort": .document(
                    Document(dictionaryLiteral: (path(), 1), (pick(Self.names) + ".x", -1), ("_id", 1)))
            ]
        default:
            [
                "$match": .document(
                    Document(
                        pairs: condition().elements.map { ($0.key, $0.value) } + [("$expr", calculation())]))
            ]
        }
    }

    /// A filter.
    private mutating func condition() -> Document {
        let path = path()
        switch Int(random.next() % 14) {
        case 9: return ["$nor": [.document(condition()), .document(condition())]]
        case 10: return Document(dictionaryLiteral: (path, pick([number(), text(), nil])))
        case 11: return ["$expr": comparisons(depth: 2)]
        case 12:
            return [
                "$or": [
                    .document(condition()), .document(Document(dictionaryLiteral: (path, number()))),
                    .document(condition()), .document(Document(dictionaryLiteral: (path, text()))),
                ]
            ]
        case 13:
            return Document(dictionaryLiteral: trivialCondition(on: path))
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

    /// A condition on one path, or on none.
    private mutating func trivialCondition(on path: String) -> (String, Value) {
        switch Int(random.next() % 14) {
        case 0: (path, ["$in": []])
        case 1: (path, ["$all": [number(), text()]])
        case 2: (path, ["$all": []])
        case 3: (path, ["$gt": number(), "$lt": number()])
        case 4: ("$alwaysFalse", 1)
        case 5: ("$alwaysTrue", 1)
        case 6: (path, ["$type": "array"])
        case 7: (path, ["$regex": "a"])
        case 8: ("$expr", .bool(one(in: 2)))
        case 9: (path, ["$in": [number()]])
        case 10: (path, ["$nin": []])
        case 11: (path, ["$not": ["$size": 1]])
        case 12:
            (
                path,
                ["$elemMatch": .document(Document(dictionaryLiteral: (pick(Self.names), ["$exists": true])))]
            )
        default: (path, ["$size": 1])
        }
    }

    /// Comparisons with constants, from which MongoDB derives conditions, combined with each other and with what fails.
    private mutating func comparisons(depth: Int) -> Value {
        if depth > 0, one(in: 2) {
            let members = (0...Int(random.next() % 3)).map { _ in comparisons(depth: depth - 1) }
            return .document(Document(dictionaryLiteral: (pick(["$and", "$or"]), .list(members))))
        }
        if one(in: 5) { return calculation() }
        if one(in: 12) { return .bool(one(in: 2)) }
        let sides: [Value] = [.string(pick(["$", "$", "$$ROOT.", "$$CURRENT."]) + path()), number()]
        return .document(
            Document(
                dictionaryLiteral: (
                    pick(["$eq", "$gt", "$gte", "$lt", "$lte"]), .list(one(in: 2) ? sides : sides.reversed())
                )))
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
        switch Int(random.next() % 22) {
        case 12:
            return [
                "$map": [
                    "input": .string("$" + pick(Self.names)),
                    "in": pick([
                        .string("$$this." + pick(Self.names)),
                        ["a": .string("$$this." + pick(Self.names)), "b": 1],
                        ["c": field], .string("$$this." + path()),
                    ]),
                ]
            ]
        case 13: return ["$let": ["vars": ["CURRENT": field], "in": .string("$" + path())]]
        case 14: return .string(pick(["$$ROOT.", "$$CURRENT."]) + path())
        case 15: return pick([number(), true, ["$literal": 1], "$$REMOVE", [field, 1]])
        case 16:
            return [
                "$getField": pick(["a", ["field": "a", "input": field], ["field": "b", "input": "$$ROOT"]])
            ]
        case 17: return .string("$" + pick(Self.names))
        case 18: return ["$type": field]
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
        default: return field
        }
    }
}
