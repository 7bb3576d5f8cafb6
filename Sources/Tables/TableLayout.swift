/// How the files of a table are written, and what becomes of their cells.
public struct TableLayout: Sendable, Equatable {
    /// Kinds of files.
    public enum Format: String, Sendable, CaseIterable {
        /// Text with a delimiter between cells.
        case csv
        /// Binary tables of FITS.
        case fits
        /// A JSON object a line, MongoDB's Extended JSON among them.
        case ndjson
    }

    /// What kind of files they are.
    public var format: Format
    /// Between the cells of CSV.
    public var delimiter = UInt8(ascii: ",")
    /// Around cells of CSV that may hold delimiters and line breaks; nil where none does that.
    public var quote: UInt8? = UInt8(ascii: "\"")
    /// What begins lines of CSV that say nothing; nil for none.
    public var comment: UInt8?
    /// The names of columns; nil to take them from the file. For FITS they take the place of the file's.
    public var columns: [String]?
    /// Whether the first row of CSV is names, which `columns` takes the place of where both are there.
    public var hasHeader = true
    /// Which of the columns are wanted; nil for all.
    public var wanted: [String]?
    /// Texts of CSV cells, and strings of the other formats, that mean null.
    public var nulls: Set<String> = Self.usualNulls
    /// Numbers that mean null, whatever column they are in.
    public var sentinels: [Double] = []
    /// The types of columns that are not to be found out.
    public var types: [String: ColumnType] = [:]
    /// The unit of a FITS file with the table, counted from 0; nil for the first with one.
    public var unit: Int?

    /// Texts that mean null unless others are given.
    public static let usualNulls: Set<String> = ["", "null", "NULL", "NaN", "nan", "\\N"]

    /// - Parameter format: what kind of files they are.
    public init(_ format: Format) { self.format = format }
}

/// What the cells of a column are.
public enum ColumnType: String, Sendable, CaseIterable {
    /// Integers of 64 bits.
    case int
    /// Floating-point numbers.
    case double
    /// Texts.
    case string
    /// `true` and `false`, in upper or lower case.
    case bool
}

extension ColumnType {
    /// The type that fits the cells of both.
    func joined(_ other: ColumnType) -> ColumnType {
        if self == other { return self }
        return Set([self, other]) == [.int, .double] ? .double : .string
    }
}
