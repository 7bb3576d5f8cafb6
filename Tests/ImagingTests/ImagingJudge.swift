import Foundation

/// The Python that judges pictures.
enum ImagingJudge {
    struct Failure: Error, CustomStringConvertible { let description: String }

    /// What the judge prints.
    static func ask(_ arguments: [String], input: String = "") throws -> String {
        guard let python = ProcessInfo.processInfo.environment["SKIPPER_TEST_PYTHON"] else {
            throw Failure(
                description: "SKIPPER_TEST_PYTHON must name a Python that has matplotlib, astropy and Pillow")
        }
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("imaging_judge.py").path
        return try withFolder { folder in
            let file = folder.appendingPathComponent("input")
            try Data(input.utf8).write(to: file)
            let process = Process()
            let output = Pipe()
            process.executableURL = URL(fileURLWithPath: python)
            process.arguments = [script] + arguments
            process.standardInput = try FileHandle(forReadingFrom: file)
            process.standardOutput = output
            try process.run()
            let text = output.fileHandleForReading.readDataToEndOfFile()
            process.waitUntilExit()
            guard process.terminationStatus == 0 else {
                throw Failure(description: "the judge ended with \(process.terminationStatus)")
            }
            return String(decoding: text, as: UTF8.self)
        }
    }

    /// A new folder, removed after a closure has run.
    static func withFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "imaging-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer {
            // What a test leaves in the system's temporary folder does no harm.
            try? FileManager.default.removeItem(at: folder)
        }
        return try body(folder)
    }
}
