internal import CZlib

/// Compresses stamps one after the other into gzip files whose bytes depend on nothing but the stamp.
///
/// The survey's own stamps take 12 to 15 kB, or 6 to 9 kB where a part is missing, and so do these. In noise
/// there is nothing to gain but by runs of equal bytes and Huffman codes, at a third of the time that a
/// search for repetitions takes; what repeats is the pattern of missing pixels.
struct GzipStream: ~Copyable {
    private let stream: UnsafeMutablePointer<z_stream>

    /// Opens a stream.
    ///
    /// - Parameter searching: whether to search for repetitions.
    /// - Throws: `SimulationError` if zlib finds no memory.
    init(searching: Bool) throws(SimulationError) {
        // zlib keeps the stream's address, so it may not move.
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        stream.initialize(to: z_stream())
        // 13 + 16: a window of 8 kB in a gzip wrapper, whose time stamp is 0 unless set (zlib.h,
        // deflateInit2).
        let status = deflateInit2_(
            stream, 1, Z_DEFLATED, 13 + 16, 8, searching ? Z_DEFAULT_STRATEGY : Z_RLE, ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size))
        guard status == Z_OK else {
            stream.deallocate()
            throw SimulationError(reason: "open a gzip stream: zlib status \(status)")
        }
        self.stream = stream
    }

    deinit {
        deflateEnd(stream)
        stream.deallocate()
    }

    /// The gzip file of some bytes.
    ///
    /// - Throws: `SimulationError` if zlib fails.
    mutating func compress(_ bytes: [UInt8]) throws(SimulationError) -> [UInt8] {
        var status = deflateReset(stream)
        guard status == Z_OK else {
            throw SimulationError(reason: "reset a gzip stream: zlib status \(status)")
        }
        let capacity = Int(deflateBound(stream, UInt(bytes.count)))
        let output = [UInt8](unsafeUninitializedCapacity: capacity) { target, count in
            bytes.withUnsafeBufferPointer { source in
                stream.pointee.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
                stream.pointee.avail_in = UInt32(source.count)
                stream.pointee.next_out = target.baseAddress
                stream.pointee.avail_out = UInt32(capacity)
                status = deflate(stream, Z_FINISH)
            }
            count = capacity - Int(stream.pointee.avail_out)
        }
        guard status == Z_STREAM_END else {
            throw SimulationError(reason: "compress a stamp: zlib status \(status)")
        }
        return output
    }
}
