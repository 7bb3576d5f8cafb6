import Documents
import Mongo
import Synchronization
import Testing

@testable import Archive
@testable import Service

/// Which filters run, and what ends and begins their running.
@Suite struct ActiveFiltersTests {
    /// A filter as it is stored, with one version `aaaaaa`.
    static func document(
        _ filterID: Int64, _ more: Document = [:], pipeline: String = #"[{"$match": {"candid": 1}}]"#
    ) -> Document {
        var writer = DocumentWriter()
        for (name, value) in [
            ("filter_id", .integer(filterID)), ("group_id", 1), ("catalog", "ZTF_alerts"),
            ("permissions", [2, 1, 1]), ("active", true), ("active_fid", "aaaaaa"),
            ("fv", [["fid": "aaaaaa", "pipeline": .string(pipeline), "created_at": .datetime(0)]]),
        ] as [(String, Value)] where more.element(key: name) == nil {
            writer.append(name, value)
        }
        writer.append(contentsOf: more.view)
        return writer.finish()
    }

    private func numbers(_ active: ActiveFilters) -> [Int64] {
        active.snapshot.filters.map(\.filter.filterID)
    }

    @Test func filtersThatAreActiveRunAndBrokenOnesAreInNobodysWay() async throws {
        try await withDatabase { database in
            let empty: Document = [:]
            _ = try await database.insert(
                "filters",
                [
                    Self.document(9), Self.document(1), Self.document(2, ["active": false]),
                    Self.document(3, ["catalog": "PGIR_alerts"]),
                    Self.document(4, ["suspended": ["reason": "x"]]), Self.document(5, ["suspended": nil]),
                    // Broken in one way each.
                    Self.document(20, ["active_fid": "bbbbbb"]), Self.document(21, ["active_fid": nil]),
                    Self.document(22, pipeline: "[{"), Self.document(23, pipeline: #"[{"$out": "users"}]"#),
                    Self.document(24, ["fv": "none"]), Self.document(25, ["filter_id": "x"]),
                    ["catalog": "ZTF_alerts"], ["catalog": "ZTF_alerts", "fv": [.document(empty), 1, nil]],
                ])
            let lines = Mutex<[String]>([])
            let log = Log(label: "test", level: .warning) { line in
                lines.withLock { $0.append("\(line)") }
            }
            let active = ActiveFilters(database, .ztf, log: log)
            #expect(active.snapshot.filters.isEmpty)
            #expect(try await active.current().filters.count == 3)
            #expect(numbers(active) == [1, 5, 9])
            #expect(active.snapshot.filters[0].filter.permissions == [1, 2])
            #expect(active.snapshot.faults.count == 8)
            #expect(lines.withLock { $0.count } == 8)
            // Each is said once.
            try await active.load()
            #expect(lines.withLock { $0.count } == 8)
        }
    }

    @Test func whatMongodAloneCanRunIsKnown() async throws {
        try await withDatabase { database in
            _ = try await database.insert(
                "filters",
                [
                    Self.document(1, pipeline: #"[{"$replaceRoot": {"newRoot": "$candidate"}}]"#),
                    Self.document(2, pipeline: #"[{"$match": {"$expr": {"$lt": [{"$rand": {}}, 2]}}}]"#),
                ])
            let filters = try await ActiveFilters(database, .ztf, log: .silent).current().filters
            #expect(filters.map { $0.filter.pipeline.program != nil } == [true, false])
        }
    }

    /// The database tells of each change; when the collection is dropped it stops, and filters are polled.
    @Test func changesAreSeen() async throws {
        try await withDatabase { database in
            let filters = Filters(database, surveys: Archive.surveys)
            let active = ActiveFilters(database, .ztf, log: .silent)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await active.keepCurrent() }
                _ = try await database.insert("filters", [Self.document(1)])
                try await eventually("a filter") { numbers(active) == [1] }
                _ = try await database.insert("filters", [Self.document(2)])
                try await eventually("two filters") { numbers(active) == [1, 2] }
                _ = try await filters.change(["filter_id": 1, "active": false], now: 1)
                try await eventually("one filter") { numbers(active) == [2] }
                try await database.dropCollection("filters")
                try await eventually("no filter") { numbers(active).isEmpty }
                _ = try await database.insert("filters", [Self.document(3)])
                try await eventually("another filter") { numbers(active) == [3] }
                group.cancelAll()
            }
        }
    }

    @Test func suspendedFiltersDoNotRunUntilTheirOwnerChangesSomething() async throws {
        let body: Document = [
            "filter_id": 7, "group_id": 1, "catalog": "ZTF_alerts", "permissions": [1],
            "pipeline": [["$match": ["candid": 1]]],
        ]
        try await withDatabase { database in
            let filters = Filters(database, surveys: Archive.surveys)
            let active = ActiveFilters(database, .ztf, log: .silent)
            func suspend() async throws -> String {
                try await active.load()
                let filter = try #require(active.snapshot.filters.first)
                #expect(try await active.suspend(filter, reason: "it is slow", now: 5))
                #expect(active.snapshot.filters.isEmpty)
                // Another ingester finds the same.
                #expect(try await !active.suspend(filter, reason: "it is slower", now: 6))
                return filter.filter.fid
            }
            let first = try await filters.save(body, now: 1).version.fid
            let fid = try await suspend()
            #expect(fid == first)
            let suspension = try #require(try await filters.find(7).suspension)
            #expect(suspension == FilterSuspension(reason: "it is slow", at: 5, fid: first))

            let second = try await filters.save(body, now: 2).version.fid
            #expect(try await filters.find(7).suspension == nil)
            _ = try await suspend()
            // The same version, or another field, changes nothing.
            _ = try await filters.change(["filter_id": 7, "active_fid": .string(second)], now: 3)
            _ = try await filters.change(["filter_id": 7, "update_annotations": true], now: 3)
            #expect(try await filters.find(7).suspension != nil)
            let changed = try await filters.change(["filter_id": 7, "active": true], now: 3)
            #expect(changed.suspension == nil)
            _ = try await suspend()
            _ = try await filters.change(["filter_id": 7, "active_fid": .string(first)], now: 4)
            #expect(try await filters.find(7).suspension == nil)
        }
    }

    /// What an old version has done is nothing against the new one.
    @Test func versionThatIsNoLongerActiveIsNotSuspended() async throws {
        try await withDatabase { database in
            _ = try await database.insert("filters", [Self.document(1)])
            let active = ActiveFilters(database, .ztf, log: .silent)
            let filter = try #require(try await active.current().filters.first)
            _ = try await database.bulkWrite(
                "filters", [.updateOne(filter: [:], update: .operators(["$set": ["active_fid": "bbbbbb"]]))])
            #expect(try await !active.suspend(filter, reason: "x", now: 5))
            #expect(
                try await database.countDocuments("filters", filter: ["suspended": ["$exists": true]]) == 0)
        }
    }
}
