import Documents

/// What of the order of a pipeline's results is defined.
struct Order: Sendable {
    /// Whether the documents have an order; else there are only so many of each.
    var ofDocuments: Bool
    /// The fields of the documents that are sets: the order of the elements means nothing.
    var sets: Set<String>

    /// The documents come in an order, and all arrays mean theirs.
    static let defined = Order(ofDocuments: true, sets: [])

    /// Whether two results are the same, byte for byte but for what has no order.
    func areEqual(_ left: [Document], _ right: [Document]) -> Bool {
        let (left, right) = (left.map(settled), right.map(settled))
        return ofDocuments
            ? left == right : left.map(\.bytes).sorted(by: <) == right.map(\.bytes).sorted(by: <)
    }

    /// The document with its sets in an order that depends on their elements only.
    private func settled(_ document: Document) -> Document {
        guard !sets.isEmpty else { return document }
        var writer = DocumentWriter()
        for element in document.elements {
            if sets.contains(element.key), case .array(let list) = element.value {
                let elements = list.elements.map(\.value)
                writer.append(element.key, .list(elements.sorted { $0.key < $1.key }))
            } else {
                writer.append(element)
            }
        }
        return writer.finish()
    }
}

extension Value {
    /// Bytes to sort by.
    fileprivate var key: [UInt8] { Document(dictionaryLiteral: ("", self)).bytes }
}

extension [UInt8] {
    fileprivate static func < (left: [UInt8], right: [UInt8]) -> Bool {
        left.lexicographicallyPrecedes(right)
    }
}
