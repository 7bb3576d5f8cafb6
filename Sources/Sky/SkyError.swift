/// A value from outside that is no position on the sky and no instant, said with the field that held it.
public struct SkyError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What the value was meant to be: `ra`, `dec` or `time`.
    public let field: String

    /// The value as it came.
    public let value: String

    /// What is wrong with it, lower case, without a period.
    public let reason: String

    /// The field, its value and the reason in one line.
    public var description: String { "\(field) \(value): \(reason)" }
}
