import Documents
import Mongo
import Testing

@testable import Archive

/// Hits and counts as they are kept.
@Suite struct FilterHitsTests {
    private func filter(_ filterID: Int64, fid: String = "aaaaaa") throws -> RunnableFilter {
        let document = ActiveFiltersTests.document(
            filterID,
            ["active_fid": .string(fid), "fv": [["fid": .string(fid), "pipeline": #"[{"$limit": 1}]"#]]])
        return try RunnableFilter(Filter(document), version: try #require(Filter(document).version(fid)))
    }

    private func hit(
        _ filter: RunnableFilter, _ candid: Int64, jd: Double = 2_461_000.5, passed: Int64 = 1000,
        result: Document = ["a": 1], isBackfill: Bool = false
    ) -> FilterHit {
        FilterHit(
            of: filter, candid: candid, objectID: "object", jd: jd, passed: passed, result: result,
            isBackfill: isBackfill)
    }

    @Test func firstHitOfAVersionAndAlertStays() async throws {
        try await withDatabase { database in
            let hits = FilterHits(database)
            try await hits.prepare()
            let filter = try filter(7)
            let first = hit(filter, 1_127_561_445_515_015_011, result: ["annotations": ["x": 1.5], "b": 2])
            let later = hit(filter, 1_127_561_445_515_015_011, passed: 2000, result: ["c": 3])
            let another = hit(try self.filter(7, fid: "bbbbbb"), 1_127_561_445_515_015_011)
            #expect(try await hits.record([first]).new == 1)
            let second = try await hits.record([later, another, hit(filter, 5)])
            #expect(second.new == 2 && second.refused.isEmpty)
            let stored = try #require(
                try await database.findOne("filter_hits", filter: ["fid": "aaaaaa", "candid": ["$gt": 5]]))
            let expected: Document = [
                "_id": "7/aaaaaa/1127561445515015011", "filter_id": 7, "fid": "aaaaaa", "group_id": 1,
                "candid": .int64(1_127_561_445_515_015_011), "objectId": "object", "jd": 2_461_000.5,
                "passed_at": .datetime(1000), "result": ["annotations": ["x": 1.5], "b": 2],
                "annotations": ["x": 1.5], "backfill": false,
            ]
            #expect(stored == expected)
            #expect(try await database.countDocuments("filter_hits") == 3)
        }
    }

    /// What is not a document says nothing of the source.
    @Test func annotationsAreADocument() throws {
        let filter = try filter(7)
        #expect(hit(filter, 1, result: ["annotations": 5]).document["annotations"] == [:])
        #expect(hit(filter, 1, result: [:]).document["annotations"] == [:])
    }

    @Test func hitThatIsTooLargeIsRefusedAlone() async throws {
        try await withDatabase { database in
            let hits = FilterHits(database)
            try await hits.prepare()
            let filter = try filter(7)
            let large: Document = ["x": .string(String(repeating: "x", count: 17 << 20))]
            let recorded = try await hits.record([
                hit(filter, 1), hit(filter, 2, result: large), hit(filter, 3),
            ])
            #expect(recorded.new == 2)
            #expect(recorded.refused.map(\.place) == [1])
        }
    }

    @Test(arguments: [FilterHits.Order.jd, .passed])
    func pagesGoOnWhereTheLastEnded(order: FilterHits.Order) async throws {
        try await withDatabase { database in
            let hits = FilterHits(database)
            try await hits.prepare()
            let (mine, other) = (try filter(7), try filter(8))
            // Several of the same time, so that a page ends among them.
            let all = (0..<25).map { (number: Int) -> FilterHit in
                let time = number / 4
                return hit(
                    mine, Int64(number), jd: 2_461_000 + Double(time), passed: Int64(time) * 1000,
                    isBackfill: number % 5 == 0)
            }
            _ = try await hits.record(all + [hit(other, 1)])
            func read(
                _ limit: Int, from: Double? = nil, to: Double? = nil, isBackfill: Bool? = nil
            ) async throws -> [Int64] {
                var (candids, token): ([Int64], String?) = ([], nil)
                repeat {
                    let page = try await hits.page(
                        filterID: 7, order: order, from: from, to: to, isBackfill: isBackfill, after: token,
                        limit: limit)
                    #expect(page.hits.count <= limit)
                    candids += page.hits.compactMap { $0.int64(at: "candid") }
                    token = page.next
                } while token != nil
                return candids
            }
            for limit in [1, 3, 25, 100] {
                let candids = try await read(limit)
                #expect(candids.count == 25 && Set(candids) == Set(0..<25))
                let times: [Int64] = candids.map { $0 / 4 }
                #expect(times == times.sorted())
            }
            let range = order == .jd ? (2_461_002.0, 2_461_004.0) : (2000.0, 4000.0)
            #expect(try await Set(read(3, from: range.0, to: range.1)) == Set(8..<16))
            #expect(try await Set(read(2, isBackfill: true)) == [0, 5, 10, 15, 20])
            await #expect(throws: RequestError.self) {
                try await hits.page(filterID: 7, order: order, after: "nonsense", limit: 1)
            }
        }
    }

    @Test func countsAreAdded() async throws {
        try await withDatabase { database in
            let statistics = FilterStatistics(database)
            try await statistics.prepare()
            var counts = FilterStatistics.Counts()
            counts.evaluated = 10
            counts.passed = 2
            counts.errors = 1
            counts.microseconds = 55
            let key = FilterStatistics.Key(filterID: 7, fid: "aaaaaa", night: 61000)
            try await statistics.add([key: counts, .init(filterID: 7, fid: "aaaaaa", night: 60999): counts])
            try await statistics.add([key: counts, .init(filterID: 8, fid: "aaaaaa", night: 61000): counts])
            var nights: [Document] = []
            for try await night in try await statistics.list(filterID: 7) { nights.append(night) }
            #expect(nights.map { $0.int64(at: "night") } == [60999, 61000])
            #expect(nights.map { $0.int64(at: "evaluated") } == [10, 20])
            #expect(nights.map { $0.int64(at: "passed") } == [2, 4])
            #expect(nights.map { $0.int64(at: "errors") } == [1, 2])
            #expect(nights.map { $0.int64(at: "microseconds") } == [55, 110])
            let some = try await statistics.list(filterID: 7, nights: 61000...61001).nextBatch()
            #expect(some?.count == 1)
        }
    }

    /// JD 2460955.5 is 2025-10-07T00:00 UTC, whose modified Julian date is 60955.
    @Test func nightsAreUTCDates() {
        #expect(FilterStatistics.night(of: 2_460_955.5) == 60955)
        #expect(FilterStatistics.night(of: 2_460_956.499_99) == 60955)
        #expect(FilterStatistics.night(of: 2_460_955.499_99) == 60954)
        #expect(FilterStatistics.night(of: .nan) == .min)
    }
}
