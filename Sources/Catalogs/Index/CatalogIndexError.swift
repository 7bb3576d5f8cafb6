/// Why an index file cannot be read or written.
public struct CatalogIndexError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Kinds of failure.
    public enum Fault: Equatable, Sendable {
        /// The file is not what was written: too short, too long or altered.
        case damaged
        /// The system refused a call.
        case system
        /// The request or the row is none that an index can hold.
        case request
    }

    /// The file.
    public let path: String

    /// What is wrong, lower case, without a period.
    public let reason: String

    /// Which kind of wrong it is.
    public let fault: Fault

    /// Takes all of them.
    init(_ path: String, _ reason: String, _ fault: Fault) {
        self.path = path
        self.reason = reason
        self.fault = fault
    }

    /// The file and the reason in one line.
    public var description: String { "\(path): \(reason)" }
}
