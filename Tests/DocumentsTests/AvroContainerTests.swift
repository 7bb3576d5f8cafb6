import Testing

@testable import Documents

/// Framings: object containers and Confluent's.
@Suite struct AvroContainerTests {
    static let schema =
        #"{"type":"record","name":"r","fields":[{"name":"v","type":{"type":"fixed","name":"f","size":9}}]}"#
    static let nine = Array("123456789".utf8)
    static let expected: Document = ["v": .binary(subtype: 0, nine)]

    static func read(_ packet: [UInt8], limits: AvroLimits = AvroLimits()) throws -> [Document] {
        try AvroReader(limits: limits).records(inContainer: packet).map { $0.document() }
    }

    @Test func anyNumberOfBlocksAndRecordsIsRead() throws {
        #expect(try Self.read(avroContainer(Self.schema, [])) == [])
        #expect(try Self.read(avroContainer(Self.schema, [(0, [])])) == [])
        let blocks: [(Int64, [UInt8])] = [(1, Self.nine), (0, []), (3, Self.nine + Self.nine + Self.nine)]
        #expect(
            try Self.read(avroContainer(Self.schema, blocks)) == Array(repeating: Self.expected, count: 4))
    }

    @Test func metadataMayHaveAnyOrderAndOtherKeys() throws {
        let one: [(Int64, [UInt8])] = [(1, Self.nine)]
        #expect(try Self.read(avroContainer(Self.schema, one, codec: nil)) == [Self.expected])
        #expect(
            try Self.read(avroContainer(Self.schema, one, metadata: [("user", [0xFF, 0])])) == [Self.expected]
        )
        // Two blocks of metadata, the second with a negative count and its size.
        let marker = [UInt8](repeating: 7, count: 16)
        let codec = AvroBytes.text("avro.codec") + AvroBytes.text("null")
        let schema = AvroBytes.text("avro.schema") + AvroBytes.text(Self.schema)
        var packet: [UInt8] = Array("Obj".utf8) + [1] + AvroBytes.long(1) + codec
        packet += AvroBytes.long(-1) + AvroBytes.long(Int64(schema.count)) + schema + [0] + marker
        packet += AvroBytes.long(1) + AvroBytes.data(Self.nine) + marker
        #expect(try Self.read(packet) == [Self.expected])
    }

    @Test func deflateIsInflated() throws {
        // One stored block (RFC 1951, 3.2.4): final, length, its complement, bytes.
        let stored: [UInt8] = [0x01, 9, 0, 0xF6, 0xFF] + Self.nine
        #expect(try Self.read(avroContainer(Self.schema, [(1, stored)], codec: "deflate")) == [Self.expected])
        let deflated = try AvroCompression.deflate(Self.nine + Self.nine)
        #expect(try Self.read(avroContainer(Self.schema, [(2, deflated)], codec: "deflate")).count == 2)
        for broken in [Array(stored.dropLast()), stored + [0], [0xFF], []] {
            #expect(throws: AvroError.self) {
                try Self.read(avroContainer(Self.schema, [(1, broken)], codec: "deflate"))
            }
        }
    }

    @Test func whatInflatesTooFarIsRefused() throws {
        let bomb = try AvroCompression.deflate([UInt8](repeating: 0, count: 50_000_000))
        let packet = avroContainer(Self.schema, [(1, bomb)], codec: "deflate")
        let error = try #require(throws: AvroError.self) {
            try Self.read(packet, limits: AvroLimits(containerBytes: 1_000_000))
        }
        #expect(error.reason == "a block inflates to more than 1000000 bytes")
    }

    @Test func snappyIsExpandedAndItsChecksumChecked() throws {
        // Snappy's format: length, then a literal of length - 1 shifted by two. CRC-32 of "123456789" is
        // CBF43926, the check value of every catalogue of CRCs.
        let literal: [UInt8] = [9, 8 << 2] + Self.nine
        let packet = avroContainer(Self.schema, [(1, literal + [0xCB, 0xF4, 0x39, 0x26])], codec: "snappy")
        #expect(try Self.read(packet) == [Self.expected])
        for broken in [
            literal + [0xCB, 0xF4, 0x39, 0x27], literal, [0xCB, 0xF4, 0x39],
            [0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 0, 0, 0, 0],
        ] {
            #expect(throws: AvroError.self) {
                try Self.read(avroContainer(Self.schema, [(1, broken)], codec: "snappy"))
            }
        }
    }

    @Test func whatIsBrokenIsRefused() throws {
        let good = avroContainer(Self.schema, [(1, Self.nine)])
        #expect(throws: AvroError.self) { try Self.read(good + [0]) }
        #expect(throws: AvroError.self) { try Self.read(good + Array("garbage after the last block".utf8)) }
        var marker = good
        marker[good.count - 1] ^= 1
        #expect(throws: AvroError.self) { try Self.read(marker) }
        for blocks in [
            [(2, Self.nine)], [(1, Self.nine + [0])], [(-1, Self.nine)], [(.max, Self.nine)],
            [(0, Self.nine)],
        ] as [[(Int64, [UInt8])]] {
            #expect(throws: AvroError.self) { try Self.read(avroContainer(Self.schema, blocks)) }
        }
        #expect(throws: AvroError.self) { try Self.read(avroContainer(Self.schema, [], codec: "zstandard")) }
        #expect(throws: AvroError.self) { try Self.read(avroContainer("{", [])) }
        #expect(throws: AvroError.self) { try Self.read(avroContainer(#""int""#, [])) }
        #expect(throws: AvroError.self) { try Self.read([]) }
        // Records without any bytes cannot be counted by them.
        let empty = #"{"type":"record","name":"r","fields":[]}"#
        #expect(try Self.read(avroContainer(empty, [(3, [])])).count == 3)
        #expect(throws: AvroError.self) {
            try Self.read(avroContainer(empty, [(.max, [])]), limits: AvroLimits(containerBytes: 1_000_000))
        }
    }

    @Test func confluentFramesNameTheirSchema() throws {
        let reader = AvroReader()
        let packet: [UInt8] = [0, 0, 0, 0x03, 0x84] + Self.nine
        var asked: UInt32?
        let record = try reader.record(inFramed: packet) { id throws(AvroError) in
            asked = id
            return try reader.decoder(for: Array(Self.schema.utf8))
        }
        #expect(asked == 900)
        #expect(record.document() == Self.expected)
        #expect(try AvroReader.schemaID(inFramed: [0, 0x12, 0x34, 0x56, 0x78]) == 0x1234_5678)
        for broken in [[], [0, 0, 0, 3], [1, 0, 0, 3, 0x84]] as [[UInt8]] {
            #expect(throws: AvroError.self) { try AvroReader.schemaID(inFramed: broken) }
        }
    }

    @Test func aSchemaIsCompiledOnce() throws {
        let cache = AvroSchemaCache(capacity: 3)
        func text(_ name: String) -> [UInt8] {
            Array(#"{"type":"record","name":"\#(name)","fields":[]}"#.utf8)
        }
        let first = try cache.decoder(for: text("a"))
        #expect(try cache.decoder(for: text("a")) === first)
        #expect(try cache.decoder(for: text("b")) !== first)
        #expect(throws: AvroError.self) { try cache.decoder(for: Array("{}".utf8)) }
        #expect(cache.count == 2)
        _ = try cache.decoder(for: text("c"))
        _ = try cache.decoder(for: text("a"))
        // The one not asked for longest goes: b.
        _ = try cache.decoder(for: text("d"))
        #expect(cache.count == 3)
        #expect(try cache.decoder(for: text("a")) === first)
    }

    @Test func oneReaderServesManyTasks() async throws {
        let reader = AvroReader(schemas: 2)
        let total = try await withThrowingTaskGroup(of: Int.self) { group in
            for task in 0..<8 {
                group.addTask {
                    var count = 0
                    for round in 0..<200 {
                        let name = "r\((task + round) % 4)"
                        let schema =
                            #"{"type":"record","name":"\#(name)","fields":[{"name":"v","type":"int"}]}"#
                        let packet = avroContainer(schema, [(1, [2])])
                        count += try reader.records(inContainer: packet).count
                    }
                    return count
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(total == 1600)
    }
}
