import Foundation

/// The Python whose PyMongo judges Extended JSON: the program named by SKIPPER_TEST_PYTHON.
enum PyMongo {
    /// Why there is no judgement.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// The lines that `extended_json.py` prints for these arguments and input lines.
    static func lines(_ arguments: [String], input: [[UInt8]] = []) throws -> [String] {
        guard let python = ProcessInfo.processInfo.environment["SKIPPER_TEST_PYTHON"] else {
            throw Failure(
                description:
                    "SKIPPER_TEST_PYTHON must name a Python that has pymongo: it judges Extended JSON")
        }
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("extended_json.py").path
        let folder = FileManager.default.temporaryDirectory
        let file = folder.appendingPathComponent("extended-json-\(UUID().uuidString)")
        try Data(input.map { hexadecimal($0) + "\n" }.joined().utf8).write(to: file)
        // A leftover in the temporary folder hurts nobody.
        defer { try? FileManager.default.removeItem(at: file) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: python)
        process.arguments = [script] + arguments
        process.standardInput = try FileHandle(forReadingFrom: file)
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(
                description: "\(python) \(script) \(arguments) ended with \(process.terminationStatus)")
        }
        return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
    }
}
