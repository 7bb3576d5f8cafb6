/// Why bytes could not be read as a FITS file.
public struct FITSError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong, lower case, without a period.
    public let reason: String

    /// One line: the reason.
    public var description: String { "fits: \(reason)" }

    /// - Parameter reason: what is wrong.
    init(_ reason: String) {
        self.reason = reason
    }
}
