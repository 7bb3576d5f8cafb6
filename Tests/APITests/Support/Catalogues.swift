import Documents
import Mongo
import Testing

/// What the shared database holds.
enum Catalogues {
    /// The exact time 2020-01-02T03:04:05.678Z.
    static let time: Int64 = 1_577_934_245_678
    /// A real candid, above 2^53.
    static let candid: Int64 = 1_127_561_445_515_015_011

    /// A pipeline that takes the database about a tenth of a second for each of `rows` rows a document of `stars`. It
    /// looks between rows whether it is to end, which it would not within an expression.
    static func slow(rows: Int) -> String {
        let sum =
            #"{"$sum": {"$map": {"input": {"$range": [0, 50]}, "in": {"$sum": {"$range": [0, {"$add": ["$_id", "$$x", 8000]}]}}}}}"#
        let row =
            #"{"from": "stars", "let": {"x": "$x"}, "pipeline": [{"$set": {"y": \#(sum)}}, {"$match": {"$expr": {"$lt": ["$y", 0]}}}], "as": "z"}"#
        return #"[{"$set": {"x": {"$range": [0, \#(rows)]}}}, {"$unwind": "$x"}, {"$lookup": \#(row)}]"#
    }

    static func fill(_ api: RunningAPI) async throws {
        let database = api.database
        // 20 numbered stars; `group` is 0 to 3.
        let stars: [Document] = (0..<20).map { number in
            ["_id": .integer(number), "group": .integer(number % 4), "name": .string("star \(number)")]
        }
        _ = try await database.insert("stars", stars)
        try await database.createIndexes("stars", [Index(name: "by_group", keys: ["group": 1])])
        _ = try await database.insert("values", [try values()])
        try await database.createCollection("empty")
        _ = try await database.insert("filters", [["_id": 1, "secret": "a filter"]])
        _ = try await database.insert("queries", [["_id": 1, "secret": "a query"]])
        _ = try await database.insert("rejected", [["_id": "t/0/0", "secret": "a packet"]])
        try await fillSurvey(database)
        try await api.add("reader", programs: [1])
        try await api.add("partner", programs: [1, 2])
        try await api.add("nobody", programs: [])
        try await api.add("second admin", programs: [1], isAdmin: true)
    }

    /// One document with every type that JSON has no own form for.
    private static func values() throws -> Document {
        let identifier = try #require(ObjectID(hexadecimal: "0123456789abcdef01234567"))
        return [
            "_id": .objectID(identifier), "time": .datetime(time), "late": .datetime(253_402_300_800_000),
            "early": .datetime(-1), "binary": .binary(subtype: 0, [1, 2, 3]),
            "uuid": .binary(subtype: 4, [UInt8](0..<16)), "nan": .double(.nan),
            "infinity": .double(.infinity),
            "minus": .double(-.infinity), "candid": .int64(candid), "int32": .int32(-7), "one": .double(1),
            "zero": .double(-0.0), "small": .double(1e-7), "large": .double(1e22), "null": nil,
            "yes": true, "expression": .regularExpression(pattern: "^ZTF", options: "i"),
            "timestamp": .timestamp(seconds: 5, increment: 6), "code": .javaScript("1"), "least": .minKey,
            "most": .maxKey, "text": "é \"quoted\" \u{1F52D}\n", "list": [1, [], ["a": nil]],
        ]
    }

    /// Alerts 1 to 3 of object A in programs 1 to 3, alert 4 of object B in program 2, and their light curves.
    private static func fillSurvey(_ database: Database) async throws {
        let alerts = [
            alert(1, of: "A", program: 1), alert(2, of: "A", program: 2), alert(3, of: "A", program: 3),
            alert(4, of: "B", program: 2),
        ]
        _ = try await database.insert("ZTF_alerts", alerts)
        try await database.createIndexes(
            "ZTF_alerts",
            [
                Index(name: "objectId", keys: ["objectId": -1]),
                Index(name: "position", keys: ["coordinates.radec_geojson": "2dsphere"]),
                Index(name: "jd", keys: ["candidate.jd": 1, "candidate.programid": 1]),
            ])
        _ = try await database.insert(
            "ZTF_alerts_aux",
            [
                [
                    "_id": "A", "prv_candidates": points(1, 2, 3, 1), "fp_hists": points(2, 1),
                    "cross_matches": [:],
                ],
                ["_id": "B", "prv_candidates": points(2, 2), "cross_matches": ["Gaia": [["ra": 1.5]]]],
            ])
    }

    private static func alert(_ number: Int64, of object: String, program: Int64) -> Document {
        let candidate: Document = [
            "programid": .integer(program), "jd": .double(2_460_000.5 + Double(number)),
            "magpsf": .double(17 + Double(number)), "isdiffpos": "t",
        ]
        let stamp: Document = ["stampData": .binary(subtype: 0, [UInt8](repeating: 7, count: 300))]
        return [
            "_id": .int64(number), "candid": .int64(candid + number), "objectId": .string(object),
            "candidate": .document(candidate), "cutoutScience": .document(stamp),
            "coordinates": ["radec_geojson": ["type": "Point", "coordinates": [10, 20]]],
        ]
    }

    private static func points(_ programs: Int64...) -> Value {
        .list(
            programs.map { program -> Value in
                ["jd": .double(2_450_000 + Double(program)), "programid": .integer(program), "secret": "x"]
            })
    }
}
