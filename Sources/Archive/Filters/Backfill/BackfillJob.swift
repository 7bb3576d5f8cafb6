public import Documents

/// A run of a filter's version over the alerts between two dates, in the background.
public struct BackfillJob: Sendable {
    /// How it stands.
    public enum State: String, Sendable, CaseIterable {
        case waiting, running, done, failed, cancelled

        /// Whether there is something left to do.
        public var isOpen: Bool { self == .waiting || self == .running }
    }

    /// Where it is: everything up to here is done. Alerts come by Julian date, and by candid within one.
    struct Position: Sendable, Equatable {
        let jd: Double
        let candid: Int64
    }

    /// What identifies it.
    public let id: String
    /// SkyPortal's number of the filter.
    public let filterID: Int64
    /// SkyPortal's number of the filter's group.
    let groupID: Int64
    /// The version's name.
    public let fid: String
    /// The first and the last Julian date.
    let dates: (from: Double, to: Double)
    /// Whether its hits are to be sent.
    let notifies: Bool
    /// How it stands.
    public let state: State
    /// Where it is; nil at its beginning.
    let position: Position?
    /// Alerts that were looked at.
    public let evaluated: Int64
    /// Alerts between the dates; nil where nobody has counted them.
    public let total: Int64?
    /// The document as it is shown: all but what keeps two from working on it at once.
    public let document: Document

    /// Nil where a document is none of a job.
    init?(_ stored: Document) {
        guard let id = stored.string(at: "_id"), let filterID = stored.int64(at: "filter_id"),
            let groupID = stored.int64(at: "group_id"), let fid = stored.string(at: "fid"),
            let from = stored.double(at: "start_jd"), let to = stored.double(at: "end_jd"),
            let state = stored.string(at: "state").flatMap(State.init)
        else { return nil }
        self.id = id
        self.filterID = filterID
        self.groupID = groupID
        self.fid = fid
        dates = (from, to)
        notifies = stored.bool(at: "notify") ?? false
        self.state = state
        position = stored.double(at: "position.jd").flatMap { jd in
            stored.int64(at: "position.candid").map { Position(jd: jd, candid: $0) }
        }
        evaluated = stored.int64(at: "evaluated") ?? 0
        total = stored.int64(at: "total")
        var writer = DocumentWriter(capacity: stored.bytes.count)
        writer.append("job", string: id)
        for element in stored.elements where element.key != "_id" && element.key != "lease" {
            writer.append(element)
        }
        document = writer.finish()
    }
}
