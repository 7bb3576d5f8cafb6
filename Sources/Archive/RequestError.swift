/// A request that cannot be done as it was sent. Its description is what Kowalski's clients look for: a text, in most
/// places after the name of a Python exception.
public struct RequestError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The name of the exception that Kowalski would have raised; nil where it answers with the text alone.
    public let kind: Kind?
    /// What is wrong, with the name of the field.
    public let reason: String

    /// Kowalski's exceptions.
    public enum Kind: String, Sendable {
        case key = "KeyError"
        case value = "ValueError"
        case validation = "ValidationError"
        case type = "TypeError"
        case attribute = "AttributeError"
        case general = "Exception"
    }

    /// - Parameters:
    ///   - kind: the name of the exception; nil for the text alone.
    ///   - reason: what is wrong.
    public init(_ kind: Kind?, _ reason: String) {
        self.kind = kind
        self.reason = reason
    }

    /// `KeyError: 'catalog'`.
    public var description: String { kind.map { "\($0.rawValue): \(reason)" } ?? reason }

    /// A required field that is absent.
    public static func missing(_ field: String) -> RequestError { RequestError(.key, "'\(field)'") }

    /// Fields of a request that break a rule, in the words of Kowalski's validation.
    /// - Parameters:
    ///   - model: what the request describes, such as `Query`.
    ///   - field: the field; `__root__` for a rule of the whole.
    ///   - type: pydantic's name of the rule.
    public static func invalid(
        _ model: String, _ reason: String, field: String = "__root__", type: String = "value_error"
    ) -> RequestError {
        RequestError(.validation, "1 validation error for \(model)\n\(field)\n  \(reason) (type=\(type))")
    }
}
