import Testing

@testable import Documents

/// Bytes that are not what they should be: errors, never a trap.
@Suite struct AvroHostileTests {
    /// One field of each kind, each twice: the second time near the end of the packet, where the careful path
    /// reads.
    static let schema = """
        {"type":"record","name":"all","fields":[
          {"name":"candid","type":"long"},{"name":"b","type":"boolean"},{"name":"f","type":["null","float"]},
          {"name":"rows","type":["null",{"type":"array","items":{"type":"record","name":"row","fields":[
            {"name":"jd","type":"double"},{"name":"m","type":["float","null"]},{"name":"s","type":["null","string"]},
            {"name":"i","type":"int"},{"name":"deeper","type":["null","row"]}]}}]},
          {"name":"e","type":{"type":"enum","name":"E","symbols":["A","B","C"]}},
          {"name":"m","type":{"type":"map","values":["null","long","string",{"type":"array","items":"double"}]}},
          {"name":"d","type":{"type":"bytes","logicalType":"decimal","precision":40,"scale":3}},
          {"name":"u","type":{"type":"fixed","name":"U","size":16,"logicalType":"uuid"}},
          {"name":"t","type":{"type":"long","logicalType":"timestamp-nanos"}},
          {"name":"name_that_is_longer_than_an_instruction_has_room_for","type":"string"},
          {"name":"last","type":{"type":"array","items":"row"}}]}
        """
    static let shape = AvroShape(
        identifier: "candid", histories: [.init(field: "rows", droppingNulls: true, droppingValue: -99999)],
        captures: ["f", "d", "last"])

    static func packet() throws -> [UInt8] {
        let row: Document = [
            "jd": 2_460_000.5, "m": 18.5, "s": "é text that is longer than a word", "i": .int32(-99999),
        ]
        let deep: Document = ["jd": 1.0, "i": .int32(1), "deeper": .document(row)]
        let document: Document = [
            "candid": .int64(2_475_433_850_015_010_009), "b": true, "f": 0.5,
            "rows": .list([.document(row), .document(deep), .document(row)]), "e": "B",
            "m": ["a": .null, "b": 5, "c": "text", "d": [1.0, 2.0]],
            "d": .decimal128(high: 0x303A_0000_0000_0000, low: 123_456_789),
            "u": .binary(subtype: 4, [UInt8](0..<16)), "t": .datetime(1_700_000_000_000),
            "name_that_is_longer_than_an_instruction_has_room_for": "long name",
            "last": .list([.document(deep), .document(row)]),
        ]
        return try AvroContainerWriter(schema: schema, marker: Array(1...16)).container(of: [document])
    }

