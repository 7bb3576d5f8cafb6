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
        let shape = try TableShape(try file.unit(number), number)
        self.init(shape, file.bytes[shape.unit.data], rows: shape.rows, limits: file.limits)
    }

    /// A table of some rows.
    /// - Parameters:
    ///   - shape: of the table that they are from.
    ///   - data: the rows, or more.
    ///   - rows: how many.
    init(_ shape: TableShape, _ data: ArraySlice<UInt8>, rows: Int, limits: FITSLimits) {
        (rowLength, self.rows) = (shape.rowLength, rows)
        header = shape.unit.header
        columns = shape.columns
        self.limits = limits
        plain = PlainFile(table: data, header, columns: columns, row: rowLength, rows: rows)
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
        return strings(column, rows)
    }

    private func strings(_ column: FITSColumn, _ rows: Range<Int>) -> [String] {
        rows.map { row in
            let start = plain.data.lowerBound + row * rowLength + column.offset
            var bytes = plain.bytes[start..<start + column.width].prefix { $0 != 0 }
            while bytes.last == UInt8(ascii: " ") { bytes.removeLast() }
            return String(decoding: bytes.map { $0 < 0x80 ? $0 : 0xFF }, as: UTF8.self)
        }
    }

    /// Several columns, all rows, which opens the table once.
    ///
    /// Integers that are scaled by more than an integer TZEROn are numbers.
    ///
    /// - Parameter wanted: their places among the columns.
    /// - Throws: `FITSError` if a column has none of the types of `FITSValues`, more values than the limits allow at
    ///   once, or an integer of more than 64 bits.
    public func values(_ wanted: [Int]) throws(FITSError) -> [FITSValues] {
        for place in wanted {
            guard columns.indices.contains(place) else { throw FITSError("the table has no column \(place)") }
            _ = try count(columns[place], 0..<rows)
        }
        return try OpenUnit.with(plain) { open throws(FITSError) in
            var values: [FITSValues] = []
            for place in wanted { values.append(try self.values(place, open)) }
            return values
        }
    }

    private func values(_ place: Int, _ open: borrowing OpenUnit) throws(FITSError) -> FITSValues {
        let column = columns[place]
        let count = rows * column.repeat
        switch column.type {
        case .byte, .short, .integer, .long:
            guard isShifted(place) else {
                return .doubles(
                    count == 0 ? [] : try open.doubles(place, from: 0, count: count, isInteger: true))
            }
            guard count > 0 else { return .integers([], nulls: []) }
            let (integers, nulls) = try open.integers(place, from: 0, count: count)
            return .integers(integers, nulls: nulls)
        case .float, .double:
            return .doubles(
                count == 0 ? [] : try open.doubles(place, from: 0, count: count, isInteger: false))
        case .string: return .strings(strings(column, 0..<rows))
        case .logical: return .logicals(logicals(column))
        default:
            throw FITSError("column \(column.name) is of type \(column.type.rawValue), which is not read")
        }
    }

    /// Whether a column of integers has integers after scaling, too: TSCALn is 1 and TZEROn an integer.
    private func isShifted(_ place: Int) -> Bool {
        let (scale, zero) = (header.double("TSCAL\(place + 1)"), header.double("TZERO\(place + 1)"))
        return (scale ?? 1) == 1 && (zero.map { $0.rounded() == $0 } ?? true)
    }

    /// T, F, or anything else for null (section 7.3.3 of the standard).
    private func logicals(_ column: FITSColumn) -> [Bool?] {
        (0..<rows).flatMap { row in
            let start = plain.data.lowerBound + row * rowLength + column.offset
            return plain.bytes[start..<start + column.width].map { byte in
                byte == UInt8(ascii: "T") ? true : byte == UInt8(ascii: "F") ? false : nil
            }
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

/// Values of a column, row by row, `repeat` values each.
public enum FITSValues: Sendable {
    /// Integers, and which of them are null; no flags at all where none is.
    case integers([Int64], nulls: [Bool])
    /// Numbers, NaN for nulls.
    case doubles([Double])
    /// One string for each row, without blanks at its end.
    case strings([String])
    /// T and F, nil for nulls.
    case logicals([Bool?])
}

extension FITSFile {
    /// The binary table of a unit.
    ///
    /// - Parameter number: of the unit, counted from 0; the primary unit never has one.
    /// - Throws: `FITSError` if there is none, or its header is not in order.
    public func table(_ number: Int) throws(FITSError) -> FITSTable { try FITSTable(self, number) }
}
