internal import Documents

/// What an index file says of itself.
public struct CatalogDescription: Equatable, Sendable {
    /// The catalogue's name, which is its collection's.
    public let name: String

    /// Which load of the collection it was made from, as the registry has it.
    public let load: String

    /// 16 hexadecimal digits derived from the content alone: the same rows with the same fields give the same.
    public let version: String

    /// How many rows it has.
    public let rows: Int

    /// Length of the file in bytes.
    public let bytes: Int

    /// The stored fields besides `_id` and the coordinates; nil where documents are stored whole.
    public let fields: [String]?

    /// When it was made, in milliseconds since 1970-01-01T00:00:00Z.
    public let created: Int64

    /// HEALPix order of the directory.
    public let order: Int
}

extension CatalogDescription {
    /// As it stands in the header; `bytes` is the file's own length.
    func document(documentBytes: Int) -> Document {
        var writer = DocumentWriter()
        writer.append("name", string: name)
        writer.append("load", string: load)
        writer.append("version", string: version)
        writer.append("rows", int64: Int64(rows))
        writer.append("created", int64: created)
        writer.append("order", int64: Int64(order))
        writer.append("documentBytes", int64: Int64(documentBytes))
        if let fields { writer.append("fields", .list(fields.map { .string($0) })) }
        return writer.finish()
    }

    /// From what stands in the header; nil where something is missing.
    init?(_ document: Document, bytes: Int) {
        guard let name = document.string(at: "name"), let load = document.string(at: "load"),
            let version = document.string(at: "version"), let rows = document.int64(at: "rows"),
            let created = document.int64(at: "created"), let order = document.int64(at: "order")
        else { return nil }
        self.name = name
        self.load = load
        self.version = version
        self.rows = Int(rows)
        self.bytes = bytes
        self.created = created
        self.order = Int(order)
        fields = document.array(at: "fields")?.compactMap {
            if case .string(let field) = $0 { field } else { nil }
        }
    }
}
