import Documents

/// Pipelines and documents that bytes choose, a byte for every choice: bytes that change a little change the pipeline a
/// little. When there are no more, everything is the first and shortest of its kind.
struct PipelineChoice {
    private var bytes: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { self.bytes = bytes[...] }

    private mutating func next(_ bound: Int) -> Int { Int(bytes.popFirst() ?? 0) % bound }

    private mutating func pick<Choice>(_ choices: [Choice]) -> Choice { choices[next(choices.count)] }

    private static let names = ["a", "b", "c", "d"]

    /// A pipeline of up to four stages.
    mutating func pipeline() -> [Document] { (0...next(4)).map { _ in stage(depth: 2) } }

    /// Up to three documents.
    mutating func documents() -> [Document] { (0...next(3)).map { _ in document(depth: 3) } }

    private mutating func document(depth: Int) -> Document {
        var writer = DocumentWriter()
        for name in Self.names where next(4) != 1 { writer.append(name, value(depth: depth)) }
        return writer.finish()
    }

    private mutating func value(depth: Int) -> Value {
        switch next(depth > 0 ? 10 : 7) {
        case 0: pick([.int32(0), .int32(1), .int32(-1), .int32(.max), .int32(.min), .int32(7)])
        case 1:
            pick([
                .double(.nan), .double(.infinity), .double(-0.0), .double(0.5), .double(1e308), .double(-3),
            ])
        case 2: pick([.int64(.max), .int64(.min), .int64(1 << 53), .int64(3)])
        case 3:
            pick([
                "", "a", "ab", "日本", "aé", "%Y-%m-%d", "2020-01-02T03:04:05Z", "day", "UTC", "Europe/Berlin",
            ])
        case 4:
            pick([
                .datetime(0), .datetime(.max), .datetime(.min), .datetime(-1), .datetime(1_600_000_000_000),
            ])
        case 5: pick([.null, .bool(true), .bool(false), .undefined, .minKey, .maxKey])
        case 6:
            pick([
                .timestamp(seconds: .max, increment: 1), .binary(subtype: 0, [1]),
                .decimal128(high: 1 << 60, low: 1),
                .regularExpression(pattern: "a|b", options: "i"),
                ObjectID(1...12).map { .objectID($0) } ?? .null,
            ])
        case 7: .document(document(depth: depth - 1))
        default: .list((0..<next(5)).map { _ in value(depth: depth - 1) })
        }
    }

    private mutating func path() -> String {
        (0...next(3)).map { _ in pick(Self.names + ["0", "_id"]) }.joined(separator: ".")
    }

    private mutating func stage(depth: Int) -> Document {
        let name = pick(PipelineWords.stages)
        let argument: Value
        switch name {
        case "$match": argument = .document(query(depth: depth))
        case "$limit", "$skip": argument = pick([1, 2, 0, -1, .int64(.max)])
        case "$count": argument = pick(["n", "", "a.b"])
        case "$unwind":
            argument =
                next(2) == 0
                ? .string("$" + path())
                : ["path": .string("$" + path()), "preserveNullAndEmptyArrays": .bool(next(2) == 0)]
        case "$unset": argument = .string(path())
        case "$sort": argument = .document(Document(dictionaryLiteral: (path(), pick([1, -1]))))
        case "$replaceWith", "$sortByCount": argument = expression(depth: depth + 1)
        case "$replaceRoot": argument = ["newRoot": expression(depth: depth + 1)]
        case "$facet":
            argument = [
                "x": .list(
                    (0..<next(3)).map { _ in .document(depth > 0 ? stage(depth: depth - 1) : ["$limit": 1]) })
            ]
        case "$group":
            argument = [
                "_id": expression(depth: depth),
                "n": .document([pick(PipelineWords.accumulators): expression(depth: 1)]),
            ]
        default: argument = .document([path(): expression(depth: depth + 1), "x": pick([1, 0, true])])
        }
        return [name: argument]
    }

    private mutating func query(depth: Int) -> Document {
        if depth > 0, next(4) == 0 {
            return [
                pick(["$and", "$or", "$nor"]): .list(
                    (0...next(2)).map { _ in .document(query(depth: depth - 1)) })
            ]
        }
        let condition = pick(PipelineWords.conditions)
        let argument: Value
        switch condition {
        case "$in", "$nin", "$all": argument = .list((0..<next(4)).map { _ in value(depth: 1) })
        case "$elemMatch": argument = .document(query(depth: depth - 1))
        case "$not": argument = ["$gt": value(depth: 0)]
        case "$expr": return ["$expr": expression(depth: depth + 1)]
        default: argument = value(depth: 1)
        }
        return [path(): .document([condition: argument])]
    }

    private mutating func expression(depth: Int) -> Value {
        guard depth > 0 else { return leaf() }
        switch next(8) {
        case 0: return leaf()
        case 1: return .document(["x": expression(depth: depth - 1), "y": expression(depth: depth - 1)])
        case 2: return .list((0..<next(4)).map { _ in expression(depth: depth - 1) })
        case 3:
            let (name, arguments) = pick(PipelineWords.namedOperators)
            var writer = DocumentWriter()
            for argument in arguments where next(8) != 7 {
                writer.append(argument, argument == "as" ? .string("this") : expression(depth: depth - 1))
            }
            return .document([name: .document(writer.finish())])
        default:
            return [
                pick(PipelineWords.operators): .list((0...next(3)).map { _ in expression(depth: depth - 1) })
            ]
        }
    }

    private mutating func leaf() -> Value {
        switch next(6) {
        case 0, 1: .string("$" + path())
        case 2: .string(pick(["$$ROOT", "$$this", "$$value", "$$NOW", "$$REMOVE", "$$CURRENT.a"]))
        case 3: ["$literal": value(depth: 2)]
        default: value(depth: 0)
        }
    }
}
