import Foundation
import Testing

@testable import Simulation

@Suite struct PacketTests {
    /// Two nights of one run, read by fastavro and judged by `night.py`.
    @Test func nightsAreWhatTheSurveySends() throws {
        let python = try #require(
            ProcessInfo.processInfo.environment["SKIPPER_TEST_PYTHON"],
            "SKIPPER_TEST_PYTHON must name a python3 with fastavro")
        let root = FileManager.default.temporaryDirectory.appendingPathComponent("night-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: root) }  // A left-over folder fails no test.
        let first = try Night(year: 2025, month: 12, day: 31)
        var folders: [String] = []
        for night in [first, try Night(year: 2026, month: 1, day: 1)] {
            let simulation = try Simulation(
                seed: 42, alerts: 340, objects: 105, night: night, firstNight: first)
            let folder = root.appendingPathComponent(night.text)
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            for index in 0..<simulation.count {
                let name = String(1_000_000 + index) + ".avro"
                try Data(simulation.packet(index).bytes).write(to: folder.appendingPathComponent(name))
            }
            folders.append(folder.path)
        }
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("night.py")
        let words = ([python, script.path] + folders).map { "'\($0)'" }
        let (status, text) = try output(of: words.joined(separator: " ") + " 2>&1")
        #expect(status == 0, "\(text)")
    }

    /// What a shell command prints and its status; Foundation's `Process` would leak, which a leak check
    /// cannot tell from a leak of ours.
    private func output(of command: String) throws -> (status: Int32, text: String) {
        let pipe = try #require(popen(command, "r"))
        var bytes: [UInt8] = []
        var byte = fgetc(pipe)
        while byte != EOF {
            bytes.append(UInt8(truncatingIfNeeded: byte))
            byte = fgetc(pipe)
        }
        return (pclose(pipe), String(decoding: bytes, as: UTF8.self))
    }
}
