/// Why an image could not be drawn.
public struct ImagingError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong, lower case, without a period.
    public let reason: String

    /// One line: the reason.
    public var description: String { "image: \(reason)" }

    /// - Parameter reason: what is wrong.
    init(_ reason: String) {
        self.reason = reason
    }
}
