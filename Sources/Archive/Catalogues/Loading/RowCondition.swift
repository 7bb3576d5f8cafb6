import Documents

/// What a row must fulfil to be loaded: a column compared with a number, `Quality_flag==0`.
public struct RowCondition: Sendable, Equatable {
    /// The column.
    public let column: String
    /// How it compares.
    public let comparison: Comparison
    /// With what.
    public let number: Double

    /// Comparisons.
    public enum Comparison: String, Sendable, CaseIterable {
        case equal = "=="
        case notEqual = "!="
        case lessOrEqual = "<="
        case greaterOrEqual = ">="
        case less = "<"
        case greater = ">"
    }

    /// Takes all of them.
    public init(_ column: String, _ comparison: Comparison, _ number: Double) {
        self.column = column
        self.comparison = comparison
        self.number = number
    }

    /// Reads a condition; nil where the text is none.
    public init?(_ text: String) {
        // Of those that begin alike the longer one is first.
        for comparison in Comparison.allCases {
            guard let range = text.firstRange(of: comparison.rawValue) else { continue }
            let column = String(text[..<range.lowerBound]).trimmed
            guard !column.isEmpty, let number = Double(String(text[range.upperBound...]).trimmed) else {
                return nil
            }
            self.init(column, comparison, number)
            return
        }
        return nil
    }

    /// As it is read.
    public var description: String { "\(column)\(comparison.rawValue)\(number)" }

    /// Whether a row fulfils it; one without a number in the column does not.
    func holds(_ document: Document) -> Bool {
        guard let value = document.element(key: column)?.double else { return false }
        return switch comparison {
        case .equal: value == number
        case .notEqual: value != number
        case .lessOrEqual: value <= number
        case .greaterOrEqual: value >= number
        case .less: value < number
        case .greater: value > number
        }
    }
}
