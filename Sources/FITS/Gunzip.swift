import CZlib

/// What was compressed by gzip (RFC 1952), inflated as far as a limit.
enum Gunzip {
    /// Whether bytes start as a gzip file does.
    static func isGzip(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x1F, 0x8B]) }

    /// The content of all members of a gzip file; zeros behind them are padding.
    ///
    /// - Parameter limit: bytes; there is never room for more than one byte beyond it.
    /// - Throws: `FITSError` if the file is damaged or has more content.
    static func inflate(_ bytes: [UInt8], limit: Int) throws(FITSError) -> [UInt8] {
        var stream = z_stream()
        // zlib keeps the stream's address, so it may not move.
        return try withUnsafeMutablePointer(to: &stream) { stream throws(FITSError) in
            // 15 + 16: the largest window, in a gzip wrapper (zlib.h, inflateInit2).
            let opened = inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
            guard opened == Z_OK else { throw FITSError("cannot inflate: zlib status \(opened)") }
            defer { inflateEnd(stream) }
            return try inflate(bytes, limit: limit, with: stream)
        }
    }

    private static func inflate(
        _ bytes: [UInt8], limit: Int, with stream: UnsafeMutablePointer<z_stream>
    ) throws(FITSError) -> [UInt8] {
        var output: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        var read = 0
        while true {
            let (status, consumed, produced) = step(stream, from: bytes, at: read, into: &piece)
            read += consumed
            guard output.count + produced <= limit else {
                throw FITSError("the file inflates to more than \(limit) bytes")
            }
            output.append(contentsOf: piece[..<produced])
            switch status {
            case Z_STREAM_END:
                guard bytes[read...].contains(where: { $0 != 0 }) else { return output }
                inflateReset(stream)
            case Z_OK where consumed > 0 || produced > 0: continue
            case Z_OK, Z_BUF_ERROR: throw FITSError("the gzip file ends too early")
            default: throw FITSError("the gzip file is damaged")
            }
        }
    }

    /// One call of zlib: its status, the bytes that it consumed and those that it produced.
    private static func step(
        _ stream: UnsafeMutablePointer<z_stream>, from bytes: [UInt8], at read: Int, into piece: inout [UInt8]
    ) -> (status: Int32, consumed: Int, produced: Int) {
        let available = UInt32(clamping: bytes.count - read)
        return bytes.withUnsafeBufferPointer { source in
            piece.withUnsafeMutableBufferPointer { target in
                stream.pointee.next_in = UnsafeMutablePointer(mutating: source.baseAddress).map { $0 + read }
                stream.pointee.avail_in = available
                stream.pointee.next_out = target.baseAddress
                stream.pointee.avail_out = UInt32(clamping: target.count)
                let status = CZlib.inflate(stream, Z_NO_FLUSH)
                return (
                    status, Int(available - stream.pointee.avail_in),
                    target.count - Int(stream.pointee.avail_out)
                )
            }
        }
    }
}
