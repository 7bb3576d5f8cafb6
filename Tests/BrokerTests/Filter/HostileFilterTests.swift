import Documents
import Mongo
import TestSupport
import Testing

@testable import Archive
@testable import Broker

/// Filters made to take all time and memory: each is ended and suspended, or refused as soon as it is read, and the
/// others find what they would have found.
@Suite(.timeLimit(.minutes(10))) struct HostileFilterTests {
    private static let good = [
        TestFilter(1001, [["$match": ["candidate.jd": ["$gt": 0]]], ["$project": ["candid": 1]]]),
        TestFilter(
            1002,
            [
                ["$match": ["prv_candidates.3": ["$exists": true]]],
                ["$project": ["n": ["$size": "$prv_candidates"]]],
            ]),
    ]

    /// An expression inside itself so many times.
    private static func nested(_ depth: Int, _ around: (Value) -> Value, _ innermost: Value) -> Value {
        (0..<depth).reduce(innermost) { inner, _ in around(inner) }
    }

    private static func loop(_ count: Int32, _ inner: Value) -> Value {
        ["$map": ["input": ["$range": [0, .int32(count)]], "as": "i", "in": inner]]
    }

    private static func doubling(_ times: Int32, _ start: Value, _ join: String) -> Value {
        [
            "$reduce": [
                "input": ["$range": [0, .int32(times)]], "initialValue": start,
                "in": [join: ["$$value", "$$value"]],
            ]
        ]
    }

    private static func project(_ expression: Value) -> [Document] { [["$project": ["x": expression]]] }

    private static let text = Value.string(String(repeating: "a", count: 40) + "b")

    static let hostile: [(String, [Document])] = [
        ("maps in maps", project(nested(5, { loop(1000, $0) }, ["$add": ["$$i", "$candid"]]))),
        ("maps in maps, small", project(nested(3, { loop(300, $0) }, ["$add": ["$$i", "$candid"]]))),
        (
            "sum of maps",
            project(["$sum": nested(3, { ["$sum": loop(400, $0)] }, ["$add": ["$$i", "$candid"]])])
        ),
        ("doubled array", project(doubling(40, ["$candid"], "$concatArrays"))),
        ("doubled text", project(doubling(40, ["$toString": "$candid"], "$concat"))),
        (
            "pairs of pairs",
            project(
                [
                    "$reduce": [
                        "input": ["$range": [0, 60]], "initialValue": "$candid",
                        "in": [["$$value", "$$value"]],
                    ]
                ])
        ),
        ("long text", project(["$concat": .list((0..<5000).map { _ in ["$toString": "$candidate"] })])),
        ("texts joined", project(["$concat": .list((0..<20_000).map { _ in "$objectId" })])),
        (
            "stages that double",
            (0..<40).map { _ in
                [
                    "$set": [
                        "a": [
                            "$concatArrays": [
                                ["$ifNull": ["$a", ["$candid"]]], ["$ifNull": ["$a", ["$candid"]]],
                            ]
                        ]
                    ]
                ]
            }
        ),
        (
            "backtracking",
            [
                [
                    "$match": [
                        "$expr": [
                            "$regexMatch": [
                                "input": ["$concat": ["$objectId", text]], "regex": "(a+)+$",
                            ]
                        ]
                    ]
                ]
            ]
        ),
        (
            "backtracking twice",
            [
                [
                    "$match": [
                        "$expr": [
                            "$regexMatch": [
                                "input": ["$concat": [text, "$objectId", text]],
                                "regex": "^(([a-zA-Z0-9])+)+[!?]$",
                            ]
                        ]
                    ]
                ]
            ]
        ),
        ("large result", project(loop(1000, "$prv_candidates"))),
        ("larger result", project(loop(30_000, "$candidate"))),
        ("deep document", project(nested(150, { ["d": $0] }, "$candid"))),
        ("deep conditions", [["$match": nested(150, { ["$and": [$0]] }, ["candid": 1])]]),
        ("wrong types", project(["$divide": ["$objectId", "$candid"]])),
        ("wrong root", [["$replaceRoot": ["newRoot": "$candid"]]]),
        ("wrong array", project(["$map": ["input": "$objectId", "in": "$$this"]])),
        (
            "unwound many times",
            [
                ["$project": ["a": ["$range": [0, 300]], "candid": 1]],
                ["$set": ["b": "$a", "c": "$a", "d": "$a"]],
                ["$unwind": "$a"], ["$unwind": "$b"], ["$unwind": "$c"], ["$unwind": "$d"],
                ["$group": ["_id": "$candid", "n": ["$sum": 1]]],
            ]
        ),
        (
            "facets",
            [
                ["$facet": .document(facets)], ["$project": ["n": ["$size": "$f0"]]],
            ]
        ),
        (
            "pushed",
            [
                ["$project": ["a": ["$range": [0, 5000]], "p": "$prv_candidates", "candid": 1]],
                ["$unwind": "$a"],
                ["$group": ["_id": "$candid", "all": ["$push": "$$ROOT"]]],
            ]
        ),
    ]

    private static var facets: Document {
        var writer = DocumentWriter()
        for number in 0..<50 {
            writer.append(
                "f\(number)",
                [["$project": ["a": ["$range": [0, 5000]]]], ["$unwind": "$a"], ["$sort": ["a": -1]]])
        }
        return writer.finish()
    }

    @Test func areStoppedAndTheOthersAreUnharmed() async throws {
        try await withNight(alerts: 15, objects: 8, nights: 2) { database, night in
            let filters = Self.hostile.enumerated().map { TestFilter(Int64($0.offset + 1), $0.element.1) }
            for filter in filters { try await database.insert([filter]) }
            try await database.insert(Self.good)
            let step = try night.step()
            try await night.filter(step, batch: 10)
            let refused = step.active.snapshot.faults
            for (filter, (name, _)) in zip(filters, Self.hostile) {
                let document = try await database.findOne(
                    "filters", filter: ["filter_id": .integer(filter.number)])
                let suspension = document?.string(at: "suspended.reason")
                var isRefused = false
                if case .objectID(let id)? = document?["_id"] {
                    isRefused = refused.keys.contains { $0.contains(id.description) }
                }
                // What keeps within the limits after all may run.
                let hits = try await database.countDocuments(
                    "filter_hits", filter: ["filter_id": .integer(filter.number)])
                #expect(
                    suspension != nil || isRefused || (Self.harmless.contains(name) && hits > 0),
                    "\(name): \(suspension ?? "runs"), \(hits) hits")
            }
            for filter in Self.good {
                #expect(try await database.suspension(of: filter.number) == nil)
                let hits = try await database.hits(of: filter)
                #expect(try await hits == database.found(by: filter))
                #expect(!hits.isEmpty)
            }
        }
    }

    /// Large or deep, and yet no more than a document may be.
    private static let harmless: Set = ["texts joined", "deep conditions", "deep document"]
}
