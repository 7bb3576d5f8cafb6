import Documents

/// A decoded record as plain values.
struct AvroContents: Equatable {
    /// The main document.
    let document: Document
    /// The rows of each history.
    let histories: [[Document]]
    /// The captured values, each as the only element of a document, so that not a number equals itself.
    let captures: [Document?]

    /// Copies everything out of a record.
    init(_ record: AvroRecord) {
        document = record.document()
        histories = record.histories.map(Array.init)
        captures = (0..<8).map { index in record.value(index).map { ["": $0] } }
    }

    /// Whatever the schema was, BSON comes out; depth is limited elsewhere.
    func check() {
        for document in [document] + histories.joined() {
            do throws(BSONError) {
                try Document.validate(document.bytes, maximumDepth: .max)
            } catch {
                claim(false, "what is decoded is sound BSON: \(error)")
            }
        }
    }

    /// Compares with the same record read without a shape.
    func compare(to whole: Document, _ shape: AvroShape) {
        for (index, path) in shape.captures.enumerated() {
            // A map in the place of a record is not looked into.
            guard let captured = captures[index] else { continue }
            claim(captured == whole[path].map { ["": $0] }, "\(path) is captured where it lies")
        }
        let names = shape.histories.map(\.field)
        let rest = whole.elements.filter { !names.contains($0.key) }
        let kept = document.elements.filter { $0.key != "_id" }
        claim(
            rest.map(\.key) == kept.map(\.key)
                && zip(rest, kept).allSatisfy { $0.valueBytes == $1.valueBytes },
            "what is not set apart stays as it is")
        for (history, rows) in zip(shape.histories, histories) {
            let expected = whole.documents(at: Path(history.field)).map { Self.thinned($0, history) }
            claim(rows == expected, "the rows of \(history.field) are those of the array")
        }
    }

    /// A row without what a history drops.
    private static func thinned(_ row: DocumentView, _ history: AvroShape.History) -> Document {
        var writer = DocumentWriter()
        for element in row.elements {
            if history.droppingNulls, element.type == .null { continue }
            if let dropped = history.droppingValue, element.double == dropped { continue }
            writer.append(element)
        }
        return writer.finish()
    }
}
