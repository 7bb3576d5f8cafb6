import Documents

/// What a condition asks of each value that its path finds.
protocol ValueTest {
    /// Whether a value passes. What the path does not find is `.missing`.
    func holds(for datum: Datum, _ run: inout Run) throws(Failure) -> Bool

    /// Whether the elements of an array are looked at besides the array itself.
    var entersArrays: Bool { get }

    /// Whether the value must be known; otherwise it is enough that there is one.
    var needsValue: Bool { get }

    /// Whether a value passes that is equal to a constant or matches a pattern, and there is only one of those.
    var isEquality: Bool { get }
}

extension ValueTest {
    var entersArrays: Bool { true }
    var needsValue: Bool { true }
    var isEquality: Bool { false }

    /// Whether a value passes that may be still to be fetched.
    @inline(__always)
    func checked(_ datum: Datum, _ run: inout Run) throws(Failure) -> Bool {
        if case .later = datum, needsValue { throw .later }
        return try holds(for: datum, &run)
    }
}

/// A condition on the values at a path.
struct PathCondition<Test: ValueTest & Sendable>: Predicate {
    let path: QueryPath
    let test: Test

    var equalityPath: String? { test.isEquality ? path.text : nil }

    func holds(for record: Record, _ run: inout Run) throws(Failure) -> Bool {
        try path.any(in: record, test, &run)
    }

    func holds(for element: Datum, _ run: inout Run) throws(Failure) -> Bool {
        try test.checked(element, &run)
    }
}

/// Whether there is a value: `$exists`. A field that is still to be fetched is there.
struct ExistenceTest: ValueTest {
    var needsValue: Bool { false }

    func holds(for datum: Datum, _ run: inout Run) -> Bool { !datum.isMissing }
}

/// How many elements an array has: `$size`.
struct SizeTest: ValueTest {
    let size: Int

    var entersArrays: Bool { false }

    func holds(for datum: Datum, _ run: inout Run) -> Bool {
        if case .array(let list) = datum { list.count == size } else { false }
    }
}

/// The remainder of a division of whole numbers: `$mod`. Fractions are cut off.
struct RemainderTest: ValueTest {
    let divisor: Int64
    let remainder: Int64

    func holds(for datum: Datum, _ run: inout Run) throws(Failure) -> Bool {
        let dividend: Int64
        switch datum {
        case .int32(let number): dividend = Int64(number)
        case .int64(let number): dividend = number
        case .double(let number):
            guard let whole = Int64(exactly: number.rounded(.towardZero)) else { return false }
            dividend = whole
        case .other(.decimal128): throw .unsupported("decimal128")
        default: return false
        }
        // The smallest integer divided by -1 would overflow.
        return (divisor == -1 ? 0 : dividend % divisor) == remainder
    }
}

/// A regular expression: `$regex`.
struct PatternTest: ValueTest {
    let pattern: Pattern

    var isEquality: Bool { true }

    func holds(for datum: Datum, _ run: inout Run) throws(Failure) -> Bool {
        switch datum {
        case .string(let text): return try pattern.matches(text, &run)
        case .other(.symbol(let text)): return try pattern.matches(text, &run)
        case .other(.regularExpression(let text, let options)):
            return Datum.order(text, pattern.text) == 0 && Datum.order(options, pattern.options) == 0
        default: return false
        }
    }
}
