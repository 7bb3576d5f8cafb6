import Documents

/// `$eq`, `$gt`, `$gte`, `$lt`, `$lte`.
enum ComparisonOperation: Sendable {
    case equal, greater, greaterOrEqual, less, lessOrEqual

    /// Whether a value fulfils it.
    /// - Parameter order: negative where the value is less than the constant, zero where equal.
    @inline(__always)
    func holds(_ order: Int) -> Bool {
        switch self {
        case .equal: order == 0
        case .greater: order > 0
        case .greaterOrEqual: order >= 0
        case .less: order < 0
        case .lessOrEqual: order <= 0
        }
    }

    /// Whether a number fulfils it; NaN fulfils nothing.
    @inline(__always)
    func holds(_ number: Double, _ constant: Double) -> Bool {
        switch self {
        case .equal: number == constant
        case .greater: number > constant
        case .greaterOrEqual: number >= constant
        case .less: number < constant
        case .lessOrEqual: number <= constant
        }
    }

    /// Whether equal values fulfil it.
    var allowsEqual: Bool {
        switch self {
        case .equal, .greaterOrEqual, .lessOrEqual: true
        case .greater, .less: false
        }
    }
}

/// Comparison of the values at a path with a number: what nearly every filter begins with, so it takes the shortest
/// way.
struct NumberCondition: Predicate {
    let path: QueryPath
    let test: NumberTest

    var equalityPath: String? { test.isEquality ? path.text : nil }

    func holds(for record: Record, _ run: inout Run) throws(Failure) -> Bool {
        switch try path.reach(from: 0, in: record, &run) {
        case .value(let datum): try test.checked(datum, &run)
        case .array(let list, let next): try path.any(of: list, next, test, &run)
        }
    }

    func holds(for element: Datum, _ run: inout Run) throws(Failure) -> Bool {
        try test.checked(element, &run)
    }
}

/// Comparison with a number that is not NaN.
struct NumberTest: ValueTest {
    let operation: ComparisonOperation
    let number: Double

    var isEquality: Bool { operation == .equal }

    @inline(__always)
    func holds(for datum: Datum, _ run: inout Run) throws(Failure) -> Bool {
        switch datum {
        case .double(let value): return operation.holds(value, number)
        case .int32(let value): return operation.holds(Double(value), number)
        case .int64: return operation.holds(try Datum.compare(datum, .double(number)))
        case .other(.decimal128): throw .unsupported("decimal128")
        default: return false
        }
    }
}

/// Comparison with any constant. Only values of the constant's type are comparable, except that null is equal to what
/// is missing or undefined, and that all types lie between minKey and maxKey.
struct ConstantTest: ValueTest {
    let operation: ComparisonOperation
    let constant: Constant
    private let group: Int
    private let isNaN: Bool

    var isEquality: Bool {
        guard operation == .equal else { return false }
        // A pattern is compared with patterns here, not matched.
        if case .other(.regularExpression) = constant.datum { return false }
        return true
    }

    init(_ operation: ComparisonOperation, _ constant: Constant) throws(Failure) {
        self.operation = operation
        self.constant = constant
        group = try constant.datum.group()
        isNaN = constant.datum.double?.isNaN ?? false
    }

    func holds(for datum: Datum, _ run: inout Run) throws(Failure) -> Bool {
        if case .other(.decimal128) = datum {
            if group == Self.numbers { throw .unsupported("decimal128") }
            return isOutermost
        }
        guard try datum.group() == group else {
            if case .null = constant.datum { return datum.isNullish && operation.allowsEqual }
            return isOutermost
        }
        if group == Self.numbers {
            let valueIsNaN = datum.double?.isNaN ?? false
            if isNaN || valueIsNaN { return isNaN && valueIsNaN && operation.allowsEqual }
        }
        return operation.holds(try Datum.compare(datum, constant.datum))
    }

    /// The place of numbers among the types.
    private static let numbers = 10

    /// Whether the constant is minKey or maxKey and the operation true of all other types.
    private var isOutermost: Bool {
        switch (constant.datum, operation) {
        case (.minKey, .greater), (.minKey, .greaterOrEqual), (.maxKey, .less), (.maxKey, .lessOrEqual): true
        default: false
        }
    }
}
