import Archive
import Documents

/// The JSON of what a position query finds: `{catalogue: {key: [document, …], …}, …}`, with an empty list for every
/// position at which nothing is.
struct PositionText: Sendable {
    private(set) var text: AnswerText
    private let catalogs: [String]
    private let positions: [PositionQuery.Position]
    /// The catalogue that is open; −1 before the first.
    private var catalog = -1
    /// The first position of it that is not written.
    private var next = 0
    /// Whether the list of the position before is open.
    private var isListOpen = false

    /// - Parameter text: the envelope up to the data.
    init(_ query: PositionQuery, text: AnswerText) {
        self.text = text
        catalogs = query.catalogs
        positions = query.positions
        self.text.append("{")
    }

    /// Appends documents, which come in the order of the query.
    mutating func append(_ piece: PositionSearch.Piece) {
        for (position, document) in piece.documents {
            if piece.catalog == catalog, isListOpen, position == next - 1 {
                text.append(",")
            } else {
                begin(piece.catalog, position)
            }
            text.append(document)
        }
    }

    /// Writes what is missing to the end.
    mutating func finish() {
        closeList()
        while catalog < catalogs.count - 1 { beginCatalog() }
        if catalog >= 0 {
            fill(to: positions.count)
            text.append("}")
        }
        text.append("}}")
    }

    /// What is written so far, which is then let go.
    mutating func take() throws(AnswerTooLarge) -> [UInt8] { try text.take() }

    private mutating func begin(_ catalog: Int, _ position: Int) {
        closeList()
        while self.catalog < catalog { beginCatalog() }
        fill(to: position)
        appendKey()
        isListOpen = true
    }

    private mutating func closeList() {
        if isListOpen { text.append("]") }
        isListOpen = false
    }

    private mutating func beginCatalog() {
        if catalog >= 0 {
            fill(to: positions.count)
            text.append("},")
        }
        catalog += 1
        next = 0
        text.append(quoting: catalogs[catalog])
        text.append(":{")
    }

    private mutating func fill(to position: Int) {
        while next < position {
            appendKey()
            text.append("]")
        }
    }

    private mutating func appendKey() {
        if next > 0 { text.append(",") }
        text.append(quoting: positions[next].key)
        text.append(":[")
        next += 1
    }
}
