import Documents
import Foundation
import Mongo
import Testing

/// A small night whose every number is known, and filters that look at it.
struct FilterNight {
    let api: RunningAPI

    /// 30 alerts of five objects, in programs 1 to 3 by turns; alert `n` has magnitude 15 + n / 5 and was taken n
    /// minutes after the beginning of the night of 2023-12-14, MJD 60292. Every object has a point before the night.
    static let (first, count, night) = (Int64(2_500_000_000_000_000_000), 30, Int64(60_292))

    static func jd(_ number: Int) -> Double { 2_400_000.5 + Double(night) + Double(number) / 1440 }
    static func magnitude(_ number: Int) -> Double { 15 + Double(number) / 5 }
    static func program(_ number: Int) -> Int { number % 3 + 1 }
    static func candid(_ number: Int) -> Int64 { first + Int64(number) }

    static func withNight(_ body: (FilterNight) async throws -> Void) async throws {
        try await withAPI { api in
            let alerts: [Document] = (0..<count).map { number in
                [
                    "_id": .int64(candid(number)), "candid": .int64(candid(number)),
                    "objectId": .string("O\(number % 5)"),
                    "candidate": [
                        "jd": .double(jd(number)), "programid": .integer(Int64(program(number))),
                        "magpsf": .double(magnitude(number)),
                    ], "classifications": [:], "cutoutScience": ["stampData": .binary(subtype: 0, [1])],
                ]
            }
            _ = try await api.database.insert("ZTF_alerts", alerts)
            try await api.database.createIndexes(
                "ZTF_alerts",
                [
                    Index(name: "candid", keys: ["candid": -1], unique: true),
                    Index(name: "jd", keys: ["candidate.jd": 1, "candidate.programid": 1]),
                ])
            let curves: [Document] = (0..<5).map { number in
                let points: [Value] = [1, 2, 3].map { program in
                    ["jd": .double(jd(0) - 1), "programid": .integer(program), "magpsf": .double(16)]
                }
                return ["_id": .string("O\(number)"), "prv_candidates": .list(points), "cross_matches": [:]]
            }
            _ = try await api.database.insert("ZTF_alerts_aux_recent", curves)
            _ = try await api.database.run(
                command: ["create": "ZTF_alerts_aux", "viewOn": "ZTF_alerts_aux_recent", "pipeline": []])
            try await api.add("reader", programs: [1])
            try await body(FilterNight(api: api))
        }
    }

    func send(
        _ method: String, _ path: String, _ body: String? = nil, as user: String = "admin"
    ) async throws -> Reply {
        try await api.send(method, path, token: try RunningAPI.token(user), body: body)
    }

    /// Saves a version and returns its name.
    @discardableResult
    func save(_ number: Int, _ pipeline: String, more: String = "") async throws -> String {
        let reply = try await send(
            "POST", "/api/filters",
            #"{"filter_id": \#(number), "group_id": 4, "catalog": "ZTF_alerts", "permissions": [1, 2, 3], "#
                + #""pipeline": \#(pipeline)\#(more)}"#)
        return try #require(reply.data?.document?.string(at: "fid"), "\(reply.text)")
    }

    static let whole = #""start_date": "2023-12-14", "end_date": "2023-12-14T23:59:59""#
    static func brighter(_ magnitude: Double) -> String {
        #"{"$match": {"candidate.magpsf": {"$lt": \#(magnitude)}}}"#
    }
    static let shown = #"{"$project": {"_id": 0, "candid": 1}}"#
    /// Fewer than two points of the light curve are the alert's program's, and all are where programs are not looked at.
    static let lonely = #"{"$match": {"prv_candidates.1": {"$exists": true}}}"#
}

/// What filters make of stored alerts, for those who may know.
@Suite struct FilterAskingTests {
    typealias Night = FilterNight

