import Documents
import Mongo
import Synchronization
import Testing

@testable import Archive

@Suite struct FilterTests {
    private static let now: Int64 = 1_790_000_000_123

    private static func body(_ filterID: Int64 = 7, group: Int64 = 1, _ more: Document = [:]) -> Document {
        var writer = DocumentWriter()
        writer.append("filter_id", .integer(filterID))
        writer.append("group_id", .integer(group))
        writer.append("catalog", string: "ZTF_alerts")
        writer.append("pipeline", [["$match": ["candidate.drb": ["$gt": 0.5]]]])
        writer.append(contentsOf: more.view)
        return writer.finish()
    }

    /// The generator gives names until the list is over, then fails the test by an empty one.
    private static func names(_ names: String...) -> @Sendable () -> String {
        let rest = Mutex(names[...])
        return { rest.withLock { $0.popFirst() ?? "" } }
    }

    @Test func namesOfVersionsAreSixOfThirtySixCharacters() {
        var generator = LightCurveFixtures.Numbers(state: 7)
        var seen: Set<Character> = []
        for _ in 0..<1000 {
            let name = FilterVersion.makeFID(using: &generator)
            #expect(name.count == 6)
            seen.formUnion(name)
        }
        #expect(seen == Set("abcdefghijklmnopqrstuvwxyz0123456789"))
    }

    @Test func takenNamesAreNotTakenAgain() async throws {
        try await withDatabase { database in
            let filters = Filters(database, surveys: Archive.surveys)
            let first = try await filters.save(Self.body(), now: Self.now, makeFID: Self.names("aaaaaa"))
            let second = try await filters.save(
                Self.body(), now: Self.now + 1, makeFID: Self.names("aaaaaa", "aaaaaa", "bbbbbb"))
            #expect([first.version.fid, second.version.fid] == ["aaaaaa", "bbbbbb"])
            // Another group's filter may have the name.
            let other = try await filters.save(
                Self.body(group: 2), now: Self.now, makeFID: Self.names("aaaaaa"))
            #expect(other.version.fid == "aaaaaa")
            #expect(try await database.countDocuments("filters") == 2)
            let stored = try #require(try await database.findOne("filters", filter: ["group_id": 1]))
            #expect(stored.documents(at: "fv").map { $0.string(at: "fid") } == ["aaaaaa", "bbbbbb"])
            #expect(stored.string(at: "active_fid") == "bbbbbb")
            #expect(stored.datetime(at: "created_at") == Self.now)
            #expect(stored.datetime(at: "last_modified") == Self.now + 1)
            #expect(stored["filter_id"] == .int32(7))
        }
    }

    /// A database that Kowalski has written may hold what no index allows; it goes on working.
    @Test func duplicatesTakenOverAreKept() async throws {
        try await withDatabase { database in
            let twin: Document = ["filter_id": 5, "group_id": 1, "catalog": "ZTF_alerts", "fv": []]
            _ = try await database.insert("filters", [twin, twin])
            let filters = Filters(database, surveys: Archive.surveys)
            let saved = try await filters.save(Self.body(5), now: Self.now)
            #expect(try await filters.save(Self.body(6), now: Self.now).filterID == 6)
            #expect(try await filters.save(Self.body(6), now: Self.now).filterID == 6)
            #expect(try await database.countDocuments("filters") == 3)
            #expect(try await filters.find(5).versions == [saved.version])
            #expect(try await filters.find(6).versions.count == 2)
            try await filters.remove(5)
            #expect(try await filters.find(5).versions.isEmpty)
        }
    }

    @Test func fieldsOfOthersStayInTheDatabase() async throws {
        try await withDatabase { database in
            _ = try await database.insert(
                "filters",
                [
                    [
                        "filter_id": 5, "group_id": 1, "catalog": "ZTF_alerts", "own": "kept",
                        "fv": [["fid": "aaaaaa", "pipeline": "[{}]"]],
                    ]
                ])
            let filters = Filters(database, surveys: Archive.surveys)
            let changed = try await filters.change(["filter_id": 5, "active": false], now: Self.now)
            #expect(changed.document["active"] == .bool(false) && !changed.document.exists(at: "own"))
            let stored = try #require(try await database.findOne("filters"))
            #expect(stored.string(at: "own") == "kept" && stored.datetime(at: "last_modified") == Self.now)
            // A change of nothing changes nothing.
            _ = try await filters.change(["filter_id": 5, "active": nil], now: Self.now + 1)
            #expect(try await database.findOne("filters") == stored)
        }
    }

    /// Kowalski's `database.filters`, as it fills them in for an alert.
    @Test func prefixOfZTFIsKowalskis() throws {
        func history(_ field: String, _ more: String = "") -> String {
            """
            {"$filter": {"input": {"$arrayElemAt": ["$aux.\(field)", 0]}, "as": "item", "cond": {"$and": [
              {"$in": ["$$item.programid", [1, 2]]}, {"$lt": [{"$subtract": ["$candidate.jd", "$$item.jd"]}, 365]}\(more)]}}}
            """
        }
        let json = """
            [{"$match": {"candid": 2475433850015010009, "candidate.programid": {"$in": [1, 2]}}},
             {"$project": {"cutoutScience": 0, "cutoutTemplate": 0, "cutoutDifference": 0}},
             {"$lookup": {"from": "ZTF_alerts_aux", "localField": "objectId", "foreignField": "_id", "as": "aux"}},
             {"$project": {"cross_matches": {"$arrayElemAt": ["$aux.cross_matches", 0]},
               "prv_candidates": \(history("prv_candidates")),
               "fp_hists": \(history("fp_hists", #", {"$eq": ["$$item.procstatus", "0"]}"#)),
               "schemavsn": 1, "publisher": 1, "objectId": 1, "candid": 1, "candidate": 1, "classifications": 1,
               "coordinates": 1}}]
            """
        let expected = try ExtendedJSON.value(from: json).list?.compactMap(\.document)
        let stages = FilterPrefix.stages(
            of: .ztf, permissions: [1, 2], .alerts(candids: [2_475_433_850_015_010_009]))
        #expect(stages == expected)
    }

    /// Each time anew: what one request asks for is not in another's.
    @Test func prefixesOfOtherSurveysNameTheirFields() throws {
        let wntr = FilterPrefix.stages(of: .wntr, permissions: [1], .alerts(candids: [5, 6]))
        #expect(wntr[0] == ["$match": ["candid": ["$in": [5, 6]], "candidate.programid": ["$in": [1]]]])
        #expect(wntr[1] == ["$project": ["cutout_science": 0, "cutout_template": 0, "cutout_difference": 0]])
        #expect(wntr[2].string(at: "$lookup.localField") == "objectid")
        let pgir = FilterPrefix.stages(
            of: .pgir, permissions: [1], .past(objects: ["a"], dates: (from: 1.5, to: 2.5)))
        #expect(
            pgir[0] == ["$match": ["objectId": ["$in": ["a"]], "candidate.jd": ["$gte": 1.5, "$lte": 2.5]]])
        #expect(
            pgir[3]["$project.prv_candidates.$filter.cond"]
                == [
                    "$and": [
                        ["$lt": [["$subtract": ["$candidate.jd", "$$item.jd"]], 1000]],
                        ["$lt": ["$$item.jd", "$candidate.jd"]],
                    ]
                ])
        #expect(!pgir[3].exists(at: "$project.fp_hists"))
    }
}
