import Foundation

/// Reads the rows of a file, some at a time, with about that much in memory; compressed by gzip or bzip2 or not, which
/// the file's first bytes say.
///
/// Reading blocks. Any thread may read, one at a time.
public final class TableReader: @unchecked Sendable {
    // The lock is held wherever the reader is used, hence `@unchecked Sendable`.
    private let lock = NSLock()
    private let reader: any FormatReader
    private var row = 1

    /// The file's path.
    public let path: String
    /// The names of the columns that are read; none for NDJSON, whose objects have names of their own.
    public let columns: [String]
    /// What is to be said about columns that are left out or have other names, a sentence each.
    public let notes: [String]

    /// Opens a file and reads as far as its rows.
    /// - Throws: `TableError`.
    public init(_ path: String, _ layout: TableLayout) throws(TableError) {
        self.path = path
        switch layout.format {
        case .csv: reader = try CSVReader(path, layout)
        case .fits: reader = try FITSReader(path, layout)
        case .ndjson: reader = try NDJSONReader(path)
        }
        columns = reader.columns.filter { !$0.isEmpty }
        notes = reader.ignored
        let known = Set(columns)
        let named = (layout.wanted ?? []) + layout.types.keys
        if layout.format != .ndjson, let unknown = named.filter({ !known.contains($0) }).min() {
            throw TableError(path, "there is no column \(unknown)")
        }
    }

    /// The next rows, at least one; nil at the end.
    /// - Parameter count: how many at most.
    /// - Throws: `TableError` where the file is damaged, cannot be read, or ends too early.
    public func next(_ count: Int) throws(TableError) -> TablePiece? {
        lock.lock()
        defer { lock.unlock() }
        guard let (source, count) = try reader.next(max(1, count)) else { return nil }
        defer { row += count }
        return TablePiece(firstRow: row, count: count, source: source)
    }

    /// How many bytes of the file were read, and how many it has.
    public var progress: (read: Int, size: Int) {
        lock.lock()
        defer { lock.unlock() }
        return reader.fraction
    }
}

/// A file of one format.
protocol FormatReader: AnyObject {
    /// Names of the columns; empty for those that are left out.
    var columns: [String] { get }
    /// What is to be said about columns.
    var ignored: [String] { get }
    /// Bytes of the file read so far, and all of them.
    var fraction: (read: Int, size: Int) { get }
    /// The next rows and how many they are; nil at the end.
    func next(_ count: Int) throws(TableError) -> (any RowSource, Int)?
}

extension TableReader {
    /// How the rows of files become documents.
    ///
    /// - Parameters:
    ///   - paths: the files.
    ///   - rows: how many of the first rows of the first, the middle and the last file tell the types of CSV columns.
    /// - Throws: `TableError` where a file cannot be read.
    public static func plan(_ paths: [String], _ layout: TableLayout, sample rows: Int = 10_000)
        throws(TableError)
        -> TablePlan
    {
        guard layout.format == .csv else { return TablePlan(layout) }
        var found: [String: ColumnType] = [:]
        let rules = CellRules(layout)
        for place in Set([0, paths.count / 2, paths.count - 1]).sorted() where paths.indices.contains(place) {
            let reader = try TableReader(paths[place], layout)
            var seen = 0
            while seen < rows, let piece = try reader.next(rows - seen) {
                seen += piece.count
                let types = (piece.source as? CSVRows)?.types(rules) ?? [:]
                found.merge(types) { $0.joined($1) }
            }
        }
        return TablePlan(layout, found: found)
    }
}
