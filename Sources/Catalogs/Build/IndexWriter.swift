internal import Documents
internal import Sky

/// Writes an index file from rows that come in order.
struct IndexWriter {
    private let file: OutputFile
    private let rows: Int
    private let order: Int
    private let headerBlocks: Int
    private var directory: SectionWriter
    private var records: SectionWriter
    private var documents: SectionWriter
    /// Pixels of the directory that are written.
    private var pixels = 0
    private var row = 0
    private var documentBytes = 0

    /// - Parameters:
    ///   - rows: how many will come.
    ///   - headerBytes: how long the header's document will be at most.
    ///   - memory: bytes for buffers.
    init(_ file: OutputFile, rows: Int, headerBytes: Int, memory: Int) throws(CatalogIndexError) {
        self.file = file
        self.rows = rows
        order = IndexLayout.order(for: rows)
        headerBlocks = IndexLayout.rounded(IndexLayout.prologue + headerBytes) / IndexLayout.blockSize
        guard
            let layout = IndexLayout(rows: rows, order: order, documentBytes: 0, headerBlocks: headerBlocks)
        else {
            throw CatalogIndexError(
                file.path, "cannot be written: \(rows) rows or the names of their fields are too many",
                .request)
        }
        let part = memory / 3
        directory = SectionWriter(file, at: layout.directory, capacity: part)
        records = SectionWriter(file, at: layout.records, capacity: part)
        documents = SectionWriter(file, at: layout.documents, capacity: part)
    }

    /// Appends the row at an offset of some bytes.
    mutating func append(_ bytes: RawSpan, _ offset: Int) throws(CatalogIndexError) {
        let key = RowBytes.key(bytes, at: offset)
        try fillDirectory(upTo: Int(key >> UInt64(2 * (HEALPix.maximumOrder - order))))
        let direction = RowBytes.direction(bytes, at: offset)
        try records.append(key)
        try records.append(direction.x.bitPattern)
        try records.append(direction.y.bitPattern)
        try records.append(direction.z.bitPattern)
        try records.append(UInt64(documentBytes))
        let document = RowBytes.document(bytes, at: offset)
        try documents.append(bytes.extracting(document))
        documentBytes += document.count
        row += 1
    }

    /// Says of all pixels up to one that the next row is the first that is not before them.
    private mutating func fillDirectory(upTo pixel: Int) throws(CatalogIndexError) {
        while pixels <= pixel {
            try directory.append(UInt64(row))
            pixels += 1
        }
    }

    /// Writes what is left, the checksums and the header.
    mutating func finish(
        name: String, load: String, fields: [String]?, created: Int64
    ) throws(CatalogIndexError) -> CatalogDescription {
        guard
            let layout = IndexLayout(
                rows: rows, order: order, documentBytes: documentBytes, headerBlocks: headerBlocks),
            row == rows
        else {
            throw CatalogIndexError(file.path, "cannot be written: its documents are too large", .request)
        }
        try fillDirectory(upTo: layout.pixelCount)
        try directory.finish()
        try records.finish()
        try documents.finish()
        let sums =
            [UInt32](repeating: 0, count: headerBlocks) + directory.checksums + records.checksums
            + documents.checksums
        var table: [UInt8] = []
        table.reserveCapacity(sums.count * 4)
        for sum in sums { table.append(little: sum) }
        try file.write(table[...], at: layout.checksums)
        let description = CatalogDescription(
            name: name, load: load, version: Self.version(sums[headerBlocks...], fields), rows: rows,
            bytes: layout.bytes, fields: fields, created: created, order: order)

        var header = IndexLayout.magic
        header.append(little: IndexLayout.format)
        header.append(little: UInt32(headerBlocks))
        header.append(little: 0)
        header.append(little: checksum(table[...]))
        header.append(contentsOf: description.document(documentBytes: documentBytes).bytes)
        guard header.count <= layout.directory else {
            throw CatalogIndexError(file.path, "cannot be written: its header is too long", .request)
        }
        header.append(contentsOf: repeatElement(0, count: layout.directory - header.count))
        let sum = checksum(header[...])
        for place in 0..<4 {
            header[IndexLayout.headerChecksum + place] = UInt8(truncatingIfNeeded: sum >> UInt32(8 * place))
        }
        try file.write(header[...], at: 0)
        return description
    }

    /// 16 hexadecimal digits from the checksums of everything that is content: FNV-1a over 32-bit words, mixed as the
    /// last step of SplitMix64 mixes.
    private static func version(_ sums: ArraySlice<UInt32>, _ fields: [String]?) -> String {
        var names: [UInt8] = fields == nil ? [0] : [1]
        for field in fields ?? [] { names += Array(field.utf8) + [0] }
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for word in sums + [checksum(names[...]), UInt32(names.count)] {
            hash = (hash ^ UInt64(word)) &* 0x0000_0100_0000_01B3
            hash ^= hash >> 29
        }
        hash = (hash ^ hash >> 30) &* 0xBF58_476D_1CE4_E5B9
        hash = (hash ^ hash >> 27) &* 0x94D0_49BB_1331_11EB
        hash ^= hash >> 31
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

extension [UInt8] {
    /// Appends four bytes, little end first.
    fileprivate mutating func append(little value: UInt32) {
        for place in 0..<4 { append(UInt8(truncatingIfNeeded: value >> UInt32(8 * place))) }
    }
}
