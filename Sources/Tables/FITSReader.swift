import Documents
import FITS

/// Reads the rows of a binary table of FITS.
final class FITSReader: FormatReader {
    let columns: [String]
    let ignored: [String]
    private let file: InputFile
    private var rows: FITSRows

    init(_ path: String, _ layout: TableLayout) throws(TableError) {
        let file = try InputFile(path)
        self.file = file
        var rest: ArraySlice<UInt8> = []
        do {
            // Of the file only the rows asked for at once are in memory.
            rows = try FITSRows(
                unit: layout.unit,
                limits: FITSLimits(bytes: 32 << 20, values: 1 << 24, units: 1000, cards: 100_000)
            ) { count in try file.next(exactly: count, &rest) }
        } catch { throw Self.fault(error, path) }
        let names = rows.columns.map(\.name)
        if let given = layout.columns, given.count != names.count {
            throw TableError(path, "the table has \(names.count) columns, but \(given.count) are given")
        }
        var (usable, notes) = try ColumnNames.usable(
            layout.columns ?? names, layout.renames, path)
        for (place, column) in rows.columns.enumerated() where !Self.isRead(column) {
            notes.append("column \(usable[place]) is of type \(column.type.rawValue), which is not read")
            usable[place] = ""
        }
        (columns, ignored) = (usable, notes)
    }

    /// Compressed or not, the file's own bytes.
    var fraction: (read: Int, size: Int) { (file.position, file.size) }

    func next(_ count: Int) throws(TableError) -> (any RowSource, Int)? {
        do {
            guard let table = try rows.next(count) else { return nil }
            return (FITSTableRows(table: table, columns: columns), table.rows)
        } catch { throw Self.fault(error, file.path) }
    }

    private static func isRead(_ column: FITSColumn) -> Bool {
        switch column.type {
        case .byte, .short, .integer, .long, .float, .double, .string, .logical: column.repeat > 0
        default: false
        }
    }

    private static func fault(_ error: any Error, _ path: String) -> TableError {
        error as? TableError ?? TableError(path, (error as? FITSError)?.reason ?? "\(error)")
    }
}

/// Rows of a binary table, not taken apart yet.
struct FITSTableRows: RowSource {
    let table: FITSTable
    /// Names; empty for columns that are left out.
    let columns: [String]

    func rows(from first: Int, _ plan: TablePlan) -> [TableRow] {
        let wanted = columns.indices.filter { !columns[$0].isEmpty && plan.wants(columns[$0]) }
        let contents: [TableRow.Content]
        do throws(FITSError) {
            contents = documents(try table.values(wanted), wanted, plan)
        } catch {
            contents = [TableRow.Content](repeating: .rejected(error.reason), count: table.rows)
        }
        return contents.enumerated().map { row, content in
            TableRow(number: first + row, line: first + row, content: content)
        }
    }

    private func documents(_ values: [FITSValues], _ wanted: [Int], _ plan: TablePlan) -> [TableRow.Content] {
        var writer = DocumentWriter(capacity: 1024)
        return (0..<table.rows).map { row in
            do throws(CellFault) {
                for (place, values) in zip(wanted, values) {
                    let name = columns[place]
                    guard let value = value(values, row, table.columns[place].repeat, plan) else { continue }
                    guard let fitting = try plan.rules.value(value, name, plan.types[name]) else { continue }
                    writer.append(name, fitting)
                }
                return .document(writer.finishCopy())
            } catch {
                _ = writer.finishCopy()
                return .rejected(error.reason)
            }
        }
    }

    /// A cell; a list where it has several values, of which those that are null are null. Nil where there is nothing.
    private func value(_ values: FITSValues, _ row: Int, _ count: Int, _ plan: TablePlan) -> Value? {
        if case .strings(let texts) = values { return .string(texts[row]) }
        if count == 1 { return single(values, row) }
        let all = (row * count..<(row + 1) * count).map { single(values, $0) }
        guard all.contains(where: { $0 != nil }) else { return nil }
        return .list(all.map { $0 ?? .null })
    }

    private func single(_ values: FITSValues, _ place: Int) -> Value? {
        switch values {
        case .integers(let numbers, let nulls):
            nulls.isEmpty || !nulls[place] ? .integer(numbers[place]) : nil
        case .doubles(let numbers): numbers[place].isNaN ? nil : .double(numbers[place])
        case .logicals(let flags): flags[place].map { .bool($0) }
        case .strings: nil
        }
    }
}
