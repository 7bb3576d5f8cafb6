import Documents
import Foundation
import Mongo
import Testing

/// Ingesters that are killed while filters run: nothing is lost and nothing found twice.
@Suite struct FiltersAfterKillsWithKafkaTests {
    private static let alerts = 1200

    /// The examples of docs/filters as the API stores filters.
    private func filters() throws -> [Document] {
        let folder = URL(fileURLWithPath: #filePath).appending(path: "../../../docs/filters").standardized
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter {
            $0.hasSuffix(".json")
        }
        return try names.sorted().enumerated().map { index, name in
            let text = try Data(contentsOf: folder.appending(path: name))
            let example = try ExtendedJSON.document(from: Array(text))
            var pipeline: [UInt8] = []
            ExtendedJSON.append(example["pipeline"] ?? .null, to: &pipeline)
            return [
                "filter_id": .int32(Int32(index + 1)), "group_id": 1, "catalog": "ZTF_alerts",
                "permissions": [1, 2, 3], "active": true, "active_fid": "abc123",
                "fv": [
                    [
                        "fid": "abc123", "pipeline": .string(String(decoding: pipeline, as: UTF8.self)),
                        "created_at": .datetime(0),
                    ]
                ],
            ]
        }
    }

    /// The hits without the time at which they were found; none may be there twice.
    private func hits(in database: Database) async throws -> [String: Document] {
        var hits: [String: Document] = [:]
        for try await hit in try await database.find("filter_hits", filter: [:]) {
            var writer = DocumentWriter()
            for element in hit.elements where element.key != "passed_at" { writer.append(element) }
            let key =
                "\(hit.int64(at: "filter_id") ?? 0)/\(hit.string(at: "fid") ?? "")/\(hit.int64(at: "candid") ?? 0)"
            #expect(hits.updateValue(writer.finish(), forKey: key) == nil, "\(key) is there twice")
        }
        return hits
    }

    /// The killed ones are in one group with their successors, so that what is committed is never read again. There is
    /// one partition: Kafka does not order what comes from several.
    @Test func hitsAreThoseOfAnUndisturbedRun() async throws {
        try await withWorkplace(usesKafka: true) { workplace in
            let sent = try await workplace.run(
                "skipper", "simulate", "--topic", workplace.topic, "--partitions", "1", "--alerts",
                "\(Self.alerts)", "--objects", "300", "--date", "20260110")
            #expect(sent.code == 0, "\(sent.errors)")
            let undisturbed = "\(workplace.name)-u"
            let other = try Database(
                MongoSettings(uri: ConnectionString(try TestEnvironment.mongodb), database: undisturbed))
            _ = try await workplace.database.insert("filters", try filters())
            _ = try await other.insert("filters", try filters())
            // Built for debugging, and beside other tests, a filter may take long.
            let patience = ["SKIPPER_FILTERS__MAX_MICROSECONDS_PER_ALERT": "1000000"]
            let calm = try await workplace.ingest(
                settings: patience.merging([
                    "SKIPPER_DATABASE__DB": undisturbed, "SKIPPER_KAFKA__GROUP": undisturbed,
                ]) { $1 })
            #expect(calm.code == 0, "\(calm.errors)")
            let expected = try await hits(in: other)
            try await other.drop()
            await other.close()
            #expect(expected.count > Self.alerts)

            let settings = patience.merging([
                "SKIPPER_KAFKA__BATCH_MESSAGES": "100", "SKIPPER_KAFKA__BATCH_WAIT": "20",
            ]) { $1 }
            for share in [0.1, 0.4, 0.7] {
                let ingester = try workplace.start("skipper-ingester", [], settings: settings)
                do {
                    try await eventually("hits") {
                        try await workplace.database.countDocuments("filter_hits", filter: [:])
                            > Int(Double(expected.count) * share)
                    }
                } catch {
                    ingester.send(SIGKILL)
                    _ = try await ingester.ending()
                    throw error
                }
                ingester.send(SIGKILL)
                #expect(try await ingester.ending().code == 128 + SIGKILL)
            }
            let last = try await workplace.ingest(settings: settings)
            #expect(last.code == 0, "\(last.errors)")
            let found = try await hits(in: workplace.database)
            #expect(Set(found.keys).symmetricDifference(expected.keys).sorted().prefix(5) == [])
            for key in expected.keys.sorted().filter({ found[$0] != expected[$0] }).prefix(3) {
                Issue.record(
                    "\(key): \(found[key]?.elements.map(\.value) ?? []), not \(expected[key]?.elements.map(\.value) ?? [])"
                )
            }
        }
    }
}
