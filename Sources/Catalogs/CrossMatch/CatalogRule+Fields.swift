import Documents

extension CatalogRule {
    /// The paths that the rule reads or gives, besides `_id`; nil where it may need anything.
    ///
    /// Of a filter the whole top-level fields: what a condition says of `a.b` can depend on what else is in `a`.
    var neededFields: Set<String>? {
        guard var fields = Self.included(projection), let filtered = Self.filtered(filter) else { return nil }
        fields.formUnion(filtered)
        if let distance { fields.formUnion(["ra", "dec", distance.field]) }
        fields.remove("_id")
        return fields
    }

    /// The paths of a projection that lists what is kept; nil for every other kind.
    private static func included(_ projection: Document, below outer: String = "") -> Set<String>? {
        var fields: Set<String> = []
        for element in projection.elements {
            let path = outer + element.key
            switch element.value {
            case .document(let inner):
                let isExpression = inner.elements.contains { $0.keyBytes.first == UInt8(ascii: "$") }
                guard !isExpression, let deeper = included(inner, below: path + ".") else { return nil }
                fields.formUnion(deeper)
            case .int32(0), .int64(0), .double(0), .bool(false):
                guard path == "_id" else { return nil }
            case .int32, .int64, .double, .bool: fields.insert(path)
            default: return nil
            }
        }
        // Nothing but `_id: 0` leaves one field out and keeps all others.
        return fields.isEmpty ? nil : fields
    }

    /// The top-level fields that a filter asks about; nil where that cannot be told.
    private static func filtered(_ filter: Document) -> Set<String>? {
        var fields: Set<String> = []
        for element in filter.elements {
            switch element.key {
            case "$and", "$or", "$nor":
                for member in element.value.list ?? [] {
                    guard let inner = member.document.flatMap(filtered) else { return nil }
                    fields.formUnion(inner)
                }
            case "$comment": break
            case let key where key.hasPrefix("$"): return nil
            case let key: fields.insert(key.split(separator: ".").first.map { String($0) } ?? key)
            }
        }
        return fields
    }
}
