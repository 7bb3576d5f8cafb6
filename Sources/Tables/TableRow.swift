public import Documents

/// A row of a file: its document, or why there is none.
public struct TableRow: Sendable {
    /// The row's number in its file, counted from 1; a header, comments and empty lines are none.
    public let number: Int
    /// The line at which it begins, counted from 1; for FITS the row's number.
    public let line: Int
    /// The cells that are not null, in the order of the columns, or the reason why the row cannot be used.
    public let content: Content

    /// What became of a row.
    public enum Content: Sendable {
        /// Its cells.
        case document(Document)
        /// Why it cannot be used, lower case, without a period.
        case rejected(String)
    }
}

/// Some rows of a file that follow each other, as they were read; `TableReader` gives them.
///
/// A value: whatever takes work is done when the rows are asked for, by whichever thread asks.
public struct TablePiece: Sendable {
    /// The number of the first row in its file, counted from 1.
    public let firstRow: Int
    /// How many rows there are, those included that cannot be used.
    public let count: Int
    let source: any RowSource
}

/// Rows of one format.
protocol RowSource: Sendable {
    /// The rows as documents.
    /// - Parameters:
    ///   - first: the number of the first.
    ///   - plan: names, types and rules.
    func rows(from first: Int, _ plan: TablePlan) -> [TableRow]
}

extension TablePiece {
    /// The rows.
    public func rows(_ plan: TablePlan) -> [TableRow] { source.rows(from: firstRow, plan) }
}

/// How rows become documents: the columns' types as they were given or found out, and what means null.
public struct TablePlan: Sendable {
    let rules: CellRules
    let wanted: Set<String>?
    /// The columns' types where they are known; for CSV all of them.
    public let types: [String: ColumnType]

    /// - Parameters:
    ///   - layout: how the files are written.
    ///   - found: types of columns that were found out; those of the layout go before.
    public init(_ layout: TableLayout, found: [String: ColumnType] = [:]) {
        rules = CellRules(layout)
        wanted = layout.wanted.map { Set($0) }
        types = found.merging(layout.types) { $1 }
    }

    /// Whether a column is to be in the documents.
    func wants(_ column: String) -> Bool { wanted?.contains(column) ?? true }
}
