/// The header of one unit: its cards in order, without END.
public struct FITSHeader: Sendable, Hashable {
    /// The cards in the order of the file.
    public let cards: [FITSCard]
    /// The first card of each keyword: a table's header may have thousands.
    private let places: [String: Int]

    /// - Parameter cards: in the order of the file.
    init(cards: [FITSCard]) {
        self.cards = cards
        places = Dictionary(cards.indices.map { (cards[$0].keyword, $0) }) { first, _ in first }
    }

    /// The value of the first card with a keyword; nil if there is none or it has no value.
    public subscript(keyword: String) -> FITSValue? { places[keyword].flatMap { cards[$0].value } }

    /// A keyword's integer; nil if there is none.
    public func integer(_ keyword: String) -> Int64? {
        guard case .integer(let integer) = self[keyword] else { return nil }
        return integer
    }

    /// A keyword's number, integers included; nil if there is none.
    public func double(_ keyword: String) -> Double? {
        switch self[keyword] {
        case .integer(let integer): Double(integer)
        case .real(let real): real
        default: nil
        }
    }

    /// A keyword's string; nil if there is none.
    public func string(_ keyword: String) -> String? {
        guard case .string(let string) = self[keyword] else { return nil }
        return string
    }

    /// A keyword's T or F; nil if there is none.
    public func logical(_ keyword: String) -> Bool? {
        guard case .logical(let logical) = self[keyword] else { return nil }
        return logical
    }
}
