import Documents
import Mongo
import Testing

@testable import Archive

/// Light curves of years, whose older points lie beside the object's document.
@Suite struct LightCurveOlderPointsTests {
    private typealias Make = LightCurveFixtures
    private static let object = "ZTF26aaaaaaa"
    /// Enough text to make a point as large as a real one.
    private static let padding = String(repeating: "x", count: 600)

    private func point(_ jd: Double) -> Document {
        ["jd": .double(jd), "programid": 1, "pdiffimfilename": .string(Self.padding)]
    }

    private func epoch(_ jd: Double, _ magnitude: Double) -> Document {
        ["jd": .double(jd), "programid": 1, "alert_mag": .double(magnitude), "note": .string(Self.padding)]
    }

    /// An alert every two days with what was measured in the 30 days before.
    private func alert(_ day: Int, magnitude: Double = 18) -> Alert {
        let days = max(0, day - 30)..<day
        return Make.alert(
            Int64(1_000_000 + day), of: Self.object, magnitude: magnitude,
            previous: days.map { point(Double($0)) }, forced: days.map { epoch(Double($0), magnitude) })
    }

    private func seen(_ database: Database) async throws -> Document {
        try #require(try await database.findOne("ZTF_alerts_aux", filter: ["_id": .string(Self.object)]))
    }

    private func jds(_ document: Document, _ field: Path) -> [Double] {
        document.documents(at: field).compactMap { $0.double(at: "jd") }
    }

    @Test func readersSeeOneLightCurveWhileItsDocumentStaysSmall() async throws {
        try await withSurveyDatabase { database in
            try await database.prepareLightCurves(of: .ztf)
            let recorder = AlertRecorder(database: database, survey: .ztf, writers: 1)
            for day in stride(from: 2, through: 600, by: 2) { _ = try await recorder.record([alert(day)]) }
            let recent = try #require(
                try await database.findOne("ZTF_alerts_aux_recent", filter: ["_id": .string(Self.object)]))
            #expect(OlderPoints.count(in: recent.view) >= 3)
            // 60 days are never old, and 100 points of both kinds make a piece.
            #expect(
                (60...180).contains(
                    recent.documents(at: "prv_candidates").reduce(0) { count, _ in count + 1 }))
            let whole = try await seen(database)
            #expect(whole.keys == ["_id", "cross_matches", "prv_candidates", "fp_hists"])
            #expect(jds(whole, "prv_candidates") == (0..<600).map(Double.init))
            #expect(jds(whole, "fp_hists") == (0..<600).map(Double.init))
        }
    }

    @Test func replayChangesNothing() async throws {
        try await withSurveyDatabase { database in
            try await database.prepareLightCurves(of: .ztf)
            let recorder = AlertRecorder(database: database, survey: .ztf, writers: 1)
            let alerts = stride(from: 2, through: 400, by: 2).map { alert($0) }
            for alert in alerts { _ = try await recorder.record([alert]) }
            let before = try await seen(database)
            for alert in alerts.shuffled() {
                let outcome = try await recorder.record([alert])
                #expect(outcome.repeated == 1 && outcome.lightCurves == 0)
            }
            #expect(try await seen(database) == before)
        }
    }

    @Test func brighterAlertReplacesOlderForcedPhotometryToo() async throws {
        try await withSurveyDatabase { database in
            try await database.prepareLightCurves(of: .ztf)
            let recorder = AlertRecorder(database: database, survey: .ztf, writers: 1)
            for day in stride(from: 2, through: 400, by: 2) { _ = try await recorder.record([alert(day)]) }
            let late = Make.alert(
                1, of: Self.object, magnitude: 15, previous: [point(7.5)],
                forced: [epoch(7, 15), epoch(7.5, 15), epoch(350, 15)])
            #expect(try await recorder.record([late]).lightCurves > 0)
            let whole = try await seen(database)
            #expect(jds(whole, "fp_hists") == ((0..<400).map(Double.init) + [7.5]).sorted())
            let brighter = whole.documents(at: "fp_hists").filter { $0.double(at: "alert_mag") == 15 }
            #expect(brighter.compactMap { $0.double(at: "jd") } == [7, 7.5, 350])
            #expect(jds(whole, "prv_candidates").filter { $0 == 7.5 }.count == 1)
            #expect(try await recorder.record([late]).lightCurves == 0)
        }
    }

    /// Two ingesters, and a third that crashes after it has stored a piece and before it is counted.
    @Test func movesOfSeveralIngestersNeitherLoseNorDouble() async throws {
        try await withSurveyDatabase { database in
            try await database.prepareLightCurves(of: .ztf)
            let alerts = stride(from: 2, through: 400, by: 2).map { alert($0) }
            _ = try await database.insert(
                "ZTF_alerts_aux_older",
                [
                    [
                        "_id": .string("\(Self.object)#0"), "objectId": .string(Self.object), "n": 0,
                        "until": 3,
                        "token": 5, "prv_candidates": .list([.document(point(0))]), "fp_hists": [],
                    ]
                ])
            try await withThrowingTaskGroup(of: Void.self) { group in
                for part in 0..<2 {
                    group.addTask {
                        let recorder = AlertRecorder(database: database, survey: .ztf, writers: 1)
                        for (index, alert) in alerts.enumerated() where index % 2 == part {
                            _ = try await recorder.record([alert])
                        }
                    }
                }
                try await group.waitForAll()
            }
            let whole = try await seen(database)
            #expect(jds(whole, "prv_candidates").sorted() == (0..<400).map(Double.init))
            #expect(jds(whole, "fp_hists") == (0..<400).map(Double.init))
        }
    }

    @Test func collectionOfKowalskisBecomesTheViewsSource() async throws {
        try await withSurveyDatabase { database in
            for collection in ["ZTF_alerts_aux", "ZTF_alerts_aux_recent", "ZTF_alerts_aux_older"] {
                try await database.dropCollection(collection)
            }
            let old: Document = [
                "_id": .string(Self.object), "cross_matches": [:],
                "prv_candidates": .list((0..<500).map { .document(point(Double($0))) }),
            ]
            _ = try await database.insert("ZTF_alerts_aux", [old])
            try await database.prepareLightCurves(of: .ztf)
            #expect(try await seen(database) == old)
            let recorder = AlertRecorder(database: database, survey: .ztf, writers: 1)
            _ = try await recorder.record([alert(500)])
            _ = try await recorder.record([alert(502)])
            try await database.prepareLightCurves(of: .ztf)
            let whole = try await seen(database)
            #expect(jds(whole, "prv_candidates") == (0..<502).map(Double.init))
            #expect(!whole.exists(at: "fp_hists"))
        }
    }
}
