import Foundation
import Service
import Simulation
import Sky

/// `skipper simulate`: makes a night of packets.
enum Simulate {
    @Sendable static func run(_ words: [String]) async throws {
        let arguments = try Arguments(
            words, options: ["alerts", "objects", "seed", "date", "out", "topic", "partitions"])
        try arguments.noWords()
        let alerts = try arguments.integer("alerts", default: 2000, atLeast: 1)
        let simulation = try Simulation(
            seed: UInt64(try arguments.integer("seed", default: 1)), alerts: alerts,
            objects: try arguments.integer("objects", default: max(1, alerts / 3), atLeast: 1),
            night: try night(arguments.options["date"]))
        switch (arguments.options["out"], arguments.options["topic"]) {
        case (let folder?, nil): try write(simulation, to: folder)
        case (nil, let topic?):
            var sending = try await Sending(
                try Settings.load(), topic: topic,
                partitions: try arguments.integer("partitions", default: 4, atLeast: 1),
                total: simulation.count,
                label: "simulated")
            let size = 100 * ProcessInfo.processInfo.activeProcessorCount
            for start in stride(from: 0, to: simulation.count, by: size) {
                for packet in try await packets(start..<min(start + size, simulation.count), of: simulation) {
                    try await sending.send(key: String(packet.candid), packet: packet.bytes)
                }
            }
            try await sending.finish()
        default: throw UsageError("give either --out or --topic")
        }
    }

    /// The night: a date, or today.
    private static func night(_ text: String?) throws -> Night {
        let text = text ?? Settings.now().compactDate
        guard text.count == 8, let number = Int(text) else {
            throw UsageError("--date must be YYYYMMDD, not '\(text)'")
        }
        return try Night(year: number / 10_000, month: number / 100 % 100, day: number % 100)
    }

    private static func write(_ simulation: Simulation, to folder: String) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let progress = ProgressLine("written", total: simulation.count)
        for index in 0..<simulation.count {
            let packet = try simulation.packet(index)
            try Data(packet.bytes).write(to: URL(fileURLWithPath: "\(folder)/\(packet.candid).avro"))
            progress.advance()
        }
        progress.finish()
    }

    /// Packets in order, made on all cores.
    private static func packets(_ range: Range<Int>, of simulation: Simulation) async throws -> [Packet] {
        try await withThrowingTaskGroup(of: (Int, [Packet]).self) { group in
            for start in stride(from: range.lowerBound, to: range.upperBound, by: 50) {
                group.addTask {
                    (start, try (start..<min(start + 50, range.upperBound)).map { try simulation.packet($0) })
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }.flatMap(\.1)
        }
    }
}
