import CSnappy
import CZlib

/// The codecs of container blocks.
enum AvroCompression {
    /// The bytes of a raw deflate stream (RFC 1951).
    ///
    /// - Parameter limit: bytes it may inflate to.
    static func inflate(_ source: UnsafeBufferPointer<UInt8>, limit: Int) throws(AvroError) -> [UInt8] {
        var stream = z_stream()
        // Negative window bits: raw, without zlib's header (zlib.h, inflateInit2).
        guard inflateInit2_(&stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK,
            let input = UInt32(exactly: source.count)
        else { throw AvroError("zlib could not begin to inflate a block") }
        defer { inflateEnd(&stream) }
        stream.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
        stream.avail_in = input
        var result: [UInt8] = []
        var status = Z_OK
        while status == Z_OK {
            let room = min(max(source.count, 1 << 16), 1 << 24)
            let piece = [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
                stream.next_out = buffer.baseAddress
                stream.avail_out = UInt32(room)
                status = CZlib.inflate(&stream, Z_NO_FLUSH)
                count = room - Int(stream.avail_out)
            }
            result += piece
            guard result.count <= limit else {
                throw AvroError("a block inflates to more than \(limit) bytes")
            }
        }
        guard status == Z_STREAM_END, stream.avail_in == 0 else {
            throw AvroError("a block is not one deflate stream (zlib status \(status))")
        }
        return result
    }

    /// The raw deflate stream of some bytes.
    static func deflate(_ source: [UInt8]) throws(AvroError) -> [UInt8] {
        var stream = z_stream()
        guard
            deflateInit2_(
                &stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
                Int32(MemoryLayout<z_stream>.size)) == Z_OK, let input = UInt32(exactly: source.count)
        else { throw AvroError("zlib could not begin to deflate a block") }
        defer { deflateEnd(&stream) }
        let room = Int(deflateBound(&stream, UInt(input)))
        var status = Z_OK
        let result = source.withUnsafeBufferPointer { source in
            [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
                stream.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
                stream.avail_in = input
                stream.next_out = buffer.baseAddress
                stream.avail_out = UInt32(clamping: room)
                status = CZlib.deflate(&stream, Z_FINISH)
                count = Int(UInt32(clamping: room) - stream.avail_out)
            }
        }
        guard status == Z_STREAM_END else {
            throw AvroError("zlib could not deflate a block (status \(status))")
        }
        return result
    }

    /// The bytes of a snappy block, which four bytes follow: the big-endian CRC-32 of the result.
    ///
    /// - Parameter limit: bytes it may expand to.
    static func expandSnappy(_ source: UnsafeBufferPointer<UInt8>, limit: Int) throws(AvroError) -> [UInt8] {
        guard source.count >= 4 else { throw AvroError("a snappy block is shorter than its checksum") }
        let count = source.count - 4
        return try source.withMemoryRebound(to: CChar.self) { text throws(AvroError) in
            var length = 0
            guard snappy_uncompressed_length(text.baseAddress, count, &length) == SNAPPY_OK else {
                throw AvroError("a block is not snappy")
            }
            guard length <= limit else { throw AvroError("a block expands to more than \(limit) bytes") }
            var isGood = false
            let result = [UInt8](unsafeUninitializedCapacity: length) { buffer, written in
                buffer.withMemoryRebound(to: CChar.self) { target in
                    isGood =
                        snappy_uncompress(text.baseAddress, count, target.baseAddress, &length) == SNAPPY_OK
                }
                written = isGood ? length : 0
            }
            guard isGood else { throw AvroError("a block is not snappy") }
            let checksum = source.suffix(4).reduce(0 as UInt32) { $0 << 8 | UInt32($1) }
            guard let size = UInt32(exactly: result.count), UInt32(crc32(0, result, size)) == checksum else {
                throw AvroError("a snappy block does not have the checksum that follows it")
            }
            return result
        }
    }
}
