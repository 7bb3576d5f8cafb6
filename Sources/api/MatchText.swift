import Archive
import Documents
import Sky

/// The answer to a request to match positions while it is put together: rows, one for each match.
struct MatchText: Sendable {
    /// What the answer is.
    enum Form: Sendable {
        /// `{status, message, data: [{catalog, position, name?, ra, dec, distance_arcsec, match}, …]}`.
        case json
        /// A header and a line for each match, with these fields of its document; RFC 4180.
        case csv(columns: [String])
    }

    private(set) var text: AnswerText
    private let request: MatchRequest
    private let columns: [Path]?
    private var isFirst = true

    private static let distance = "distance_arcsec"
    private static let distancePath = Path(distance)

    /// - Parameters:
    ///   - text: of JSON the envelope up to the data; of CSV empty.
    init(_ request: MatchRequest, _ form: Form, text: AnswerText) {
        self.request = request
        self.text = text
        switch form {
        case .json:
            columns = nil
            self.text.append("[")
        case .csv(let names):
            columns = names.map { Path($0) }
            let own = ["position"] + (request.hasNames ? ["name"] : []) + ["ra", "dec", Self.distance]
            self.text.append((own + names).map(Self.quoted).joined(separator: ","))
            self.text.append("\r\n")
        }
    }

    /// Appends matches in the order in which they come.
    mutating func append(_ matches: [MatchSearch.Match]) {
        for match in matches {
            if let columns { appendLine(match, columns) } else { appendObject(match) }
        }
    }

    /// Ends the answer.
    mutating func finish() { if columns == nil { text.append("]}") } }

    /// What is written so far, which is then let go.
    mutating func take() throws(AnswerTooLarge) -> [UInt8] { try text.take() }

    private mutating func appendObject(_ match: MatchSearch.Match) {
        let position = request.positions[match.position]
        if !isFirst { text.append(",") }
        isFirst = false
        var inner = DocumentWriter()
        for element in match.document.elements where element.key != Self.distance { inner.append(element) }
        var writer = DocumentWriter()
        writer.append("catalog", string: request.catalogs[match.catalog])
        writer.append("position", int64: Int64(match.position))
        if let name = position.name { writer.append("name", string: name) }
        writer.append("ra", double: position.coordinates.ra)
        writer.append("dec", double: position.coordinates.dec)
        if let distance = match.document[Self.distancePath] { writer.append(Self.distance, distance) }
        writer.append("match", document: inner.finish())
        text.append(writer.finish().view)
    }

    private mutating func appendLine(_ match: MatchSearch.Match, _ columns: [Path]) {
        let position = request.positions[match.position]
        var cells = [String(match.position)]
        if request.hasNames { cells.append(Self.quoted(position.name ?? "")) }
        cells.append("\(position.coordinates.ra)")
        cells.append("\(position.coordinates.dec)")
        cells.append(Self.cell(match.document[Self.distancePath]))
        cells += columns.map { Self.cell(match.document[$0]) }
        text.append(cells.joined(separator: ","))
        text.append("\r\n")
    }

    /// The text of a value in a cell: nothing for null and for what is not there, JSON for what is no single value.
    private static func cell(_ value: Value?) -> String {
        switch value {
        case nil, .null: return ""
        case .string(let text): return quoted(text)
        case .int32(let number): return String(number)
        case .int64(let number): return String(number)
        case .double(let number): return "\(number)"
        case .bool(let flag): return flag ? "true" : "false"
        case let value?:
            var json: [UInt8] = []
            ExtendedJSON.append(value, to: &json, mode: .relaxed)
            return quoted(String(decoding: json, as: UTF8.self))
        }
    }

    private static func quoted(_ text: String) -> String {
        let special: Set<UInt8> = [0x22, 0x2C, 0x0A, 0x0D]
        guard text.utf8.contains(where: special.contains) else { return text }
        return "\"\(text.replacing("\"", with: "\"\""))\""
    }
}
