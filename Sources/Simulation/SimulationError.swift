/// Why a night cannot be simulated.
public struct SimulationError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What was attempted and why it is impossible.
    public let reason: String

    /// The reason.
    public var description: String { reason }
}
