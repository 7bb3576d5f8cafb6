import Documents
import Foundation
import Kafka
import Simulation
import Testing

@testable import Broker

/// Packets go through Kafka into the database, and an independent program judges what is there.
@Suite struct IngestionFromKafkaTests {
    /// Sends packets in an order, ingests them and lets the judge compare.
    private func judge(
        _ packets: PacketFiles, in sandbox: Sandbox, _ settings: [String: String] = [:],
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        try await sandbox.send(packets.bytes)
        let counts = try await sandbox.ingest(settings)
        #expect(counts.received == packets.count, sourceLocation: sourceLocation)
        #expect(counts.rejected == 0, sourceLocation: sourceLocation)
        let verdict = try await Judge.compare(sandbox.name, with: packets.paths)
        #expect(verdict.agrees, "\(verdict.report)", sourceLocation: sourceLocation)
    }

    @Test(.enabled(if: RealPackets.exist, "no folder of real packets"), arguments: [500, 1, 7])
    func realPacketsAreStoredAsTheRulesSay(batch: Int) async throws {
        let packets = try RealPackets.all()
        try #require(packets.count == 24)
        try await withSandbox { sandbox in
            try await judge(packets, in: sandbox, ["SKIPPER_KAFKA__BATCH_MESSAGES": String(batch)])
        }
    }

    @Test(.enabled(if: RealPackets.exist, "no folder of real packets"))
    func realPacketsInReverseAreStoredAsTheRulesSay() async throws {
        let packets = try RealPackets.all()
        try await withSandbox { try await judge(packets.ordered(packets.paths.indices.reversed()), in: $0) }
    }

    @Test(.enabled(if: RealPackets.exist, "no folder of real packets"), arguments: [1, 2, 3] as [UInt64])
    func realPacketsInAnyOrderAreStoredAsTheRulesSay(seed: UInt64) async throws {
        let packets = try RealPackets.all()
        var generator = SplitMix(state: seed)
        let order = packets.paths.indices.shuffled(using: &generator)
        try await withSandbox {
            try await judge(packets.ordered(order), in: $0, ["SKIPPER_KAFKA__BATCH_MESSAGES": "10"])
        }
    }

    /// The offsets of another group begin at the start, as after a crash before any commit.
    @Test(.enabled(if: RealPackets.exist, "no folder of real packets"))
    func replayedRealPacketsChangeNothing() async throws {
        let packets = try RealPackets.all()
        try await withSandbox { sandbox in
            try await judge(packets, in: sandbox)
            try await expectReplaysChangeNothing(of: packets.count, in: sandbox)
        }
    }

    /// Six objects with more alerts than one are among the packets of three nights.
    @Test func simulatedNightsAreStoredAsTheRulesSayAndReplaysChangeNothing() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let nights = try SimulatedPackets.nights(3, alerts: 100, objects: 40, seed: 11)
        let packets = try SimulatedPackets.write(nights, to: folder)
        #expect(packets.count == 300)
        try await withSandbox { sandbox in
            try await judge(packets, in: sandbox, ["SKIPPER_KAFKA__BATCH_MESSAGES": "50"])
            // Both cases of the rule for forced photometry occur, and light curves have grown.
            let objects = try await sandbox.database.documents(of: "ZTF_alerts_aux").values
            #expect(objects.count { $0.exists(at: "fp_hists") } > 5)
            #expect(objects.count { !$0.exists(at: "fp_hists") } > 5)
            #expect(Set(nights.map(\.objectId)).count < 200)
            try await expectReplaysChangeNothing(of: packets.count, in: sandbox)
        }
    }

    @Test(arguments: [21, 22] as [UInt64])
    func simulatedPacketsInAnyOrderAreStoredAsTheRulesSay(seed: UInt64) async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let packets = try SimulatedPackets.write(
            try SimulatedPackets.nights(2, alerts: 75, objects: 20, seed: seed), to: folder)
        var generator = SplitMix(state: seed)
        let order = packets.paths.indices.shuffled(using: &generator)
        try await withSandbox {
            try await judge(packets.ordered(order), in: $0, ["SKIPPER_KAFKA__BATCH_MESSAGES": "30"])
        }
    }

    /// Two alerts of one object meet in the database, or already in the batch.
    @Test(arguments: [1, 2])
    func alertsOfOneObjectMayShareABatch(batch: Int) async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let packets = try SimulatedPackets.nights(2, alerts: 40, objects: 10, seed: 5)
        let byObject = Dictionary(grouping: packets, by: \.objectId)
        let pair = try #require(byObject.values.first { $0.count >= 2 && $0[0].jd < $0[1].jd })
        let files = try SimulatedPackets.write(Array(pair.prefix(2)), to: folder)
        try await withSandbox { sandbox in
            try await judge(files, in: sandbox, ["SKIPPER_KAFKA__BATCH_MESSAGES": String(batch)])
            #expect(try await sandbox.database.documents(of: "ZTF_alerts_aux").count == 1)
        }
    }

    private func expectReplaysChangeNothing(of count: Int, in sandbox: Sandbox) async throws {
        let before = try await sandbox.everything()
        for (replay, batch) in [500, 17].enumerated() {
            let counts = try await sandbox.ingest(
                group: "replay-\(replay)", ["SKIPPER_KAFKA__BATCH_MESSAGES": String(batch)])
            #expect(counts.received == count)
            #expect(counts.repeated == count)
            #expect(counts.stored == 0 && counts.lightCurves == 0 && counts.rejected == 0)
        }
        #expect(try await sandbox.everything() == before)
    }
}
