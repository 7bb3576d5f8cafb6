import CCSV

/// Splits the bytes of a CSV file into rows and cells by libcsv, and counts lines, which libcsv does not.
final class CSVParser {
    /// Rows that are complete and were not taken yet.
    private(set) var rows: CSVRows
    private let path: String
    // libcsv is given the parser's address with every call; it must not move.
    private let parser = UnsafeMutablePointer<csv_parser>.allocate(capacity: 1)
    private let comment: UInt8?
    /// Lines that have ended.
    private var linesEnded = 0
    /// The line at which the row in hand begins; nil between rows.
    private var rowLine: Int?
    /// Whether the last line ended with a carriage return, of whose line break a line feed is a part.
    private var endedByReturn = false
    private var isInComment = false
    /// The first bytes, as long as they may be a mark that the text is UTF-8; nil after that.
    private var head: [UInt8]? = []

    /// That mark, which is no part of the text.
    private static let mark: [UInt8] = [0xEF, 0xBB, 0xBF]

    /// The largest row, bytes: a document has at most 16 MiB.
    private static let longestRow = 16 << 20

    init(_ layout: TableLayout, columns: [String], path: String) throws(TableError) {
        rows = CSVRows(columns: columns)
        self.path = path
        comment = layout.comment
        // All line breaks are told, so that lines can be counted.
        guard csv_init(parser, UInt8(CSV_REPALL_NL)) == 0 else {
            throw TableError(path, "libcsv cannot be used")
        }
        csv_set_delim(parser, layout.delimiter)
        // libcsv has no way to say "none"; a zero byte is in no text.
        csv_set_quote(parser, layout.quote ?? 0)
    }

    deinit {
        csv_free(parser)
        parser.deallocate()
    }

    /// Takes rows that are complete.
    /// - Parameter limit: how many at most.
    func take(_ limit: Int) -> CSVRows {
        let count = min(limit, rows.rowEnds.count)
        let cells = count == 0 ? 0 : rows.rowEnds[count - 1]
        let bytes = cells == 0 ? 0 : rows.cellEnds[cells - 1]
        let taken = CSVRows(
            columns: rows.columns, bytes: Array(rows.bytes[..<bytes]),
            cellEnds: Array(rows.cellEnds[..<cells]),
            rowEnds: Array(rows.rowEnds[..<count]), lines: Array(rows.lines[..<count]))
        // The others stay, and the cells of the row in hand.
        rows = CSVRows(
            columns: rows.columns, bytes: Array(rows.bytes[bytes...]),
            cellEnds: rows.cellEnds[cells...].map { $0 - bytes },
            rowEnds: rows.rowEnds[count...].map { $0 - cells }, lines: Array(rows.lines[count...]))
        return taken
    }

    /// Names the columns, once they are known.
    func name(_ columns: [String]) {
        rows = CSVRows(
            columns: columns, bytes: rows.bytes, cellEnds: rows.cellEnds, rowEnds: rows.rowEnds,
            lines: rows.lines)
    }

    /// Splits further bytes.
    /// - Throws: `TableError` where a row is longer than any document.
    func parse(_ bytes: ArraySlice<UInt8>) throws(TableError) {
        var rest = bytes
        if let head {
            rest = (head + bytes)[...]
            // It may come in parts.
            guard rest.count >= Self.mark.count || !Self.mark.starts(with: rest) else {
                return self.head = Array(rest)
            }
            self.head = nil
            if rest.starts(with: Self.mark) { rest = rest.dropFirst(Self.mark.count) }
        }
        if let comment {
            // Line by line, to see where a line begins outside quotes.
            while !rest.isEmpty {
                if isInComment || (parser.pointee.pstate == 0 && rowLine == nil && rest.first == comment) {
                    isInComment = true
                    guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else { return }
                    isInComment = false
                    endedByReturn = false
                    linesEnded += 1
                    rest = rest[(end + 1)...]
                    continue
                }
                let end = rest.firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? rest.endIndex
                try split(rest[..<end])
                rest = rest[end...]
            }
        } else {
            try split(rest)
        }
        let cells = rows.rowEnds.last ?? 0
        let start = cells == 0 ? 0 : rows.cellEnds[cells - 1]
        guard rows.bytes.count - start + parser.pointee.entry_pos <= Self.longestRow else {
            throw TableError(
                path,
                "the row that begins at line \(rowLine ?? linesEnded + 1) is longer than \(Self.longestRow >> 20) MiB; "
                    + "is a quote not closed?")
        }
    }

    /// Ends the last row, which may have no line break.
    func finish() throws(TableError) {
        if let head, !head.isEmpty {
            self.head = nil
            try split(head[...])
        }
        // 2 is FIELD_BEGUN in libcsv.c.
        guard parser.pointee.pstate != 2 || parser.pointee.quoted == 0 else {
            throw TableError(path, "the file ends within quotes")
        }
        let me = Unmanaged.passUnretained(self).toOpaque()
        try check(csv_fini(parser, onCell, onRow, me) == 0)
    }

    private func split(_ bytes: ArraySlice<UInt8>) throws(TableError) {
        let me = Unmanaged.passUnretained(self).toOpaque()
        let count = bytes.withUnsafeBytes { csv_parse(parser, $0.baseAddress, $0.count, onCell, onRow, me) }
        try check(count == bytes.count)
    }

    private func check(_ isFine: Bool) throws(TableError) {
        if !isFine { throw TableError(path, "libcsv: \(String(cString: csv_strerror(csv_error(parser))))") }
    }

    /// A cell is complete.
    fileprivate func add(_ cell: UnsafeRawBufferPointer) {
        endedByReturn = false
        if rowLine == nil { rowLine = linesEnded + 1 }
        // The file's own lines go on within quotes.
        for (index, byte) in cell.enumerated() {
            if byte == UInt8(ascii: "\n") { linesEnded += 1 }
            if byte == UInt8(ascii: "\r"), index + 1 == cell.count || cell[index + 1] != UInt8(ascii: "\n") {
                linesEnded += 1
            }
        }
        rows.bytes.append(contentsOf: cell)
        rows.cellEnds.append(rows.bytes.count)
    }

    /// A line has ended.
    /// - Parameter terminator: the byte that ended it; −1 for the end of the file.
    fileprivate func end(_ terminator: Int32) {
        defer { endedByReturn = terminator == 0x0D }
        let begin = rows.rowEnds.last ?? 0
        if rows.cellEnds.count > begin {
            // A line of blanks is an empty one, unless that is what a row of one column may be.
            let isBlank =
                rows.cellEnds.count == begin + 1
                && (begin == 0 ? 0 : rows.cellEnds[begin - 1]) == rows.bytes.count
            if isBlank {
                rows.cellEnds.removeLast()
            } else {
                rows.rowEnds.append(rows.cellEnds.count)
                rows.lines.append(rowLine ?? linesEnded + 1)
            }
        } else if terminator == 0x0A, endedByReturn {
            return
        }
        rowLine = nil
        linesEnded += 1
    }
}

private func onCell(_ cell: UnsafeMutableRawPointer?, _ count: Int, _ parser: UnsafeMutableRawPointer?) {
    guard let parser else { return }
    Unmanaged<CSVParser>.fromOpaque(parser).takeUnretainedValue().add(
        UnsafeRawBufferPointer(start: cell, count: count))
}

private func onRow(_ terminator: Int32, _ parser: UnsafeMutableRawPointer?) {
    guard let parser else { return }
    Unmanaged<CSVParser>.fromOpaque(parser).takeUnretainedValue().end(terminator)
}
