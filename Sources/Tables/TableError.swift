/// Why a file of a table cannot be read; whole files only: a row that is not in order is a `TableRow` with its reason.
public struct TableError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The file's path; empty where none is meant.
    public let file: String
    /// What is wrong, lower case, without a period.
    public let reason: String

    /// The file and the reason in one line.
    public var description: String { file.isEmpty ? reason : "\(file): \(reason)" }

    /// - Parameters:
    ///   - file: the file's path.
    ///   - reason: what is wrong.
    init(_ file: String, _ reason: String) {
        self.file = file
        self.reason = reason
    }
}
