public import Documents

/// An alert that a version of a filter let through.
public struct FilterHit: Sendable, Equatable {
    /// SkyPortal's number of the filter.
    public let filterID: Int64
    /// The version's name.
    public let fid: String
    /// SkyPortal's number of the filter's group.
    public let groupID: Int64
    /// The alert.
    public let candid: Int64
    /// The alert's object.
    public let objectID: String
    /// When the alert was taken, Julian date, UTC.
    public let jd: Double
    /// When it passed, milliseconds since 1970.
    public let passed: Int64
    /// The document that the filter made of it.
    public let result: Document
    /// Whether it was found by a run over the past.
    public let isBackfill: Bool
    /// What is to be saved, nil where the filter does not save: see `docs/data-model.md`.
    public var autosave: Document?
    /// What is to be asked for, nil where the filter does not ask.
    public var autoFollowup: Document?

    /// - Parameters:
    ///   - filter: which filter let it through.
    ///   - alert: what passed.
    ///   - passed: milliseconds since 1970.
    ///   - result: the document that the filter made of it.
    ///   - isBackfill: whether it was found by a run over the past.
    public init(
        of filter: RunnableFilter, candid: Int64, objectID: String, jd: Double, passed: Int64,
        result: Document, isBackfill: Bool
    ) {
        filterID = filter.filterID
        fid = filter.fid
        groupID = filter.groupID
        self.candid = candid
        self.objectID = objectID
        self.jd = jd
        self.passed = passed
        self.result = result
        self.isBackfill = isBackfill
    }

    /// What the result says of the source, as SkyPortal shows it; nil where it says nothing.
    public var annotations: Document? { result.document(at: "annotations") }

    /// What identifies it.
    public var id: String { "\(filterID)/\(fid)/\(candid)" }

    /// The document as it is stored.
    public var document: Document {
        var writer = DocumentWriter(capacity: result.bytes.count + 512)
        writer.append("_id", string: id)
        writer.append("filter_id", .integer(filterID))
        writer.append("fid", string: fid)
        writer.append("group_id", .integer(groupID))
        writer.append("candid", int64: candid)
        writer.append("objectId", string: objectID)
        writer.append("jd", double: jd)
        writer.append("passed_at", .datetime(passed))
        writer.append("result", document: result)
        writer.append("annotations", document: annotations ?? [:])
        writer.append("backfill", .bool(isBackfill))
        if let autosave { writer.append("autosave", document: autosave) }
        if let autoFollowup { writer.append("auto_followup", document: autoFollowup) }
        return writer.finish()
    }
}
