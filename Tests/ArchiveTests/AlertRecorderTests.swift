import Documents
import Mongo
import Testing

@testable import Archive

/// What a batch becomes in the database, packets that cannot be stored among it.
@Suite struct AlertRecorderTests {
    private typealias Make = LightCurveFixtures

    private func recorder(_ database: Database, writers: Int = 1) -> AlertRecorder {
        AlertRecorder(database: database, survey: .ztf, writers: writers)
    }

    private func find(_ candid: Int64, in database: Database) async throws -> Document? {
        try await database.findOne("ZTF_alerts", filter: ["candid": .int64(candid)])
    }

    private func object(_ name: String, in database: Database) async throws -> Document? {
        try await database.findOne("ZTF_alerts_aux", filter: ["_id": .string(name)])
    }

    /// The alert with one value more, or another one.
    private func changed(_ alert: Alert, _ key: String, _ value: Value, in field: String? = nil) -> Alert {
        func replaced(_ document: Document) -> Document {
            var writer = DocumentWriter()
            for element in document.elements where element.key != key { writer.append(element) }
            writer.append(key, value)
            return writer.finish()
        }
        var writer = DocumentWriter()
        for element in alert.document.elements {
            if element.key == field, let inner = element.value.document {
                writer.append(element.key, document: replaced(inner))
            } else {
                writer.append(element)
            }
        }
        let document = field == nil ? replaced(alert.document) : writer.finish()
        return Alert(
            candid: alert.candid, objectID: alert.objectID, document: document, histories: alert.histories,
            seenFromBeginning: alert.seenFromBeginning)
    }

    @Test func emptyBatchIsNoWork() async throws {
        try await withSurveyDatabase { database in
            let outcome = try await recorder(database, writers: 3).record([])
            #expect(outcome.stored == 0 && outcome.repeated == 0 && outcome.lightCurves == 0)
        }
    }

