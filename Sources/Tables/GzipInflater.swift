import CZlib

/// Undoes gzip (RFC 1952); zeros behind the last member are padding.
final class GzipInflater: Inflater {
    // zlib keeps the stream's address, so it may not move.
    private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    private var output = [UInt8](repeating: 0, count: 1 << 18)
    private var isOpen = false
    private(set) var isBetweenMembers = true

    init() { stream.initialize(to: z_stream()) }

    deinit {
        if isOpen { inflateEnd(stream) }
        stream.deallocate()
    }

    func inflate(_ input: ArraySlice<UInt8>, _ path: String) throws(TableError) -> (Int, ArraySlice<UInt8>) {
        if isBetweenMembers {
            let zeros = isOpen ? input.prefix { $0 == 0 }.count : 0
            if zeros > 0 { return (zeros, []) }
            // 15 + 16: the largest window, in a gzip wrapper (zlib.h, inflateInit2).
            let status =
                isOpen
                ? inflateReset(stream)
                : inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
            guard status == Z_OK else { throw TableError(path, "cannot inflate: zlib status \(status)") }
            isOpen = true
            isBetweenMembers = false
        }
        let stream = stream
        let (status, consumed, produced) = input.withUnsafeBufferPointer { source in
            output.withUnsafeMutableBufferPointer { target in
                stream.pointee.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
                stream.pointee.avail_in = UInt32(clamping: source.count)
                stream.pointee.next_out = target.baseAddress
                stream.pointee.avail_out = UInt32(clamping: target.count)
                let status = CZlib.inflate(stream, Z_NO_FLUSH)
                return (
                    status, source.count - Int(stream.pointee.avail_in),
                    target.count - Int(stream.pointee.avail_out)
                )
            }
        }
        switch status {
        case Z_STREAM_END: isBetweenMembers = true
        case Z_OK where consumed > 0 || produced > 0: break
        default: throw TableError(path, "the gzip file is damaged (zlib status \(status))")
        }
        return (consumed, output[..<produced])
    }
}
