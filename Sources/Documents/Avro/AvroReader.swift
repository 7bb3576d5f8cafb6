/// Reads packets in any of Avro's framings; compiles each schema once and finds it again by its bytes.
///
/// Used from any number of threads at the same time.
public final class AvroReader: Sendable {
    /// What becomes of the outermost fields.
    public let shape: AvroShape
    /// What a packet may take.
    public let limits: AvroLimits
    private let schemas: AvroSchemaCache

    /// - Parameters:
    ///   - shape: what becomes of the outermost fields.
    ///   - limits: what a packet may take.
    ///   - schemas: how many compiled schemas to keep.
    public init(shape: AvroShape = AvroShape(), limits: AvroLimits = AvroLimits(), schemas: Int = 64) {
        self.shape = shape
        self.limits = limits
        self.schemas = AvroSchemaCache(shape: shape, limits: limits, capacity: schemas)
    }

    /// The records of an object container file, in their order; none where it has none.
    ///
    /// - Throws: where anything in it is broken, bytes after its last block included.
    public func records(inContainer packet: RawSpan) throws(AvroError) -> [AvroRecord] {
        try packet.lend { bytes throws(AvroError) in try self.records(bytes) }
    }

    /// The records of an object container file, in their order; none where it has none.
    public func records(inContainer packet: [UInt8]) throws(AvroError) -> [AvroRecord] {
        try records(inContainer: packet.span.bytes)
    }

    /// The record of a Confluent-framed packet: a zero byte, the schema's number, the record.
    ///
    /// - Parameter decoder: finds the decoder of a schema's number, made with `decoder(for:)` or otherwise.
    ///   Where finding it means waiting for a registry, read the number with `schemaID(inFramed:)` first and
    ///   call `AvroDecoder.record(in:from: 5)`.
    public func record(
        inFramed packet: RawSpan, decoder: (UInt32) throws(AvroError) -> AvroDecoder
    ) throws(AvroError) -> AvroRecord {
        try decoder(try Self.schemaID(inFramed: packet)).record(in: packet, from: 5)
    }

    /// The record of a Confluent-framed packet.
    public func record(
        inFramed packet: [UInt8], decoder: (UInt32) throws(AvroError) -> AvroDecoder
    ) throws(AvroError) -> AvroRecord {
        try record(inFramed: packet.span.bytes, decoder: decoder)
    }

    /// The schema's number in a Confluent-framed packet: big-endian, after the zero byte.
    public static func schemaID(inFramed packet: RawSpan) throws(AvroError) -> UInt32 {
        guard packet.byteCount >= 5 else { throw AvroError("the packet is shorter than its frame", at: 0) }
        return try packet.lend { bytes throws(AvroError) in
            guard bytes[0] == 0 else { throw AvroError("the packet's frame does not begin with zero", at: 0) }
            return bytes[1...4].reduce(0) { $0 << 8 | UInt32($1) }
        }
    }

    /// The schema's number in a Confluent-framed packet.
    public static func schemaID(inFramed packet: [UInt8]) throws(AvroError) -> UInt32 {
        try schemaID(inFramed: packet.span.bytes)
    }

    /// The decoder of a schema's text, of this reader's shape and limits; compiled if it is not known.
    public func decoder(for schema: [UInt8]) throws(AvroError) -> AvroDecoder {
        try schema.span.bytes.lend { bytes throws(AvroError) in try self.schemas.decoder(for: bytes) }
    }

    private func records(_ bytes: UnsafeBufferPointer<UInt8>) throws(AvroError) -> [AvroRecord] {
        let container = try AvroContainer(bytes)
        let decoder = try schemas.decoder(for: UnsafeBufferPointer(rebasing: bytes[container.schema]))
        var cursor = AvroCursor(bytes)
        cursor.offset = container.bodyStart
        var records: [AvroRecord] = []
        var inflated = 0
        var decoded = 0
        while cursor.offset < bytes.count {
            let place = cursor.offset
            let count = try cursor.long("a block's count")
            let block = try cursor.bytes("a block")
            let afterBlock = cursor.offset
            guard count >= 0 else { throw AvroError("a block counts \(count) records", at: place) }
            guard bytes.count - afterBlock >= 16,
                bytes[afterBlock..<afterBlock + 16].elementsEqual(
                    bytes[container.marker..<container.marker + 16])
            else { throw AvroError("the sync marker is not where the block ends", at: afterBlock) }
            cursor.offset += 16
            if container.codec == .null {
                // Decoded in place, so that offsets in errors count from the packet's start.
                try decode(bytes, block, count, decoder, into: &records, &decoded)
            } else {
                let source = UnsafeBufferPointer(rebasing: bytes[block])
                let limit = limits.containerBytes - inflated
                let expanded =
                    container.codec == .deflate
                    ? try AvroCompression.inflate(source, limit: limit)
                    : try AvroCompression.expandSnappy(source, limit: limit)
                inflated += expanded.count
                try expanded.span.bytes.lend { body throws(AvroError) in
                    try self.decode(body, 0..<body.count, count, decoder, into: &records, &decoded)
                }
            }
        }
        return records
    }

    /// Decodes the records of a block, which must fill it.
    private func decode(
        _ bytes: UnsafeBufferPointer<UInt8>, _ block: Range<Int>, _ count: Int64, _ decoder: AvroDecoder,
        into records: inout [AvroRecord], _ decoded: inout Int
    ) throws(AvroError) {
        guard decoder.minimumSize == 0 || count <= block.count / decoder.minimumSize else {
            throw AvroError("a block of \(block.count) bytes counts \(count) records", at: block.lowerBound)
        }
        var offset = block.lowerBound
        // Records of one block are mostly alike. Room for all bytes that are left, made for each of them,
        // would take memory with the square of their number.
        let expected = Int64(block.count) / max(count, 1) * 2
        for _ in 0..<count {
            let record = try decoder.record(
                bytes, &offset, end: block.upperBound, expecting: Int(expected))
            // The memory, not the bytes, so that records without any bytes are bounded as well.
            decoded += record.footprint
            guard decoded <= limits.containerBytes else {
                throw AvroError(
                    "the container decodes to more than \(limits.containerBytes) bytes", at: offset)
            }
            records.append(record)
        }
        guard offset == block.upperBound else {
            throw AvroError("bytes follow a block's last record", at: offset)
        }
    }
}
