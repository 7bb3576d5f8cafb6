/// Reads the rows of a CSV file.
final class CSVReader: FormatReader {
    let columns: [String]
    let ignored: [String]
    private let file: InputFile
    private let parser: CSVParser
    private var isAtEnd = false

    /// Bytes of cells that make a piece, whatever its rows.
    private static let pieceBytes = 8 << 20

    /// Opens a file and reads the names of its columns.
    init(_ path: String, _ layout: TableLayout) throws(TableError) {
        file = try InputFile(path)
        parser = try CSVParser(layout, columns: [], path: path)
        guard layout.hasHeader else {
            guard let names = layout.columns else {
                throw TableError(path, "without a header, columns must be given")
            }
            (columns, ignored) = try ColumnNames.usable(names, layout.renames, path)
            parser.name(columns)
            return
        }
        while parser.rows.isEmpty, !isAtEnd { isAtEnd = try Self.read(file, parser) }
        guard !parser.rows.isEmpty else { throw TableError(path, "the file is empty: it has no header") }
        let header = parser.take(1).cells(0).map { String(decoding: $0, as: UTF8.self) }
        if let given = layout.columns, given.count != header.count {
            throw TableError(path, "the header has \(header.count) columns, but \(given.count) are given")
        }
        (columns, ignored) = try ColumnNames.usable(
            layout.columns ?? header, layout.renames, path)
        parser.name(columns)
    }

    var fraction: (read: Int, size: Int) { (file.position, file.size) }

    func next(_ count: Int) throws(TableError) -> (any RowSource, Int)? {
        while parser.rows.rowEnds.count < count, parser.rows.bytes.count < Self.pieceBytes, !isAtEnd {
            isAtEnd = try Self.read(file, parser)
        }
        let rows = parser.take(count)
        return rows.isEmpty ? nil : (rows, rows.rowEnds.count)
    }

    /// Reads a part of the file; true at its end.
    private static func read(_ file: InputFile, _ parser: CSVParser) throws(TableError) -> Bool {
        let bytes = try file.next()
        if bytes.isEmpty {
            try parser.finish()
            return true
        }
        try parser.parse(bytes)
        return false
    }
}
