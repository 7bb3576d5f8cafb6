/// What a unit says of the binary table in it, checked.
struct TableShape: Sendable {
    let unit: FITSUnit
    /// Bytes of a row.
    let rowLength: Int
    /// How many rows there are.
    let rows: Int
    let columns: [FITSColumn]

    /// - Parameter number: of the unit, counted from 0.
    /// - Throws: `FITSError` if there is no table in it, or its header is not in order.
    init(_ unit: FITSUnit, _ number: Int) throws(FITSError) {
        guard unit.kind == .table else { throw FITSError("unit \(number) is no table but \(unit.kind.text)") }
        guard unit.axes.count == 2, unit.bitpix == 8 else {
            throw FITSError("the table of unit \(number) has not two axes of bytes")
        }
        (rowLength, rows) = (unit.axes[0], unit.axes[1])
        let (size, overflows) = rowLength.multipliedReportingOverflow(by: rows)
        guard !overflows, size <= unit.data.count else {
            throw FITSError("the table of unit \(number) is larger than its data")
        }
        columns = try FITSColumn.columns(of: unit.header, row: rowLength)
        self.unit = unit
    }
}
