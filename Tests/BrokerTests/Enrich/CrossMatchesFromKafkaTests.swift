import Archive
import Catalogs
import Documents
import Mongo
import Service
import Simulation
import Testing

@testable import Broker

/// New objects get what MongoDB itself finds in the same catalogues.
@Suite struct CrossMatchesFromKafkaTests {
    private static let catalogs = CrossMatchRules.kowalski.catalogs(of: "ZTF").map(\.catalog)

    /// The names that the rules leave to a judge that does not know them.
    @Test func rulesAreOf14Catalogues() { #expect(Self.catalogs.count == 14) }

    private func build(
        _ names: [String] = Self.catalogs, of sandbox: Sandbox, in folder: String, created: Int64 = 0
    )
        async throws
    {
        for name in names {
            try await CatalogFixtures.build(
                name, from: sandbox.database, fields: CrossMatchRules.kowalski.storedFields(of: name),
                in: folder,
                created: created)
        }
    }

    private func settings(_ folder: CatalogFixtures.Folder) -> [String: String] {
        ["SKIPPER_CATALOGS__FOLDER": folder.path, "SKIPPER_KAFKA__BATCH_MESSAGES": "100"]
    }

    private func packets(_ alerts: Int = 400, objects: Int = 300, seed: UInt64 = 5) throws -> [Packet] {
        try SimulatedPackets.nights(1, alerts: alerts, objects: objects, seed: seed)
    }

    private func crossMatches(_ sandbox: Sandbox) async throws -> [Value: [Value?]] {
        try await sandbox.database.documents(of: "ZTF_alerts_aux").mapValues {
            [$0["cross_matches"], $0["cross_match_versions"]]
        }
    }

    private func metric(_ name: String, _ text: String) -> Double? {
        text.split(separator: "\n").first { $0.hasPrefix(name + " ") }.flatMap {
            $0.split(separator: " ").last.flatMap { Double($0) }
        }
    }

    /// As written and by two ingesters at once; then again, and with other catalogues: what is stored stays.
    @Test(arguments: [1, 2])
    func newObjectsAreMatchedAsByDirectQueries(partitions: Int) async throws {
        let packets = try packets()
        let folder = try CatalogFixtures.folder()
        defer { folder.remove() }
        try await withSandbox(partitions: partitions) { sandbox in
            try await CatalogJudge.fill(sandbox, around: packets, seed: 3)
            try await build(of: sandbox, in: folder.path)
            if partitions == 1 {
                try await sandbox.send(packets.map(\.bytes))
                try await sandbox.ingest(settings(folder))
            } else {
                // Objects are in both partitions, so that both ingesters see them as new.
                for partition in 0..<2 {
                    try await sandbox.send(
                        packets.enumerated().filter { $0.offset % 2 == partition }.map(\.element.bytes),
                        partition: Int32(partition))
                }
                async let one = sandbox.ingest(settings(folder))
                async let other = sandbox.ingest(settings(folder))
                #expect(try await one.rejected + other.rejected == 0)
            }
            let verdict = try await CatalogJudge.compare(sandbox, anyAlert: partitions > 1)
            #expect(verdict.agrees, "\(verdict.report)")
            #expect(
                verdict.objects > 200 && verdict.matches > 1000 && verdict.least > 10, "\(verdict.report)")
            let before = try await sandbox.everything()
            try await CatalogJudge.fill(
                sandbox, around: packets, seed: 4, only: ["Gaia_EDR3", "CLU_20190625"])
            try await build(["Gaia_EDR3", "CLU_20190625"], of: sandbox, in: folder.path)
            let counts = try await sandbox.ingest(group: "again", settings(folder))
            #expect(counts.repeated == packets.count)
            #expect(try await sandbox.everything() == before)
        }
    }

