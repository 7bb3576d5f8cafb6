import Aggregation
import Documents
import Foundation
import Mongo
import Simulation
import TestSupport
import Testing

@testable import Archive
@testable import Broker

/// What filters see in memory is, byte for byte, what mongod makes of the same documents with the system's stages.
@Suite struct FilterViewTests {
    private static let identity: [Document] = [["$replaceRoot": ["newRoot": "$$ROOT"]]]

    /// What comes of the view in memory; nil where only MongoDB can tell.
    private func seen(
        _ survey: Survey, _ alert: Document, _ curve: FilterView.LightCurve, _ permissions: [Int64],
        isPast: Bool
    ) throws -> [Document]? {
        var view = FilterView(of: survey, alert: alert, lightCurve: curve, isPast: isPast)
        let subject: Subject?
        do { subject = try view.subject(permissions: permissions) } catch { return nil }
        guard let subject else { return [] }
        var execution = Execution(try Program(Self.identity), now: 0)
        guard case .results(let results) = execution.outcome(on: subject) else {
            Issue.record("no result")
            return nil
        }
        return results.documents
    }

    /// What mongod makes of a stored alert; nil where it refuses.
    private func expected(
        _ database: Database, _ survey: Survey, _ candid: Int64, _ permissions: [Int64], isPast: Bool
    ) async throws -> [Document]? {
        let one: [Document] = [["$match": [survey.fields.candid: .int64(candid)]]]
        let stages = FilterPrefix.stages(
            of: survey, permissions: permissions,
            isPast ? .past(objects: nil, dates: nil) : .alerts(candids: [candid]))
        do {
            let cursor = try await database.aggregate(survey.alerts, pipeline: one + stages)
            var documents: [Document] = []
            for try await document in cursor { documents.append(document) }
            return documents
        } catch let error as MongoError where error.refusal != nil {
            return nil
        }
    }

    /// Compares all stored alerts; returns how many were compared and how many of them are seen at all.
    private func compare(
        _ database: Database, _ survey: Survey, _ permissions: [[Int64]], _ note: String
    ) async throws -> (compared: Int, seen: Int, odd: Int) {
        let alerts = try await database.documents(of: survey.alerts).values
        let names = alerts.compactMap { $0.string(at: Path(survey.fields.objectID)) }
        let curves = try await LightCurveReader(database, survey).documents(of: Array(Set(names)))
        var counts = (compared: 0, seen: 0, odd: 0)
        for alert in alerts {
            let candid = try #require(alert.int64(at: Path(survey.fields.candid)))
            let curve =
                alert.string(at: Path(survey.fields.objectID)).flatMap { curves[$0] }
                .map { FilterView.LightCurve.stored($0) } ?? .none
            for permissions in permissions {
                for isPast in [false, true] {
                    guard let seen = try seen(survey, alert, curve, permissions, isPast: isPast) else {
                        counts.odd += 1
                        continue
                    }
                    let expected = try await expected(database, survey, candid, permissions, isPast: isPast)
                    #expect(
                        seen == expected,
                        "\(note), alert \(candid), permissions \(permissions), past \(isPast)")
                    counts.compared += 1
                    counts.seen += seen.count
                }
            }
        }
        return counts
    }

    private func record(_ packets: [[UInt8]], _ database: Database) async throws {
        try await Collections.prepare(database, for: .ztf)
        let decoder = PacketDecoder(.ztf, tasks: 1, packetBytes: 15 << 20)
        let recorder = AlertRecorder(database: database, survey: .ztf, writers: 2)
        _ = try await recorder.record(try packets.flatMap { try decoder.alerts(in: $0) })
    }

    @Test func simulatedAlertsAreSeenAsMongodShowsThem() async throws {
        let packets = try SimulatedPackets.nights(3, alerts: 25, objects: 12, seed: 41).map(\.bytes)
        try await withDatabase { database in
            try await record(packets, database)
            // Some objects without light curve.
            let names = try await database.distinct("ZTF_alerts", key: "objectId")
            for name in names.prefix(3) {
                _ = try await database.bulkWrite("ZTF_alerts_aux_recent", [.deleteOne(filter: ["_id": name])])
            }
            let counts = try await compare(database, .ztf, [[1], [1, 2], [2], []], "seed 41")
            #expect(counts.odd == 0 && counts.compared == 600 && counts.seen > 250)
        }
    }

    @Test(.enabled(if: RealPackets.exist, "no folder of real packets"))
    func realAlertsAreSeenAsMongodShowsThem() async throws {
        try await withDatabase { database in
            try await record(try RealPackets.all().bytes, database)
            let counts = try await compare(database, .ztf, [[1], [2, 3]], "real packets")
            #expect(counts.odd == 0 && counts.compared == 96 && counts.seen == 48)
        }
    }

    /// Missing, null, odd numbers, other types and other orders, in alerts and in histories.
    @Test(arguments: [1, 2, 3] as [UInt64])
    func oddDocumentsAreSeenAsMongodShowsThem(seed: UInt64) async throws {
        for survey in [Survey.ztf, .pgir, .wntr] {
            try await withDatabase { database in
                try await Collections.prepare(database, for: survey)
                var odd = OddDocuments(seed: seed, survey: survey)
                let alerts = (1...40).map { odd.alert($0) }
                _ = try await database.insert(survey.alerts, alerts)
                _ = try await database.insert(survey.recent, (1...40).compactMap { odd.object($0) })
                let counts = try await compare(
                    database, survey, [[1], [1, 3]], "seed \(seed) \(survey.name)")
                #expect(counts.compared > 60 && counts.seen > 30, "\(counts)")
            }
        }
    }
}