    @Test func stagesAreCounted() async throws {
        try await Night.withNight { night in
            // Magnitudes below 19: numbers 0 to 19; of these below 17: 0 to 9.
            try await night.save(
                1,
                "[\(Night.brighter(19)), \(Night.shown), {\"$match\": {\"candid\": {\"$lt\": \(Night.candid(10))}}}]"
            )
            let plain = try await night.send("POST", "/api/filters/1/test", "{\(Night.whole)}")
            #expect(plain.body?.keys == ["status", "message", "data"])
            #expect(plain.documents.count == 10)
            let counted = try await night.send(
                "POST", "/api/filters/1/test", "{\(Night.whole), \"stages\": true}")
            #expect(counted.status == 200 && counted.message == "filter test successful")
            #expect(Set(counted.documents) == Set(plain.documents))
            let body = try #require(counted.body)
            #expect(body.int64(at: "alerts") == 30)
            #expect(body.documents(at: "stages").map { $0.int64(at: "documents") } == [20, 20, 10])
            #expect(
                body.documents(at: "stages").map { $0.string(at: "name") } == [
                    "$match", "$project", "$match",
                ])
            #expect(body.double(at: "microseconds_per_alert") ?? 0 > 0)
            if body.string(at: "engine") == "memory" {
                #expect(
                    body["nights"] == [
                        [
                            "night": .integer(Night.night), "evaluated": 30, "passed": 10, "errors": 0,
                            "hit_rate": .double(10.0 / 30),
                        ]
                    ])
            } else {
                #expect(body["nights"] == .null && body.string(at: "reason") != nil)
            }
        }
    }

    /// Stages that bring alerts together are run over all of them at once, and counted so.
    @Test func stagesThatJoinAlertsAreCounted() async throws {
        try await Night.withNight { night in
            try await night.save(
                1, "[\(Night.brighter(19)), {\"$group\": {\"_id\": \"$objectId\"}}, {\"$limit\": 3}]")
            let reply = try await night.send(
                "POST", "/api/filters/1/test", "{\(Night.whole), \"stages\": true}")
            #expect(reply.documents.count == 3, "\(reply.text)")
            #expect(reply.body?.documents(at: "stages").map { $0.int64(at: "documents") } == [20, 5, 3])
            // What only the database can run is counted there.
            try await night.save(1, "[\(Night.brighter(19)), {\"$sample\": {\"size\": 4}}]")
            let sample = try await night.send(
                "POST", "/api/filters/1/test", "{\(Night.whole), \"stages\": true}")
            #expect(sample.documents.count == 4)
            #expect(sample.body?.documents(at: "stages").map { $0.int64(at: "documents") } == [20, 4])
            #expect(sample.body?.string(at: "engine") == "database")
            #expect(sample.body?.string(at: "reason")?.contains("$sample") == true)
            #expect(
                try await night.send("POST", "/api/filters/1/test", "{\(Night.whole), \"stages\": 1}")
                    .isError(
                        400, "TypeError: stages must be true or false"))
        }
    }

    @Test func explanationsNameTheStage() async throws {
        try await Night.withNight { night in
            let fid = try await night.save(1, "[\(Night.brighter(19)), \(Night.lonely), \(Night.shown)]")
            for (number, documents, failed) in [(3, [1, 1, 1], nil), (25, [0], 0)] as [(Int, [Int64], Int64?)]
            {
                for name in ["\(Night.candid(number))", "\"\(Night.candid(number))\""] {
                    let reply = try await night.send(
                        "POST", "/api/filters/1/explain", "{\"candid\": \(name)}")
                    let data = try #require(reply.data?.document, "\(reply.text)")
                    #expect(data.string(at: "candid_str") == "\(Night.candid(number))")
                    #expect(data.string(at: "objectId") == "O\(number % 5)")
                    #expect(data.string(at: "filter_version") == fid)
                    #expect(data.bool(at: "passed") == (failed == nil))
                    #expect(
                        data.documents(at: "stages").compactMap { $0.int64(at: "documents") }.prefix(
                            documents.count) == documents[...])
                    #expect(data.int64(at: "failed_stage") == failed)
                }
            }
            // An object's last alert.
            let object = try await night.send("POST", "/api/filters/1/explain", #"{"objectId": "O2"}"#)
            #expect(object.data?.document?.int64(at: "candid") == Night.candid(27))
            #expect(
                try await night.send("POST", "/api/filters/1/explain", "{}").isError(
                    400, "candid or objectId must be provided"))
            #expect(
                try await night.send("POST", "/api/filters/1/explain", #"{"candid": 7}"#).isError(
                    404, "Not Found"))
            // What the engine does not know.
            try await night.save(1, "[\(Night.brighter(19)), {\"$sample\": {\"size\": 4}}]")
            let sample = try await night.send(
                "POST", "/api/filters/1/explain", "{\"candid\": \(Night.candid(3))}")
            let data = try #require(sample.data?.document)
            #expect(data.bool(at: "supported") == false && data.bool(at: "passed") == true)
            #expect(data.string(at: "unsupported.place")?.isEmpty == false)
            let first = try await night.send(
                "POST", "/api/filters/1/explain",
                "{\"candid\": \(Night.candid(3)), \"filter_version\": \"\(fid)\"}")
            #expect(first.data?.document?.string(at: "filter_version") == fid)
        }
    }

    @Test func pipelinesNeedNotBeSaved() async throws {
        try await Night.withNight { night in
            func explain(_ pipeline: String, _ more: String, as user: String = "admin") async throws -> Reply
            {
                try await night.send(
                    "POST", "/api/filters/explain", "{\"pipeline\": \(pipeline), \(more)}", as: user)
            }
            let bright = "[\(Night.brighter(19))]"
            let reply = try await explain(bright, "\"candid\": \(Night.candid(3))")
            #expect(reply.data?.document?.bool(at: "passed") == true, "\(reply.text)")
            #expect(reply.data?.document?["permissions"] == [1, 2, 3])
            // An alert of program 2 is not there for a user of program 1, and not for a filter of program 1.
            let candid = "\"candid\": \(Night.candid(4))"
            #expect(try await explain(bright, candid, as: "reader").isError(404, "Not Found"))
            let hidden = try await explain(bright, candid + ", \"permissions\": [1]")
            #expect(hidden.data?.document?.bool(at: "passed") == false)
            #expect(hidden.data?.document?.string(at: "reason")?.contains("program 2") == true)
            // No more points are seen than the user may see, whatever is asked for.
            let mine = "\"candid\": \(Night.candid(3)), \"permissions\": [1, 2, 3]"
            #expect(
                try await explain("[\(Night.lonely)]", mine).data?.document?.bool(at: "passed") == true)
            let limited = try await explain("[\(Night.lonely)]", mine, as: "reader")
            #expect(limited.data?.document?["permissions"] == [1], "\(limited.text)")
            #expect(limited.data?.document?.bool(at: "passed") == false)
            for (body, reason) in [
                (#"[{"$lookup": {}}]"#, "pipeline uses forbidden stages: {'$lookup'}"),
                (#"[{"$match": {"$where": "1"}}]"#, "$where"), ("[]", "at least one stage"),
                ("null", "pipeline"),
                (#"[{"$project": {}}]"#, "failure: "),
            ] {
                let refused = try await explain(body, mine, as: "reader")
                #expect(refused.status == 400 && refused.message?.contains(reason) == true, "\(refused.text)")
            }
        }
    }

    @Test func versionsAreCompared() async throws {
        try await Night.withNight { night in
            let old = try await night.save(1, "[\(Night.brighter(17))]")
            // Numbers 5 to 19 instead of 0 to 9.
            let new = try await night.save(
                1, "[\(Night.brighter(19)), {\"$match\": {\"candidate.magpsf\": {\"$gte\": 16}}}]")
            for when in [
                #""night": "2023-12-14""#, #""night": 60292"#, #""night": 2460293.1"#, Night.whole,
            ] {
                let reply = try await night.send(
                    "POST", "/api/filters/1/diff",
                    #"{"from_version": "\#(old)", "to_version": "\#(new)", \#(when)}"#)
                let data = try #require(reply.data?.document, "\(reply.text)")
                #expect(data.int64(at: "evaluated") == 30)
                #expect(data.int64(at: "from.passed") == 10 && data.int64(at: "to.passed") == 15)
                #expect(data.int64(at: "kept") == 5)
                func candids(_ name: Path) -> [Int64] {
                    data.documents(at: name).compactMap { $0.int64(at: "candid") }.sorted()
                }
                #expect(candids("gained") == (10..<20).map(Night.candid))
                #expect(candids("lost") == (0..<5).map(Night.candid))
                #expect(data.int64(at: "gained_count") == 10 && data.int64(at: "lost_count") == 5)
            }
            // In the database, too, each alert is one: a limit of one document is no limit.
            let limited = try await night.save(1, "[\(Night.brighter(19)), {\"$sample\": {\"size\": 1}}]")
            let reply = try await night.send(
                "POST", "/api/filters/1/diff",
                #"{"from_version": "\#(old)", "to_version": "\#(limited)", "night": 60292}"#)
            #expect(reply.data?.document?.int64(at: "gained_count") == 10, "\(reply.text)")
            for (body, reason) in [
                ("{}", "KeyError: 'from_version'"),
                (#"{"from_version": "\#(old)", "to_version": "x"}"#, "Filter version x not found"),
                (
                    #"{"from_version": "\#(old)", "to_version": "\#(new)"}"#,
                    "start_date and end_date must be provided"
                ),
                (
                    #"{"from_version": "\#(old)", "to_version": "\#(new)", "start_date": 1, "end_date": 3}"#,
                    "start_date and end_date must be within 1 day of each other"
                ),
                (
                    #"{"from_version": "\#(old)", "to_version": "\#(new)", "night": "soon"}"#,
                    "ValueError: night must be a Julian date or a time such as 2026-01-31T23:59:59"
                ),
            ] {
                #expect(try await night.send("POST", "/api/filters/1/diff", body).isError(400, reason))
            }
        }
    }
}
