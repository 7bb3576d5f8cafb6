internal import Sky

/// Where the parts of an index file lie. Every part begins at the beginning of a block.
///
///     header       magic, format, lengths and checksums of header and table, then a BSON document
///     directory    for each pixel of the order, in ascending order, the first row that is not before it; 8 bytes each,
///                  and one more for the end
///     records      for each row 40 bytes: its pixel at order 29, its direction (3 doubles), where its document begins
///     documents    the rows' BSON, one after the other
///     checksums    CRC-32 of each block before this part, 4 bytes each; 0 for those of the header, which has its own
///
/// All numbers are little-endian. Rows are sorted by pixel, then by the bytes of their `_id`, then by all of their
/// bytes. Directions are those of GeoJSON's longitude, ra − 180, as MongoDB computes them.
struct IndexLayout: Equatable {
    /// What a file begins with; a line's end in it shows that a file was copied as text.
    static let magic: [UInt8] = Array("SKYCAT\r\n".utf8)
    /// The only format that there is.
    static let format: UInt32 = 1
    /// What is checked at once, in bytes.
    static let blockSize = 4096
    /// The most blocks of a header: names of fields take little.
    static let maximumHeaderBlocks = 64
    /// Bytes before the header's document: magic, format, blocks of the header, checksums of the header and of the
    /// table.
    static let prologue = 24
    /// Where in the prologue the checksums lie.
    static let headerChecksum = 16
    static let tableChecksum = 20
    /// Bytes of a record, and where its parts lie.
    static let recordSize = 40
    static let direction = 8
    static let documentOffset = 32

    let rows: Int
    let order: Int
    let documentBytes: Int
    let headerBlocks: Int

    /// - Returns: nil where a number is negative or absurdly large, so that no sum below overflows.
    init?(rows: Int, order: Int, documentBytes: Int, headerBlocks: Int) {
        guard (0...1 << 40).contains(rows), (0...16).contains(order),
            (0...1 << 50).contains(documentBytes), (1...Self.maximumHeaderBlocks).contains(headerBlocks)
        else { return nil }
        self.rows = rows
        self.order = order
        self.documentBytes = documentBytes
        self.headerBlocks = headerBlocks
    }

    /// Pixels of the directory.
    var pixelCount: Int { 12 << (2 * order) }

    var directory: Int { headerBlocks * Self.blockSize }
    var records: Int { directory + Self.rounded((pixelCount + 1) * 8) }
    var documents: Int { records + Self.rounded(rows * Self.recordSize) }
    var checksums: Int { documents + Self.rounded(documentBytes) }
    /// Blocks that have a checksum.
    var blocks: Int { checksums / Self.blockSize }
    /// Length of the file.
    var bytes: Int { checksums + blocks * 4 }

    /// The next whole number of blocks.
    static func rounded(_ bytes: Int) -> Int { (bytes + blockSize - 1) / blockSize * blockSize }

    /// The directory's order for so many rows: the finest whose pixels have two rows on average, 0 where none has.
    ///
    /// Two to eight rows are read as fast as one, because they lie in the same few cache lines.
    static func order(for rows: Int) -> Int {
        var order = 0
        while order < 16, rows / 2 >= 12 << (2 * (order + 1)) { order += 1 }
        return order
    }
}
