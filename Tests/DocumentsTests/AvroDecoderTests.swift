import Testing

@testable import Documents

/// Single values, with bytes from the Avro specification 1.12, "Binary Encoding", or by its rules.
@Suite struct AvroDecoderTests {
    /// A record of one field `v`.
    static func decode(_ type: String, _ bytes: [UInt8], limits: AvroLimits = AvroLimits()) throws -> Document
    {
        let schema = #"{"type":"record","name":"r","fields":[{"name":"v","type":\#(type)}]}"#
        return try AvroDecoder(schema: AvroSchema(schema), limits: limits).record(in: bytes).document()
    }

    static func fault(_ type: String, _ bytes: [UInt8], limits: AvroLimits = AvroLimits()) throws -> AvroError
    {
        try #require(throws: AvroError.self) { try decode(type, bytes, limits: limits) }
    }

    @Test(
        arguments: [
            (0, [0x00]), (-1, [0x01]), (1, [0x02]), (-2, [0x03]), (2, [0x04]), (-64, [0x7F]),
            (64, [0x80, 0x01]),
            (Int64.max, [0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01]),
            (Int64.min, [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01]),
        ] as [(Int64, [UInt8])])
    func longsHaveTheirPublishedBytes(value: Int64, bytes: [UInt8]) throws {
        #expect(try Self.decode(#""long""#, bytes) == ["v": .integer(value)])
        #expect(AvroBytes.long(value) == bytes)
        // With enough bytes behind it the fast path reads it.
        let pair =
            #"{"type":"record","name":"r","fields":[{"name":"v","type":"long"},{"name":"w","type":"bytes"}]}"#
        let document = try AvroDecoder(schema: AvroSchema(pair))
            .record(in: bytes + AvroBytes.data([UInt8](repeating: 9, count: 40))).document()
        #expect(document.int64(at: "v") == value)
    }

    @Test func longsOfEveryLengthAreRead() throws {
        for bits in 0..<64 {
            for value in [Int64.max >> Int64(bits), ~(Int64.max >> Int64(bits)), 1 << Int64(min(bits, 62))] {
                let bytes = AvroBytes.long(value) + [UInt8](repeating: 0x80, count: 16)
                let read = bytes.withUnsafeBufferPointer { bytes -> (Int64?, Int) in
                    guard let start = bytes.baseAddress else { return (nil, 0) }
                    var cursor = start
                    return (AvroVarint.read(&cursor), cursor - start)
                }
                #expect(read.0 == value)
                #expect(read.1 == bytes.count - 16)
            }
        }
    }

    @Test func theSpecificationsExamplesAreRead() throws {
        let record =
            #"{"type":"record","name":"test","fields":[{"name":"a","type":"long"},{"name":"b","type":"string"}]}"#
        let decoded = try AvroDecoder(schema: AvroSchema(record)).record(in: [0x36, 0x06, 0x66, 0x6F, 0x6F])
        #expect(decoded.document() == ["a": 27, "b": "foo"])
        let array = #"{"type":"array","items":"long"}"#
        let list = Value.list([3, 27])
        #expect(try Self.decode(array, [0x04, 0x06, 0x36, 0x00]) == ["v": list])
        // The same in two blocks, and in one whose negative count says that its size follows.
        #expect(try Self.decode(array, [0x02, 0x06, 0x02, 0x36, 0x00]) == ["v": list])
        #expect(try Self.decode(array, [0x03, 0x04, 0x06, 0x36, 0x00]) == ["v": list])
        #expect(try Self.decode(#"["null","string"]"#, [0x00]) == ["v": .null])
        #expect(try Self.decode(#"["null","string"]"#, [0x02, 0x02, 0x61]) == ["v": "a"])
    }