    @Test func everyTruncationIsAnError() throws {
        let packet = try Self.packet()
        let reader = AvroReader(shape: Self.shape)
        #expect(try reader.records(inContainer: packet).count == 1)
        let (schema, body) = try AvroPackets.parts(packet)
        let headerEnd = packet.count - body.count - 16 - 3
        for count in 0..<packet.count where count != headerEnd {
            #expect(throws: AvroError.self, "\(count)") {
                try reader.records(inContainer: Array(packet[..<count]))
            }
        }
        // A container that ends with its header is whole and empty.
        #expect(try reader.records(inContainer: Array(packet[..<headerEnd])).isEmpty)
        let decoder = try reader.decoder(for: schema)
        for count in 0..<body.count {
            #expect(throws: AvroError.self, "\(count)") { try decoder.record(in: Array(body[..<count])) }
        }
    }

    @Test(.enabled(if: AvroPackets.exist, "no folder of real packets"))
    func everyTruncationOfARealPacketIsAnError() throws {
        let packet = try #require(try AvroPackets.all("ztf").first)
        let (schema, body) = try AvroPackets.parts(packet)
        let reader = AvroReader(shape: AvroJudgeTests.shape)
        let headerEnd = packet.count - body.count - 16 - 1 - AvroBytes.long(Int64(body.count)).count
        for count in 0..<packet.count where count != headerEnd {
            let error = Self.error { _ = try reader.records(inContainer: Array(packet[..<count])) }
            if error == nil { Issue.record("\(count) bytes are taken for a packet") }
        }
        // Inside the record: every byte of the scalar fields, every 101st of what is mostly stamps.
        let decoder = try reader.decoder(for: schema)
        for count in (0..<body.count) where count < 3000 || count % 101 == 0 || count > body.count - 100 {
            let error = Self.error { _ = try decoder.record(in: Array(body[..<count])) }
            if error == nil { Issue.record("\(count) bytes are taken for a record") }
        }
    }

    private static func error(_ body: () throws -> Void) -> (any Error)? {
        do {
            try body()
            return nil
        } catch { return error }
    }

    /// What comes out of mutated bytes, if anything does, is well-formed: every length adds up.
    @Test func mutationsNeverTrap() throws {
        let packet = try Self.packet()
        let (schema, body) = try AvroPackets.parts(packet)
        let reader = AvroReader(shape: Self.shape, limits: AvroLimits(recordBytes: 100_000, items: 10_000))
        let decoder = try reader.decoder(for: schema)
        var generator = SplitMix(state: 42)
        var decoded = 0
        for round in 0..<100_000 {
            var bytes = body
            for _ in 0...Int.random(in: 0..<4, using: &generator) { Self.mutate(&bytes, &generator) }
            do throws(AvroError) {
                let record = try decoder.record(in: bytes)
                decoded += 1
                if round % 50 == 0 {
                    for row in record.histories[0] {
                        #expect(Self.isWellFormed(row), "seed 42, round \(round)")
                    }
                    #expect(Self.isWellFormed(record.document()), "seed 42, round \(round)")
                }
            } catch {
                if error.reason.isEmpty { Issue.record("an error without a reason in round \(round)") }
            }
        }
        // Numbers and text may take other values, so some survive; most do not.
        #expect(decoded > 1_000 && decoded < 90_000)
    }

    @Test func mutatedContainersAndSchemasNeverTrap() throws {
        let packet = try Self.packet()
        let limits = AvroLimits(recordBytes: 100_000, containerBytes: 1_000_000, items: 10_000)
        let reader = AvroReader(shape: Self.shape, limits: limits, schemas: 4)
        var generator = SplitMix(state: 7)
        for _ in 0..<3_000 {
            var bytes = packet
            for _ in 0...Int.random(in: 0..<3, using: &generator) { Self.mutate(&bytes, &generator) }
            _ = try? reader.records(inContainer: bytes).map { $0.document() }
        }
    }

    private static func mutate(_ bytes: inout [UInt8], _ generator: inout SplitMix) {
        guard let place = bytes.indices.randomElement(using: &generator) else { return }
        switch Int.random(in: 0..<6, using: &generator) {
        case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        case 1: bytes[place] = .random(in: 0...255, using: &generator)
        case 2: bytes[place] = [0, 1, 2, 0x7F, 0x80, 0xFF].randomElement(using: &generator) ?? 0
        case 3: bytes.remove(at: place)
        case 4: bytes.insert(.random(in: 0...255, using: &generator), at: place)
        default:
            let end = min(place + 9, bytes.count)
            bytes.replaceSubrange(place..<end, with: repeatElement(0xFF, count: end - place))
        }
    }

    /// Whether the elements of a document fill it, at every level.
    private static func isWellFormed(_ document: Document) -> Bool {
        var end = 4
        for element in document.elements {
            end = element.valueBytes.endIndex
            switch element.value {
            case .document(let inner), .array(let inner): guard isWellFormed(inner) else { return false }
            default: continue
            }
        }
        let length = document.bytes.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
        return length == document.bytes.count && end == document.bytes.count - 1 && document.bytes.last == 0
    }
}
