import Documents
import Mongo
import Testing

@testable import Archive

/// Ingesters that know nothing of each other work on the same objects.
@Suite struct AlertRecorderConcurrencyTests {
    private typealias Make = LightCurveFixtures

    /// Alerts with random histories: few dates and few magnitudes, so that they meet; magnitudes that are equal,
    /// missing or not numbers; dates that lie between those that are stored.
    ///
    /// - Parameters:
    ///   - days: over which the dates are spread.
    ///   - padding: bytes that make points larger.
    private func randomAlerts(
        _ count: Int, days: Int, padding: Int, _ numbers: inout Make.Numbers
    ) -> [Alert] {
        (0..<count).map { index in
            let object = Int.random(in: 0..<4, using: &numbers)
            let dates = (0..<days).filter { _ in Int.random(in: 0..<(days / 3), using: &numbers) == 0 }
            let magnitudes: [Double?] = [15, 16, 16.5, 17, 18, .nan, nil]
            let forced = dates.map { date in
                Make.epoch(
                    2_461_000 + Double(date), magnitudes.randomElement(using: &numbers) ?? nil,
                    note: Int64(index), padding: padding)
            }
            let previous = (0..<Int.random(in: 0..<8, using: &numbers)).map { _ -> Document in
                let day = Int64.random(in: 0..<Int64(2 * days), using: &numbers)
                let isDated = Double.random(in: 0..<1, using: &numbers) > 0.1
                return [
                    "jd": .double(isDated ? 2_461_000 + Double(day) / 2 : .nan), "x": .integer(day),
                    "padding": .string(String(repeating: "x", count: padding)),
                ]
            }
            return Make.alert(
                1_000_000_000_000 + Int64(index), of: "ZTF26aaaaaa\(object)", previous: previous,
                forced: forced, seenFromBeginning: object < 2)
        }
    }

    private func batches(_ alerts: [Alert], _ numbers: inout Make.Numbers) -> [[Alert]] {
        var rest = alerts[...]
        var batches: [[Alert]] = []
        while !rest.isEmpty {
            let size = Int.random(in: 1...9, using: &numbers)
            batches.append(Array(rest.prefix(size)))
            rest = rest.dropFirst(size)
        }
        return batches
    }

    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func randomBatchesEndInTheUnionWhateverTheirOrder(seed: UInt64) async throws {
        var numbers = Make.Numbers(state: seed)
        let alerts = randomAlerts(80, days: 12, padding: 0, &numbers)
        try await withSurveyDatabase { database in
            try await expectUnion(of: alerts, in: database, &numbers, "seed \(seed)")
            #expect(try await database.countDocuments("ZTF_alerts_aux_older", filter: [:]) == 0)
        }
    }

    /// So large that points move out of the objects' documents again and again while others bring them once more.
    @Test(arguments: 11...13 as ClosedRange<UInt64>)
    func randomBatchesOfYearsEndInTheUnionToo(seed: UInt64) async throws {
        var numbers = Make.Numbers(state: seed)
        let alerts = randomAlerts(200, days: 400, padding: 1500, &numbers)
        try await withSurveyDatabase { database in
            try await expectUnion(of: alerts, in: database, &numbers, "seed \(seed)")
            #expect(try await database.countDocuments("ZTF_alerts_aux_older", filter: [:]) > 0)
        }
    }

    /// Two ingesters record the alerts in random order and batches, and a third records all of them again.
    private func expectUnion(
        of alerts: [Alert], in database: Database, _ numbers: inout Make.Numbers, _ comment: Comment
    ) async throws {
        let isFirsts = alerts.map { _ in Bool.random(using: &numbers) }
        let halves = [true, false].map { half in
            let mine = zip(alerts, isFirsts).filter { $0.1 == half }.map(\.0)
            return batches(mine.shuffled(using: &numbers), &numbers)
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (half, batches) in halves.enumerated() {
                group.addTask {
                    let recorder = AlertRecorder(database: database, survey: .ztf, writers: 1 + half)
                    for batch in batches {
                        let outcome = try await recorder.record(batch)
                        #expect(outcome.stored == batch.count && outcome.unusable.isEmpty)
                    }
                }
            }
            try await group.waitForAll()
        }
        try await expectUnion(of: alerts, storedIn: database, comment)
        let recorder = AlertRecorder(database: database, survey: .ztf, writers: 3)
        for batch in batches(alerts.shuffled(using: &numbers), &numbers) {
            let outcome = try await recorder.record(batch)
            #expect(outcome.repeated == batch.count, comment)
            #expect(outcome.stored == 0 && outcome.lightCurves == 0 && outcome.unusable.isEmpty, comment)
        }
        try await expectUnion(of: alerts, storedIn: database, comment)
    }

    private func expectUnion(
        of alerts: [Alert], storedIn database: Database, _ comment: Comment
    ) async throws {
        let objects = try await objects(in: database)
        for (name, ofObject) in Dictionary(grouping: alerts, by: \.objectID) {
            var model = LightCurveModel()
            for alert in ofObject { model.add(alert) }
            let document = try #require(objects[name])
            let fault = model.fault(of: document, keepsForced: name < "ZTF26aaaaaa2")
            #expect(fault == nil, comment)
        }
    }

    /// Between reading and writing somebody replaces a point that this write does not mean to change.
    @Test func writeFromAnOutdatedReadIsNotDone() async throws {
        let known = [Make.epoch(1, 18), Make.epoch(3, 18)]
        try await withSurveyDatabase { database in
            let recorder = AlertRecorder(database: database, survey: .ztf, writers: 1)
            _ = try await recorder.record([Make.alert(1, forced: known)])
            let read = try await objects(in: database)["ZTF26aaaaaaa"]
            let brighter = Make.epoch(1, 15)
            _ = try await recorder.record([Make.alert(2, forced: [brighter])])
            for late in [
                [Make.epoch(2, 17)], [Make.epoch(1, 16)], [Make.epoch(2, 17), Make.epoch(3, 17)],
            ] {
                var merge = LightCurveMerge(
                    objectID: "ZTF26aaaaaaa", stored: read, rules: Survey.ztf.histories)
                merge.add(Make.alert(3, forced: late))
                guard case .update(let filter, let update) = merge.write else {
                    Issue.record("nothing is planned")
                    continue
                }
                let result = try await database.bulkWrite(
                    "ZTF_alerts_aux_recent", [.updateOne(filter: filter, update: .operators(update))])
                #expect(result.matched == 0)
                #expect(
                    try await objects(in: database)["ZTF26aaaaaaa"]?.documents(at: "fp_hists")
                        .map(\.document) == [brighter, known[1]])
            }
        }
    }

    private func objects(in database: Database) async throws -> [String: Document] {
        var objects: [String: Document] = [:]
        for try await document in try await database.find("ZTF_alerts_aux", filter: [:]) {
            objects[document.string(at: "_id") ?? ""] = document
        }
        return objects
    }
}