    @Test func everyTypeHasItsBSONType() throws {
        #expect(try Self.decode(#""null""#, []) == ["v": .null])
        #expect(try Self.decode(#""boolean""#, [1]) == ["v": true])
        #expect(try Self.decode(#""int""#, [0x03]) == ["v": .int32(-2)])
        // 0.1 as a float is 0x3DCCCCCD, as a double 0.100000001490116…
        #expect(try Self.decode(#""float""#, [0xCD, 0xCC, 0xCC, 0x3D]) == ["v": .double(Double(Float(0.1)))])
        #expect(try Self.decode(#""double""#, [0, 0, 0, 0, 0, 0, 0xF8, 0xBF]) == ["v": .double(-1.5)])
        #expect(try Self.decode(#""bytes""#, [0x04, 7, 8]) == ["v": .binary(subtype: 0, [7, 8])])
        #expect(try Self.decode(#""string""#, AvroBytes.text("naïve ☄")) == ["v": "naïve ☄"])
        #expect(try Self.decode(#"{"type":"enum","name":"e","symbols":["A","B"]}"#, [0x02]) == ["v": "B"])
        #expect(
            try Self.decode(#"{"type":"fixed","name":"f","size":2}"#, [7, 8]) == [
                "v": .binary(subtype: 0, [7, 8])
            ])
        #expect(
            try Self.decode(#"{"type":"map","values":"int"}"#, [0x02, 0x02, 0x61, 0x06, 0x00]) == [
                "v": ["a": .int32(3)]
            ])
    }

    @Test(
        arguments: [
            (#"{"type":"int","logicalType":"date"}"#, -1, .datetime(-86_400_000)),
            (#"{"type":"int","logicalType":"time-millis"}"#, 5, .int32(5)),
            (#"{"type":"long","logicalType":"time-micros"}"#, 5, 5),
            (#"{"type":"long","logicalType":"timestamp-millis"}"#, -5, .datetime(-5)),
            (#"{"type":"long","logicalType":"timestamp-micros"}"#, 1_999, .datetime(1)),
            (#"{"type":"long","logicalType":"timestamp-micros"}"#, -1, .datetime(-1)),
            (#"{"type":"long","logicalType":"timestamp-nanos"}"#, 1_999_999, .datetime(1)),
            (#"{"type":"long","logicalType":"local-timestamp-millis"}"#, 7, .datetime(7)),
            (#"{"type":"long","logicalType":"local-timestamp-micros"}"#, -1_001, .datetime(-2)),
            (#"{"type":"long","logicalType":"local-timestamp-nanos"}"#, 3_000_000, .datetime(3)),
            (#"{"type":"long","logicalType":"date"}"#, 7, 7),
            (#"{"type":"long","logicalType":"stardate"}"#, 7, 7),
        ] as [(String, Int64, Value)])
    func logicalTimesBecomeDatetimes(type: String, value: Int64, expected: Value) throws {
        #expect(try Self.decode(type, AvroBytes.long(value)) == ["v": expected])
    }

    @Test func otherLogicalTypesAreStoredAsDocumented() throws {
        let sixteen = [UInt8](0..<16)
        let uuid = #"{"type":"fixed","name":"u","size":16,"logicalType":"uuid"}"#
        #expect(try Self.decode(uuid, sixteen) == ["v": .binary(subtype: 4, sixteen)])
        let duration = #"{"type":"fixed","name":"d","size":12,"logicalType":"duration"}"#
        #expect(
            try Self.decode(duration, Array(sixteen[..<12])) == [
                "v": .binary(subtype: 0, Array(sixteen[..<12]))
            ])
        #expect(try Self.decode(#"{"type":"string","logicalType":"uuid"}"#, [0x02, 0x61]) == ["v": "a"])
        // 31.4 is 314 with scale 1: decimal128 exponent -1, biased 6175 (0x181F), shifted by 49 bits.
        let decimal = #"{"type":"bytes","logicalType":"decimal","precision":4,"scale":1}"#
        #expect(
            try Self.decode(decimal, [0x04, 0x01, 0x3A]) == [
                "v": .decimal128(high: 0x303E_0000_0000_0000, low: 314)
            ])
        // A scale above the precision is no decimal.
        let invalid = #"{"type":"bytes","logicalType":"decimal","precision":1,"scale":2}"#
        #expect(try Self.decode(invalid, [0x02, 0x01]) == ["v": .binary(subtype: 0, [1])])
    }

    @Test(
        arguments: [
            (#""boolean""#, [2], "the boolean is neither 0 nor 1"),
            (#""int""#, [0x80, 0x80, 0x80, 0x80, 0x10], "the int does not fit 32 bits"),
            (#""long""#, [UInt8](repeating: 0xFF, count: 10) + [1], "the integer has more than 64 bits"),
            (#""string""#, [0x04, 0xFF, 0xFE], "the string is not UTF-8"),
            (#""string""#, [0x04, 0xC3], "the length is negative or more than the bytes that are left"),
            (#""bytes""#, [0x01], "the length is negative or more than the bytes that are left"),
            (#"["null","int"]"#, [0x04], "the union has no branch of this index"),
            (#"["null","int"]"#, [0x01], "the union has no branch of this index"),
            (
                #"{"type":"enum","name":"e","symbols":["A","B"]}"#, [0x04],
                "the enum has no symbol of this index"
            ),
            (
                #"{"type":"map","values":"int"}"#, [0x02, 0x02, 0x00, 0x02, 0x00],
                "the map's key holds a zero byte"
            ),
            (#"{"type":"array","items":"int"}"#, [0x06, 0x02, 0x02, 0x02], "the bytes end inside the value"),
            (
                #"{"type":"array","items":"int"}"#, [0x01, 0x04, 0x02, 0x00],
                "the block does not end where its size says"
            ),
            (
                #"{"type":"array","items":"int"}"#, [0xFE, 0xFF, 0x03, 0x00],
                "the block counts more items than the bytes that are left can hold"
            ),
            (
                #"{"type":"array","items":"null"}"#, [0xFE, 0xFF, 0xFF, 0xFF, 0x0F],
                "there are more items than the limit allows"
            ),
            (
                #"{"type":"array","items":"null"}"#,
                [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01, 0x00],
                "there are more items than the limit allows"
            ),
            (#""double""#, [1, 2, 3], "the bytes end inside the value"),
            (#"{"type":"fixed","name":"f","size":2000000000}"#, [1, 2, 3], "the bytes end inside the value"),
        ] as [(String, [UInt8], String)])
    func garbageIsAnErrorThatNamesTheField(type: String, bytes: [UInt8], reason: String) throws {
        let error = try Self.fault(type, bytes)
        #expect(error.reason == reason)
        #expect(error.field == "v" || error.field.hasPrefix("v."))
        // Far from the end, where the fast path begins the field, it is the same unless the end itself is the
        // fault.
        if !reason.contains("end"), !reason.contains("left") {
            #expect(try Self.fault(type, bytes + [UInt8](repeating: 0, count: 40)).reason == reason)
        }
    }

    @Test func anErrorNamesThePathAndTheByte() throws {
        let schema = """
            {"type":"record","name":"alert","fields":[{"name":"candidate","type":{"type":"record","name":"c","fields":[
            {"name":"rows","type":{"type":"array","items":{"type":"map","values":["null","string"]}}}]}}]}
            """
        // Two items; the second holds "k" with a string of the byte FF.
        let bytes: [UInt8] = [0x04, 0x00, 0x02, 0x02, 0x6B, 0x02, 0x02, 0xFF, 0x00, 0x00]
        let decoder = try AvroDecoder(schema: AvroSchema(schema))
        let error = try #require(throws: AvroError.self) { try decoder.record(in: bytes) }
        #expect(error == AvroError("the string is not UTF-8", field: "candidate.rows.1.k", at: 7))
    }

    @Test func bytesAfterTheRecordAreAnError() throws {
        #expect(try Self.fault(#""int""#, [0x02, 0x02]) == AvroError("bytes follow the record", at: 1))
    }

    @Test func recursionIsReadToTheLimitOfDepth() throws {
        let list = """
            {"type":"record","name":"list","fields":[{"name":"value","type":"int"},{"name":"next","type":["null","list"]}]}
            """
        let decoder = try AvroDecoder(schema: AvroSchema(list), limits: AvroLimits(depth: 3))
        func chain(_ count: Int) -> [UInt8] {
            (0..<count).flatMap { _ in [0x02, 0x02] as [UInt8] } + [0x02, 0x00]
        }
        #expect(try decoder.record(in: chain(3)).document().int64(at: "next.next.next.value") == 1)
        let error = try #require(throws: AvroError.self) { try decoder.record(in: chain(4)) }
        #expect(error.reason == "values are nested deeper than the limit allows")
        #expect(error.field == "next.next.next.next")
        // A record that always holds itself has no end.
        let endless = #"{"type":"record","name":"r","fields":[{"name":"r","type":"r"}]}"#
        #expect(throws: AvroError.self) {
            try AvroDecoder(schema: AvroSchema(endless)).record(in: [1, 2, 3])
        }
    }

    @Test func aRecordMayNotDecodeToMoreThanTheLimit() throws {
        let array = #"{"type":"array","items":"null"}"#
        // Each null takes a type byte, a key and its zero.
        let bytes = AvroBytes.long(100_000) + [0]
        #expect(try Self.decode(array, bytes).array(at: "v")?.count == 100_000)
        let error = try Self.fault(array, bytes, limits: AvroLimits(recordBytes: 100_000))
        #expect(error.reason == "it decodes to more bytes than the limit allows")
        #expect(throws: AvroError.self) {
            try Self.decode(
                #""bytes""#, AvroBytes.data([UInt8](repeating: 1, count: 1001)),
                limits: AvroLimits(recordBytes: 1000))
        }
    }

    @Test func ofTwoFieldsOfOneNameTheLastCounts() throws {
        let schema = """
            {"type":"record","name":"r","fields":[{"name":"a","type":"int"},{"name":"b","type":"int"},{"name":"a","type":"string"}]}
            """
        let document = try AvroDecoder(schema: AvroSchema(schema)).record(in: [0x02, 0x04, 0x02, 0x78])
            .document()
        #expect(document == ["b": .int32(2), "a": "x"])
    }
}
