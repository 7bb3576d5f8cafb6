/// Writes object container files whose records are BSON documents, for simulations and tests.
///
/// libavro encodes the records; the framing around them is ours, because libavro draws the sync marker at
/// random and rewrites the schema's text, while a simulated packet is to be the same for the same seed and to
/// carry the survey's own schema. Not for two threads at once.
public struct AvroContainerWriter: ~Copyable {
    /// How blocks are compressed.
    public enum Codec: String, Sendable {
        case null, deflate
    }

    private let header: [UInt8]
    private let marker: [UInt8]
    private let codec: Codec
    private let encoder: AvroEncoder

    /// - Parameters:
    ///   - schema: the schema's JSON, written into each container as it is.
    ///   - codec: how blocks are compressed.
    ///   - marker: the sixteen bytes that end the header and each block.
    /// - Throws: where the schema is not one, libavro refuses it, or the marker has another length.
    public init(schema: String, codec: Codec = .null, marker: [UInt8]) throws(AvroError) {
        guard marker.count == 16 else { throw AvroError("the sync marker has \(marker.count) bytes, not 16") }
        encoder = try AvroEncoder(json: Array(schema.utf8))
        var header: [UInt8] = [0x4F, 0x62, 0x6A, 0x01]
        AvroVarint.append(2, to: &header)
        for (key, value) in [("avro.codec", codec.rawValue), ("avro.schema", schema)] {
            for text in [key, value] {
                AvroVarint.append(Int64(text.utf8.count), to: &header)
                header += text.utf8
            }
        }
        AvroVarint.append(0, to: &header)
        self.header = header + marker
        self.marker = marker
        self.codec = codec
    }

    /// A container of one block with these documents; of none if there are none.
    ///
    /// Fields are found by name, in any order; what the schema does not name is left out. A missing field
    /// takes the schema's default, or null where the field may be null. A union takes the branch that fits
    /// the value's type best.
    ///
    /// - Throws: naming the field whose value its type cannot hold.
    public borrowing func container(of documents: [Document]) throws(AvroError) -> [UInt8] {
        guard !documents.isEmpty else { return header }
        var block: [UInt8] = []
        for document in documents { block += try encoder.encode(document) }
        if codec == .deflate { block = try AvroCompression.deflate(block) }
        var result = header
        result.reserveCapacity(header.count + block.count + 40)
        AvroVarint.append(Int64(documents.count), to: &result)
        AvroVarint.append(Int64(block.count), to: &result)
        return result + block + marker
    }

    /// The encoded record of a document, without any framing.
    public borrowing func body(of document: Document) throws(AvroError) -> [UInt8] {
        try encoder.encode(document)
    }
}
