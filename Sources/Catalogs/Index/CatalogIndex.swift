public import Documents
internal import Sky

/// The local copy of a catalogue: one immutable file, mapped read-only.
///
/// Opening checks the header, all lengths and the table of checksums; of the rest each block is checked when it is first
/// used, so that opening takes as long for a large file as for a small one and nothing of an altered block is ever
/// returned. May be used by any number of threads at the same time. A file that is replaced by renaming another over it
/// stays readable through the indexes opened before.
public final class CatalogIndex: Sendable {
    /// What the file says of itself.
    public let description: CatalogDescription

    /// Where the file was when it was opened.
    let path: String
    let file: MappedFile
    let layout: IndexLayout
    /// The directory's pixels.
    let division: HEALPix
    // Computed once: they are needed for each position.
    let directory: Int
    let records: Int
    let documents: Int
    private let checksums: Int

    /// Maps a file.
    ///
    /// - Throws: where it cannot be opened, or where its header, its length or its checksums are not sound.
    public init(path: String) throws(CatalogIndexError) {
        self.path = path
        file = try MappedFile(path: path)
        (layout, description) = try Self.header(of: file, path)
        guard let division = HEALPix(order: layout.order) else {
            throw CatalogIndexError(path, "has no HEALPix order \(layout.order)", .damaged)
        }
        self.division = division
        directory = layout.directory
        records = layout.records
        documents = layout.documents
        checksums = layout.checksums
        let expected = file.halfWord(at: IndexLayout.tableChecksum)
        guard file.checksum(of: checksums..<layout.bytes) == expected else {
            throw CatalogIndexError(path, "is damaged: its table of checksums was altered", .damaged)
        }
    }

    /// Reads and checks the header.
    private static func header(
        of file: MappedFile, _ path: String
    ) throws(CatalogIndexError) -> (IndexLayout, CatalogDescription) {
        let start = file.bytes(0..<IndexLayout.prologue)
        guard start.starts(with: IndexLayout.magic) else {
            throw CatalogIndexError(path, "is not a catalogue's index", .damaged)
        }
        let format = file.halfWord(at: 8)
        guard format == IndexLayout.format else {
            throw CatalogIndexError(
                path,
                "has format \(format), this program reads \(IndexLayout.format): index the catalogue again",
                .damaged)
        }
        let blocks = Int(file.halfWord(at: 12))
        guard (1...IndexLayout.maximumHeaderBlocks).contains(blocks),
            blocks * IndexLayout.blockSize <= file.count
        else { throw CatalogIndexError(path, "is damaged: its header was altered", .damaged) }
        var header = file.bytes(0..<blocks * IndexLayout.blockSize)
        let expected = file.halfWord(at: IndexLayout.headerChecksum)
        for place in IndexLayout.headerChecksum..<IndexLayout.headerChecksum + 4 { header[place] = 0 }
        guard checksum(header[...]) == expected else {
            throw CatalogIndexError(path, "is damaged: its header was altered", .damaged)
        }
        let length = Int(file.halfWord(at: IndexLayout.prologue))
        // What exactly is wrong with bytes whose checksum is right helps nobody.
        guard length <= header.count - IndexLayout.prologue,
            let document = try? Document(
                validating: Array(header[IndexLayout.prologue..<IndexLayout.prologue + length])),
            let rows = document.int64(at: "rows"), let order = document.int64(at: "order"),
            let documentBytes = document.int64(at: "documentBytes"),
            let layout = IndexLayout(
                rows: Int(rows), order: Int(order), documentBytes: Int(documentBytes), headerBlocks: blocks),
            let description = CatalogDescription(document, bytes: layout.bytes)
        else { throw CatalogIndexError(path, "is damaged: its header cannot be read", .damaged) }
        guard file.count == layout.bytes else {
            let fault = file.count < layout.bytes ? "cut short" : "too long"
            throw CatalogIndexError(
                path, "is damaged: it is \(fault), \(file.count) bytes instead of \(layout.bytes)", .damaged)
        }
        return (layout, description)
    }

