import Archive
import Documents
import Foundation
import Mongo
import Service
import Simulation
import Sky
import Testing

@testable import Broker

/// What is committed, and when: nothing is skipped, and what is shared is not lost.
@Suite struct OffsetsFromKafkaTests {
    private func packets(_ candids: ClosedRange<Int64>) throws -> [[UInt8]] {
        try candids.map { try HandmadePacket($0).bytes() }
    }

    /// Nobody answers on port 1.
    private let away = [
        "SKIPPER_DATABASE__URI": "mongodb://127.0.0.1:1/",
        "SKIPPER_DATABASE__SERVER_SELECTION_TIMEOUT": "0.1",
    ]

    @Test func nothingIsCommittedBeforeItIsDurable() async throws {
        try await withSandbox { sandbox in
            try await sandbox.send(try packets(1...10))
            let ingester = try sandbox.ingester(group: "one", away)
            try await ingester.closing {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await ingester.ingestion.run(untilCaughtUp: true) }
                    try await eventually("a batch that is held up") { ingester.counts.faults >= 3 }
                    #expect(ingester.counts.received == 10)
                    // Counted from what the group has committed.
                    try await ingester.ingestion.lookAtLag()
                    #expect(ingester.counts.lag == 10)
                    ingester.stop.request("test")
                    try await group.waitForAll()
                }
            }
            #expect(ingester.counts.stored == 0)
            let counts = try await sandbox.ingest(group: "one")
            #expect(counts.received == 10 && counts.stored == 10)
        }
    }

    /// The stop comes while the batch is received, so nothing is received after it.
    @Test func batchThatCouldNotBeFinishedBeforeTheStopIsLeft() async throws {
        try await withSandbox { sandbox in
            try await sandbox.send(try packets(1...3))
            // The first batch is empty where the group takes its time.
            for attempt in 0..<60 {
                let stop = StopSignal(signals: [], deadline: .seconds(600))
                let ingester = try sandbox.ingester(
                    group: "\(attempt)", away, stop: stop,
                    clock: {
                        stop.request("test")
                        return UTCTime(milliseconds: 0)
                    })
                try await ingester.closing { try await ingester.ingestion.run(untilCaughtUp: false) }
                guard ingester.counts.received > 0 else { continue }
                #expect(ingester.counts.faults > 0 && ingester.counts.stored == 0)
                let counts = try await sandbox.ingest(group: "\(attempt)")
                #expect(counts.received == 3 && counts.stored == 3)
                return
            }
            Issue.record("no message came")
        }
    }

    @Test func restartGoesOnWhereTheGroupStopped() async throws {
        try await withSandbox { sandbox in
            try await sandbox.send(try packets(1...7) + [[0], nil])
            let first = try await sandbox.ingest(group: "one", ["SKIPPER_KAFKA__BATCH_MESSAGES": "4"])
            #expect(first.received == 9 && first.stored == 7 && first.rejected == 2)
            let nothing = try await sandbox.ingest(group: "one")
            #expect(nothing.received == 0)
            try await sandbox.send(try packets(8...10))
            let second = try await sandbox.ingest(group: "one")
            #expect(second.received == 3 && second.stored == 3)
            let another = try await sandbox.ingest(group: "two")
            #expect(another.received == 12 && another.repeated == 10)
        }
    }

    @Test func stopFinishesTheBatchInHandAndCommitsIt() async throws {
        try await withSandbox { sandbox in
            let ingester = try sandbox.ingester(group: "one", ["SKIPPER_KAFKA__BATCH_MESSAGES": "3"])
            try await ingester.closing {
                try await ingester.ingestion.prepare(ingester.archive)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await ingester.ingestion.run(untilCaughtUp: false) }
                    try await sandbox.send(try packets(1...40))
                    try await eventually("an alert") { ingester.counts.stored > 0 }
                    ingester.stop.request("test")
                    try await group.waitForAll()
                }
            }
            let first = ingester.counts
            #expect(first.stored == first.received)
            let second = try await sandbox.ingest(group: "one")
            #expect(first.received + second.received == 40)
            #expect(second.repeated == 0)
        }
    }

    /// Alerts of one object lie in both partitions, so both ingesters change its light curve.
    @Test(arguments: [31, 32] as [UInt64])
    func twoIngestersOfAGroupLoseNothing(seed: UInt64) async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let packets = try SimulatedPackets.write(
            try SimulatedPackets.nights(3, alerts: 60, objects: 8, seed: seed), to: folder)
        try await withSandbox(partitions: 2) { sandbox in
            for partition in [0, 1] {
                let payloads = packets.bytes.enumerated().filter { $0.offset % 2 == partition }.map(\.element)
                try await sandbox.send(payloads, partition: Int32(partition))
            }
            let settings = ["SKIPPER_KAFKA__BATCH_MESSAGES": "5"]
            let pair = try (0..<2).map { _ in try sandbox.ingester(group: "pair", settings) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for ingester in pair {
                    group.addTask {
                        try await ingester.closing {
                            try await ingester.ingestion.prepare(ingester.archive)
                            try await ingester.ingestion.run(untilCaughtUp: true)
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(pair.reduce(0) { $0 + $1.counts.stored } == packets.count)
            let verdict = try await Judge.compare(sandbox.name, with: packets.paths, ["--any-order"])
            #expect(verdict.agrees, "\(verdict.report)")
            let before = try await sandbox.everything()
            let replay = try await sandbox.ingest(group: "replay")
            #expect(replay.repeated == packets.count && replay.lightCurves == 0)
            #expect(try await sandbox.everything() == before)
        }
    }
}
