import Documents
import Mongo
import Testing

@testable import Archive

/// Stages that are run on many alerts at once give for each what they give when they are run on it alone.
@Suite struct FilterQueryTests {
    private static let plenty = FilterQuery.Limits(time: .seconds(300), bytes: 1 << 24)

    /// Twelve alerts; odd ones are of program 2, and all but two have a light curve.
    private func prepare(_ database: Database) async throws {
        try await Collections.prepare(database, for: .ztf)
        let alerts = (1...12).map { number -> Document in
            [
                "_id": .integer(number), "candid": .int64(number), "objectId": .string("object \(number)"),
                "candidate": [
                    "jd": .double(2_461_000.5 + Double(number)), "programid": .integer(1 + number % 2),
                    "magpsf": .double(15 + Double(number) / 2), "divisor": .integer(number == 8 ? 0 : 1),
                ],
            ]
        }
        _ = try await database.insert("ZTF_alerts", alerts)
        let objects = (1...10).map { number -> Document in
            let points = (0..<number).map { place -> Value in
                [
                    "jd": .double(2_461_000.5 + Double(number - place)), "programid": 1,
                    "magpsf": .double(16 + Double(place)),
                ]
            }
            return [
                "_id": .string("object \(number)"), "cross_matches": [:], "prv_candidates": .list(points),
            ]
        }
        _ = try await database.insert(Survey.ztf.recent, objects)
    }

    /// What the stages make of one alert, asked for by itself.
    private func alone(
        _ database: Database, _ stages: [Document], _ candid: Int64
    ) async throws -> PipelineOutcome {
        let prefix = FilterPrefix.stages(of: .ztf, permissions: [1, 2], .past(objects: nil, dates: nil))
        do {
            var results: [Document] = []
            for try await result in try await database.aggregate(
                "ZTF_alerts", pipeline: [["$match": ["candid": .int64(candid)]]] + prefix + stages)
            {
                results.append(result)
            }
            return results.count == 1 ? .one(results[0]) : .others(count: min(results.count, 2))
        } catch let error as MongoError where error.refusal != nil {
            return .failed("")
        }
    }

    @Test(
        arguments: [
            [["$match": ["candidate.magpsf": ["$lt": 18]]]],
            [
                ["$match": ["candidate.magpsf": ["$lt": 18]]],
                ["$project": ["_id": 0, "m": "$candidate.magpsf"]],
            ],
            [["$group": ["_id": nil, "n": ["$sum": 1]]]],
            [["$count": "n"]], [["$limit": 1], ["$project": ["_id": 1]]], [["$skip": 1]],
            [["$unwind": "$prv_candidates"], ["$match": ["prv_candidates.magpsf": ["$gt": 18]]]],
            [
                ["$unwind": "$prv_candidates"], ["$sort": ["prv_candidates.jd": 1]], ["$limit": 1],
                ["$unset": "_id"],
            ],
            [["$facet": ["a": [["$match": ["candid": ["$gt": 6]]]], "b": [["$count": "n"]]]]],
            [["$project": ["q": ["$divide": [1, "$candidate.divisor"]]]]],
            [
                ["$match": ["cross_matches": ["$exists": true]]],
                ["$replaceRoot": ["newRoot": ["c": "$candid"]]],
            ],
            [["$replaceRoot": ["newRoot": "$candid"]]], [["$unknown": 1]],
        ] as [[Document]])
    func outcomesAreThoseOfEachAlertAlone(stages: [Document]) async throws {
        try await withDatabase { database in
            try await prepare(database)
            let outcomes = try await FilterQuery(database, .ztf).outcomes(
                of: stages, permissions: [1, 2], candids: Array(1...12), limits: Self.plenty, name: "test")
            #expect(outcomes.exhausted == nil)
            for candid in 1...12 as ClosedRange<Int64> {
                switch (
                    outcomes.alerts[candid] ?? .others(count: 0), try await alone(database, stages, candid)
                ) {
                case (.failed, .failed): break
                case (let outcome, let expected): #expect(outcome == expected, "alert \(candid)")
                }
            }
        }
    }

    @Test func alertsOfOtherProgramsAreNotSeen() async throws {
        try await withDatabase { database in
            try await prepare(database)
            let outcomes = try await FilterQuery(database, .ztf).outcomes(
                of: [["$project": ["_id": 1]]], permissions: [2], candids: Array(1...12), limits: Self.plenty,
                name: "test")
            #expect(outcomes.alerts.keys.sorted() == [1, 3, 5, 7, 9, 11])
        }
    }

    /// Stages that reckon for some time: mongod takes well over 100 ns for each of so many pairs.
    private static func slow(_ count: Int32) -> [Document] {
        let numbers: Value = ["$range": [0, .int32(count)]]
        let sum: Value = [
            "$reduce": ["input": numbers, "initialValue": "$candid", "in": ["$add": ["$$value", "$$this"]]]
        ]
        return [["$project": ["s": ["$max": ["$map": ["input": numbers, "in": sum]]]]]]
    }

    /// MongoDB looks at the clock after each alert.
    @Test func whatTakesTooLongIsGivenUp() async throws {
        try await withDatabase { database in
            try await prepare(database)
            let outcomes = try await FilterQuery(database, .ztf).outcomes(
                of: Self.slow(700), permissions: [1, 2], candids: Array(1...12),
                limits: .init(time: .milliseconds(50), bytes: 1 << 20), name: "test")
            #expect(outcomes.exhausted == "it took more than 0.05 seconds in the database")
        }
    }

    /// One alert takes longer than the server may be silent.
    @Test func serverThatIsSilentForTooLongIsGivenUp() async throws {
        try await withDatabase { database in
            try await prepare(database)
            var settings = MongoSettings(
                uri: ConnectionString(try TestEnvironment.mongodb), database: database.name)
            settings.socketTimeout = .milliseconds(200)
            let query = FilterQuery(database, .ztf, impatient: try Database(settings))
            let outcomes = try await query.outcomes(
                of: Self.slow(3000), permissions: [1, 2], candids: [1],
                limits: .init(time: .milliseconds(100), bytes: 1 << 20), name: "test")
            await query.close()
            #expect(outcomes.exhausted == "it took more than 0.1 seconds in the database")
        }
    }

    @Test func tooLargeResultsAreGivenUp() async throws {
        let stages: [Document] = [["$project": ["numbers": ["$range": [0, 20_000]]]]]
        try await withDatabase { database in
            try await prepare(database)
            let outcomes = try await FilterQuery(database, .ztf).outcomes(
                of: stages, permissions: [1, 2], candids: Array(1...12),
                limits: .init(time: .seconds(300), bytes: 1_000_000), name: "test")
            #expect(outcomes.exhausted == "its results take more than 1000000 bytes")
        }
    }

    @Test func faultOfTheDatabaseIsNotTheStages() async throws {
        try await withDatabase { database in
            try await prepare(database)
            await database.close()
            await #expect(throws: MongoError.self) {
                try await FilterQuery(database, .ztf).outcomes(
                    of: [["$limit": 1]], permissions: [1], candids: [1], limits: Self.plenty, name: "test")
            }
        }
    }
}
