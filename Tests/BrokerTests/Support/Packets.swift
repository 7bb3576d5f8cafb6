import Foundation
import Simulation

/// Packets with the files in which they lie.
struct PacketFiles: Sendable {
    let paths: [String]
    let bytes: [[UInt8]]

    init(_ paths: [String]) throws {
        self.paths = paths
        bytes = try paths.map { [UInt8](try Data(contentsOf: URL(fileURLWithPath: $0))) }
    }

    private init(paths: [String], bytes: [[UInt8]]) {
        self.paths = paths
        self.bytes = bytes
    }

    var count: Int { paths.count }

    /// The packets in another order.
    func ordered(_ places: [Int]) -> PacketFiles {
        PacketFiles(paths: places.map { paths[$0] }, bytes: places.map { bytes[$0] })
    }
}

/// Real packets, read where they lie.
enum RealPackets {
    static let folder = TestEnvironment.packets + "/ztf"

    static var exist: Bool { FileManager.default.fileExists(atPath: folder) }

    /// All of them in the order of their names.
    static func all() throws -> PacketFiles {
        try PacketFiles(
            FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".avro") }.sorted()
                .map { "\(folder)/\($0)" })
    }
}

/// Simulated nights of one run: each night's light curves hold the nights before.
enum SimulatedPackets {
    /// So many alerts in each night, of the same objects.
    static func nights(_ count: Int, alerts: Int, objects: Int, seed: UInt64) throws -> [Packet] {
        let first = try Night(year: 2026, month: 1, day: 10)
        return try (0..<count).flatMap { later in
            let simulation = try Simulation(
                seed: seed, alerts: alerts, objects: objects,
                night: try Night(year: 2026, month: 1, day: 10 + later), firstNight: first,
                programids: [1, 1, 1, 2])
            return try (0..<simulation.count).map { try simulation.packet($0) }
        }
    }

    /// Packets as files of a folder.
    static func write(_ packets: [Packet], to folder: TemporaryFolder) throws -> PacketFiles {
        try PacketFiles(packets.map { try folder.write($0.bytes, as: "\($0.candid).avro") })
    }
}
