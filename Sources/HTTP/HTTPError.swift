/// Why a server could not start or a credential could not be made: the operator's fault to mend, never a
/// client's.
public struct HTTPError: Error, Equatable, CustomStringConvertible {
    /// What was attempted on what and what went wrong.
    public let reason: String

    /// The error of an attempt that failed with `reason`.
    public init(_ reason: String) { self.reason = reason }

    /// The reason.
    public var description: String { reason }
}
