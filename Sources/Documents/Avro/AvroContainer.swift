/// The header of an Avro object container file (specification, "Object Container Files"): where its parts
/// lie.
struct AvroContainer {
    /// How blocks are compressed.
    enum Codec: String, Sendable {
        case null, deflate, snappy
    }

    /// Where the schema's text lies.
    let schema: Range<Int>
    /// How the blocks are compressed.
    let codec: Codec
    /// Where the sixteen bytes lie that end each block.
    let marker: Int
    /// Where the first block begins.
    var bodyStart: Int { marker + 16 }

    private static let magic: [UInt8] = [0x4F, 0x62, 0x6A, 0x01]

    /// Reads the header: metadata in any order, in any number of blocks, with any keys besides the two known.
    init(_ bytes: UnsafeBufferPointer<UInt8>) throws(AvroError) {
        var cursor = AvroCursor(bytes)
        guard bytes.count >= 4, bytes.prefix(4).elementsEqual(Self.magic) else {
            throw AvroError("the bytes do not begin as an object container does", at: 0)
        }
        cursor.offset = 4
        var schema: Range<Int>?
        var codec = Codec.null
        while true {
            var count = try cursor.long("the count of a metadata block")
            if count == 0 { break }
            if count < 0 {
                _ = try cursor.count("the size of a metadata block")
                guard count != .min else {
                    throw AvroError("a metadata block counts too many", at: cursor.offset)
                }
                count = -count
            }
            // An entry has two bytes at least, so that a huge count ends with the bytes.
            for _ in 0..<count {
                let key = try cursor.bytes("a metadata key")
                let value = try cursor.bytes("a metadata value")
                if bytes[key].elementsEqual("avro.schema".utf8) {
                    schema = value
                } else if bytes[key].elementsEqual("avro.codec".utf8) {
                    let name = String(decoding: bytes[value], as: UTF8.self)
                    guard let known = Codec(rawValue: name) else {
                        throw AvroError(
                            "the container's codec \(name) is not supported", at: value.lowerBound)
                    }
                    codec = known
                }
            }
        }
        guard let schema else { throw AvroError("the container has no schema", at: cursor.offset) }
        guard bytes.count - cursor.offset >= 16 else {
            throw AvroError("the bytes end inside the sync marker", at: cursor.offset)
        }
        self.schema = schema
        self.codec = codec
        marker = cursor.offset
    }
}

/// A place in bytes from which integers and lengths are read, each checked against the end.
struct AvroCursor {
    private let bytes: UnsafeBufferPointer<UInt8>
    /// Where the next read begins.
    var offset = 0

    /// A cursor at the start of bytes.
    init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    /// A long; `what` is named where it is broken.
    mutating func long(_ what: String) throws(AvroError) -> Int64 {
        var code: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 70, by: 7) {
            guard offset < bytes.count else { throw AvroError("the bytes end inside \(what)", at: offset) }
            let byte = UInt64(bytes[offset])
            guard shift < 63 || byte <= 1 else { break }
            offset += 1
            code |= (byte & 0x7F) << shift
            if byte < 0x80 { return AvroVarint.zigzag(code) }
        }
        throw AvroError("\(what) has more than 64 bits", at: offset)
    }

    /// A long that counts bytes of which as many are left.
    mutating func count(_ what: String) throws(AvroError) -> Int {
        let place = offset
        let count = try long(what)
        guard count >= 0, count <= bytes.count - offset else {
            throw AvroError("\(what) is \(count) of \(bytes.count - offset) bytes left", at: place)
        }
        return Int(count)
    }

    /// Where bytes lie that carry their length; the cursor moves past them.
    mutating func bytes(_ what: String) throws(AvroError) -> Range<Int> {
        let count = try count("the length of \(what)")
        offset += count
        return offset - count..<offset
    }
}
