import Documents
import Foundation
import Mongo
import Testing

/// What filters have found, and runs over the past.
@Suite struct FilterFindingsTests {
    typealias Night = FilterNight

    private static func hit(_ number: Int, jd: Double, isBackfill: Bool = false) -> Document {
        [
            "_id": .string("1/abcdef/\(number)"), "filter_id": 1, "group_id": 4, "fid": "abcdef",
            "candid": .int64(Night.candid(number)), "objectId": "O", "jd": .double(jd),
            "passed_at": .datetime(0), "result": ["a": 1], "annotations": [:], "backfill": .bool(isBackfill),
        ]
    }

    @Test func hitsComeInPages() async throws {
        try await Night.withNight { night in
            try await night.save(1, "[\(Night.brighter(19))]")
            // Several of one exposure, over the ends of pages.
            let jds = (0..<25).map { Night.jd($0 / 4) }
            let hits = jds.enumerated().map { Self.hit($0, jd: $1, isBackfill: $0 % 5 == 0) }
            _ = try await night.api.database.insert("filter_hits", hits)
            func page(_ query: String) async throws -> (numbers: [Int64], next: String?) {
                let reply = try await night.send("GET", "/api/filters/1/hits?\(query)")
                let data = try #require(reply.data?.document, "\(reply.text)")
                return (
                    data.documents(at: "hits").compactMap { $0.int64(at: "candid") }, data.string(at: "next")
                )
            }
            var found: [Int64] = []
            var next: String?
            var pages = 0
            repeat {
                let after = next.map { "&after=\($0)" } ?? ""
                let (numbers, token) = try await page("limit=7\(after)")
                found += numbers
                next = token
                pages += 1
                // What is found meanwhile and is newer changes nothing.
                _ = try await night.api.database.insert(
                    "filter_hits", [Self.hit(100 + pages, jd: Night.jd(1000 + pages))])
            } while next != nil
            #expect(pages == 4)
            let expected = hits.sorted { one, other in
                let (first, second) = (one.double(at: "jd") ?? 0, other.double(at: "jd") ?? 0)
                return (first, one.string(at: "_id") ?? "") > (second, other.string(at: "_id") ?? "")
            }
            #expect(found == expected.compactMap { $0.int64(at: "candid") })
            #expect(try await page("backfill=true").numbers.count == 5)
            #expect(try await page("backfill=false&limit=1000").numbers.count == 24)
            #expect(try await page("from=\(Night.jd(1))&to=\(Night.jd(2))").numbers.count == 8)
            #expect(try await page("from=2023-12-14T00:05:00&to=2023-12-14T02:00:00").numbers.count == 5)
            #expect(try await page("fid=other").numbers.isEmpty)
            for (query, reason) in [
                ("limit=0", "ValueError: limit must be an integer from 1 to 1000"),
                ("after=x", "ValueError: after must be the next of another page"),
                ("backfill=5", "ValueError: backfill must be true or false"),
                ("from=x", "ValueError: from must be a Julian date or a time such as 2026-01-31T23:59:59"),
            ] {
                #expect(try await night.send("GET", "/api/filters/1/hits?\(query)").isError(400, reason))
            }
        }
    }

    @Test func statisticsAreByNight() async throws {
        try await Night.withNight { night in
            try await night.save(1, "[\(Night.brighter(19))]")
            func counts(_ number: Int64, _ evaluated: Int64, filter: Int64 = 1) -> Document {
                [
                    "filter_id": .integer(filter), "fid": "abcdef", "night": .integer(number),
                    "evaluated": .int64(evaluated), "passed": 2, "errors": 1, "microseconds": 500,
                ]
            }
            _ = try await night.api.database.insert(
                "filter_statistics",
                [counts(60_293, 100), counts(60_292, 50), counts(60_294, 0), counts(60_292, 7, filter: 2)])
            _ = try await night.api.database.bulkWrite(
                "filters",
                [
                    .updateOne(
                        filter: ["filter_id": 1],
                        update: .operators(["$set": ["suspended": ["reason": "too slow"]]]))
                ])
            let reply = try await night.send("GET", "/api/filters/1/stats")
            let data = try #require(reply.data?.document, "\(reply.text)")
            #expect(data.string(at: "suspended.reason") == "too slow" && data.bool(at: "active") == true)
            #expect(data.documents(at: "nights").map { $0.int64(at: "night") } == [60_292, 60_293, 60_294])
            #expect(
                data["nights.0"] == [
                    "night": 60_292, "fid": "abcdef", "evaluated": 50, "passed": 2, "errors": 1,
                    "microseconds_per_alert": 10.0,
                ])
            #expect(data["nights.2.microseconds_per_alert"] == .null)
            let one = try await night.send(
                "GET", "/api/filters/1/stats?from=2023-12-15&to=2023-12-15T20:00:00")
            #expect(one.data?.document?.documents(at: "nights").map { $0.int64(at: "night") } == [60_293])
        }
    }

    @Test func backfillsAreAddedShownAndCancelled() async throws {
        try await Night.withNight { night in
            let fid = try await night.save(1, "[\(Night.brighter(19))]")
            let added = try await night.send("POST", "/api/filters/1/backfill", "{\(Night.whole)}")
            #expect(added.status == 202 && added.message == "Backfill is waiting", "\(added.text)")
            let job = try #require(added.data?.document)
            let name = try #require(job.string(at: "job"))
            #expect(job.string(at: "fid") == fid && job.int64(at: "total") == 30)
            #expect(job.string(at: "state") == "waiting" && job.bool(at: "notify") == false)
            #expect(job.string(at: "created_by") == "admin" && job["position"] == .null)
            let path = "/api/filters/1/backfill"
            #expect(try await night.send("GET", "\(path)/\(name)").data?.document == job)
            #expect(try await night.send("GET", path).documents == [job])
            let cancelled = try await night.send("DELETE", "\(path)/\(name)")
            #expect(cancelled.data?.document?.string(at: "state") == "cancelled")
            #expect(try await night.send("DELETE", "\(path)/\(name)").message == "Backfill is cancelled")
            for method in ["GET", "DELETE"] {
                #expect(try await night.send(method, "\(path)/nothing").isError(404, "Not Found"))
            }
            // Another filter's job is not there.
            try await night.save(2, "[\(Night.brighter(19))]")
            #expect(try await night.send("GET", "/api/filters/2/backfill/\(name)").status == 404)
            for (body, reason) in [
                ("{}", "start_date and end_date must be provided"),
                (#"{"start_date": 5, "end_date": 4}"#, "ValueError: end_date must not be before start_date"),
                ("{\(Night.whole), \"notify\": 1}", "TypeError: notify must be true or false"),
                ("{\(Night.whole), \"filter_version\": \"x\"}", "Filter version x not found"),
            ] {
                #expect(try await night.send("POST", path, body).isError(400, reason))
            }
            for _ in 0..<10 {
                #expect(try await night.send("POST", path, "{\(Night.whole)}").status == 202)
            }
            #expect(
                try await night.send("POST", path, "{\(Night.whole)}").isError(
                    400, "filter id 1 has 10 backfills that are not done"))
        }
    }
}
