@testable import Aggregation
import Documents
import TestSupport

extension Family {
    /// The query language, an operator at a time: constants are often values that the documents have.
    static let queries = Family(
        name: "queries",
        operators: [
            "implicit", "$eq", "$ne", "$gt", "$gte", "$lt", "$lte", "$in", "$nin", "$exists", "$type", "$mod",
            "$size", "$bitsAllSet", "$bitsAllClear", "$bitsAnySet", "$bitsAnyClear", "$not", "$all",
            "$elemMatch",
            "$regex", "$and", "$or", "$nor", "$comment", "$alwaysTrue", "$alwaysFalse", "$expr", "$geoWithin",
        ]
    ) { operation, source in
        let documents = source.documents(4...9)
        var query = QuerySource(source: source, documents: documents)
        let filter = query.filter(operation, depth: 2)
        source = query.source
        return Case(pipeline: [["$match": .document(filter)]], documents: documents)
    }

    /// Places near the border of a circle on the sphere.
    static let circles = Family(name: "circles", operators: ["$centerSphere"]) { _, source in
        let center = (source.uniform(-180, 180), source.uniform(-90, 90))
        let radius = source.pick([0, 1e-10, 1e-9, 3e-9, 1e-8, 1e-6, 5e-4, 0.3, 1.5, 2, 3.1, 4])
        let shape: Value = ["$centerSphere": [[.double(center.0), .double(center.1)], .double(radius)]]
        let documents: [Document] = (0..<8).map { number in
            let distance = source.pick([
                0, radius, radius + 1e-9, radius - 1e-9, radius + 3e-10, radius * 0.9,
            ])
            // Along the meridian, where distances are differences.
            let latitude = center.1 + distance * 180 / .pi * (source.one(in: 2) ? 1 : -1)
            let place: Value = [.double(center.0), .double(latitude)]
            return [
                "_id": .int32(Int32(number)),
                "a": source.one(in: 2) ? place : ["type": "Point", "coordinates": place],
            ]
        }
        return Case(pipeline: [["$match": ["a": ["$geoWithin": shape]]]], documents: documents)
    }
}

/// Makes queries for documents.
struct QuerySource {
    var source: OddValues
    /// All values in the documents, each with a path that leads to it, through arrays by position or without.
    private let places: [(path: String, value: Value)]
    /// A value at the path that was made last.
    private var near: Value?

    init(source: OddValues, documents: [Document]) {
        self.source = source
        places = documents.flatMap { document in
            document.elements.dropFirst().flatMap { Self.places(of: $0.value, at: $0.key) }
        }
    }

    private static func places(of value: Value, at path: String) -> [(path: String, value: Value)] {
        switch value {
        case .document(let inner):
            [(path, value)] + inner.elements.flatMap { places(of: $0.value, at: "\(path).\($0.key)") }
        case .array(let inner):
            [(path, value)] + inner.elements.flatMap { places(of: $0.value, at: path) }
                + inner.elements.flatMap { places(of: $0.value, at: "\(path).\($0.key)") }
        default: [(path, value)]
        }
    }

    private static let onPaths = [
        "$eq", "$ne", "$gt", "$gte", "$lt", "$lte", "$in", "$nin", "$exists", "$type", "$mod", "$size",
        "$bitsAllSet",
        "$bitsAnyClear", "$not", "$all", "$elemMatch", "$regex",
    ]

