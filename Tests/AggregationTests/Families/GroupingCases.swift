import Documents
import TestSupport

extension Family {
    /// Stages that bring documents together, and accumulators.
    static let groups = Family(
        name: "groups",
        operators: [
            "_id", "$sum", "$avg", "$min", "$max", "$first", "$last", "$push", "$addToSet", "$stdDevPop",
            "$stdDevSamp", "$mergeObjects", "$count", "$top", "$topN", "$bottom", "$bottomN", "$firstN",
            "$lastN", "$maxN", "$minN", "several", "stage $count", "$sortByCount", "$bucket",
        ], order: Order(ofDocuments: false, sets: ["set"])
    ) { operation, source in
        var stage: Document
        switch operation {
        case "stage $count": stage = ["$count": source.pick(["n", "n", "n", "", "$n", "a.b", 1, "_id"])]
        case "$sortByCount":
            stage = [
                "$sortByCount": source.one(in: 10)
                    ? source.expression(depth: 1) : .string("$" + source.path())
            ]
        case "$bucket": stage = ["$bucket": .document(source.buckets())]
        default: stage = ["$group": .document(source.grouping(operation))]
        }
        return Case(pipeline: [stage], documents: source.documents(1...8))
    }
}

extension OddValues {
    /// What documents are grouped by.
    mutating func identity() -> Value {
        switch Int(random.next() % 8) {
        case 0, 1: nil
        case 2: ["x": expression(depth: 1)]
        case 3: ["x": .string("$" + path()), "y": .string("$" + path())]
        case 4: expression(depth: 2)
        default: .string("$" + path())
        }
    }

    /// The argument of a `$group` with an accumulator, or several.
    mutating func grouping(_ operation: String) -> Document {
        var writer = DocumentWriter()
        if !one(in: 60) { writer.append("_id", identity()) }
        switch operation {
        case "_id": break
        case "several":
            for name in ["x", "y", "z"] {
                let operation = pick(["$sum", "$avg", "$min", "$first", "$push", "$top", "$firstN"])
                writer.append(name, .document(accumulator(operation)))
            }
        default: writer.append(operation == "$addToSet" ? "set" : "x", .document(accumulator(operation)))
        }
        return writer.finish()
    }

    /// An accumulator with its argument.
    mutating func accumulator(_ operation: String) -> Document {
        if one(in: 60) { return pick([[:], ["$foo": 1], ["$sum": 1, "$avg": 1], ["x": 1]]) }
        let argument: Value
        switch operation {
        case "$count": argument = one(in: 20) ? 1 : [:]
        case "$firstN", "$lastN", "$maxN", "$minN":
            argument = named([("n", many()), ("input", expression(depth: 1))])
        case "$top", "$bottom":
            argument = named([("sortBy", .document(sorting())), ("output", expression(depth: 1))])
        case "$topN", "$bottomN":
            argument = named([
                ("n", many()), ("sortBy", .document(sorting())), ("output", expression(depth: 1)),
            ])
        case "$mergeObjects" where !one(in: 4):
            argument = pick(["$$ROOT", "$a", "$b", "$c", ["a": "$b", "b": 1]])
        default: argument = one(in: 3) ? .string("$" + pick(Self.names)) : expression(depth: 1)
        }
        return Document(dictionaryLiteral: (operation, argument))
    }

    private mutating func many() -> Value {
        if one(in: 10) { return pick([0, -1, 1.5, "x", nil, "$x", "$a", .double(.nan), 1e300]) }
        return pick([1, 2, 3, 2.0, .int64(5)])
    }

    private mutating func named(_ arguments: [(String, Value)]) -> Value {
        var writer = DocumentWriter()
        for (name, value) in arguments where !one(in: 60) { writer.append(name, value) }
        if one(in: 60) { writer.append("odd", 1) }
        return .document(writer.finish())
    }

    /// The argument of a `$bucket`.
    fileprivate mutating func buckets() -> Document {
        let boundaries: Value =
            pick([
                [-3, 0, 2], [0, 1.5, .int64(7)], ["", "a", "b"], [0, 0], [1], [2, 1], [0, "a"], [nil, 5],
                [-100, 100],
                [-1000, 0, 1000], 5, [.minKey, .maxKey], [[], [5]], [false, true],
            ])
        var writer = DocumentWriter()
        writer.append("groupBy", one(in: 10) ? expression(depth: 1) : .string("$" + pick(Self.names)))
        if !one(in: 20) { writer.append("boundaries", boundaries) }
        if !one(in: 5) {
            writer.append("default", pick(["z", "other", nil, -1, 9999, [1], "$$REMOVE", "$a"]))
        }
        if one(in: 3) {
            writer.append("output", ["x": .document(accumulator(pick(["$sum", "$push", "$max"])))])
        }
        return writer.finish()
    }
}
