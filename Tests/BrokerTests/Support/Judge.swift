import Foundation
import Service

/// stored_documents.py: fastavro and PyMongo decide what a database is to hold.
enum Judge {
    /// Compares what is stored with the packets in these files, in the order in which they were ingested.
    ///
    /// - Parameter options: `--any-order` where that order is not known.
    /// - Returns: what it says, the number of differences first.
    static func compare(
        _ database: String, with files: [String], _ options: [String] = []
    ) async throws -> (agrees: Bool, report: String) {
        let python = try Sandbox.variable("SKIPPER_TEST_PYTHON")
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("stored_documents.py").path
        let words = [python, script] + options + [try Sandbox.mongodb(), database, "-"]
        let list = try TemporaryFolder()
        defer { list.remove() }
        let names = list.path + "/files"
        try files.joined(separator: "\n").write(toFile: names, atomically: true, encoding: .utf8)
        let command = words.map { "'\($0)'" }.joined(separator: " ") + " <'\(names)' 2>&1"
        return try await WorkerThreads(name: "judge", count: 1).run {
            // Not Foundation's Process, which leaks 32 bytes a run and would fail the leak gate.
            guard let output = popen(command, "r") else { throw Sandbox.Missing(variable: "PATH") }
            var bytes: [UInt8] = []
            while true {
                let piece = [UInt8](unsafeUninitializedCapacity: 1 << 16) { buffer, count in
                    count = fread(buffer.baseAddress, 1, buffer.count, output)
                }
                if piece.isEmpty { break }
                bytes += piece
            }
            return (pclose(output) == 0, String(decoding: bytes, as: UTF8.self))
        }
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
