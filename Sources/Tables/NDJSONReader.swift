import Documents

/// Reads the objects of a file with one JSON object a line.
final class NDJSONReader: FormatReader {
    let columns: [String] = []
    let ignored: [String] = []
    private let file: InputFile
    private var rest: ArraySlice<UInt8> = []
    private var line: [UInt8] = []
    private var isTooLong = false
    private var linesEnded = 0
    private var isAtEnd = false

    private static let pieceBytes = 8 << 20
    /// The longest line: a document has at most 16 MiB, and its text may be longer.
    private static let longestLine = 64 << 20

    init(_ path: String) throws(TableError) { file = try InputFile(path) }

    var fraction: (read: Int, size: Int) { (file.position, file.size) }

    func next(_ count: Int) throws(TableError) -> (any RowSource, Int)? {
        var rows = NDJSONRows()
        while rows.texts.count < count, rows.bytes < Self.pieceBytes, !isAtEnd {
            if rest.isEmpty { rest = try file.next() }
            guard !rest.isEmpty else {
                isAtEnd = true
                endLine(&rows)
                break
            }
            let end = rest.firstIndex(of: UInt8(ascii: "\n"))
            if !isTooLong { line += rest[..<(end ?? rest.endIndex)] }
            if line.count > Self.longestLine { (line, isTooLong) = ([], true) }
            rest = end.map { rest[($0 + 1)...] } ?? []
            if end != nil { endLine(&rows) }
        }
        return rows.texts.isEmpty ? nil : (rows, rows.texts.count)
    }

    private func endLine(_ rows: inout NDJSONRows) {
        linesEnded += 1
        defer { (line, isTooLong) = ([], false) }
        if linesEnded == 1, line.starts(with: [0xEF, 0xBB, 0xBF]) { line.removeFirst(3) }
        guard isTooLong || !CellReading.trimmed(line[...]).isEmpty else { return }
        rows.bytes += line.count
        rows.texts.append(isTooLong ? nil : line)
        rows.lines.append(linesEnded)
    }
}

/// Lines of NDJSON, not read yet.
struct NDJSONRows: RowSource {
    /// The lines; nil for one that is too long.
    var texts: [[UInt8]?] = []
    var lines: [Int] = []
    var bytes = 0

    func rows(from first: Int, _ plan: TablePlan) -> [TableRow] {
        texts.indices.map { row in
            TableRow(number: first + row, line: lines[row], content: content(texts[row], plan))
        }
    }

    private func content(_ text: [UInt8]?, _ plan: TablePlan) -> TableRow.Content {
        guard let text else { return .rejected("the line is too long") }
        do {
            let document = try ExtendedJSON.document(from: text)
            var writer = DocumentWriter(capacity: document.bytes.count)
            for element in document.elements {
                let key = element.key
                guard !key.isEmpty, !key.hasPrefix("$"), !key.utf8.contains(0) else {
                    return .rejected("'\(key.prefix(40))' cannot be the name of a field")
                }
                guard plan.wants(key),
                    let value = try plan.rules.value(element.value, key, plan.types[key])
                else { continue }
                writer.append(key, value)
            }
            return .document(writer.finish())
        } catch let error as CellFault {
            return .rejected(error.reason)
        } catch {
            return .rejected("\(error)")
        }
    }
}
