/// Which values of a type a setting accepts.
public struct Acceptance<Value>: Sendable {
    /// What is asked for, in words: `between 1 and 65535`.
    public let words: String

    /// Whether a value is accepted.
    public let holds: @Sendable (Value) -> Bool

    /// Takes a condition and the same in words.
    public init(_ words: String, _ holds: @escaping @Sendable (Value) -> Bool) {
        self.words = words
        self.holds = holds
    }

    /// Every value.
    public static var any: Acceptance { Acceptance("") { _ in true } }

    /// Values of an interval, ends included.
    public static func within(_ range: ClosedRange<Value>) -> Acceptance where Value: Comparable & Sendable {
        Acceptance("between \(range.lowerBound) and \(range.upperBound)") { range.contains($0) }
    }

    /// Values of an interval, ends included, or none.
    public static func within<Bound: Comparable & Sendable>(_ range: ClosedRange<Bound>) -> Acceptance
    where Value == Bound? {
        Acceptance("between \(range.lowerBound) and \(range.upperBound)") { $0.map(range.contains) ?? true }
    }

    /// Values from a lowest on.
    public static func atLeast(_ least: Value) -> Acceptance where Value: Comparable & Sendable {
        Acceptance("at least \(least)") { $0 >= least }
    }

    /// One of a few values.
    public static func oneOf(_ values: [Value]) -> Acceptance where Value: Equatable & Sendable {
        Acceptance("one of \(values.map { "\($0)" }.joined(separator: ", "))") { values.contains($0) }
    }
}

extension Acceptance<String> {
    /// Text with something in it.
    public static var nonEmpty: Acceptance { Acceptance("not empty") { !$0.isEmpty } }
}

extension Acceptance<[String]> {
    /// Lists with something in them.
    public static var nonEmpty: Acceptance { Acceptance("not empty") { !$0.isEmpty } }
}
