import Documents

extension Datum {
    /// MongoDB's order of all values: by the group of the type first (minKey, missing, null, numbers, strings,
    /// documents, arrays, binary, ObjectId, bool, date, timestamp, regular expression, code, maxKey), then by value.
    /// Negative, zero or positive.
    static func compare(_ left: Datum, _ right: Datum) throws(Failure) -> Int {
        switch (left, right) {
        case (.double(let left), .double(let right)): return order(left, right)
        case (.int32(let left), .int32(let right)): return left < right ? -1 : left == right ? 0 : 1
        case (.int64(let left), .int64(let right)): return left < right ? -1 : left == right ? 0 : 1
        case (.int32(let left), .double(let right)): return order(Double(left), right)
        case (.double(let left), .int32(let right)): return order(left, Double(right))
        case (.string(let left), .string(let right)): return order(left, right)
        default: return try compareMixed(left, right)
        }
    }

    @inline(never)
    private static func compareMixed(_ left: Datum, _ right: Datum) throws(Failure) -> Int {
        let groups = try (left.group(), right.group())
        if groups.0 != groups.1 { return groups.0 < groups.1 ? -1 : 1 }
        switch (left, right) {
        case (.int64(let left), .int32(let right)): return left < right ? -1 : left == right ? 0 : 1
        case (.int32(let left), .int64(let right)): return left < right ? -1 : left == right ? 0 : 1
        case (.int64(let left), .double(let right)): return order(left, right)
        case (.double(let left), .int64(let right)): return -order(right, left)
        case (.document(let left), .document(let right)): return try compare(left, right)
        case (.array(let left), .array(let right)): return try compare(left, right)
        case (.objectID(let left), .objectID(let right)): return lexicographic(left.array, right.array)
        case (.bool(let left), .bool(let right)): return left == right ? 0 : left ? 1 : -1
        case (.datetime(let left), .datetime(let right)): return left < right ? -1 : left == right ? 0 : 1
        case (.timestamp(let left), .timestamp(let right)): return left < right ? -1 : left == right ? 0 : 1
        case (.other(let left), .other(let right)): return try compareRare(left, right)
        case (.string(let left), .other(.symbol(let right))), (.other(.symbol(let left)), .string(let right)):
            return order(left, right)
        default: return 0
        }
    }

    /// The place of the type among the others; types of one group are compared by value.
    func group() throws(Failure) -> Int {
        switch self {
        case .minKey: -1
        case .missing, .undefined: 0
        case .null: 5
        case .int32, .int64, .double: 10
        case .string: 15
        case .document: 20
        case .array: 25
        case .objectID: 35
        case .bool: 40
        case .datetime: 45
        case .timestamp: 47
        case .maxKey: 127
        case .later: throw .later
        case .other(let value):
            switch value {
            case .binary: 30
            case .regularExpression: 50
            case .dbPointer: 55
            case .javaScript: 60
            case .javaScriptWithScope: 65
            case .symbol: 15
            default: throw .unsupported("decimal128")
            }
        }
    }

    /// NaN comes before every other number and equals itself.
    @inline(__always)
    static func order(_ left: Double, _ right: Double) -> Int {
        if left < right { return -1 }
        if left == right { return 0 }
        if left > right { return 1 }
        return left.isNaN ? (right.isNaN ? 0 : -1) : 1
    }

    /// By bytes, not by what they look like.
    @inline(__always)
    static func order(_ left: String, _ right: String) -> Int {
        let (left, right) = (left.utf8, right.utf8)
        var (first, second) = (left.makeIterator(), right.makeIterator())
        while true {
            switch (first.next(), second.next()) {
            case (nil, nil): return 0
            case (nil, _): return -1
            case (_, nil): return 1
            case (let one?, let other?): if one != other { return one < other ? -1 : 1 }
            }
        }
    }

    /// Exact, also where the integer is none that a double can be.
    private static func order(_ left: Int64, _ right: Double) -> Int {
        if right.isNaN { return 1 }
        if right >= 0x1p63 { return -1 }
        if right < -0x1p63 { return 1 }
        let whole = Int64(right)
        if left != whole { return left < whole ? -1 : 1 }
        let rest = right - Double(whole)
        return rest > 0 ? -1 : rest < 0 ? 1 : 0
    }

    private static func lexicographic(_ left: [UInt8], _ right: [UInt8]) -> Int {
        for (one, other) in zip(left, right) where one != other { return one < other ? -1 : 1 }
        return left.count < right.count ? -1 : left.count == right.count ? 0 : 1
    }

    /// Documents by their fields in order: type of the values, then names, then values.
    private static func compare(_ left: Record, _ right: Record) throws(Failure) -> Int {
        for index in 0..<min(left.count, right.count) {
            let data = (left.datum(at: index), right.datum(at: index))
            let groups = try (data.0.group(), data.1.group())
            if groups.0 != groups.1 { return groups.0 < groups.1 ? -1 : 1 }
            let names = order(left.name(at: index).text, right.name(at: index).text)
            if names != 0 { return names }
            let values = try compare(data.0, data.1)
            if values != 0 { return values }
        }
        return left.count < right.count ? -1 : left.count == right.count ? 0 : 1
    }

    private static func compare(_ left: List, _ right: List) throws(Failure) -> Int {
        for index in 0..<min(left.count, right.count) {
            let values = try compare(left[index], right[index])
            if values != 0 { return values }
        }
        return left.count < right.count ? -1 : left.count == right.count ? 0 : 1
    }

    private static func compareRare(_ left: Value, _ right: Value) throws(Failure) -> Int {
        switch (left, right) {
        case (.binary(let leftType, let left), .binary(let rightType, let right)):
            // By length first, then by subtype, then by content.
            if left.count != right.count { return left.count < right.count ? -1 : 1 }
            if leftType != rightType { return leftType < rightType ? -1 : 1 }
            return lexicographic(left, right)
        case (.regularExpression(let left, let leftOptions), .regularExpression(let right, let rightOptions)):
            let patterns = order(left, right)
            return patterns != 0 ? patterns : order(leftOptions, rightOptions)
        case (.symbol(let left), .symbol(let right)), (.javaScript(let left), .javaScript(let right)):
            return order(left, right)
        default: throw .unsupported("comparison of \(Datum.other(left).typeName)")
        }
    }
}
