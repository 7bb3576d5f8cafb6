import Archive
import Documents
import Mongo

/// What it costs to add a point to light curves that have many already.
enum LightCurveCost {
    private static let objects = 100
    private static let rounds = 10

    /// Microseconds per alert, when each object has so many points and an alert brings the last 35, one of them new.
    static func measure(_ uri: String, points: Int) async throws -> Double {
        let database = try Database(MongoSettings(uri: ConnectionString(uri), database: "bench_merge"))
        try await database.drop()
        try await Collections.prepare(database, for: .ztf)
        for name in 0..<objects {
            _ = try await database.insert(
                Survey.ztf.recent,
                [
                    [
                        "_id": .string("O\(name)"), "cross_matches": [:],
                        "prv_candidates": .list((0..<points).map { .document(point($0)) }),
                    ]
                ])
        }
        let recorder = AlertRecorder(database: database, survey: .ztf, writers: 1)
        // The first time, what is old moves away.
        _ = try await recorder.record((0..<objects).map { alert($0, points) })
        let start = ContinuousClock.now
        for round in 1...rounds {
            _ = try await recorder.record((0..<objects).map { alert($0, points + round) })
        }
        let taken = ContinuousClock.now - start
        try await database.drop()
        await database.close()
        return taken / .microseconds(1) / Double(rounds * objects)
    }

    private static func point(_ day: Int) -> Document {
        [
            "jd": .double(2_460_000.5 + Double(day)), "programid": 1, "fid": 1,
            "pdiffimfilename": .string(String(repeating: "x", count: 600)),
        ]
    }

    private static func alert(_ name: Int, _ day: Int) -> Alert {
        let candid = Int64(day * 1000 + name)
        return Alert(
            candid: candid, objectID: "O\(name)",
            document: [
                "_id": .int64(candid), "candid": .int64(candid), "objectId": .string("O\(name)"), "candidate": [:],
            ],
            histories: ["prv_candidates": (day - 34...day).map { point($0).view }], seenFromBeginning: false)
    }
}
