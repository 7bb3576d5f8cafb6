import Foundation

/// stored_documents.py: fastavro and PyMongo decide what a database is to hold.
enum Judge {
    /// Compares what is stored with the packets in these files, in the order in which they were ingested.
    ///
    /// - Parameter options: `--any-order` where that order is not known.
    /// - Returns: what it says, the number of differences first.
    static func compare(
        _ database: String, with files: [String], _ options: [String] = []
    ) async throws -> (agrees: Bool, report: String) {
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("stored_documents.py").path
        let words = [script] + options + [try TestEnvironment.mongodb, database, "-"]
        let ending = try await ChildProcess(
            try TestEnvironment.python, words, input: files.joined(separator: "\n")
        ).ending()
        return (ending.code == 0, ending.output + ending.errors)
    }
}

/// A folder for files of a test.
struct TemporaryFolder {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "skipper-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    /// Writes a file and returns its path.
    func write(_ bytes: [UInt8], as name: String) throws -> String {
        try Data(bytes).write(to: URL(fileURLWithPath: "\(path)/\(name)"))
        return "\(path)/\(name)"
    }

    /// Removes the folder; what is left of it harms nobody.
    func remove() { try? FileManager.default.removeItem(atPath: path) }
}