    /// The second half of the batch is written at the same time as the first, whose last alert is at stake.
    @Test func ofEqualCandidsInABatchTheFirstStays() async throws {
        try await withSurveyDatabase { database in
            for round in 0..<5 {
                let base = Int64(round) * 1000
                var alerts = (1...100).map { Make.alert(base + $0, of: "ZTF26a\(base + $0)") }
                alerts += [Make.alert(base, magnitude: 18, previous: [["x": 1]])]
                alerts += [Make.alert(base, magnitude: 17, previous: [["x": 2]])]
                alerts += [Make.alert(base, magnitude: 18, previous: [["x": 3]])]
                alerts += (101...199).map { Make.alert(base + $0, of: "ZTF26a\(base + $0)") }
                let outcome = try await recorder(database, writers: 2).record(alerts)
                #expect(outcome.stored == 200)
                #expect(outcome.repeated == 1)
                #expect(outcome.unusable.keys.sorted() == [101])
                #expect(
                    outcome.unusable[101]?.description
                        == "candid: \(base) is stored already with a different candidate.magpsf")
                #expect(try await find(base, in: database)?.double(at: "candidate.magpsf") == 18)
            }
            let stored = try await object("ZTF26aaaaaaa", in: database)
            #expect(stored?["prv_candidates"] == [["x": 1], ["x": 3]])
        }
    }

    @Test func sameCandidWithOtherContentIsRefusedByTheNameOfTheField() async throws {
        try await withSurveyDatabase { database in
            let first = Make.alert(7, previous: [["x": 1]])
            _ = try await recorder(database).record([first])
            let before = try await find(7, in: database)
            let others: [(Alert, String)] = [
                (Make.alert(7, magnitude: nil), "candidate.magpsf"),
                (Make.alert(7, magnitude: .nan), "candidate.magpsf"),
                (changed(first, "more", 1), "more"),
                (changed(first, "more", 1, in: "candidate"), "candidate.more"),
                (changed(first, "objectId", "ZTF26aaaaaab"), "objectId"),
                (changed(first, "candidate", 5), "candidate"),
                (changed(first, "candidate", .null), "candidate"),
            ]
            for (other, field) in others {
                let other = Alert(
                    candid: 7, objectID: other.objectID, document: other.document,
                    histories: ["prv_candidates": Make.views([["x": 2]])], seenFromBeginning: true)
                let outcome = try await recorder(database).record([other])
                #expect(outcome.stored == 0 && outcome.repeated == 0 && outcome.lightCurves == 0)
                #expect(
                    outcome.unusable[0]
                        == UnusablePacket(
                            field: "candid", reason: "7 is stored already with a different \(field)"))
            }
            #expect(try await find(7, in: database) == before)
            #expect(try await object("ZTF26aaaaaaa", in: database)?["prv_candidates"] == [["x": 1]])
            #expect(try await object("ZTF26aaaaaab", in: database) == nil)
        }
    }

    /// What the broker itself adds may have changed since, and the order of keys says nothing.
    @Test func whatTheBrokerAddsAndTheOrderOfKeysIsNoDifference() async throws {
        try await withSurveyDatabase { database in
            let first = Make.alert(7)
            _ = try await recorder(database).record([first])
            for other in [
                changed(first, "classifications", ["braai": 0.9]), changed(first, "coordinates", ["l": 1.0]),
                changed(first, "jd", 2_461_000.5, in: "candidate"),
                changed(first, "objectId", "ZTF26aaaaaaa"),
            ] {
                let outcome = try await recorder(database).record([other])
                #expect(outcome.repeated == 1 && outcome.unusable.isEmpty)
            }
        }
    }

    /// Kowalski lets the database choose `_id`.
    @Test func alertStoredByKowalskiIsNotStoredAgain() async throws {
        try await withSurveyDatabase { database in
            let alert = Make.alert(7)
            var writer = DocumentWriter()
            for element in alert.document.elements where element.key != "_id" { writer.append(element) }
            _ = try await database.insert("ZTF_alerts", [changed(alert, "_id", "an ObjectId").document])
            let outcome = try await recorder(database).record([alert])
            #expect(outcome.repeated == 1 && outcome.stored == 0 && outcome.unusable.isEmpty)
            #expect(try await database.countDocuments("ZTF_alerts", filter: [:]) == 1)
        }
    }

    /// MongoDB makes no index of two arrays side by side (code 171, CannotIndexParallelArrays).
    @Test func alertThatTheDatabaseRefusesIsAloneInThat() async throws {
        try await withSurveyDatabase { database in
            let good = Make.alert(1, previous: [["x": 1]])
            let list: Value = [1, 2]
            let bad = changed(
                changed(Make.alert(2, previous: [["x": 2]]), "field", list, in: "candidate"), "rb", list,
                in: "candidate")
            let outcome = try await recorder(database).record([
                bad, good, Make.alert(3, previous: [["x": 3]]),
            ])
            #expect(outcome.stored == 2)
            let reason = try #require(outcome.unusable[0])
            #expect(outcome.unusable.count == 1)
            #expect(reason.field == "candid" && reason.reason.hasPrefix("the database refuses the alert: "))
            #expect(reason.reason.contains("parallel arrays [rb] [field]"))
            #expect(
                try await object("ZTF26aaaaaaa", in: database)?["prv_candidates"] == [["x": 1], ["x": 3]])
        }
    }

    /// A document may have 16 MiB. What fits of the object is stored all the same.
    @Test func lightCurveThatOutgrowsADocumentIsRefused() async throws {
        func point(_ number: Int64, bytes: Int) -> Document {
            ["x": .integer(number), "pad": .string(String(repeating: "x", count: bytes))]
        }
        try await withSurveyDatabase { database in
            let other = Make.alert(9, of: "ZTF26aaaaaab", previous: [["x": 9]])
            _ = try await recorder(database).record([Make.alert(1, previous: [point(1, bytes: 9 << 20)])])
            let outcome = try await recorder(database).record([
                Make.alert(2, previous: [["x": 2]]), Make.alert(3, previous: [point(3, bytes: 9 << 20)]),
                other,
                Make.alert(4, previous: [["x": 4]]),
            ])
            #expect(outcome.stored == 4)
            #expect(outcome.unusable.keys.sorted() == [1])
            #expect(outcome.unusable[1]?.field == "objectId")
            #expect(
                outcome.unusable[1]?.reason.hasPrefix(
                    "the database refuses the light curve of ZTF26aaaaaaa: ") == true)
            #expect(try await object("ZTF26aaaaaab", in: database)?["prv_candidates"] == [["x": 9]])
            let points = try await object("ZTF26aaaaaaa", in: database)?.documents(at: "prv_candidates")
            #expect(points?.map { $0.int64(at: "x") } == [1, 2, 4])
        }
    }
}