/// Alerts and objects that are as odd as a database may hold them.
private struct OddDocuments {
    private var generator: SplitMix
    private let survey: Survey

    init(seed: UInt64, survey: Survey) {
        generator = SplitMix(state: seed)
        self.survey = survey
    }

    private mutating func one<Choice>(of choices: [Choice]) -> Choice {
        choices[Int.random(in: 0..<choices.count, using: &generator)]
    }

    private mutating func chance(_ part: Double) -> Bool {
        Double.random(in: 0..<1, using: &generator) < part
    }

    /// A document of these fields in any order, some of them missing.
    private mutating func document(_ fields: [(String, Value)], missing: Double = 0.1) -> Document {
        var writer = DocumentWriter()
        for (name, value) in fields.shuffled(using: &generator) where !chance(missing) {
            writer.append(name, value)
        }
        return writer.finish()
    }

    mutating func alert(_ number: Int) -> Document {
        let program: Value = one(of: [1, 1, 1, 1.0, .int64(1), 3, 2, 1.5, nil, "1"])
        let jd: Value = one(of: [
            2_461_000.5, 2_461_000.5, 2_461_000.5, 2_461_000, .int64(2_461_000), nil, .double(.nan),
        ])
        let candidate = document([("jd", jd), ("programid", program), ("magpsf", 18.5)], missing: 0.03)
        var writer = DocumentWriter()
        writer.append("_id", .integer(Int64(number)))
        let fields: [(String, Value)] = [
            (survey.fields.candid, .int64(Int64(number))),
            (survey.fields.objectID, .string("object \(number)")),
            ("candidate", .document(candidate)), ("schemavsn", "4.02"), ("publisher", nil),
            ("classifications", ["braai": 0.5]), ("coordinates", ["l": 1.5]), ("other", ["a": 1]),
            (survey.stamps.fields.science, ["stampData": "x"]), ("note", [1, 2]),
        ]
        for (name, value) in fields.shuffled(using: &generator) {
            let isNeeded = name == survey.fields.candid || name == survey.fields.objectID
            if isNeeded || !chance(0.05) { writer.append(name, value) }
        }
        return writer.finish()
    }

    mutating func object(_ number: Int) -> Document? {
        if chance(0.1) { return nil }
        var fields: [(String, Value)] = [
            ("cross_matches", one(of: [["Gaia": [["_id": 1]]], [:], [:], nil, [1, 2]])), ("extra", 1),
        ]
        for rule in survey.histories { fields.append((rule.field, history())) }
        var writer = DocumentWriter()
        writer.append("_id", string: "object \(number)")
        writer.append(contentsOf: document(fields).view)
        return writer.finish()
    }

    private mutating func history() -> Value {
        if chance(0.08) { return one(of: [nil, 7, "text", ["jd": 1.0]]) }
        let count = Int.random(in: 0...14, using: &generator)
        return .list((0..<count).map { _ in point() })
    }

    private mutating func point() -> Value {
        if chance(0.03) { return one(of: [nil, 5, "text", [1]]) }
        let jd: Value = one(of: [
            2_460_990.5, 2_460_999.5, 2_461_000.5, 2_461_001.5, 2_460_635.5, 2_460_635.500_001,
            2_460_635.499_999,
            2_460_000.5, 2_459_900.5, 2_461_000, .int64(2_460_999), 2_460_700.25, 2_460_800.75,
        ])
        let odd: Value = one(of: [nil, .double(.nan), .double(.infinity), .double(-.infinity), 0])
        return .document(
            document(
                [
                    ("jd", chance(0.1) ? odd : chance(0.01) ? "text" : jd),
                    ("programid", one(of: [1, 1, 1, 1, 1, 1.0, .int64(1), 2, 3, 1.5, nil, "1"])),
                    ("procstatus", one(of: ["0", "0", "0", "0", 0, "56", nil])), ("magpsf", 18.25),
                ], missing: 0.04))
    }
}