    /// The document of a row, 0 ≤ row < `description.rows`.
    public func document(of row: Int) throws(CatalogIndexError) -> Document {
        guard row >= 0, row < layout.rows else {
            throw CatalogIndexError(path, "has no row \(row), only \(layout.rows)", .request)
        }
        let record = records + row * IndexLayout.recordSize
        let isLast = row == layout.rows - 1
        try check(record, IndexLayout.recordSize * (isLast ? 1 : 2))
        let start = file.word(at: record + IndexLayout.documentOffset)
        let end =
            isLast
            ? UInt64(layout.documentBytes)
            : file.word(at: record + IndexLayout.recordSize + IndexLayout.documentOffset)
        guard start < end, end <= UInt64(layout.documentBytes) else { throw damage("row \(row)") }
        let range = documents + Int(start)..<documents + Int(end)
        try check(range.lowerBound, range.count)
        guard range.count >= 5, Int(file.halfWord(at: range.lowerBound)) == range.count else {
            throw damage("the document of row \(row)")
        }
        return Document(trusted: file.bytes(range))
    }

    /// Reads everything and checks every checksum, the order of the rows and their documents.
    ///
    /// - Parameter progress: told now and then how many bytes are done, of `description.bytes`.
    public func verify(_ progress: (Int) -> Void) throws(CatalogIndexError) {
        for block in layout.headerBlocks..<layout.blocks {
            if block % 256 == 0 {
                let start = block * IndexLayout.blockSize
                file.expect(start..<start + 512 * IndexLayout.blockSize)
                progress(start)
            }
            // Also those that were checked before: the file may have been altered since.
            try checkBlock(block)
        }
        try verifyRows()
        progress(layout.bytes)
    }

    /// Whether rows are in order, belong to the pixels of the directory and have documents.
    private func verifyRows() throws(CatalogIndexError) {
        var previous: UInt64 = 0
        var pixel = -1
        let shift = UInt64(2 * (HEALPix.maximumOrder - layout.order))
        for row in 0..<layout.rows {
            let key = file.word(at: records + row * IndexLayout.recordSize)
            guard key >= previous, key >> shift < UInt64(layout.pixelCount) else {
                throw damage("row \(row)")
            }
            previous = key
            while pixel < Int(key >> shift) {
                pixel += 1
                guard try firstRow(of: pixel) == row else { throw damage("the directory") }
            }
            guard try document(of: row).element(key: "_id") != nil else {
                throw damage("the document of row \(row)")
            }
        }
        while pixel < layout.pixelCount {
            pixel += 1
            guard try firstRow(of: pixel) == layout.rows else { throw damage("the directory") }
        }
    }

    // MARK: Checks

    /// The first row that does not lie before a pixel of the directory.
    ///
    /// - Parameter pixel: up to the number of pixels, which has the number of rows.
    func firstRow(of pixel: Int) throws(CatalogIndexError) -> Int {
        let offset = directory + pixel * 8
        try check(offset, 8)
        let row = file.word(at: offset)
        guard row <= UInt64(layout.rows) else { throw damage("the directory") }
        return Int(row)
    }

    /// Makes sure that all blocks of some bytes before the checksums are sound.
    @inline(__always)
    func check(_ start: Int, _ count: Int) throws(CatalogIndexError) {
        var block = start / IndexLayout.blockSize
        let last = (start + count - 1) / IndexLayout.blockSize
        while block <= last {
            if !file.isChecked(block) { try checkBlock(block) }
            block += 1
        }
    }

    @inline(never)
    private func checkBlock(_ block: Int) throws(CatalogIndexError) {
        let start = block * IndexLayout.blockSize
        let range = start..<start + IndexLayout.blockSize
        guard block < layout.blocks, file.checksum(of: range) == file.halfWord(at: checksums + block * 4)
        else {
            throw damage("bytes \(start) to \(range.upperBound)")
        }
        file.setChecked(block)
    }

    func damage(_ what: String) -> CatalogIndexError {
        CatalogIndexError(path, "is damaged: \(what) was altered; index the catalogue again", .damaged)
    }
}