    /// A query that uses an operator.
    mutating func filter(_ operation: String, depth: Int) -> Document {
        switch operation {
        case "implicit":
            let path = path()
            return [path: constant()]
        case "$and", "$or", "$nor":
            let count = 1 + Int(source.random.next() % 3)
            return [operation: .list((0..<count).map { _ in .document(anyFilter(depth: depth - 1)) })]
        case "$comment": return ["$comment": constant(), path(): constant()]
        case "$alwaysTrue", "$alwaysFalse":
            return [operation: source.pick([1, 1.0, .int64(1), 1, 2, "a", true])]
        case "$expr": return ["$expr": expression(depth: 2)]
        default:
            let path = path()
            var conditions = [(operation, argument(of: operation, depth: depth))]
            if operation == "$regex", source.one(in: 3) {
                conditions.append(("$options", .string(source.pick(["", "i", "s", "ims", "x", "q"]))))
            }
            if operation != "$geoWithin" || source.one(in: 10), source.one(in: 4) {
                let other = source.pick(Self.onPaths)
                if other != operation { conditions.append((other, argument(of: other, depth: depth - 1))) }
            }
            if source.one(in: 6) { conditions.reverse() }
            return [path: .document(Document(pairs: conditions))]
        }
    }

    private mutating func anyFilter(depth: Int) -> Document {
        if depth > 0, source.one(in: 4) { return filter(source.pick(["$and", "$or", "$nor"]), depth: depth) }
        if source.one(in: 3) { return filter("implicit", depth: depth) }
        var filter = self.filter(source.pick(Self.onPaths), depth: depth)
        if source.one(in: 4) {
            filter = Document(
                pairs: filter.elements.map { ($0.key, $0.value) } + [("d", constant())])
        }
        return filter
    }

    /// A path, with positions at times and with odd dots at others.
    private mutating func path() -> String {
        if !places.isEmpty, !source.one(in: 3) {
            let place = source.pick(places)
            near = place.value
            return place.path
        }
        var path = source.pick(OddValues.names)
        while source.one(in: 2) {
            path +=
                "." + (source.one(in: 3) ? source.pick(["0", "1", "2", "00"]) : source.pick(OddValues.names))
        }
        if source.one(in: 40) { path += source.pick([".", "..", "..a"]) }
        return path
    }

    /// A value that may be among the documents', or one in them.
    private mutating func constant() -> Value {
        if let near, !source.one(in: 3) { return near }
        if source.one(in: 12) {
            return .regularExpression(
                pattern: source.pick(["^a", "b", "", ".", "[A-Z]", "é", "^$"]),
                options: source.pick(["", "i", "x"]))
        }
        if source.one(in: 3) || places.isEmpty { return source.value(depth: 1) }
        return source.pick(places).value
    }

    private mutating func constants() -> [Value] {
        (0..<Int(source.random.next() % 4)).map { _ in constant() }
    }

    private mutating func argument(of operation: String, depth: Int) -> Value {
        switch operation {
        case "$in", "$nin":
            if source.one(in: 20) { return constant() }
            // Many enough for a search by halves.
            let extra = source.one(in: 4) ? (0..<20).map { Value.int32($0) } + OddValues.texts : []
            return .list(constants() + extra)
        case "$exists": return source.one(in: 2) ? .bool(source.one(in: 2)) : source.scalar()
        case "$type": return type()
        case "$mod": return modulus()
        case "$size":
            if case .array(let list) = near, !source.one(in: 3) { return .int32(Int32(list.keys.count)) }
            return source.one(in: 4) ? source.number() : .int32(Int32(source.random.next() % 4))
        case "$bitsAllSet", "$bitsAllClear", "$bitsAnySet", "$bitsAnyClear": return bits()
        case "$not":
            if source.one(in: 10) { return constant() }
            let inner = source.pick(Self.onPaths)
            guard depth > 0 else { return ["$gt": constant()] }
            return .document(Document(pairs: [(inner, argument(of: inner, depth: depth - 1))]))
        case "$all":
            if depth > 0, source.one(in: 3) {
                return .list((0..<2).map { _ in ["$elemMatch": elementMatch(depth: depth - 1)] })
            }
            return source.one(in: 20) ? constant() : .list(constants())
        case "$elemMatch": return elementMatch(depth: depth)
        case "$regex":
            return source.one(in: 5)
                ? constant()
                : .string(
                    source.pick(["^a", "b", "", ".", "a|b", "(a", "[a-c]+$", "日", "\\d", "^.{2}$", "\\x{e9}"])
                )
        case "$geoWithin":
            return [
                "$centerSphere": [
                    [.double(source.uniform(-180, 180)), .double(source.uniform(-90, 90))],
                    source.pick([0.1, 2, 1.5, 3.2, .double(.nan), -1]),
                ]
            ]
        default: return constant()
        }
    }

