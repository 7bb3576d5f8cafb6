/// Why a pipeline cannot be compiled.
public struct CompileError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Whose fault it is.
    public enum Kind: Sendable, Equatable {
        /// The pipeline is wrong: MongoDB refuses it as well.
        case invalid
        /// The pipeline may be right, but only MongoDB can run it.
        case unsupported
    }

    /// Whose fault it is.
    public let kind: Kind
    /// Where: `0.$match.candidate.drb.$near`, the stage's position first.
    public let place: String
    /// What is wrong, or the operator that is not supported.
    public let reason: String

    init(_ kind: Kind, _ place: Place, _ reason: String) {
        self.kind = kind
        self.place = place.description
        self.reason = reason
    }

    /// The reason with its place.
    public var description: String { place.isEmpty ? reason : "\(place): \(reason)" }
}

/// Where in a pipeline the compiler is.
struct Place: Sendable, CustomStringConvertible {
    private let parts: [String]

    init(_ parts: [String] = []) { self.parts = parts }

    /// The place one step further in.
    func at(_ part: String) -> Place { Place(parts + [part]) }

    var description: String { parts.joined(separator: ".") }
}
