import Foundation
import TestSupport
import Testing

@testable import FITS

/// Files for tests, made by hand and by astropy.
enum FITSFixtures {
    /// A header block: cards, END, blanks up to a multiple of 2880.
    static func header(_ cards: [String]) -> [UInt8] {
        let text = (cards + ["END"]).map { $0 + String(repeating: " ", count: 80 - $0.utf8.count) }.joined()
        let bytes = Array(text.utf8)
        return bytes + [UInt8](repeating: 0x20, count: FITSUnit.padded(bytes.count) - bytes.count)
    }

    /// A primary image of bytes.
    static func image(width: Int, height: Int, further: [String] = [], data: [UInt8]) -> [UInt8] {
        let head = header(
            [
                "SIMPLE  =                    T", "BITPIX  =                    8",
                "NAXIS   =                    2",
                "NAXIS1  = \(width)", "NAXIS2  = \(height)",
            ] + further)
        return head + data + [UInt8](repeating: 0, count: FITSUnit.padded(data.count) - data.count)
    }

    /// A new folder, removed after a closure has run.
    static func withFolder<Result>(_ body: (URL) async throws -> Result) async throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "fits-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer {
            // What a test leaves in the system's temporary folder does no harm.
            try? FileManager.default.removeItem(at: folder)
        }
        return try await body(folder)
    }

    /// What the judge prints.
    static func judge(_ arguments: [String]) async throws -> String {
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("fits_judge.py").path
        let ending = try await ChildProcess(try TestEnvironment.python, [script] + arguments).ending()
        guard ending.code == 0 else {
            throw ChildProcess.Failure(description: String(ending.errors.suffix(3000)))
        }
        return ending.output
    }

    /// Bytes compressed by gzip, the program.
    static func gzip(_ bytes: [UInt8]) async throws -> [UInt8] {
        try await withFolder { folder in
            let file = folder.appendingPathComponent("plain")
            try Data(bytes).write(to: file)
            #expect(try await ChildProcess("gzip", ["-n", file.path]).ended() == 0)
            return [UInt8](try Data(contentsOf: file.appendingPathExtension("gz")))
        }
    }
}
