import Archive
import Documents

/// An alert of a batch as the filters' step needs it.
struct FilteredAlert: Sendable {
    /// Its place among the batch's alerts.
    let place: Int
    let candid: Int64
    let objectID: String
    /// Julian date, UTC.
    let jd: Double
    let document: Document

    init(_ alert: Alert, place: Int, of survey: Survey) {
        self.place = place
        candid = alert.candid
        objectID = alert.objectID
        jd = alert.document.double(at: survey.fields.jd) ?? .nan
        document = alert.document
    }

    /// The night when it was taken.
    var night: Int64 { FilterStatistics.night(of: jd) }
}

/// A filter and an alert of a batch, by their places.
struct FilterPair: Sendable, Hashable {
    let filter: Int
    let alert: Int
}

/// An alert that a filter let through, and what the filter makes of itself with it.
struct FilterFinding: Sendable {
    let pair: FilterPair
    let result: Document
    var autosave: Document?
    var autoFollowup: Document?
}

/// What the filters made of a part of a batch.
struct FilterFindings: Sendable {
    /// What passed.
    var found: [FilterFinding] = []
    /// Whose light curve is asked for.
    var later: [FilterPair] = []
    /// What only the database can tell.
    var database: [FilterPair] = []
    /// What was counted, by filter and night.
    var counts: [FilterNight: FilterStatistics.Counts] = [:]
    /// What the filters took here, by filter.
    var spent: [Int: FilterBudget.Account] = [:]
    /// Filters that were stopped, with the reason.
    var stopped: [Int: String] = [:]

    /// A filter, by its place, and a night.
    struct FilterNight: Sendable, Hashable {
        let filter: Int
        let night: Int64
    }

    mutating func append(_ other: FilterFindings) {
        found += other.found
        later += other.later
        database += other.database
        for (key, counts) in other.counts { self.counts[key, default: .init()] += counts }
        for (filter, account) in other.spent { spent[filter, default: .init()] += account }
        stopped.merge(other.stopped) { first, _ in first }
    }
}
