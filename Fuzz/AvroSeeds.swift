import Documents
import Foundation
import Simulation

/// Sound Avro from which to begin, written by the project's own writers.
enum AvroSeeds {
    /// Inputs for every framing.
    static func all() throws -> [[UInt8]] {
        var seeds: [[UInt8]] = []
        for (index, schema) in FuzzSchema.all.enumerated() {
            let isPacket = index == 0
            let documents = isPacket ? try packets() : samples[index - 1]
            let writer = try AvroContainerWriter(schema: schema.text, marker: FuzzSchema.marker)
            let number = UInt8(truncatingIfNeeded: index)
            for document in documents {
                let body = try writer.body(of: document)
                seeds.append([AvroFuzz.Framing.body.rawValue, number] + body)
                seeds.append([AvroFuzz.Framing.framed.rawValue, 0, 0, 0, 0, number] + body)
                if !isPacket {
                    seeds.append([AvroFuzz.Framing.schema.rawValue] + Array(schema.text.utf8) + [0] + body)
                }
            }
            // The packets' schema is longer than an input may be.
            if !isPacket { try seeds += containers(schema, documents, writer) }
        }
        return seeds
    }

    /// Containers of a schema in each codec, with one block, two and none.
    private static func containers(
        _ schema: FuzzSchema, _ documents: [Document], _ plain: borrowing AvroContainerWriter
    ) throws -> [[UInt8]] {
        let deflating = try AvroContainerWriter(
            schema: schema.text, codec: .deflate, marker: FuzzSchema.marker)
        let block = try plain.container(of: documents).dropFirst(schema.header.count)
        let body = try plain.body(of: documents[0])
        return [
            [AvroFuzz.Framing.container.rawValue] + schema.header,
            [AvroFuzz.Framing.container.rawValue] + schema.header + block + block,
            [AvroFuzz.Framing.container.rawValue] + (try deflating.container(of: documents)),
            [AvroFuzz.Framing.largeContainer.rawValue]
                + (try deflating.container(of: (0..<300).map { documents[$0 % documents.count] })),
            [AvroFuzz.Framing.container.rawValue] + snappy(schema.text, body),
        ]
    }

    /// A container with metadata in two blocks, the second with its size, and one snappy block of literals.
    private static func snappy(_ schema: String, _ body: [UInt8]) -> [UInt8] {
        func data(_ bytes: some Collection<UInt8>) -> [UInt8] { AvroFuzz.varint(bytes.count) + bytes }
        let codec = data("avro.codec".utf8) + data("snappy".utf8)
        var block: [UInt8] = []
        var length = body.count
        while length >= 0x80 {
            block.append(UInt8(length & 0x7F | 0x80))
            length >>= 7
        }
        block.append(UInt8(length))
        // Literals of at most 60 bytes have their length in the tag (snappy's format description).
        for start in stride(from: 0, to: body.count, by: 60) {
            let piece = body[start..<min(start + 60, body.count)]
            block += [UInt8((piece.count - 1) << 2)] + piece
        }
        let checksum = crc32(body)
        block += (0..<4).map { UInt8(truncatingIfNeeded: checksum >> (24 - 8 * $0)) }
        // -1, as zigzag: one entry, and the bytes that it takes.
        let metadata = [1] + AvroFuzz.varint(codec.count) + codec + [2] + data("avro.schema".utf8)
        return Array("Obj".utf8) + [1] + metadata + data(schema.utf8) + [0] + FuzzSchema.marker
            + AvroFuzz.varint(1) + data(block) + FuzzSchema.marker
    }

    /// CRC-32 (ISO 3309), bit by bit.
    private static func crc32(_ bytes: [UInt8]) -> UInt32 {
        var sum: UInt32 = 0xFFFF_FFFF
        for byte in bytes {
            sum ^= UInt32(byte)
            for _ in 0..<8 { sum = sum >> 1 ^ (sum & 1 == 0 ? 0 : 0xEDB8_8320) }
        }
        return ~sum
    }

    /// Simulated packets, and real ones of the folder FUZZ_PACKETS if it is set, with short stamps and
    /// histories.
    private static func packets() throws -> [Document] {
        let night = try Night(year: 2026, month: 1, day: 1)
        let simulation = try Simulation(seed: 1, alerts: 6, objects: 3, night: night)
        var packets: [[UInt8]] = []
        for index in 0..<simulation.count { packets.append(try simulation.packet(index).bytes) }
        if let folder = ProcessInfo.processInfo.environment["FUZZ_PACKETS"] {
            let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
            for name in names where name.hasSuffix(".avro") {
                let file = URL(fileURLWithPath: folder).appendingPathComponent(name)
                packets.append([UInt8](try Data(contentsOf: file)))
            }
        }
        let schema = try AvroContainerWriter(schema: Simulation.schema, marker: FuzzSchema.marker)
        return try packets.flatMap { try AvroReader().records(inContainer: $0) }.map {
            shortened($0.document().view)
        }
        // Those of older schemas lack fields that this one wants.
        .filter { document in (try? schema.body(of: document)) != nil }
    }

    /// A document whose binaries have at most 16 bytes and whose arrays two elements.
    private static func shortened(_ view: DocumentView) -> Document {
        var writer = DocumentWriter()
        for element in view.elements {
            switch element.value {
            case .binary(let subtype, let bytes):
                writer.append(element.key, binary: Array(bytes.prefix(16)), subtype: subtype)
            case .array(let list): writer.append(element.key, .list(list.elements.prefix(2).map(\.value)))
            case .document:
                if let inner = element.view { writer.append(element.key, document: shortened(inner)) }
            case let value: writer.append(element.key, value)
            }
        }
        return writer.finish()
    }
}
