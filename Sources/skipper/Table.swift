import Documents
import Sky

/// Rows of values in columns, as text.
struct Table {
    private let titles: [String]
    private var rows: [[String]] = []

    /// - Parameter titles: of the columns.
    init(_ titles: String...) { self.titles = titles }

    /// Adds a row; what is absent or null stays empty.
    mutating func add(_ values: Value?...) { rows.append(values.map { $0.map(Self.text) ?? "" }) }

    /// The table, numbers to the right; empty where it has no rows.
    var text: String {
        if rows.isEmpty { return "" }
        let lines = [titles] + rows
        let widths = titles.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
        let isNumeric = titles.indices.map { column in
            rows.allSatisfy { $0[column].isEmpty || Double($0[column]) != nil }
        }
        return lines.map { line in
            var text = ""
            for (column, cell) in line.enumerated() {
                let padding = String(repeating: " ", count: widths[column] - cell.count)
                text += (column > 0 ? "  " : "") + (isNumeric[column] ? padding + cell : cell + padding)
            }
            while text.last == " " { text.removeLast() }
            return text + "\n"
        }.joined()
    }

    /// A value as a cell has it.
    static func text(of value: Value) -> String {
        switch value {
        case .null: ""
        case .string(let text): text
        case .datetime(let milliseconds): UTCTime(milliseconds: milliseconds).iso8601
        // Costs and rates; nobody reads more digits.
        case .double(let number) where number.magnitude < 10_000:
            number.isFinite ? "\((number * 10_000).rounded() / 10_000)" : "\(number)"
        default: String(decoding: ExtendedJSON.bytes(of: ["v": value]).dropFirst(5).dropLast(), as: UTF8.self)
        }
    }
}
