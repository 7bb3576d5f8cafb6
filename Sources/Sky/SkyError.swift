/// A value from outside that is no position on the sky and no instant, said with the field that held it.
public struct SkyError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What the value was meant to be: `ra`, `dec` or `time`.
    public let field: String

    /// The value as it came.
    public let value: String

    /// What is wrong with it, lower case, without a period.
    public let reason: String

    /// Which kind of wrong it is.
    public let fault: Fault

    /// Kinds of wrong.
    public enum Fault: Equatable, Sendable {
        /// The text cannot be read.
        case form
        /// The value is read and is none that exists.
        case range
    }

    /// - Parameter fault: which kind of wrong it is; a text that cannot be read unless told otherwise.
    init(field: String, value: String, reason: String, fault: Fault = .form) {
        self.field = field
        self.value = value
        self.reason = reason
        self.fault = fault
    }

    /// The field, its value and the reason in one line.
    public var description: String { "\(field) \(value): \(reason)" }
}
