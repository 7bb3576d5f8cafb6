import Documents
public import Tables

/// The files of a catalogue and what becomes of their rows.
public struct CatalogueSource: Sendable {
    /// The files in the order in which they are read.
    public var files: [String]
    /// How they are written.
    public var layout: TableLayout
    /// The column of right ascension; nil to find it.
    public var ra: String?
    /// The column of declination; nil to find it.
    public var dec: String?
    /// The column whose value becomes `_id`; nil for a column `_id` if there is one, else for ids made of the row's place.
    public var id: String?
    /// Whether that value is to be a text, be it a number in the files.
    public var idIsText = false
    /// What rows must fulfil; others are left out.
    public var conditions: [RowCondition] = []

    /// - Parameters:
    ///   - files: paths.
    ///   - layout: how they are written.
    public init(files: [String], layout: TableLayout) {
        self.files = files
        self.layout = layout
    }

    /// Everything that decides what the rows become, as a text: a load goes on only where it is the same.
    var fingerprint: String {
        let description: Document = [
            "format": .string(layout.format.rawValue), "delimiter": .int32(Int32(layout.delimiter)),
            "quote": layout.quote.map { .int32(Int32($0)) } ?? .null,
            "comment": layout.comment.map { .int32(Int32($0)) } ?? .null,
            "columns": layout.columns.map { .list($0.map { .string($0) }) } ?? .null,
            "header": .bool(layout.hasHeader),
            "renames": .list(
                layout.renames.sorted { $0.key < $1.key }.map { .string("\($0.key)=\($0.value)") }),
            "wanted": layout.wanted.map { .list($0.map { .string($0) }) } ?? .null,
            "nulls": .list(layout.nulls.sorted().map { .string($0) }),
            "sentinels": .list(layout.sentinels.map { .double($0) }),
            "types": .list(
                layout.types.sorted { $0.key < $1.key }.map { .string("\($0.key)=\($0.value.rawValue)") }),
            "unit": layout.unit.map { .int64(Int64($0)) } ?? .null, "ra": ra.map { .string($0) } ?? .null,
            "dec": dec.map { .string($0) } ?? .null, "id": id.map { .string($0) } ?? .null,
            "idIsText": .bool(idIsText),
            "conditions": .list(conditions.map { .string($0.description) }),
        ]
        return "\(description)"
    }
}
