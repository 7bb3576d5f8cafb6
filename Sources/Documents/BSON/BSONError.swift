/// What is wrong with bytes that were to be a BSON document.
public struct BSONError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Where in the bytes.
    public let offset: Int
    /// The dotted path of the element in which it is; empty at the top.
    public let path: String
    /// What is wrong.
    public let reason: String

    /// The reason with its place.
    public var description: String {
        path.isEmpty
            ? "invalid BSON at byte \(offset): \(reason)"
            : "invalid BSON at byte \(offset) in '\(path)': \(reason)"
    }
}
