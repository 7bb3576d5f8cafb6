/// Why something is no sky map, or none that can be worked with.
public struct SkymapError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What is wrong, lower case, without a period.
    public let reason: String

    /// Takes the reason.
    public init(_ reason: String) { self.reason = reason }

    /// The reason.
    public var description: String { reason }
}
