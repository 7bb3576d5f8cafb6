import Documents

/// What a find understands and an aggregation does not, or not in the same way.
extension PositionPlan {
    /// Operators of filters and projections that only a find takes.
    private static let findOperators: Set<String> = [
        "$near", "$nearSphere", "$geoNear", "$text", "$slice", "$elemMatch",
    ]

    /// Whether a filter, a sort and a projection mean the same in the stages of an aggregation.
    static func isForAggregates(_ filter: Document, _ sort: Document?, _ projection: Document?) -> Bool {
        if filter.view.hasKey(among: ["$near", "$nearSphere", "$geoNear", "$text"]) { return false }
        if let sort, !sort.elements.allSatisfy({ !$0.key.hasPrefix("$") && $0.int64 != nil }) { return false }
        guard let projection else { return true }
        // The positional operator: "values.$".
        return !projection.view.hasKey(among: findOperators)
            && !projection.elements.contains { $0.key.hasSuffix(".$") }
    }
}

extension DocumentView {
    /// Whether one of these keys is there at any depth.
    fileprivate func hasKey(among keys: Set<String>) -> Bool {
        elements.contains { element in
            (element.keyBytes.first == UInt8(ascii: "$") && keys.contains(element.key))
                || element.view?.hasKey(among: keys) == true
        }
    }

    /// Whether a projection names what to leave out; nil where it says neither.
    fileprivate var excludes: Bool? {
        var ofIdentifier: Bool?
        for element in elements {
            let says: Bool?
            if element.type == .document, element.view?.elements.first?.keyBytes.first != UInt8(ascii: "$") {
                says = element.view?.excludes
            } else {
                says = element.double == 0 || element.value == false
            }
            guard element.key == "_id" else { return says }
            ofIdentifier = says
        }
        return ofIdentifier
    }
}

extension Sequence {
    /// The first element.
    fileprivate var first: Element? { first { _ in true } }
}

extension Document {
    /// This projection with one more field that it lets through.
    func keeping(_ field: String) -> Document {
        if view.excludes == true { return self }
        var writer = DocumentWriter(capacity: bytes.count + 64)
        writer.append(contentsOf: view)
        writer.append(field, int32: 1)
        return writer.finish()
    }
}
