import Documents
import Foundation
import Mongo
import Testing

/// `skipper filter`: what filters make of stored alerts, for the operator.
@Suite struct FilterCommandTests {
    /// Of alerts `n` from 0 on, taken a minute after each other on MJD 60292, all of one exposure in each hundred.
    private static func fill(_ workplace: Workplace, alerts: Int) async throws {
        let documents: [Document] = (0..<alerts).map { number in
            [
                "_id": .int64(Int64(number)), "candid": .int64(Int64(number)), "objectId": "O",
                "candidate": [
                    "jd": .double(jd(number)), "programid": .integer(Int64(number % 3 + 1)),
                    "number": .integer(Int64(number)),
                ],
            ]
        }
        _ = try await workplace.database.insert("ZTF_alerts", documents)
        try await workplace.database.createIndexes(
            "ZTF_alerts",
            [
                Index(name: "candid", keys: ["candid": -1], unique: true),
                Index(name: "jd", keys: ["candidate.jd": 1]),
            ])
        func version(_ fid: String, _ condition: String) -> Value {
            let pipeline = #"[{"$match": {"candidate.number": \#(condition)}}, {"$project": {"candid": 1}}]"#
            return ["fid": .string(fid), "pipeline": .string(pipeline), "created_at": .datetime(0)]
        }
        _ = try await workplace.database.insert(
            "filters",
            [
                [
                    "filter_id": 7, "group_id": 1, "catalog": "ZTF_alerts", "permissions": [1, 2],
                    "active": true, "active_fid": "aaaaaa", "autosave": false, "auto_followup": [:],
                    "update_annotations": false,
                    "fv": [
                        version("aaaaaa", #"{"$mod": [10, 0]}"#), version("bbbbbb", #"{"$mod": [5, 0]}"#),
                    ],
                ]
            ])
    }

    private static func jd(_ number: Int) -> Double { 2_460_292.5 + Double(number / 130) / 1440 }

    /// Candids that the version `bbbbbb` lets through: programs 1 and 2 alone.
    private static func found(among alerts: Int) -> [Int64] {
        (0..<alerts).filter { $0 % 5 == 0 && $0 % 3 != 2 }.map(Int64.init)
    }

    private func hits(_ workplace: Workplace) async throws -> [Document] {
        let cursor = try await workplace.database.find(
            "filter_hits", options: FindOptions(sort: ["candid": 1]))
        var hits: [Document] = []
        while let batch = try await cursor.nextBatch() { hits += batch }
        return hits
    }

    @Test func filtersAreShownTriedExplainedAndCompared() async throws {
        try await withWorkplace { workplace in
            try await Self.fill(workplace, alerts: 300)
            let list = try await workplace.run("skipper", "filter", "list")
            #expect(list.code == 0, "\(list.errors)")
            #expect(list.lines.count == 2 && list.lines.last?.contains("ZTF_alerts") == true)
            let json = try await workplace.run("skipper", "filter", "list", "--json")
            #expect(try ExtendedJSON.document(from: json.output).int64(at: "filter_id") == 7)

            let shown = try await workplace.run("skipper", "filter", "show", "7", "--fid", "bbbbbb")
            #expect(shown.output.contains(#"{"$mod": [5, 0]}"#) && shown.output.contains("aaaaaa"))

            let test = try await workplace.run(
                "skipper", "filter", "test", "7", "--from", "2023-12-14", "--to", "2023-12-14T12:00:00",
                "--json")
            let answers = try test.lines.map { try ExtendedJSON.document(from: $0) }
            let report = try #require(answers.last, "\(test.errors)")
            #expect(answers.dropLast().compactMap { $0.int64(at: "candid") } == Self.found(among: 300))
            #expect(report.int64(at: "alerts") == 200)
            #expect(report.documents(at: "stages").map { $0.int64(at: "documents") } == [40, 40])
            let table = try await workplace.run("skipper", "filter", "test", "7", "--objects", "O")
            #expect(
                table.output.contains("200 alerts in ") && table.output.contains("$match"),
                "\(table.output) \(table.errors)")

            let diff = try await workplace.run(
                "skipper", "filter", "diff", "7", "bbbbbb", "aaaaaa", "--night", "2023-12-14")
            #expect(diff.lines.first == "200 alerts, kept 20, gained 0, lost 20", "\(diff.errors)")
            #expect(diff.lines.count == 22)

            for (candid, verdict) in [("0", "passes"), ("1", "does not pass")] {
                let explained = try await workplace.run(
                    "skipper", "filter", "explain", "7", "--candid", candid)
                #expect(explained.lines.first == "\(candid) of O: \(verdict)", "\(explained.errors)")
            }
            let hidden = try await workplace.run("skipper", "filter", "explain", "7", "--candid", "2")
            #expect(hidden.output.contains("program 3"))
            for (words, reason) in [
                (["explain", "7", "--candid", "999"], "there is no such alert"),
                (["show", "8"], "Filter id 8 not found"),
                (["show", "7", "--fid", "x"], "Filter version x not found"),
                (["backfill", "7", "--cancel", "x"], "there is no backfill 'x'"),
            ] {
                let ending = try await workplace.start("skipper", ["filter"] + words).ending()
                #expect(ending.code == 1 && ending.errors == "skipper filter: \(reason)\n")
            }
        }
    }

