public import Documents

/// A user's filter with its versions, in Kowalski's shape: `{filter_id, group_id, catalog, permissions, active,
/// autosave, auto_followup, update_annotations, active_fid, fv: [{fid, pipeline, created_at}], created_at,
/// last_modified, _id}`; ours besides are `owner`, the name of the user whose filter it is, and `suspended`,
/// `{reason, at, fid}`, while it does not run for what it did.
public struct Filter: Sendable, Equatable {
    /// The document as it is answered: fields that an older Kowalski did not write have their defaults, unknown ones
    /// are left out.
    public let document: Document

    /// Fields with what they are where they are missing; nil for those that stay missing.
    static let fields: [(name: String, standard: Value?)] = [
        ("filter_id", nil), ("group_id", nil), ("catalog", nil), ("permissions", []), ("active", true),
        ("autosave", false), ("auto_followup", [:]), ("update_annotations", false), ("active_fid", .null),
        ("fv", []), ("created_at", nil), ("last_modified", nil), ("owner", nil), ("suspended", nil),
        ("_id", nil),
    ]

    /// The filter of a stored document.
    init(_ stored: Document) {
        var writer = DocumentWriter(capacity: stored.bytes.count)
        for (name, standard) in Self.fields {
            if let element = stored.element(key: name) {
                writer.append(element)
            } else if let standard {
                writer.append(name, standard)
            }
        }
        document = writer.finish()
    }

    /// Its number, SkyPortal's.
    public var filterID: Int64? { document.int64(at: "filter_id") }
    /// The group whose filter it is, SkyPortal's number.
    public var groupID: Int64? { document.int64(at: "group_id") }
    /// The name of the user whose filter it is; nil where nobody is named.
    public var owner: String? { document.string(at: "owner") }
    /// The name of the version that runs at ingestion; nil for none.
    public var activeVersion: String? { document.string(at: "active_fid") }
    /// The collection of alerts that it looks at.
    public var catalog: String { document.string(at: "catalog") ?? "" }
    /// The programs whose alerts it may see.
    public var permissions: [Int64] { document.array(at: "permissions")?.compactMap(\.int64) ?? [] }
    /// Its versions, oldest first.
    public var versions: [FilterVersion] { document.documents(at: "fv").compactMap { FilterVersion($0) } }

    /// The version of a name.
    func version(_ fid: String) -> FilterVersion? { versions.first { $0.fid == fid } }
}
