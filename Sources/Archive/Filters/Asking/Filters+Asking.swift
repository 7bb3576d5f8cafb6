public import Documents
import Mongo

extension Filters {
    /// The filter of a number where a user may see it.
    /// - Throws: `FilterHidden` where the user may not, or where there is none and the user is no admin; to admins
    ///   `Filter id 7 not found`.
    public func find(_ filterID: Int64, for user: User) async throws -> Filter {
        guard let condition = FilterRights(user: user).condition else { return try await find(filterID) }
        var filter = DocumentWriter()
        filter.append("filter_id", .integer(filterID))
        filter.append(contentsOf: condition.view)
        guard let found = try await find(filter.finish()) else { throw FilterHidden() }
        return found
    }

    /// Finds fault with the body of a request that runs a filter over stored alerts.
    /// - Throws: the first fault.
    public static func check(run body: Document) throws(RequestError) { _ = try FilterRun(body) }

    /// Runs a version of a filter over stored alerts for a user, and counts on the way.
    /// - Parameters:
    ///   - body: as that of `run`.
    ///   - now: milliseconds since 1970.
    /// - Throws: `RequestError`; `MongoError`, also while the documents are read.
    public func test(_ filter: Filter, _ body: Document, for user: User, now: Int64) async throws
        -> FilterTest
    {
        let (run, version) = try run(of: filter, body)
        let rights = FilterRights(user: user)
        let test = FilterTest(
            FilterTest.Plan(
                stored: try stored(filter, for: user, "failure: "),
                selection: .past(objects: run.objects, dates: run.dates), stages: try stages(of: version),
                barrier: rights.barrier, maxTime: run.maxTime, comment: user.name, now: now))
        try await test.start()
        return test
    }

    /// What two versions of a filter find in a night, and how that differs: see `FilterDifference`.
    /// - Parameters:
    ///   - body: `{from_version, to_version, night | start_date, end_date, max_time_ms?}`.
    ///   - now: milliseconds since 1970.
    public func difference(
        of filter: Filter, _ body: Document, for user: User, now: Int64
    ) async throws -> Document {
        let from = try version("from_version", of: filter, body)
        let to = try version("to_version", of: filter, body)
        let dates = try FilterDates.night(body)
        let maxTime = try FilterRun.time(body.element(key: "max_time_ms")?.value)
        let deadline = ContinuousClock.now + maxTime
        let stored = try stored(filter, for: user)
        let barrier = FilterRights(user: user).barrier
        var first = PastFilter(from, on: stored, barrier: barrier, comment: user.name, now: now)
        var second = PastFilter(to, on: stored, barrier: barrier, comment: user.name, now: now)
        var difference = FilterDifference()
        let cursor = try await stored.find(
            .past(objects: nil, dates: dates), maxTime: maxTime, comment: user.name)
        while let alerts = try await cursor.nextBatch(maximumDocuments: StoredAlerts.batch) {
            guard ContinuousClock.now < deadline else {
                throw RequestError(nil, "failure: operation exceeded time limit")
            }
            let before = try await first.outcomes(of: alerts)
            let after = try await second.outcomes(of: alerts)
            for (index, alert) in alerts.enumerated() {
                difference.add(alert, of: stored.survey, from: before[index], to: after[index])
            }
        }
        return difference.document((from.fid, to.fid), dates)
    }

    /// Which run over the past a body asks for, and the version.
    func run(of filter: Filter, _ body: Document) throws -> (FilterRun, FilterVersion) {
        let run = try FilterRun(body)
        guard let last = filter.versions.last else {
            throw RequestError(nil, "Filter id \(filter.filterID ?? 0) has no versions")
        }
        guard let version = run.version.map({ $0.string.flatMap(filter.version) }) ?? last else {
            throw RequestError(nil, "Filter version \(run.version?.shown ?? "") not found")
        }
        return (run, version)
    }

    func stages(of version: FilterVersion) throws(RequestError) -> [Document] {
        do { return try FilterPipeline(version).stages } catch {
            throw RequestError(nil, "failure: \(error.reason)")
        }
    }

    /// The version that a field of a body names, compiled; where it may be absent, the last one.
    func version(
        _ name: String, of filter: Filter, _ body: Document, isRequired: Bool = true
    ) throws -> RunnableFilter {
        guard let given = body.element(key: name)?.value, given != .null else {
            guard !isRequired else { throw RequestError.missing(name) }
            guard let last = filter.versions.last else {
                throw RequestError(nil, "Filter id \(filter.filterID ?? 0) has no versions")
            }
            return try RunnableFilter(filter, version: last)
        }
        guard let version = given.string.flatMap(filter.version) else {
            throw RequestError(nil, "Filter version \(given.shown) not found")
        }
        return try RunnableFilter(filter, version: version)
    }

    /// The alerts that a filter sees where it runs for a user.
    func stored(_ filter: Filter, for user: User, _ prefix: String = "") throws(RequestError) -> StoredAlerts
    {
        StoredAlerts(
            database: database, survey: try survey(of: filter.catalog, prefix),
            permissions: FilterRights(user: user).permissions(of: filter))
    }

    func survey(of catalog: String, _ prefix: String = "") throws(RequestError) -> Survey {
        guard let survey = surveys.first(where: { $0.alerts == catalog }) else {
            throw RequestError(nil, "\(prefix)\(catalog) is no collection of alerts")
        }
        return survey
    }
}
