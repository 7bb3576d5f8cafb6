import Catalogs
import Documents
import Foundation
import Mongo
import Testing

/// An ingester that brings stored objects up to date beside its work, where it is asked to.
@Suite struct BackgroundRematchWithKafkaTests {
    @Test(arguments: [true, false])
    func storedObjectsAreMatchedWhereThatIsAskedFor(isAsked: Bool) async throws {
        try await withWorkplace(usesKafka: true) { workplace in
            let sent = try await workplace.run(
                "skipper", "simulate", "--topic", workplace.topic, "--alerts", "60", "--objects", "40",
                "--date",
                "20260110")
            #expect(sent.code == 0, "\(sent.errors)")
            // Without any catalogue first, as Kowalski's objects are: no versions.
            #expect(try await workplace.ingest().code == 0)
            let objects = try await workplace.database.documents(of: "ZTF_alerts_aux").count
            #expect(try await updated(workplace) == 0 && objects > 10)
            let alert = try await workplace.database.findOne("ZTF_alerts", filter: [:])
            let row = CatalogFixtures.row(
                7, ra: try #require(alert?.double(at: "candidate.ra")),
                dec: try #require(alert?.double(at: "candidate.dec")), ["Name": "a quasar"])
            try CatalogFixtures.build("milliquas", [row], fields: nil, in: workplace.folder + "/catalogs")
            let settings = isAsked ? ["SKIPPER_CATALOGS__REMATCH": "true"] : [:]
            let ingester = try workplace.start("skipper-ingester", [], settings: settings)
            do {
                try await eventually("the pass") {
                    let hasJoined = ingester.errors.contains("catalogue in use")
                    guard isAsked else { return hasJoined }
                    return try await workplace.database.countDocuments(
                        "catalog_rematches", filter: ["_id": "ZTF *", "state": "done"]) == 1
                }
            } catch {
                ingester.send(SIGKILL)
                _ = try await ingester.ending()
                throw error
            }
            ingester.send(SIGTERM)
            #expect(try await ingester.ending().code == 0, "\(ingester.errors)")
            guard isAsked else {
                #expect(try await updated(workplace) == 0)
                return
            }
            #expect(try await updated(workplace) == objects)
            let object = try await workplace.database.findOne(
                "ZTF_alerts_aux", filter: ["cross_matches.milliquas._id": 7])
            #expect(object?["cross_matches.milliquas.0.Name"] == "a quasar")
            let pass = try await workplace.database.findOne("catalog_rematches", filter: ["_id": "ZTF *"])
            #expect(pass?["updated"]?.int64 == Int64(objects))
        }
    }

    private func updated(_ workplace: Workplace) async throws -> Int {
        try await workplace.database.countDocuments(
            "ZTF_alerts_aux", filter: ["cross_match_versions.milliquas": ["$exists": true]])
    }
}
