import Foundation

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
    static func withFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "fits-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer {
            // What a test leaves in the system's temporary folder does no harm.
            try? FileManager.default.removeItem(at: folder)
        }
        return try body(folder)
    }

    /// What the judge prints.
    static func judge(_ arguments: [String]) throws -> String {
        guard let python = ProcessInfo.processInfo.environment["SKIPPER_TEST_PYTHON"] else {
            throw FITSError("set SKIPPER_TEST_PYTHON to a Python that has astropy: the judge of this test")
        }
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("fits_judge.py").path
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: python)
        process.arguments = [script] + arguments
        process.standardOutput = output
        try process.run()
        let text = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw FITSError("the judge ended with \(process.terminationStatus)")
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Bytes compressed by gzip, the program.
    static func gzip(_ bytes: [UInt8]) throws -> [UInt8] {
        try withFolder { folder in
            let file = folder.appendingPathComponent("plain")
            try Data(bytes).write(to: file)
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            process.arguments = ["gzip", "-n", file.path]
            try process.run()
            process.waitUntilExit()
            return [UInt8](try Data(contentsOf: file.appendingPathExtension("gz")))
        }
    }
}
