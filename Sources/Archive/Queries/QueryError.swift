/// A query that cannot be run as it was sent. Its description is what Kowalski's clients look for: the name of a
/// Python exception and its text.
public struct QueryError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The name of the exception that Kowalski would have raised.
    public let kind: Kind
    /// What is wrong, with the name of the field.
    public let reason: String

    /// Kowalski's exceptions.
    public enum Kind: String, Sendable {
        case key = "KeyError"
        case value = "ValueError"
        case validation = "ValidationError"
        case type = "TypeError"
        case general = "Exception"
    }

    /// - Parameters:
    ///   - kind: the name of the exception.
    ///   - reason: what is wrong.
    public init(_ kind: Kind, _ reason: String) {
        self.kind = kind
        self.reason = reason
    }

    /// `KeyError: 'catalog'`.
    public var description: String { "\(kind.rawValue): \(reason)" }

    /// A required field that is absent.
    static func missing(_ field: String) -> QueryError { QueryError(.key, "'\(field)'") }

    /// A rule of the whole query that does not hold.
    static func invalid(_ reason: String) -> QueryError {
        QueryError(.validation, "1 validation error for Query\n__root__\n  \(reason) (type=value_error)")
    }
}
