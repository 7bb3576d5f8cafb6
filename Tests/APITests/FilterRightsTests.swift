import Archive
import Documents
import Foundation
import Mongo
import Testing

/// Who sees which filters, and what they found.
@Suite struct FilterRightsTests {
    typealias Night = FilterNight

    private static func add(_ api: RunningAPI, _ name: String, programs: [Int64], groups: [Int64])
        async throws
    {
        _ = try await Users(api.database, administrator: "admin").add(
            User(name: name, programs: programs, isAdmin: false, groups: groups), email: nil,
            passwordHash: "", now: 0)
    }

    @Test func ownersAndGroupsSeeFilters() async throws {
        try await Night.withNight { night in
            try await Self.add(night.api, "member", programs: [1], groups: [4])
            try await Self.add(night.api, "owner", programs: [1, 2], groups: [])
            try await night.save(1, "[\(Night.brighter(19)), \(Night.shown)]", more: #", "owner": "owner""#)
            try await night.save(2, "[\(Night.brighter(19))]")
            func numbers(_ user: String) async throws -> [Int64?] {
                try await night.send("GET", "/api/filters", as: user).documents.map {
                    $0.int64(at: "filter_id")
                }
            }
            #expect(try await numbers("member") == [1, 2])
            #expect(try await numbers("owner") == [1])
            #expect(try await numbers("reader") == [])
            #expect(
                try await night.send("GET", "/api/filters/1", as: "owner").data?.document?.string(at: "owner")
                    == "owner")
            // Others are told as little of a filter that is there as of one that is not.
            for path in ["/api/filters/2", "/api/filters/3"] {
                for (method, route, body) in [
                    ("GET", "", nil), ("POST", "/test", "{\(Night.whole)}"), ("POST", "/explain", "{}"),
                    ("POST", "/diff", "{}"), ("GET", "/hits", nil), ("GET", "/stats", nil),
                    ("GET", "/backfill", nil), ("GET", "/backfill/x", nil),
                ] {
                    let reply = try await night.send(method, path + route, body, as: "owner")
                    #expect(reply.isError(403, "Forbidden"), "\(method) \(path)\(route)")
                }
            }
            // They change nothing.
            for (method, path, body) in [
                ("POST", "/api/filters", "{}"), ("PATCH", "/api/filters", #"{"filter_id": 1}"#),
                ("DELETE", "/api/filters/1", nil), ("POST", "/api/filters/1/backfill", "{}"),
                ("DELETE", "/api/filters/1/backfill/x", nil),
            ] {
                #expect(try await night.send(method, path, body, as: "owner").isError(403, "Forbidden"))
            }
            let given = try await night.send("PATCH", "/api/filters", #"{"filter_id": 2, "owner": "owner"}"#)
            #expect(given.data?.document?.string(at: "owner") == "owner")
            #expect(try await numbers("owner") == [1, 2])
            #expect(
                try await night.send("PATCH", "/api/filters", #"{"filter_id": 2, "owner": 5}"#).status == 400)
        }
    }

    /// A filter of programs 1 to 3 sees for a user of program 1 what program 1 has, however it is asked.
    @Test func filtersSeeNoMoreThanWhoRunsThem() async throws {
        try await Night.withNight { night in
            try await Self.add(night.api, "member", programs: [1], groups: [4])
            let all = try await night.save(1, "[\(Night.brighter(100)), \(Night.shown)]")
            let lonely = try await night.save(1, "[\(Night.lonely), \(Night.shown)]")
            for stages in [false, true] {
                func found(_ fid: String, as user: String) async throws -> Set<Int64> {
                    let body = "{\(Night.whole), \"filter_version\": \"\(fid)\", \"stages\": \(stages)}"
                    let reply = try await night.send("POST", "/api/filters/1/test", body, as: user)
                    #expect(reply.status == 200, "\(reply.text)")
                    return Set(reply.documents.compactMap { $0.int64(at: "candid") })
                }
                #expect(try await found(all, as: "admin").count == 30)
                let mine = (0..<30).filter { Night.program($0) == 1 }.map(Night.candid)
                #expect(try await found(all, as: "member") == Set(mine))
                #expect(try await found(lonely, as: "admin").count == 30)
                #expect(try await found(lonely, as: "member") == [])
            }
            // Nothing of a hidden alert shows in an error.
            // As it is not saved: it fails at the last alert.
            let isOne = #"{"$eq": ["$candidate.programid", 1]}"#
            let number = ##"{"$toInt": {"$cond": [\##(isOne), 1, "$objectId"]}}"##
            let pipeline = #"[{"$match": {"$expr": {"$gt": [\#(number), 0]}}}]"#
            let converting = "abcdef"
            _ = try await night.api.database.bulkWrite(
                "filters",
                [
                    .updateOne(
                        filter: ["filter_id": 1],
                        update: .operators([
                            "$push": ["fv": ["fid": .string(converting), "pipeline": .string(pipeline)]]
                        ]))
                ])
            for stages in [false, true] {
                let body = "{\(Night.whole), \"filter_version\": \"\(converting)\", \"stages\": \(stages)}"
                let own = try await night.send("POST", "/api/filters/1/test", body, as: "member")
                #expect(own.status == 200 && own.documents.count == 10, "\(own.text)")
                let whole = try await night.send("POST", "/api/filters/1/test", body)
                #expect(whole.status == 400 && whole.message?.hasPrefix("failure: ") == true)
            }
            let diff = try await night.send(
                "POST", "/api/filters/1/diff",
                #"{"from_version": "\#(lonely)", "to_version": "\#(all)", "night": 60292}"#, as: "member")
            #expect(diff.data?.document?.int64(at: "gained_count") == 10, "\(diff.text)")
            let hidden = try await night.send(
                "POST", "/api/filters/1/explain", "{\"candid\": \(Night.candid(1))}", as: "member")
            #expect(hidden.isError(404, "Not Found"))
        }
    }

    /// What a filter found by itself tells of all programs that it sees.
    @Test func findingsAreForThoseWhoSeeAllOfThem() async throws {
        try await Night.withNight { night in
            try await Self.add(night.api, "member", programs: [1, 2], groups: [4])
            try await Self.add(night.api, "partner", programs: [3, 2, 1], groups: [4])
            try await night.save(1, "[\(Night.brighter(19))]")
            for path in ["hits", "stats", "backfill"] {
                let member = try await night.send("GET", "/api/filters/1/\(path)", as: "member")
                #expect(member.isError(403, "Forbidden"))
                #expect(try await night.send("GET", "/api/filters/1/\(path)", as: "partner").status == 200)
            }
        }
    }
}
