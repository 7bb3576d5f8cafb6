import Documents

/// A pass over a survey's objects that brings cross-matches up to date, as it is stored: how far it is, and with which
/// catalogues it was begun.
struct RematchPass: Sendable, Equatable {
    /// What a pass has done so far.
    struct Counts: Sendable, Equatable {
        /// Objects that were looked at.
        var examined: Int64 = 0
        /// Objects whose cross-matches are other ones now, or of another version.
        var updated: Int64 = 0
        /// Objects for which a catalogue failed: they are to be tried again.
        var failed: Int64 = 0
        /// Objects of which no alert is stored, so that nobody knows where they are.
        var unplaced: Int64 = 0
    }

    /// `_id`: survey and scope.
    let id: String
    /// Whether all objects have been looked at.
    let isDone: Bool
    /// The catalogues' files, as `signature(of:)` has them.
    let signature: Document
    /// The object that was looked at last; nil at the beginning. Those after it, by descending name, are left.
    let position: String?
    /// What has been done so far.
    let counts: Counts
    /// When it was done, milliseconds since 1970; nil where it is not.
    let finished: Int64?

    /// Nil where a document is none of a pass.
    init?(_ stored: Document) {
        guard let id = stored.string(at: "_id"), let state = stored.string(at: "state"),
            let signature = stored.document(at: "signature")
        else { return nil }
        self.id = id
        isDone = state == "done"
        self.signature = signature
        position = stored.string(at: "position")
        finished = stored.datetime(at: "finished_at")
        counts = Counts(
            examined: stored.int64(at: "examined") ?? 0, updated: stored.int64(at: "updated") ?? 0,
            failed: stored.int64(at: "failed") ?? 0, unplaced: stored.int64(at: "unplaced") ?? 0)
    }
}
