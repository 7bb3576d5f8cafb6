import Documents
import Foundation
import Mongo
import Service
import Simulation
import Testing

@testable import Archive
@testable import Broker

/// Packets go the whole way, and filters find what mongod finds among what is stored.
@Suite struct FiltersFromKafkaTests {
    private static let everything =
        [
            ["$match": ["candid": ["$gt": 0]]], ["$replaceRoot": ["newRoot": ["c": "$candid"]]],
        ] as [Document]
    /// Asks for the light curve, and does not tell how long it is: a packet may bring a point of before another one with
    /// other digits, which counts for that one's filters where both come in one batch.
    private static let counted =
        [
            ["$match": ["prv_candidates.3": ["$exists": true]]],
            ["$replaceRoot": ["newRoot": ["c": "$candid", "matches": "$cross_matches"]]],
        ] as [Document]
    private static let inDatabase =
        [
            [
                "$project": [
                    "_id": 0, "r": ["$lt": [["$rand": [:]], 2]],
                    "n": ["$gt": [["$size": "$prv_candidates"], 3]],
                ]
            ],
            ["$match": ["n": true]],
        ] as [Document]

    private static let filters = [
        TestFilter(1, everything), TestFilter(2, permissions: [1], counted),
        TestFilter(3, permissions: [1, 2, 3], counted), TestFilter(4, inDatabase),
    ]

    /// Packets of two nights and one program: what one brings of the time before another is in that one, too.
    private func packets(_ count: Int = 100) throws -> [[UInt8]] {
        let first = try Night(year: 2026, month: 1, day: 10)
        return try (0..<2).flatMap { later in
            let simulation = try Simulation(
                seed: 61, alerts: count / 2, objects: 30,
                night: try Night(year: 2026, month: 1, day: 10 + later),
                firstNight: first, programids: [1])
            return try (0..<simulation.count).map { try simulation.packet($0).bytes }
        }
    }

    private func expectAll(in sandbox: Sandbox) async throws {
        for filter in Self.filters {
            let hits = try await sandbox.database.hits(of: filter)
            #expect(try await hits == sandbox.database.found(by: filter), "filter \(filter.number)")
            #expect(hits.count > 5)
        }
    }

    /// A second group reads everything again, as after a crash before any commit.
    @Test(arguments: [500, 9])
    func hitsAreThoseOfMongodAndReplaysChangeNothing(batch: Int) async throws {
        try await withSandbox { sandbox in
            try await sandbox.database.insert(Self.filters)
            try await sandbox.send(try packets())
            let counts = try await sandbox.ingest(["SKIPPER_KAFKA__BATCH_MESSAGES": "\(batch)"])
            #expect(counts.received == 100 && counts.faults == 0)
            try await expectAll(in: sandbox)
            let before = try await sandbox.database.documents(of: "filter_hits")
            try await sandbox.ingest(group: "replay", ["SKIPPER_KAFKA__BATCH_MESSAGES": "17"])
            #expect(try await sandbox.database.documents(of: "filter_hits") == before)
            #expect(try await !sandbox.database.documents(of: "filter_statistics").isEmpty)
        }
    }

    /// Whichever version an alert meets, it meets one.
    @Test func alertsMeetOneVersionOfAFilterThatChanges() async throws {
        try await withSandbox { sandbox in
            let filters = Filters(sandbox.database, surveys: Archive.surveys)
            func save() async throws -> String {
                try await filters.save(
                    [
                        "filter_id": 1, "group_id": 1, "catalog": "ZTF_alerts", "permissions": [1, 2],
                        "pipeline": .list(Self.everything.map { .document($0) }),
                    ], now: 0
                ).version.fid
            }
            let first = try await save()
            let ingester = try sandbox.ingester(group: "one", ["SKIPPER_KAFKA__BATCH_MESSAGES": "4"])
            let packets = try packets(120)
            let second = try await ingester.closing {
                try await ingester.ingestion.prepare(ingester.archive)
                return try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await ingester.ingestion.run(untilCaughtUp: false) }
                    try await sandbox.send(Array(packets.prefix(60)))
                    try await eventually("a hit") {
                        try await sandbox.database.countDocuments("filter_hits") > 0
                    }
                    let second = try await save()
                    try await sandbox.send(Array(packets.dropFirst(60).prefix(30)))
                    // The ingester learns of it by itself.
                    try await eventually("the new version") {
                        ingester.ingestion.filters.active.snapshot.filters.map(\.filter.fid) == [second]
                    }
                    try await sandbox.send(Array(packets.dropFirst(90)))
                    try await eventually("all hits") {
                        try await sandbox.database.countDocuments("filter_hits") >= 120
                    }
                    ingester.stop.request("test")
                    try await group.waitForAll()
                    return second
                }
            }
            let hits = try await sandbox.database.documents(of: "filter_hits").values
            #expect(hits.count == 120)
            #expect(Set(hits.compactMap { $0.int64(at: "candid") }).count == 120)
            #expect(Set(hits.compactMap { $0.string(at: "fid") }) == [first, second])
            // What was sent after the change was known met the new version.
            #expect(hits.count { $0.string(at: "fid") == second } >= 30)
        }
    }

    /// Nothing of a batch is committed before its hits are stored; whoever comes next repeats it.
    @Test func ingestersThatAreCutOffLoseAndRepeatNoHit() async throws {
        try await withSandbox { sandbox in
            try await sandbox.database.insert(Self.filters)
            try await sandbox.send(try packets())
            for attempt in 1...3 {
                let ingester = try sandbox.ingester(
                    group: "one", ["SKIPPER_KAFKA__BATCH_MESSAGES": "\(6 + attempt)"])
                try await ingester.archive.prepare()
                await withTaskGroup(of: Void.self) { group in
                    // It fails when its database goes, as is wanted.
                    group.addTask { try? await ingester.ingestion.run(untilCaughtUp: true) }
                    let wanted = attempt * 25
                    _ = try? await eventually("some hits") {
                        try await sandbox.database.countDocuments("filter_hits") >= wanted
                    }
                    await ingester.archive.database.close()
                    ingester.stop.request("test")
                    await group.waitForAll()
                }
            }
            try await sandbox.ingest(group: "one", ["SKIPPER_KAFKA__BATCH_MESSAGES": "10"])
            try await expectAll(in: sandbox)
            #expect(try await sandbox.database.countDocuments("ZTF_alerts") == 100)
        }
    }

    /// A collection that takes no hits holds the batch up until it does.
    @Test func batchIsHeldUntilItsHitsAreStored() async throws {
        try await withSandbox { sandbox in
            try await sandbox.database.insert([Self.filters[0]])
            try await sandbox.send(try packets(20))
            let ingester = try sandbox.ingester(
                group: "one",
                [
                    "SKIPPER_DATABASE__URI": "mongodb://127.0.0.1:1/",
                    "SKIPPER_DATABASE__SERVER_SELECTION_TIMEOUT": "0.1",
                ])
            try await ingester.closing {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await ingester.ingestion.run(untilCaughtUp: true) }
                    try await eventually("a batch that is held up") { ingester.counts.faults >= 2 }
                    ingester.stop.request("test")
                    try await group.waitForAll()
                }
            }
            #expect(try await sandbox.database.countDocuments("filter_hits") == 0)
            try await sandbox.ingest(group: "one")
            #expect(try await sandbox.database.countDocuments("filter_hits") == 20)
        }
    }
}