    /// What fails is not stored as "no match", and is made good; what is not loaded is nobody's fault.
    @Test func damagedCatalogueIsLeftOutAndMadeGood() async throws {
        let packets = try packets(120, objects: 100)
        let folder = try CatalogFixtures.folder()
        defer { folder.remove() }
        let broken = ["AllWISE", "NED_BetaV3"]
        let present = Self.catalogs.filter { $0 != "milliquas" }
        try await withSandbox { sandbox in
            try await CatalogJudge.fill(sandbox, around: packets, seed: 8)
            try await build(present, of: sandbox, in: folder.path)
            for name in broken { try CatalogFixtures.damage(name, in: folder.path) { $0.removeLast(64) } }
            try await sandbox.send(packets.map(\.bytes))
            let lines = LogLines()
            let ingester = try sandbox.ingester(group: "judged", settings(folder), log: lines.log)
            let text = try await ingester.closing {
                try await ingester.ingestion.prepare(ingester.archive)
                try await ingester.ingestion.run(untilCaughtUp: true)
                return ingester.metrics.prometheusText()
            }
            let rest = present.filter { !broken.contains($0) }
            let verdict = try await CatalogJudge.compare(sandbox, rest)
            #expect(verdict.agrees, "\(verdict.report)")
            let objects = Double(verdict.objects)
            #expect(metric("cross_matched_objects_total", text) == objects)
            #expect(metric(#"cross_match_faults_total{catalog="AllWISE"}"#, text) == objects)
            #expect(metric(#"catalog_rows{catalog="milliquas"}"#, text) == 0)
            #expect((metric(#"catalog_rows{catalog="GALEX"}"#, text) ?? 0) > 500)
            #expect((metric(#"cross_matches_total{catalog="GALEX"}"#, text) ?? 0) > 0)
            #expect((metric(#"step_duration_seconds_count{step="enrich"}"#, text) ?? 0) > 1)
            #expect(lines.names(of: "catalogue fails") == broken.sorted())
            #expect(lines.names(of: "catalogue not loaded") == ["milliquas"])
            #expect(lines.names(of: "catalogue in use") == rest.sorted())

            // The same rows again, hence the same version, and the catalogue that was not there.
            try await build(broken + ["milliquas"], of: sandbox, in: folder.path, created: 1)
            let again = try sandbox.ingester(group: "judged", settings(folder))
            try await again.closing {
                let worker = again.archive.rematch(of: .ztf, again.ingestion.crossMatch, log: .silent)
                let summary = try await worker.run(.all)
                #expect(Double(summary.updated) == objects && summary.failed == 0 && summary.unplaced == 0)
                let repaired = try await CatalogJudge.compare(sandbox)
                #expect(repaired.agrees, "\(repaired.report)")
                let before = try await crossMatches(sandbox)
                let second = try await worker.run(.all)
                #expect(second.updated == 0 && Double(second.examined) == objects)
                #expect(try await crossMatches(sandbox) == before)
            }
        }
    }

    /// A filter that asks for cross-matches lets those alerts through whose objects have them.
    @Test func filtersSeeCrossMatches() async throws {
        let packets = try packets(150, objects: 120, seed: 9)
        let folder = try CatalogFixtures.folder()
        defer { folder.remove() }
        try await withSandbox { sandbox in
            try await CatalogJudge.fill(sandbox, around: packets, seed: 6)
            try await build(of: sandbox, in: folder.path)
            let pipeline =
                #"[{"$match": {"cross_matches.CLU_20190625.coordinates.distance_arcsec": {"$lt": 200}}}]"#
            _ = try await sandbox.database.insert(
                "filters",
                [
                    [
                        "filter_id": 1, "group_id": 1, "catalog": "ZTF_alerts", "permissions": [1, 2, 3],
                        "active": true, "active_fid": "abc123",
                        "fv": [["fid": "abc123", "pipeline": .string(pipeline), "created_at": .datetime(0)]],
                    ]
                ])
            try await sandbox.send(packets.map(\.bytes))
            try await sandbox.ingest(
                settings(folder).merging(["SKIPPER_FILTERS__MAX_MICROSECONDS_PER_ALERT": "1000000"]) { $1 })
            var expected: Set<Int64> = []
            for try await alert in try await sandbox.database.aggregate(
                "ZTF_alerts",
                pipeline: [
                    [
                        "$lookup": [
                            "from": "ZTF_alerts_aux", "localField": "objectId", "foreignField": "_id",
                            "as": "aux",
                        ]
                    ],
                    [
                        "$match": [
                            "aux.cross_matches.CLU_20190625": [
                                "$elemMatch": ["coordinates.distance_arcsec": ["$lt": 200]]
                            ]
                        ]
                    ],
                    ["$project": ["candid": 1]],
                ])
            {
                expected.insert(alert.int64(at: "candid") ?? 0)
            }
            let hits = try await sandbox.database.documents(of: "filter_hits").values.compactMap {
                $0.int64(at: "candid")
            }
            #expect(Set(hits) == expected && hits.count == expected.count)
            #expect(expected.count > 10 && expected.count < packets.count)
        }
    }
}