    private mutating func elementMatch(depth: Int) -> Value {
        if case .array(let list) = near { near = list.elements.first { _ in true }?.value ?? near }
        if case .document(let inner) = near, let element = inner.elements.first(where: { _ in true }) {
            near = element.value
            return [element.key: source.one(in: 2) ? element.value : ["$gte": constant()]]
        }
        guard depth > 0 else { return [path(): constant()] }
        if source.one(in: 2) {
            let inner = source.pick(Self.onPaths)
            return .document(Document(pairs: [(inner, argument(of: inner, depth: depth - 1))]))
        }
        return .document(source.one(in: 15) ? [:] : anyFilter(depth: depth - 1))
    }

    private mutating func type() -> Value {
        let names: [Value] = [
            "double", "string", "object", "array", "binData", "undefined", "objectId", "bool", "date", "null",
            "regex",
            "int", "timestamp", "long", "minKey", "maxKey", "number", "decimal", 1, 2, 3, 4.0, .int64(16), -1,
            127,
        ]
        if source.one(in: 10) { return source.scalar() }
        return source.one(in: 4) ? [source.pick(names), source.pick(names)] : source.pick(names)
    }

    private mutating func modulus() -> Value {
        if source.one(in: 10) { return .list(constants()) }
        return [
            source.pick([2, 3, -2, 1, -1, 2.5, .int64(4)]), source.pick([0, 1, -1, 0.5, 1.9, .int64(1)]),
        ]
    }

    private mutating func bits() -> Value {
        switch Int(source.random.next() % 5) {
        case 0: return source.number()
        case 1:
            return .binary(subtype: 0, [UInt8(source.random.next() % 8), UInt8(source.random.next() % 2)])
        case 2: return .list((0..<Int(source.random.next() % 3)).map { _ in source.number() })
        case 3:
            return .list([.int32(Int32(source.random.next() % 4)), .int32(Int32(source.random.next() % 100))])
        default: return .int32(Int32(source.random.next() % 8))
        }
    }

    /// Something for `$expr`; operators only where the engine has them.
    private mutating func expression(depth: Int) -> Value {
        let comparisons = ["$eq", "$gt", "$gte", "$lt", "$lte", "$ne"].filter { Operator.all[$0] != nil }
        let combinations = ["$and", "$or"].filter { Operator.all[$0] != nil }
        if depth > 0, source.one(in: 2), !combinations.isEmpty {
            return .document(
                Document(pairs: [
                    (source.pick(combinations), [expression(depth: depth - 1), expression(depth: depth - 1)])
                ]))
        }
        if source.one(in: 2), !comparisons.isEmpty {
            let sides: [Value] = [.string("$" + source.path()), ["$literal": constant()]]
            return .document(
                Document(pairs: [
                    (source.pick(comparisons), .list(source.one(in: 2) ? sides : sides.reversed()))
                ]))
        }
        if source.one(in: 3) {
            return ["$regexMatch": ["input": .string("$" + source.path()), "regex": "a"]]
        }
        return source.one(in: 4) ? source.scalar() : .string("$" + source.path())
    }
}

extension OddValues {
    /// Texts that documents have.
    fileprivate static let texts: [Value] = ["", "a", "b", "abc", "ABC", "aé", "日本", "0", "zzz"]

    /// A number between two others.
    mutating func uniform(_ low: Double, _ high: Double) -> Double {
        low + (high - low) * Double(random.next() >> 11) * 0x1p-53
    }
}

extension Document {
    /// A document with these fields.
    init(pairs: [(String, Value)]) {
        var writer = DocumentWriter()
        for (key, value) in pairs { writer.append(key, value) }
        self = writer.finish()
    }
}
