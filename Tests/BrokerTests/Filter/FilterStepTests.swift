import Documents
import Foundation
import Mongo
import Service
import TestSupport
import Testing

@testable import Archive
@testable import Broker

/// Filters on alerts that are stored already, without Kafka.
@Suite struct FilterStepTests {
    private static let everything = [["$match": ["candid": ["$gt": 0]]]] as [Document]
    private static let identity = [["$replaceRoot": ["newRoot": "$$ROOT"]]] as [Document]
    /// Asks for the light curve.
    private static let counted =
        [
            ["$match": ["prv_candidates.3": ["$exists": true]]],
            [
                "$replaceRoot": [
                    "newRoot": ["c": "$candid", "jds": "$prv_candidates.jd", "fp": "$fp_hists.jd"]
                ]
            ],
        ] as [Document]
    /// What no engine but mongod runs.
    private static let inDatabase =
        [
            ["$match": ["$expr": ["$gt": [["$size": ["$ifNull": ["$prv_candidates", []]]], 3]]]],
            ["$project": ["_id": 0, "r": ["$lt": [["$rand": [:]], 2]], "n": ["$size": "$prv_candidates"]]],
        ] as [Document]

    @Test(arguments: [500, 7])
    func hitsAreThoseOfMongodWhateverTheBatch(batch: Int) async throws {
        let filters = [
            TestFilter(1, Self.everything), TestFilter(2, permissions: [1], Self.identity),
            TestFilter(3, permissions: [2], Self.counted), TestFilter(4, Self.counted),
            TestFilter(5, permissions: [1], Self.inDatabase), TestFilter(6, [["$count": "n"]]),
            TestFilter(7, permissions: [], Self.everything), TestFilter(8, permissions: [3], Self.identity),
            TestFilter(9, [["$unwind": "$fp_hists"]]),
        ]
        try await withNight { database, night in
            try await database.insert(filters)
            try await night.filter(try night.step(), batch: batch)
            var total = 0
            for filter in filters {
                let hits = try await database.hits(of: filter)
                #expect(try await hits == database.found(by: filter), "filter \(filter.number)")
                total += hits.count
            }
            #expect(try await database.hits(of: filters[0]).count == 60)
            #expect(try await database.hits(of: filters[3]).count > 10)
            #expect(try await database.hits(of: filters[4]).count > 10)
            #expect(try await database.hits(of: filters[6]).isEmpty)
            #expect(night.count("filter_hits_total") == total)
            #expect(night.count("filter_light_curves_read_total") > 0)
            #expect(night.count("filter_errors_total") == 0)
        }
    }

    /// Whoever comes after a crash repeats the batch, with other limits of batches.
    @Test func repeatedAlertsAreFilteredAgainAndHitsStay() async throws {
        let filters = [TestFilter(1, Self.counted), TestFilter(2, Self.inDatabase)]
        try await withNight { database, night in
            try await database.insert(filters)
            try await night.filter(try night.step(), batch: 11)
            let before = try await database.documents(of: "filter_hits")
            #expect(before.count > 20)
            // Some hits were lost before they were stored.
            let lost = before.keys.sorted { "\($0)" < "\($1)" }.prefix(7)
            for id in lost {
                _ = try await database.bulkWrite("filter_hits", [.deleteOne(filter: ["_id": id])])
            }
            try await night.filter(try night.step(), batch: 25)
            #expect(try await database.documents(of: "filter_hits") == before)
        }
    }

    @Test func lightCurvesAreReadOnlyForThoseThatAsk() async throws {
        let filters = [
            TestFilter(1, Self.everything),
            TestFilter(2, [["$match": ["candid": 1, "prv_candidates.jd": 1]]]),
        ]
        // A filter that passes asks for what its result holds.
        let small = TestFilter(1, Self.everything + [["$replaceRoot": ["newRoot": ["c": "$candid"]]]])
        try await withNight { database, night in
            try await database.insert([small, filters[1]])
            #expect(try await night.filter(try night.step()).count == 60)
            #expect(night.count("filter_light_curves_read_total") == 0)
        }
        try await withNight { database, night in
            try await database.insert([filters[0]])
            #expect(try await night.filter(try night.step()).count == 60)
            // Once for each object of the batch.
            let objects = try await database.distinct("ZTF_alerts", key: "objectId").count
            #expect(night.count("filter_light_curves_read_total") == objects)
        }
    }

