import Foundation
import TestSupport

/// The Python that judges pictures.
enum ImagingJudge {
    /// What the judge prints.
    static func ask(_ arguments: [String], input: String = "") async throws -> String {
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("imaging_judge.py").path
        let ending = try await ChildProcess(
            try TestEnvironment.python, [script] + arguments, input: input
        ).ending()
        guard ending.code == 0 else {
            throw ChildProcess.Failure(description: String(ending.errors.suffix(3000)))
        }
        return ending.output
    }

    /// A new folder, removed after a closure has run.
    static func withFolder<Result>(_ body: (URL) async throws -> Result) async throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "imaging-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer {
            // What a test leaves in the system's temporary folder does no harm.
            try? FileManager.default.removeItem(at: folder)
        }
        return try await body(folder)
    }
}
