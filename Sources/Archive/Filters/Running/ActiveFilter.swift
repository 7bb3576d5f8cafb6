import Documents

/// A filter that runs on every alert: its active version and what it does of itself with what passes.
public struct ActiveFilter: Sendable {
    /// The version that runs.
    public let filter: RunnableFilter
    /// What it saves; nil where it saves nothing.
    public let autosave: AutosaveRule?
    /// What it asks for; nil where it asks for nothing.
    public let autoFollowup: AutoFollowupRule?
    /// What identifies its document.
    let documentID: Value

    /// - Throws: `RequestError` where there is no version to run, or it cannot be read.
    init(_ filter: Filter) throws(RequestError) {
        guard let filterID = filter.filterID else { throw .missing("filter_id") }
        guard let fid = filter.document.string(at: "active_fid"), let version = filter.version(fid) else {
            throw RequestError(nil, "filter \(filterID) has no active version")
        }
        self.filter = try RunnableFilter(filter, version: version)
        documentID = filter.document["_id"] ?? .null
        autosave = AutosaveRule(filter.document["autosave"] ?? .null)
        autoFollowup = AutoFollowupRule(
            filter.document["auto_followup"] ?? .null, groupID: self.filter.groupID)
    }
}
