public import Documents
import Mongo
public import Service

extension Filters {
    private var jobs: Backfills { Backfills(database) }

    /// What works on the runs of filters over the past.
    /// - Parameters:
    ///   - pause: how long to rest after a batch, in times that the batch took.
    public func backfillWorker(pause: Double, log: Log) -> BackfillWorker {
        BackfillWorker(database, filters: self, jobs: jobs, log: log, pause: pause)
    }

    /// Adds a run of a filter over the past.
    /// - Parameters:
    ///   - body: `{start_date, end_date, filter_version?, notify?}`; the last version where none is named.
    ///   - now: milliseconds since 1970.
    public func addBackfill(
        of filter: Filter, _ body: Document, by user: User, now: Int64
    ) async throws -> BackfillJob {
        let dates = try FilterDates.range(body)
        let version = try version("filter_version", of: filter, body, isRequired: false)
        var notify = false
        if let given = body.element(key: "notify")?.value, given != .null {
            guard case .bool(let truth) = given else {
                throw RequestError(.type, "notify must be true or false")
            }
            notify = truth
        }
        let stored = StoredAlerts(
            database: database, survey: try survey(of: filter.catalog), permissions: version.permissions)
        var total: Int64?
        do {
            total = Int64(
                try await database.countDocuments(
                    filter.catalog, filter: stored.condition(.past(objects: nil, dates: dates)),
                    options: AggregateOptions(maxTime: .seconds(5), comment: user.name)))
        } catch let error as MongoError where error.isTimeout {
            // Too many to count; progress is then told by dates alone.
        }
        return try await jobs.add(version, dates: dates, notify: notify, total: total, by: user, now: now)
    }

    /// The runs of a filter over the past, newest first, at most 100, as they are shown.
    /// - Throws: `FilterHidden` where the user may not see what the filter finds.
    public func backfills(of filter: Filter, for user: User) async throws -> [BackfillJob] {
        try checkFindings(of: filter, for: user)
        return try await jobs.list(of: filter)
    }

    /// A run of a filter over the past; nil where there is none of that name.
    /// - Throws: `FilterHidden` where the user may not see what the filter finds.
    public func backfill(_ job: String, of filter: Filter, for user: User) async throws -> BackfillJob? {
        try checkFindings(of: filter, for: user)
        return try await jobs.find(job, of: filter)
    }

    /// Ends a run of a filter over the past; one that is done stays as it is.
    /// - Returns: the job; nil where there is none of that name.
    public func cancelBackfill(_ job: String, of filter: Filter, now: Int64) async throws -> BackfillJob? {
        try await jobs.cancel(job, of: filter, now: now)
    }

    /// Hits of a filter, the newest alerts first, and where the next page begins; nil where this is the last.
    /// - Throws: `FilterHidden` where the user may not see what the filter finds; `RequestError`.
    public func hits(
        of filter: Filter, _ selection: FilterFindings.Selection, for user: User
    ) async throws -> (hits: [Document], next: String?) {
        try checkFindings(of: filter, for: user)
        return try await FilterFindings(database).hits(of: filter, selection)
    }

    /// What a filter did: `{filter_id, active, active_fid, suspended, nights: [{night, fid, evaluated, passed, errors,
    /// microseconds_per_alert}]}`.
    /// - Parameter from: the first Julian date; `to` the last.
    /// - Throws: `FilterHidden` where the user may not see what the filter finds.
    public func statistics(
        of filter: Filter, from: Double?, to: Double?, for user: User
    ) async throws -> Document {
        try checkFindings(of: filter, for: user)
        let nights = try await FilterFindings(database).statistics(
            of: filter, from: from.map(FilterStatistics.night), to: to.map(FilterStatistics.night))
        return [
            "filter_id": filter.filterID.map { .integer($0) } ?? .null,
            "active": filter.document["active"] ?? true, "active_fid": filter.document["active_fid"] ?? .null,
            "suspended": filter.document["suspended"] ?? .null, "nights": .list(nights.map { .document($0) }),
        ]
    }

    private func checkFindings(of filter: Filter, for user: User) throws {
        let survey = surveys.first { $0.alerts == filter.catalog }
        guard FilterRights(user: user).seesFindings(of: filter, survey) else { throw FilterHidden() }
    }
}