    @Test func filtersThatFailAreSuspendedAndTheOthersUnharmed() async throws {
        let broken = [
            // Fails at every alert, here and in the database.
            TestFilter(1, [["$replaceRoot": ["newRoot": "$candidate.jd"]]]),
            TestFilter(
                2,
                [["$project": ["x": ["$divide": ["$candidate.jd", ["$subtract": ["$candid", "$candid"]]]]]]]),
            TestFilter(3, [["$project": ["x": ["$divide": [1, 0]]]]]),
        ]
        // Fails at one alert only.
        try await withNight { database, night in
            let candid = try #require(night.alerts.first?.alert.candid)
            let good = [
                TestFilter(10, Self.counted),
                TestFilter(
                    11,
                    [["$project": ["x": ["$divide": [1, ["$subtract": ["$candid", .int64(candid)]]]]]]]),
            ]
            try await database.insert(broken + good)
            let step = try night.step()
            try await night.filter(step, batch: 20)
            for filter in broken {
                let reason = try await database.suspension(of: filter.number)
                #expect(
                    reason?.hasPrefix("it failed at 20 of 20 alerts, last: ") == true, "\(reason ?? "none")")
                #expect(try await database.hits(of: filter).isEmpty)
            }
            for filter in good {
                #expect(try await database.suspension(of: filter.number) == nil)
                #expect(try await database.hits(of: filter) == database.found(by: filter))
            }
            #expect(try await database.hits(of: good[1]).count == 59)
            #expect(night.count("filters_suspended_total") == 3)
            await step.tally.flush()
            let failing = try await database.findOne("filter_statistics", filter: ["filter_id": 11])
            #expect(failing?.int64(at: "errors") == 1)
        }
    }

    @Test func filtersThatTakeTooMuchAreSuspended() async throws {
        let numbers: Value = .list((0..<20_000).map { _ in "$candid" })
        let large = TestFilter(1, [["$replaceRoot": ["newRoot": ["x": numbers]]]])
        let slow = TestFilter(
            2,
            [
                [
                    "$project": [
                        "r": ["$rand": [:]],
                        "s": [
                            "$map": [
                                "input": ["$range": [0, 1500]],
                                "in": [
                                    "$reduce": [
                                        "input": ["$range": [0, 1500]], "initialValue": 0,
                                        "in": ["$add": ["$$value", "$$this"]],
                                    ]
                                ],
                            ]
                        ],
                    ]
                ]
            ])
        let good = TestFilter(3, Self.counted)
        let settings = [
            "SKIPPER_FILTERS__MAX_STEPS_PER_ALERT": "10000", "SKIPPER_FILTERS__MAX_DATABASE_TIME": "200",
        ]
        try await withNight(settings) { database, night in
            try await database.insert([large, slow, good])
            try await night.filter(try night.step())
            #expect(try await database.suspension(of: 1)?.contains("more than 10000 steps") == true)
            #expect(try await database.suspension(of: 2)?.contains("0.2 seconds in the database") == true)
            #expect(try await database.suspension(of: 3) == nil)
            #expect(try await database.hits(of: good) == database.found(by: good))
        }
    }

    @Test func tooLargeResultsAreErrors() async throws {
        let filter = TestFilter(1, Self.identity)
        try await withNight(["SKIPPER_FILTERS__MAX_RESULT_BYTES": "1024"]) { database, night in
            try await database.insert([filter])
            try await night.filter(try night.step())
            #expect(try await database.suspension(of: 1)?.contains("more than 1024") == true)
            #expect(try await database.countDocuments("filter_hits") == 0)
        }
    }

    @Test func mostOfABatchOfLargeResultsIsRefused() async throws {
        let filter = TestFilter(1, Self.identity)
        let largest = try SimulatedPackets.nights(2, alerts: 30, objects: 12, seed: 51).count
        #expect(largest == 60)
        // 32 results of the largest size in a batch: those of 60 alerts, each of nearly that size, are too many.
        try await withNight(["SKIPPER_FILTERS__TASKS": "1", "SKIPPER_FILTERS__MAX_RESULT_BYTES": "40000"]) {
            database, night in
            let sizes = try await database.found(by: filter).values.map(\.bytes.count)
            try #require(sizes.allSatisfy { $0 <= 40_000 } && sizes.reduce(0, +) > 32 * 40_000 / 2)
            try await database.insert([filter])
            try await night.filter(try night.step())
            let isTooMuch = sizes.reduce(0, +) > 32 * 40_000
            #expect((try await database.suspension(of: 1) != nil) == isTooMuch)
        }
    }

    /// In memory and in the database.
    @Test(arguments: [true, false])
    func actionsAreStoredWithTheHit(inMemory: Bool) async throws {
        let bright = #"[{"$match": {"candidate.programid": 1}}]"#
        let asked =
            #"[{"$match": {"candidate.programid": 1}}, "#
            + #"{"$replaceRoot": {"newRoot": {"payload": {"priority": "$candidate.programid"}}}}]"#
        let filter = TestFilter(
            1,
            more: [
                "autosave": ["active": true, "comment": "bright", "pipeline": .string(bright)],
                "auto_followup": [
                    "active": true, "pipeline": .string(asked), "allocation_id": 3,
                    "payload": ["priority": 2],
                ],
            ],
            Self.everything
                + (inMemory ? [] : [["$addFields": ["r": ["$lt": [["$rand": [:]], 2]]]]] as [Document]))
        try await withNight { database, night in
            try await database.insert([filter])
            try await night.filter(try night.step())
            var saved = 0
            for hit in try await database.documents(of: "filter_hits").values {
                let isOfOne = hit["result.candidate.programid"] == 1
                saved += isOfOne ? 1 : 0
                #expect(hit.bool(at: "autosave.passed") == isOfOne)
                #expect(hit.bool(at: "auto_followup.passed") == (isOfOne ? true : nil))
                #expect(hit["auto_followup.data.payload.priority"] == (isOfOne ? 1 : nil))
                #expect(hit["auto_followup.data.obj_id"] == (isOfOne ? hit["objectId"] : nil))
            }
            #expect(saved > 20 && saved < 60)
            #expect((night.count("filter_database_evaluations_total") == 0) == inMemory)
        }
    }

    @Test func whatFiltersDidIsCountedByNight() async throws {
        let filters = [TestFilter(1, permissions: [1], Self.everything), TestFilter(2, Self.inDatabase)]
        try await withNight { database, night in
            try await database.insert(filters)
            let step = try night.step()
            try await night.filter(step, batch: 13)
            await step.tally.flush()
            // Nothing is left to be added.
            await step.tally.flush()
            for filter in filters {
                var evaluated: Int64 = 0
                for try await counts in try await night.archive.filterStatistics.list(filterID: filter.number)
                {
                    let nightNumber = try #require(counts.int64(at: "night"))
                    let from = Double(nightNumber) + 2_400_000.5
                    let seen = try await database.countDocuments(
                        "ZTF_alerts",
                        filter: [
                            "candidate.jd": ["$gte": .double(from), "$lt": .double(from + 1)],
                            "candidate.programid": ["$in": .list(filter.permissions.map { .integer($0) })],
                        ])
                    #expect(counts.int64(at: "evaluated") == Int64(seen))
                    #expect(try #require(counts.int64(at: "microseconds")) > 0)
                    evaluated += Int64(seen)
                    let passed = try await database.countDocuments(
                        "filter_hits",
                        filter: [
                            "filter_id": .integer(filter.number),
                            "jd": ["$gte": .double(from), "$lt": .double(from + 1)],
                        ])
                    #expect(counts.int64(at: "passed") == Int64(passed))
                }
                #expect(evaluated > 30)
            }
        }
    }

    /// A database that is away is no filter's fault: nothing is counted and nothing suspended.
    @Test func faultOfTheDatabaseIsThrown() async throws {
        try await withNight { database, night in
            try await database.insert([TestFilter(1, Self.counted), TestFilter(2, Self.inDatabase)])
            let step = try night.step()
            let snapshot = try await step.active.current()
            await night.archive.database.close()
            await #expect(throws: MongoError.self) { try await step.run(night.alerts, snapshot) }
            #expect(try await database.suspension(of: 1) == nil)
            #expect(try await database.suspension(of: 2) == nil)
            #expect(night.count("filter_evaluations_total") == 0)
        }
    }

    @Test func examplesOfTheDocumentationFindWhatMongodFinds() async throws {
        let examples = try TestFilter.examples()
        #expect(examples.count >= 40)
        // One alert of an object, so that no later one makes its forced photometry brighter.
        try await withNight(alerts: 40, objects: 400, nights: 1, seed: 77) { database, night in
            try await database.insert(examples)
            try await night.filter(try night.step())
            var passing = 0
            for filter in examples {
                let hits = try await database.hits(of: filter)
                #expect(try await hits == database.found(by: filter), "filter \(filter.number)")
                passing += hits.isEmpty ? 0 : 1
                #expect(try await database.suspension(of: filter.number) == nil)
            }
            #expect(passing >= 10)
        }
    }

    @Test(.enabled(if: RealPackets.exist, "no folder of real packets"))
    func examplesFindWhatMongodFindsAmongRealAlerts() async throws {
        let examples = try TestFilter.examples()
        try await withDatabase { database in
            let night = try await FilteredNight(database, try RealPackets.all().bytes, [:])
            try await database.insert(examples)
            try await night.filter(try night.step())
            for filter in examples {
                let hits = try await database.hits(of: filter)
                #expect(try await hits == database.found(by: filter), "filter \(filter.number)")
            }
            await night.close()
        }
    }
}