    @Test func backfillFindsEveryAlertOnce() async throws {
        try await withWorkplace { workplace in
            try await Self.fill(workplace, alerts: 1000)
            // One that ingestion found keeps its place.
            _ = try await workplace.database.createIndexes(
                "filter_hits",
                [
                    Index(
                        name: "filter_id_fid_candid", keys: ["filter_id": 1, "fid": 1, "candid": 1],
                        unique: true)
                ])
            let known: Document = [
                "_id": "7/bbbbbb/10", "filter_id": 7, "group_id": 1, "fid": "bbbbbb", "candid": .int64(10),
                "objectId": "O", "jd": .double(Self.jd(10)), "backfill": false,
            ]
            _ = try await workplace.database.insert("filter_hits", [known])
            let run = try await workplace.run(
                "skipper", "filter", "backfill", "7", "--from", "2023-12-14", "--to", "2023-12-15", "--json")
            let job = try ExtendedJSON.document(from: run.output)
            #expect(run.code == 0 && job.string(at: "state") == "done", "\(run.errors) \(run.output)")
            let expected = Self.found(among: 1000)
            #expect(job.int64(at: "evaluated") == 667 && job.int64(at: "passed") == Int64(expected.count))
            #expect(job.int64(at: "total") == 667 && job.int64(at: "errors") == 0)
            let hits = try await hits(workplace)
            #expect(hits.compactMap { $0.int64(at: "candid") } == expected)
            #expect(hits.filter { $0.bool(at: "backfill") == true }.count == expected.count - 1)
            #expect(hits.contains(known) && !hits.contains { $0.exists(at: "notify") })
            let listed = try await workplace.run("skipper", "filter", "hits", "7", "--limit", "3")
            #expect(listed.lines.count == 4 && listed.errors.hasPrefix("more with --after '"))
            // Hits that are to be sent say so.
            let loud = try await workplace.run(
                "skipper", "filter", "backfill", "7", "--from", "2023-12-14", "--to", "2023-12-15", "--fid",
                "aaaaaa", "--notify")
            #expect(loud.code == 0 && loud.output.contains("done"))
            let sent = try await self.hits(workplace).filter { $0.string(at: "fid") == "aaaaaa" }
            #expect(!sent.isEmpty && sent.allSatisfy { $0.bool(at: "notify") == true })
        }
    }

    /// Killed again and again, by the kernel's own means, it ends with what an undisturbed run finds.
    @Test func backfillGoesOnWhereItWasKilled() async throws {
        try await withWorkplace { workplace in
            let count = 6000
            try await Self.fill(workplace, alerts: count)
            func jobs() async throws -> Document? {
                try await workplace.database.findOne("filter_backfills")
            }
            var words = ["filter", "backfill", "7", "--from", "2023-12-14", "--to", "2023-12-15"]
            var kills = 0
            while kills < 3 {
                let before = try await jobs()?.int64(at: "evaluated") ?? 0
                let process = try workplace.start("skipper", words)
                let isOnItsWay = try await eventually {
                    if process.end() != nil { return true }
                    return try await jobs()?.int64(at: "evaluated") ?? 0 > before
                }
                #expect(isOnItsWay, "\(process.errors)")
                process.send(SIGKILL)
                _ = try await process.ending()
                let job = try #require(try await jobs())
                guard job.string(at: "state") == "running" else { break }
                kills += 1
                // The lease of the dead ends.
                _ = try await workplace.database.bulkWrite(
                    "filter_backfills",
                    [.updateOne(filter: [:], update: .operators(["$unset": ["lease": ""]]))])
                words = ["filter", "backfill", "7", "--job", try #require(job.string(at: "_id"))]
            }
            #expect(kills > 0)
            let last = try await workplace.start("skipper", words).ending()
            #expect(last.code == 0, "\(last.errors)")
            let job = try #require(try await jobs())
            #expect(job.string(at: "state") == "done" && job.int64(at: "evaluated") == Int64(count / 3 * 2))
            let expected = Self.found(among: count)
            #expect(job.int64(at: "passed") == Int64(expected.count))
            #expect(try await hits(workplace).compactMap { $0.int64(at: "candid") } == expected)
        }
    }
}
