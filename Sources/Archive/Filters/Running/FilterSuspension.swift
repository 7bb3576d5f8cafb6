public import Documents

/// Why a filter does not run although it is active: `suspended` on its document. A new version, another active version
/// and `active: true` take it away.
public struct FilterSuspension: Sendable, Equatable {
    /// What the filter did.
    public let reason: String
    /// When, milliseconds since 1970.
    public let at: Int64
    /// Which version did it.
    public let fid: String

    /// A suspension.
    init(reason: String, at: Int64, fid: String) {
        self.reason = reason
        self.at = at
        self.fid = fid
    }

    /// `{reason, at, fid}`.
    public var document: Document {
        ["reason": .string(reason), "at": .datetime(at), "fid": .string(fid)]
    }
}

extension Filter {
    /// Why it does not run; nil where nothing is in its way.
    public var suspension: FilterSuspension? {
        guard let fields = document.document(at: "suspended") else { return nil }
        return FilterSuspension(
            reason: fields.string(at: "reason") ?? "", at: fields.datetime(at: "at") ?? 0,
            fid: fields.string(at: "fid") ?? "")
    }
}
