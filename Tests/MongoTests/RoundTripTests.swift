import Documents
import Mongo
import Testing

@Suite struct RoundTripTests {
    /// One value of every type of bsonspec.org 1.1, with the ends of the ranges.
    private static func values() throws -> [(String, Value)] {
        let id = try #require(ObjectID((1...12).map { UInt8($0) }))
        return [
            ("double", .double(-0.0)), ("infinity", .double(.infinity)), ("nan", .double(.nan)),
            ("string", "a\u{0}b ✨"), ("empty", ""), ("document", ["a": ["b": [:]]]),
            ("array", [1, "a", [2]]),
            ("binary", .binary(subtype: 0, [0, 1, 255])), ("uuid", .binary(subtype: 4, Array(0..<16))),
            ("old", .binary(subtype: 2, [2, 0, 0, 0, 7, 8])), ("user", .binary(subtype: 0x80, [])),
            ("undefined", .undefined), ("id", .objectID(id)), ("true", true), ("false", false),
            ("datetime", .datetime(-1)), ("late", .datetime(.max)), ("null", .null),
            ("regex", .regularExpression(pattern: "^a.*", options: "im")), ("pointer", .dbPointer("c", id)),
            ("code", .javaScript("return 1")), ("symbol", .symbol("s")),
            ("scope", .javaScriptWithScope("x", ["x": 1])), ("int32", .int32(.min)),
            ("timestamp", .timestamp(seconds: .max, increment: 3)), ("int64", .int64(.max)),
            ("least", .int64(.min)),
            ("decimal", .decimal128(high: 0x3040_0000_0000_0000, low: 15)), ("minimum", .minKey),
            ("maximum", .maxKey), ("", 1), ("dotted.key", 2),
        ]
    }

    @Test func everyTypeComesBackByteForByte() async throws {
        try await withDatabase { database in
            var writer = DocumentWriter()
            writer.append("_id", int32: 1)
            for (key, value) in try Self.values() { writer.append(key, value) }
            let document = writer.finish()
            let result = try await database.insert("types", [document])
            #expect(result.inserted == 1, "\(result.failures)")
            #expect(try await database.findOne("types")?.bytes == document.bytes)
            let cursor = try await database.aggregate("types", pipeline: [["$match": [:]]])
            #expect(try await cursor.nextBatch()?.first?.bytes == document.bytes)
        }
    }

    @Test func everyTypeWorksInAFilter() async throws {
        try await withDatabase { database in
            let values = try Self.values().filter { $0.0 != "undefined" }
            let documents = values.enumerated().map { index, pair in
                ["_id": .integer(Int64(index)), "v": .document(["v": pair.1])] as Document
            }
            #expect(try await database.insert("types", documents).inserted == values.count)
            for (index, pair) in values.enumerated() {
                let found = try await database.findOne(
                    "types", filter: ["_id": .integer(Int64(index)), "v": .document(["v": pair.1])])
                #expect(found?.bytes == documents[index].bytes, "\(pair)")
            }
        }
    }
}
