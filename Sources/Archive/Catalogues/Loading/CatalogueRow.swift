import Documents
import Sky
import Tables

/// A row of a file as the catalogue is to have it.
struct CatalogueRow: Sendable {
    /// Its number in the file, counted from 1.
    let number: Int
    /// The line at which it begins, counted from 1.
    let line: Int
    /// What becomes of it.
    let outcome: Outcome

    /// What becomes of a row.
    enum Outcome: Sendable {
        /// It is stored under an id.
        case stored(id: Value, Document)
        /// It does not fulfil the conditions.
        case leftOut
        /// It cannot be stored, and why.
        case rejected(String)
    }
}

/// Makes documents of rows.
struct CatalogueRowMaker: Sendable {
    let plan: TablePlan
    let position: PositionColumns
    /// The column whose value becomes `_id`; nil for ids made of the row's place.
    let id: String?
    let idIsText: Bool
    let conditions: [RowCondition]

    /// What a document may have, bytes: MongoDB's 16 MiB, and room for what the server adds on the way.
    private static let largest = (16 << 20) - (64 << 10)

    /// The rows of a piece of a file.
    /// - Parameter file: the file's place among the files, counted from 0.
    func rows(_ piece: TablePiece, file: Int) -> [CatalogueRow] {
        var writer = DocumentWriter(capacity: 2048)
        return piece.rows(plan).map { row in
            let outcome: CatalogueRow.Outcome =
                switch row.content {
                case .rejected(let reason): .rejected(reason)
                case .document(let document): self.outcome(document, row.number, file, &writer)
                }
            return CatalogueRow(number: row.number, line: row.line, outcome: outcome)
        }
    }

    private func outcome(
        _ document: Document, _ number: Int, _ file: Int, _ writer: inout DocumentWriter
    ) -> CatalogueRow.Outcome {
        guard conditions.allSatisfy({ $0.holds(document) }) else { return .leftOut }
        do throws(CatalogueError) {
            let position = try position.position(document)
            let id = try id(document, number, file)
            writer.append("_id", id)
            for element in document.elements where element.key != "_id" && element.key != "coordinates" {
                writer.append(element)
            }
            writer.beginDocument("coordinates")
            writer.append(position: position, raText: position.raText, decText: position.decText)
            writer.end()
            let stored = writer.finishCopy()
            guard stored.bytes.count <= Self.largest else {
                return .rejected("the row is larger than a document may be")
            }
            return .stored(id: id, stored)
        } catch {
            _ = writer.finishCopy()
            return .rejected(error.description)
        }
    }

    /// The id of a row: an integer that is not negative, a text that is not empty, or an ObjectId.
    private func id(_ document: Document, _ number: Int, _ file: Int) throws(CatalogueError) -> Value {
        guard let id else { return Self.placeID(file: file, row: number) }
        guard let value = document.element(key: id)?.value else {
            throw CatalogueError("the row has no \(id)")
        }
        switch value {
        case .int32, .int64:
            guard let integer = value.int64, integer >= 0 else {
                throw CatalogueError("\(id) \(value.int64 ?? 0) is negative and cannot be an id")
            }
            return idIsText ? .string(String(integer)) : .integer(integer)
        case .string(let text) where !text.isEmpty: return .string(text)
        case .objectID where !idIsText: return value
        default: throw CatalogueError("\(id) is neither an integer nor a text and cannot be an id")
        }
    }

    /// The id of a row without one: the number of its file, four bytes, and its own number, eight, the large end first.
    /// The same files give the same ids.
    static func placeID(file: Int, row: Int) -> Value {
        func digits(_ number: Int, _ count: Int) -> String {
            let text = String(number, radix: 16)
            return String(repeating: "0", count: max(0, count - text.count)) + text
        }
        // Twenty-four digits, unless there are more than four billion files.
        let text = digits(file, 8) + digits(row, 16)
        return ObjectID(hexadecimal: text).map { .objectID($0) } ?? .string(text)
    }
}
