import Documents
import TestSupport

extension Family {
    /// Stages that keep, drop and add fields.
    static let projections = Family(
        name: "projections",
        operators: ["inclusion", "exclusion", "computed", "$addFields", "$set", "$unset"]
    ) { operation, source in
        let stage: Document =
            switch operation {
            case "inclusion": ["$project": .document(source.projection(.inclusion))]
            case "exclusion": ["$project": .document(source.projection(.exclusion))]
            case "computed": ["$project": .document(source.projection(.computed))]
            case "$unset": ["$unset": source.unsetting()]
            default: Document(dictionaryLiteral: (operation, .document(source.addition())))
            }
        var pipeline = [stage]
        // Documents as bytes and documents that were put together go different ways in mongod.
        if source.one(in: 3) { pipeline.insert(["$addFields": ["e": 1]], at: 0) }
        // Shows what is missing in arrays.
        if source.one(in: 3) { pipeline.append(["$unwind": .string("$" + source.path())]) }
        return Case(pipeline: pipeline, documents: source.documents())
    }

    /// Stages that make other documents of one.
    static let shapes = Family(
        name: "shapes", operators: ["$replaceRoot", "$replaceWith", "$unwind", "$redact"]
    ) { operation, source in
        var pipeline: [Document] =
            switch operation {
            case "$replaceRoot": [["$replaceRoot": ["newRoot": source.root()]]]
            case "$replaceWith": [["$replaceWith": source.root()]]
            case "$redact": [["$redact": source.verdict()]]
            default: [["$unwind": source.unwinding()]]
            }
        if source.one(in: 4) { pipeline.append(["$unwind": source.unwinding()]) }
        return Case(pipeline: pipeline, documents: source.documents())
    }
}

extension OddValues {
    /// What a `$project` is about.
    enum Projection { case inclusion, exclusion, computed }

    /// Some paths of which none leads through another; now and then two that do.
    mutating func paths(_ count: Int) -> [String] {
        var paths: [String] = []
        for _ in 0..<count {
            let path = one(in: 8) ? "_id" : path()
            let collides = paths.contains {
                $0 == path || $0.hasPrefix(path + ".") || path.hasPrefix($0 + ".")
            }
            if !collides || one(in: 40) { paths.append(path) }
        }
        return paths.isEmpty ? ["a"] : paths
    }

    /// The argument of a `$project`.
    mutating func projection(_ kind: Projection) -> Document {
        var writer = DocumentWriter()
        for path in paths(1 + Int(random.next() % 4)) {
            let isOdd = one(in: 40)
            let value: Value =
                switch kind {
                case .inclusion where path == "_id" && one(in: 2): pick([0, false])
                case .inclusion: isOdd ? pick([0, "a", .double(.nan)]) : pick([1, true, 2.5, -1])
                case .exclusion where path == "_id" && one(in: 2): 1
                case .exclusion: isOdd ? pick([1, .double(-0.0), "$a"]) : pick([0, false, 0.0])
                case .computed: one(in: 3) ? 1 : expression(depth: 2)
                }
            writer.append(path, one(in: 6) ? nested(value, kind) : value)
        }
        return writer.finish()
    }

    private mutating func nested(_ value: Value, _ kind: Projection) -> Value {
        if one(in: 20) { return [:] }
        var writer = DocumentWriter()
        writer.append(one(in: 8) ? "b.c" : pick(Self.names), value)
        if one(in: 2) {
            writer.append("x", kind == .exclusion ? 0 : kind == .inclusion ? 1 : expression(depth: 1))
        }
        return .document(writer.finish())
    }

    /// The argument of an `$addFields`.
    mutating func addition() -> Document {
        var writer = DocumentWriter()
        for path in paths(1 + Int(random.next() % 4)) {
            writer.append(path, one(in: 5) ? nested(expression(), .computed) : expression(depth: 2))
        }
        return writer.finish()
    }

    /// The argument of an `$unset`.
    mutating func unsetting() -> Value {
        if one(in: 30) { return pick([[], [1], "", 5, "$a", "a.", ["a", "a"]]) }
        return one(in: 2) ? .string(path()) : .list(paths(1 + Int(random.next() % 3)).map { .string($0) })
    }

    /// An expression that mostly is a document.
    mutating func root() -> Value {
        switch Int(random.next() % 6) {
        case 0: .string("$" + pick(Self.names))
        case 1: ["$literal": value(depth: 1)]
        case 2: "$$ROOT"
        default: ["a": expression(depth: 1), "b": expression(depth: 2), "_id": "$_id"]
        }
    }

    /// The argument of an `$unwind`.
    mutating func unwinding() -> Value {
        if one(in: 30) {
            return pick(["a", "$", "$$ROOT", "$a.", ["path": 1], [:], 5, ["path": "$a", "x": 1]])
        }
        let path = one(in: 2) ? pick(Self.names) : path()
        if one(in: 3) { return .string("$" + path) }
        var writer = DocumentWriter()
        writer.append("path", string: "$" + path)
        if one(in: 2) { writer.append("preserveNullAndEmptyArrays", bool: !one(in: 4)) }
        if one(in: 2) {
            let position = one(in: 3) ? self.path() : pick(["i", "i.j", "_id.i"])
            // That stops mongod.
            if !path.hasPrefix(position + ".") { writer.append("includeArrayIndex", string: position) }
        }
        return .document(writer.finish())
    }

    /// An argument of `$redact`.
    fileprivate mutating func verdict() -> Value {
        if one(in: 10) { return one(in: 2) ? "$a" : scalar() }
        return pick(["$$DESCEND", "$$DESCEND", "$$DESCEND", "$$KEEP", "$$PRUNE", "keep"])
    }
}
