import CBZip2

/// Undoes bzip2.
final class Bzip2Inflater: Inflater {
    // libbz2 keeps the stream's address, so it may not move.
    private let stream = UnsafeMutablePointer<bz_stream>.allocate(capacity: 1)
    private var output = [CChar](repeating: 0, count: 1 << 18)
    private(set) var isBetweenMembers = true

    init() { stream.initialize(to: bz_stream()) }

    deinit {
        if !isBetweenMembers { BZ2_bzDecompressEnd(stream) }
        stream.deallocate()
    }

    func inflate(_ input: ArraySlice<UInt8>, _ path: String) throws(TableError) -> (Int, ArraySlice<UInt8>) {
        if isBetweenMembers {
            stream.pointee = bz_stream()
            let status = BZ2_bzDecompressInit(stream, 0, 0)
            guard status == BZ_OK else { throw TableError(path, "cannot inflate: bzip2 status \(status)") }
            isBetweenMembers = false
        }
        let stream = stream
        let (status, consumed, produced) = input.withUnsafeBytes { source in
            output.withUnsafeMutableBufferPointer { target in
                // Not written to (bzlib.h: `next_in` is what is read).
                stream.pointee.next_in = UnsafeMutableRawPointer(mutating: source.baseAddress)?
                    .assumingMemoryBound(to: CChar.self)
                stream.pointee.avail_in = UInt32(clamping: source.count)
                stream.pointee.next_out = target.baseAddress
                stream.pointee.avail_out = UInt32(clamping: target.count)
                let status = BZ2_bzDecompress(stream)
                return (
                    status, source.count - Int(stream.pointee.avail_in),
                    target.count - Int(stream.pointee.avail_out)
                )
            }
        }
        switch status {
        case BZ_STREAM_END:
            BZ2_bzDecompressEnd(stream)
            isBetweenMembers = true
        case BZ_OK where consumed > 0 || produced > 0: break
        default: throw TableError(path, "the bzip2 file is damaged (bzip2 status \(status))")
        }
        return (consumed, output[..<produced].map { UInt8(bitPattern: $0) }[...])
    }
}
