import Documents

/// `$add`: a sum of numbers, with at most one date among them, which makes it a date.
struct Addition: Associative {
    static let name = "$add"
    static let isCommutative = true
    let parts: [any Expression]

    init(parts: [any Expression]) { self.parts = parts }

    func value(_ run: inout Run) throws(Failure) -> Datum {
        try run.spend(parts.count)
        if parts.count == 2 {
            let left = try parts[0].value(&run)
            // Null on the left wins before the right is looked at.
            if left.isNullish { return .null }
            return try Self.sum(left, try parts[1].value(&run))
        }
        var total = Total()
        for part in parts {
            let datum = try part.value(&run)
            if datum.isNullish { return .null }
            try total.add(datum)
        }
        return try total.datum()
    }

    /// Two are added without a detour wherever that gives the same bits.
    @inline(__always)
    private static func sum(_ left: Datum, _ right: Datum) throws(Failure) -> Datum {
        switch (left, right) {
        // The zero makes a sum of negative zeros positive, as it is where summing begins with zero.
        case (.double(let left), .double(let right)): return .double(right + (left + 0))
        case (.double(let left), .int32(let right)): return .double(0 + left + Double(right))
        case (.int32(let left), .double(let right)): return .double(Double(left) + right)
        case (.int32(let left), .int32(let right)): return .narrow(Int64(left) + Int64(right))
        default:
            var total = Total()
            try total.add(left)
            if right.isNullish { return .null }
            try total.add(right)
            return try total.datum()
        }
    }

    /// What has been added so far.
    private struct Total {
        private enum Kind: Int {
            case int32
            case int64
            case double
        }

        private var sum = CompensatedSum()
        private var kind = Kind.int32
        private var isDate = false

        mutating func add(_ datum: Datum) throws(Failure) {
            switch datum {
            case .double(let number):
                sum.add(number)
                kind = .double
            case .int32(let number): sum.add(Double(number))
            case .int64(let number):
                sum.add(number)
                if kind == .int32 { kind = .int64 }
            case .datetime(let milliseconds):
                if isDate { throw .error(code: 16612, "$add takes only one date") }
                isDate = true
                sum.add(milliseconds)
            default: throw datum.refused(by: "$add", code: 16554)
            }
        }

        func datum() throws(Failure) -> Datum {
            if isDate {
                guard let milliseconds = sum.int64 else {
                    throw .error(code: 15, "the date that $add makes is out of range")
                }
                return .datetime(milliseconds)
            }
            switch kind {
            case .double: return .double(sum.double)
            case .int64: return sum.int64.map { .int64($0) } ?? .double(sum.double)
            case .int32: return sum.int64.map { .narrow($0) } ?? .double(sum.double)
            }
        }
    }
}

extension Datum {
    /// An int32 if it fits, else an int64.
    @inline(__always)
    static func narrow(_ number: Int64) -> Datum {
        if let small = Int32(exactly: number) { .int32(small) } else { .int64(number) }
    }

    /// Why an operator that takes numbers does not take this.
    func refused(by name: String, code: Int = 28765) -> Failure {
        if case .other(.decimal128) = self { return .unsupported("decimal128") }
        return .error(code: code, "\(name) does not take a value of type \(typeName)")
    }

    /// The number as a double, refused where it is none.
    @inline(__always)
    func number(for name: String, code: Int = 28765) throws(Failure) -> Double {
        switch self {
        case .double(let number): return number
        case .int32(let number): return Double(number)
        case .int64(let number): return Double(number)
        default: throw refused(by: name, code: code)
        }
    }

    /// Whether it is a number that fits in 32 bits without a fraction.
    var int32: Int32? {
        switch self {
        case .int32(let number): number
        case .int64(let number): Int32(exactly: number)
        case .double(let number): Int32(exactly: number)
        default: nil
        }
    }

    /// The number without its fraction as 64 bits, refused where it is out of range.
    func truncated(for name: String, code: Int = 16004) throws(Failure) -> Int64 {
        switch self {
        case .int32(let number): return Int64(number)
        case .int64(let number): return number
        case .double(let number):
            guard let whole = Int64(exactly: number.rounded(.towardZero)) else {
                throw .error(code: 31109, "\(name): \(number) is out of the range of 64 bits")
            }
            return whole
        default: throw refused(by: name, code: code)
        }
    }
}
