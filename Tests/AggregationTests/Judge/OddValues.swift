import Documents
import TestSupport

/// Random values that break careless code: the limits of every type, null against missing, arrays in arrays.
struct OddValues {
    var random: SplitMix

    /// The names of the fields that documents have and expressions name.
    static let names = ["a", "b", "c", "d"]

    /// One of several.
    mutating func pick<Element>(_ choices: [Element]) -> Element {
        choices[Int(random.next() % UInt64(choices.count))]
    }

    /// Whether something of a probability of one in so many happens.
    mutating func one(in count: Int) -> Bool { random.next() % UInt64(count) == 0 }

    /// A number of any type.
    mutating func number() -> Value {
        switch Int(random.next() % 12) {
        case 0: pick([.double(.nan), .double(.infinity), .double(-.infinity), .double(-0.0)])
        case 1: pick([.int64(.max), .int64(.min), .int64(.max - 1), .int64(1 << 53), .int64((1 << 53) + 1)])
        case 2: pick([.int32(.max), .int32(.min), .int64(Int64(Int32.max) + 1)])
        case 3:
            pick([
                .double(9_007_199_254_740_992), .double(1e308), .double(.leastNonzeroMagnitude),
                .double(9.223372036854775e18),
            ])
        case 4, 5: .double(Double(Int64(random.next() % 2000) - 1000) / 8)
        case 6: .int64(Int64(random.next() % 10) - 3)
        case 7: .double(Double(random.next() % 7))
        default: .int32(Int32(random.next() % 12) - 4)
        }
    }

    /// A text.
    mutating func text() -> Value {
        pick([
            "", "a", "b", "abc", "ABC", "aé", "日本", "0", "12", "-3.5", "a.b", " x ", "zzz",
            "2024-01-02T03:04:05Z",
        ])
    }

    /// A date.
    mutating func date() -> Value {
        pick([
            .datetime(0), .datetime(-1), .datetime(1_700_000_000_000), .datetime(951_782_400_000),
            .datetime(-62_135_596_800_000), .datetime(253_402_300_799_999), .datetime(1_711_846_800_000),
        ])
    }

    /// A value that holds no others.
    mutating func scalar() -> Value {
        switch Int(random.next() % 20) {
        case 0...8: number()
        case 9...11: text()
        case 12: date()
        case 13, 14: .null
        case 15: .bool(random.next() % 2 == 0)
        case 16:
            ObjectID([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, UInt8(random.next() % 3)]).map { .objectID($0) }
                ?? .null
        case 17: pick([.minKey, .maxKey, .undefined, .timestamp(seconds: 5, increment: 6)])
        case 18: pick([.binary(subtype: 0, [1, 2]), .regularExpression(pattern: "^a", options: "i")])
        default: .bool(true)
        }
    }

    /// Any value, with others inside up to a depth.
    mutating func value(depth: Int = 2) -> Value {
        guard depth > 0 else { return scalar() }
        switch Int(random.next() % 6) {
        case 0: return list(depth: depth)
        case 1: return .document(document(depth: depth - 1))
        default: return scalar()
        }
    }

    /// An array of any values, sometimes empty, sometimes of one kind.
    mutating func list(depth: Int = 2) -> Value {
        let count = Int(random.next() % 5)
        switch Int(random.next() % 4) {
        case 0: return .list((0..<count).map { _ in number() })
        case 1: return .list((0..<count).map { _ in .document(document(depth: depth - 1)) })
        default: return .list((0..<count).map { _ in value(depth: depth - 1) })
        }
    }

    /// A document with some of the names.
    mutating func document(depth: Int = 2) -> Document {
        var writer = DocumentWriter()
        for name in Self.names where !one(in: 3) { writer.append(name, value(depth: depth)) }
        return writer.finish()
    }

    /// A few documents.
    mutating func documents(_ count: ClosedRange<Int> = 1...4) -> [Document] {
        let count = count.lowerBound + Int(random.next() % UInt64(count.count))
        return (0..<count).map { index in
            var writer = DocumentWriter()
            writer.append("_id", int32: Int32(index))
            for element in document(depth: 3).elements { writer.append(element) }
            return writer.finish()
        }
    }

    /// A dotted path, without a dollar sign.
    mutating func path() -> String {
        var path = pick(Self.names)
        while one(in: 2) { path += "." + (one(in: 8) ? pick(["0", "1"]) : pick(Self.names)) }
        return path
    }

    /// Something that may stand as an operator's argument: a path, a variable, a constant, a document or a list.
    mutating func expression(depth: Int = 1) -> Value {
        switch Int(random.next() % 10) {
        case 0...4: return .string("$" + path())
        case 5: return .string(pick(["$$ROOT", "$$CURRENT.a", "$$ROOT.b.c", "$$REMOVE"]))
        case 6 where depth > 0:
            return .list((0..<Int(random.next() % 3)).map { _ in expression(depth: depth - 1) })
        case 7 where depth > 0: return ["a": expression(depth: depth - 1), "b": expression(depth: depth - 1)]
        default: return ["$literal": value(depth: 1)]
        }
    }
}
