import Documents

/// Rows of CSV, split into cells.
struct CSVRows: RowSource {
    let columns: [String]
    /// The cells' bytes, one after the other.
    var bytes: [UInt8] = []
    /// Where each cell ends.
    var cellEnds: [Int] = []
    /// How many cells there are up to the end of each row.
    var rowEnds: [Int] = []
    /// The line at which each row begins.
    var lines: [Int] = []

    /// Whether there is no row.
    var isEmpty: Bool { rowEnds.isEmpty }

    /// The cells of a row, without white space around them.
    func cells(_ row: Int) -> [ArraySlice<UInt8>] {
        (row == 0 ? 0..<rowEnds[0] : rowEnds[row - 1]..<rowEnds[row]).map { cell in
            CellReading.trimmed(bytes[(cell == 0 ? 0 : cellEnds[cell - 1])..<cellEnds[cell]])
        }
    }

    /// The cells of a row, one for each column; nil if there are more or fewer. One more that is empty comes from a
    /// delimiter at the end of the line.
    func cells(ofComplete row: Int) -> [ArraySlice<UInt8>]? {
        var cells = cells(row)
        if cells.count == columns.count + 1, cells.last?.isEmpty ?? false { cells.removeLast() }
        return cells.count == columns.count ? cells : nil
    }

    func rows(from first: Int, _ plan: TablePlan) -> [TableRow] {
        let isWanted = columns.map { plan.wants($0) && !$0.isEmpty }
        let types = columns.map { plan.types[$0] }
        var writer = DocumentWriter(capacity: 1024)
        return rowEnds.indices.map { row in
            let content: TableRow.Content
            do throws(CellFault) {
                if let cells = cells(ofComplete: row) {
                    for (index, cell) in cells.enumerated() where isWanted[index] {
                        let type = types[index] ?? CellReading.type(cell)
                        try plan.rules.append(cell, columns[index], type, to: &writer)
                    }
                    content = .document(writer.finishCopy())
                } else {
                    content = .rejected("the row has \(cells(row).count) cells, not \(columns.count)")
                }
            } catch {
                _ = writer.finishCopy()
                content = .rejected(error.reason)
            }
            return TableRow(number: first + row, line: lines[row], content: content)
        }
    }

    /// The types that fit all cells of columns: integers, else numbers, else truth values, else texts; columns
    /// of nulls alone are left out.
    func types(_ rules: CellRules) -> [String: ColumnType] {
        var candidates = [Candidates](repeating: Candidates(), count: columns.count)
        for row in rowEnds.indices {
            guard let cells = cells(ofComplete: row) else { continue }
            for (index, cell) in cells.enumerated() where !rules.isNull(cell) { candidates[index].see(cell) }
        }
        let types = zip(columns, candidates).compactMap { name, candidate in candidate.type.map { (name, $0) }
        }
        return Dictionary(types) { $1 }
    }
}

/// Which types a column may have, as its cells have let it so far.
private struct Candidates {
    private var hasCell = false
    private var areIntegers = true
    private var areDoubles = true
    private var areBools = true

    mutating func see(_ cell: ArraySlice<UInt8>) {
        hasCell = true
        if areIntegers, CellReading.integer(cell) == nil { areIntegers = false }
        // What has zeros at its beginning, or more digits than an integer can have, is a name.
        if CellReading.hasLeadingZeros(cell) { (areIntegers, areDoubles) = (false, false) }
        if areDoubles {
            let isLongInteger =
                cell.count > 18 && CellReading.integer(cell) == nil
                && cell.allSatisfy { 43...57 ~= $0 && $0 != 46 }
            if isLongInteger || CellReading.double(cell) == nil { areDoubles = false }
        }
        if areBools, CellReading.bool(cell) == nil { areBools = false }
    }

    var type: ColumnType? {
        guard hasCell else { return nil }
        return areIntegers ? .int : areDoubles ? .double : areBools ? .bool : .string
    }
}
