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
        let output = root.appendingPathComponent("output")
        try Data().write(to: output)
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
            "night.py")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: python)
        process.arguments = [script.path] + folders
        let handle = try FileHandle(forWritingTo: output)
        process.standardOutput = handle
        process.standardError = handle
        try process.run()
        process.waitUntilExit()
        let text = try String(contentsOf: output, encoding: .utf8)
        #expect(process.terminationStatus == 0, "\(text)")
    }
}
