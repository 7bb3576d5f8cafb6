/// A part of an index file that is written from its beginning to its end, and the checksums of its blocks.
struct SectionWriter {
    private let file: OutputFile
    /// Where the next byte goes.
    private var offset: Int
    private var buffer: [UInt8] = []
    private let capacity: Int
    /// CRC-32 of the blocks written so far.
    private(set) var checksums: [UInt32] = []

    /// - Parameter offset: where the part begins, at the beginning of a block.
    init(_ file: OutputFile, at offset: Int, capacity: Int) {
        self.file = file
        self.offset = offset
        self.capacity = IndexLayout.rounded(max(capacity, 1))
        buffer.reserveCapacity(self.capacity + 4096)
    }

    /// Appends eight bytes, little end first.
    mutating func append(_ value: UInt64) throws(CatalogIndexError) {
        withUnsafeBytes(of: value.littleEndian) { buffer.append(contentsOf: $0) }
        if buffer.count >= capacity { try flush() }
    }

    /// Appends bytes of others.
    mutating func append(_ bytes: RawSpan) throws(CatalogIndexError) {
        bytes.withUnsafeBytes { buffer.append(contentsOf: $0) }
        if buffer.count >= capacity { try flush() }
    }

    /// Writes all whole blocks.
    private mutating func flush() throws(CatalogIndexError) {
        let whole = buffer.count / IndexLayout.blockSize * IndexLayout.blockSize
        var start = 0
        while start < whole {
            checksums.append(checksum(buffer[start..<start + IndexLayout.blockSize]))
            start += IndexLayout.blockSize
        }
        try file.write(buffer[..<whole], at: offset)
        offset += whole
        buffer.removeFirst(whole)
    }

    /// Fills the last block with zeros and writes what is left.
    mutating func finish() throws(CatalogIndexError) {
        let missing = IndexLayout.rounded(buffer.count) - buffer.count
        buffer.append(contentsOf: repeatElement(0, count: missing))
        try flush()
    }
}
