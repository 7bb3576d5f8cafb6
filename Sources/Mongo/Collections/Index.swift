public import Documents

/// An index of a collection.
public struct Index: Sendable, Hashable {
    /// Unique among the collection's indexes.
    public var name: String
    /// Fields with 1, −1, "2dsphere", "text" or "hashed", in their order.
    public var keys: Document
    /// Whether no two documents may have the same values.
    public var unique: Bool
    /// Which documents it has; nil for all.
    public var partialFilter: Document?
    /// How long after the date in its field a document is removed; nil for never.
    public var expiresAfter: Duration?
    /// How strings compare; nil byte by byte.
    public var collation: Document?

    /// - Parameter name: nil for the server's usual one, for instance `candidate.jd_-1_candid_1`.
    public init(
        name: String? = nil, keys: Document, unique: Bool = false, partialFilter: Document? = nil,
        expiresAfter: Duration? = nil, collation: Document? = nil
    ) {
        self.name = name ?? Self.usualName(keys)
        self.keys = keys
        self.unique = unique
        self.partialFilter = partialFilter
        self.expiresAfter = expiresAfter
        self.collation = collation
    }

    /// From what `listIndexes` says; nil where that has no name or keys.
    init?(description: Document) {
        guard let name = description.string(at: "name"), let keys = description.document(at: "key") else {
            return nil
        }
        self.init(
            name: name, keys: keys, unique: description["unique"] == .bool(true),
            partialFilter: description.document(at: "partialFilterExpression"),
            expiresAfter: description.int64(at: "expireAfterSeconds").map { .seconds($0) },
            collation: description.document(at: "collation"))
    }

    /// As `createIndexes` takes it.
    var document: Document {
        var writer = DocumentWriter()
        writer.append("key", document: keys)
        writer.append("name", string: name)
        if unique { writer.append("unique", .bool(true)) }
        if let partialFilter { writer.append("partialFilterExpression", document: partialFilter) }
        if let expiresAfter { writer.append("expireAfterSeconds", int64: expiresAfter.components.seconds) }
        if let collation { writer.append("collation", document: collation) }
        return writer.finish()
    }

    private static func usualName(_ keys: Document) -> String {
        keys.elements.map { element in
            let direction = element.value.string ?? element.value.int64.map(String.init) ?? "1"
            return "\(element.key)_\(direction)"
        }.joined(separator: "_")
    }
}
