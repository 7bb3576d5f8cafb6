/// A binary table of a file; columns are read one at a time, all rows or some.
public struct FITSTable: Sendable {
    /// How many rows there are.
    public let rows: Int
    /// The columns in order.
    public let columns: [FITSColumn]
    /// The table's header.
    public let header: FITSHeader

    /// The table alone.
    private let plain: PlainFile
    private let limits: FITSLimits
    /// Bytes of a row.
    private let rowLength: Int

    fileprivate init(_ file: FITSFile, _ number: Int) throws(FITSError) {
        let unit = try file.unit(number)
        guard unit.kind == .table else { throw FITSError("unit \(number) is no table but \(unit.kind.text)") }
        guard unit.axes.count == 2, unit.bitpix == 8 else {
            throw FITSError("the table of unit \(number) has not two axes of bytes")
        }
        (rowLength, rows) = (unit.axes[0], unit.axes[1])
        let (size, overflows) = rowLength.multipliedReportingOverflow(by: rows)
        guard !overflows, size <= unit.data.count else {
            throw FITSError("the table of unit \(number) is larger than its data")
        }
        header = unit.header
        columns = try FITSColumn.columns(of: unit.header, row: rowLength)
        limits = file.limits
        plain = PlainFile(tableOf: unit, in: file.bytes, columns: columns, row: rowLength, rows: rows)
    }

    /// The first column with a name, in upper or lower case; nil if there is none.
    public func column(_ name: String) -> FITSColumn? {
        index(name).map { columns[$0] }
    }

    /// The numbers of a column, scaled by TSCALn and TZEROn, row by row, `repeat` values each; NaN for nulls.
    ///
    /// - Parameters:
    ///   - name: of a column of integers or floating-point numbers.
    ///   - rows: which rows, counted from 0; nil for all.
    /// - Throws: `FITSError` if there is no such column, or more values than the limits allow at once.
    public func doubles(_ name: String, rows: Range<Int>? = nil) throws(FITSError) -> [Double] {
        let (index, column, rows) = try selection(name, rows, "numbers", \.isNumber)
        let count = try count(column, rows)
        guard count > 0 else { return [] }
        return try OpenUnit.with(plain) { open throws(FITSError) in
            try open.doubles(
                index, from: rows.lowerBound, count: count, isInteger: column.type.isInteger)
        }
    }

    /// The integers of a column, scaled by TSCALn and TZEROn, row by row, `repeat` values each.
    ///
    /// - Parameters:
    ///   - name: of a column of integers.
    ///   - rows: which rows, counted from 0; nil for all.
    ///   - null: what stands for nulls; nil if there shall be none.
    /// - Throws: `FITSError` if there is no such column, more values than the limits allow at once, a null
    ///   where there shall be none, or a number of more than 64 bits.
    public func integers(_ name: String, rows: Range<Int>? = nil, null: Int64? = nil) throws(FITSError)
        -> [Int64]
    {
        let (index, column, rows) = try selection(name, rows, "integers", \.isInteger)
        let count = try count(column, rows)
        guard count > 0 else { return [] }
        return try OpenUnit.with(plain) { open throws(FITSError) in
            try open.integers(index, from: rows.lowerBound, count: count, null: null)
        }
    }

    /// The strings of a column, one for each row, without blanks at their ends; bytes that are no ASCII become
    /// U+FFFD.
    ///
    /// - Parameters:
    ///   - name: of a column of characters.
    ///   - rows: which rows, counted from 0; nil for all.
    /// - Throws: `FITSError` if there is no such column, or more strings than the limits allow at once.
    public func strings(_ name: String, rows: Range<Int>? = nil) throws(FITSError) -> [String] {
        let (_, column, rows) = try selection(name, rows, "strings") { $0 == .string }
        guard rows.count <= limits.values else { throw tooMany(column) }
        return rows.map { row in
            let start = plain.data.lowerBound + row * rowLength + column.offset
            var bytes = plain.bytes[start..<start + column.width].prefix { $0 != 0 }
            while bytes.last == UInt8(ascii: " ") { bytes.removeLast() }
            return String(decoding: bytes.map { $0 < 0x80 ? $0 : 0xFF }, as: UTF8.self)
        }
    }

    private func index(_ name: String) -> Int? {
        columns.firstIndex { $0.name.lowercased() == name.lowercased() }
    }

    /// A column of a type, and rows that there are.
    private func selection(
        _ name: String, _ rows: Range<Int>?, _ what: String, _ accepts: (FITSColumn.Kind) -> Bool
    ) throws(FITSError) -> (Int, FITSColumn, Range<Int>) {
        guard let index = index(name) else { throw FITSError("the table has no column \(name)") }
        let rows = rows ?? 0..<self.rows
        guard rows.lowerBound >= 0, rows.upperBound <= self.rows else {
            throw FITSError("the table has no rows \(rows), but \(self.rows) rows")
        }
        guard accepts(columns[index].type) else {
            throw FITSError("column \(name) has no \(what) but is of type \(columns[index].type.rawValue)")
        }
        return (index, columns[index], rows)
    }

    private func count(_ column: FITSColumn, _ rows: Range<Int>) throws(FITSError) -> Int {
        let (count, overflows) = column.repeat.multipliedReportingOverflow(by: rows.count)
        guard !overflows, count <= limits.values else { throw tooMany(column) }
        return count
    }

    private func tooMany(_ column: FITSColumn) -> FITSError {
        FITSError("column \(column.name) has more than \(limits.values) values: read fewer rows at once")
    }
}

extension FITSFile {
    /// The binary table of a unit.
    ///
    /// - Parameter number: of the unit, counted from 0; the primary unit never has one.
    /// - Throws: `FITSError` if there is none, or its header is not in order.
    public func table(_ number: Int) throws(FITSError) -> FITSTable { try FITSTable(self, number) }
}
