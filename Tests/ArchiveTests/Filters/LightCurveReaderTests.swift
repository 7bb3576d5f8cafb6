import Documents
import Mongo
import Testing

@testable import Archive

/// Light curves that are read together are what the survey's view shows of each object.
@Suite struct LightCurveReaderTests {
    private func point(_ jd: Double, _ note: Int64) -> Value { ["jd": .double(jd), "note": .integer(note)] }

    private func points(_ jds: [Double], _ note: Int64) -> Value { .list(jds.map { point($0, note) }) }

    @Test func documentsAreTheViews() async throws {
        try await withDatabase { database in
            try await Collections.prepare(database, for: .ztf)
            _ = try await database.insert(
                Survey.ztf.recent,
                [
                    ["_id": "plain", "cross_matches": ["a": []], "prv_candidates": points([3, 1], 0)],
                    [
                        "_id": "parted", "prv_candidates": points([30, 25], 0), "extra": 1,
                        "fp_hists": points([30, 31, 35], 0), "older": ["count": 2, "until": 20.0],
                        "cross_matches": [:],
                    ],
                    [
                        "_id": "no forced photometry", "cross_matches": [:], "prv_candidates": points([9], 0),
                        "older": ["count": 1, "until": 5.0],
                    ],
                    ["_id": "null", "prv_candidates": nil, "fp_hists": nil, "older": ["count": 1]],
                    ["_id": "not asked for", "prv_candidates": []],
                ])
            func piece(_ object: String, _ n: Int64, _ jds: [Double]) -> Document {
                [
                    "_id": .string("\(object)#\(n)"), "objectId": .string(object), "n": .integer(n),
                    "prv_candidates": points(jds, n + 1), "fp_hists": points(jds.sorted(), n + 1),
                ]
            }
            _ = try await database.insert(
                Survey.ztf.older,
                [
                    piece("parted", 1, [15, 12]), piece("parted", 0, [2, 1]),
                    // Left of a move that was interrupted: not counted.
                    piece("parted", 2, [22]), piece("no forced photometry", 0, [4]), piece("null", 0, [4]),
                    piece("not asked for", 0, [4]),
                ])
            let names = ["plain", "parted", "no forced photometry", "null", "unknown"]
            let read = try await LightCurveReader(database, .ztf).documents(of: names)
            var expected: [String: Document] = [:]
            for try await document in try await database.find(
                "ZTF_alerts_aux", filter: ["_id": ["$in": .list(names.map { .string($0) })]])
            {
                expected[try #require(document.string(at: "_id"))] = document
            }
            #expect(read.count == 4)
            #expect(read == expected)
            #expect(read["parted"]?.array(at: "prv_candidates")?.count == 6)
        }
    }

    @Test func nothingIsAskedForNothing() async throws {
        try await withDatabase { database in
            let read = try await LightCurveReader(database, .ztf).documents(of: [])
            #expect(read.isEmpty)
        }
    }
}
