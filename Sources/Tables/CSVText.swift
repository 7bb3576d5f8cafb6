/// The rows of a CSV text in memory, with a header.
public struct CSVText: Sendable {
    /// The names in the header, as they are.
    public let columns: [String]
    private let rows: CSVRows

    /// Splits a text at commas and line breaks; cells may be in double quotes.
    /// - Throws: `TableError` where it has no header or ends within quotes.
    public init(_ bytes: [UInt8]) throws(TableError) {
        let parser = try CSVParser(TableLayout(.csv), columns: [], path: "")
        try parser.parse(bytes[...])
        try parser.finish()
        let header = parser.take(1)
        guard !header.isEmpty else { throw TableError("", "the text has no header") }
        columns = header.cells(0).map { String(decoding: $0, as: UTF8.self) }
        parser.name(columns)
        rows = parser.rows
    }

    /// How many rows there are below the header.
    public var count: Int { rows.rowEnds.count }

    /// The line at which a row begins; the header's is 1.
    public func line(of row: Int) -> Int { rows.lines[row] }

    /// The cells of a row without white space around them, one for each column; nil where it has more or fewer.
    public func cells(of row: Int) -> [String]? {
        rows.cells(ofComplete: row)?.map { String(decoding: $0, as: UTF8.self) }
    }
}
