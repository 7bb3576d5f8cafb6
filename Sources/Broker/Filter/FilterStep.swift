import Aggregation
public import Archive
import Documents
import Foundation
public import Service
public import Sky

/// Runs all active filters on the alerts of a batch and stores what passes.
///
/// Filters run in memory, first without light curves; those of the objects that a filter still asks for are then read
/// together, and those filters run again. What only MongoDB can run, it runs once per batch and filter. Every alert is
/// filtered each time that it comes: that it is stored already does not mean that its filters have run, and a hit
/// that is there already stays as it is.
///
/// An alert's filters see what was known before it was taken, however late they run and whatever came in the same
/// batch.
public struct FilterStep: Sendable {
    let active: ActiveFilters
    let tally: FilterTally
    private let survey: Survey
    private let hits: FilterHits
    private let lightCurves: LightCurveReader
    private let query: FilterQuery
    private let budget: FilterBudget
    private let limits: Limits
    private let resultBytes: Int
    private let databaseTime: Duration
    private let databaseFilters: Int
    private let tasks: Int
    private let metrics: FilterMetrics
    private let log: Service.Log
    private let clock: @Sendable () -> UTCTime

    /// Of all results of a filter in a batch together, how many of the largest there may be.
    private static let mostLargeResults = 32

    /// - Parameters:
    ///   - survey: whose alerts.
    ///   - archive: where filters, light curves and hits are.
    ///   - configuration: what filters may take.
    ///   - metrics: what is counted.
    ///   - log: what is said.
    ///   - clock: the time.
    /// - Throws: `MongoError` where the settings of the database make no sense.
    public init(
        of survey: Survey, _ archive: Archive, _ configuration: Service.Configuration, metrics: FilterMetrics,
        log: Service.Log, clock: @escaping @Sendable () -> UTCTime
    ) throws {
        self.survey = survey
        active = archive.activeFilters(of: survey, log: log)
        tally = FilterTally(archive.filterStatistics, log: log)
        hits = archive.filterHits
        lightCurves = archive.lightCurves(of: survey)
        databaseTime = configuration[FilterSettings.databaseTime]
        databaseFilters = configuration[FilterSettings.databaseFilters]
        query = try archive.filterQuery(
            of: survey, patience: databaseTime + .seconds(1), connections: databaseFilters)
        budget = FilterBudget(
            FilterBudget.Rules(nanoseconds: Int64(configuration[FilterSettings.microseconds]) * 1000))
        limits = Limits(
            steps: configuration[FilterSettings.steps], bytes: configuration[FilterSettings.bytes])
        resultBytes = configuration[FilterSettings.resultBytes]
        let tasks = configuration[FilterSettings.tasks]
        self.tasks = tasks > 0 ? tasks : ProcessInfo.processInfo.activeProcessorCount
        self.metrics = metrics
        self.log = log
        self.clock = clock
    }

    /// Runs filters on alerts; when it returns, all hits are durable.
    /// - Parameters:
    ///   - alerts: stored ones.
    ///   - snapshot: the filters.
    /// - Returns: the places of the alerts that passed any filter.
    /// - Throws: where the database is at fault; the batch is then to be filtered again as a whole.
    func run(_ alerts: [(place: Int, alert: Alert)], _ snapshot: ActiveFilters.Snapshot) async throws -> Set<
        Int
    > {
        let filters = snapshot.filters
        metrics.active.set(filters.count)
        metrics.broken.set(snapshot.faults.count)
        guard !filters.isEmpty, !alerts.isEmpty else { return [] }
        var seen: Set<Int64> = []
        let batch = alerts.filter { seen.insert($0.alert.candid).inserted }
            .map { FilteredAlert($0.alert, place: $0.place, of: survey) }
        let byPlace = Dictionary(uniqueKeysWithValues: batch.map { ($0.place, $0) })
        let now = clock().milliseconds
        let accounts = budget.accounts(of: filters)
        var findings = await evaluate(
            batch.map { .init(alert: $0, lightCurve: .later, filters: Array(filters.indices)) }, filters,
            accounts, now)
        try await evaluateLater(&findings, byPlace, filters, accounts, now)
        try await evaluateInDatabase(&findings, byPlace, filters)
        try await record(&findings, byPlace, filters, now)
        try await judge(findings, filters, now)
        return Set(findings.found.map(\.pair.alert))
    }

    /// Adds what is still to be counted, and lets go of connections.
    func close() async {
        await tally.flush()
        await query.close()
    }

    /// Runs filters in memory, the alerts spread over the cores.
    private func evaluate(
        _ items: [MemoryPass.Item], _ filters: [ActiveFilter], _ accounts: [FilterBudget.Account],
        _ now: Int64
    ) async -> FilterFindings {
        let pass = MemoryPass(
            survey: survey, filters: filters, accounts: accounts, rules: budget.rules, limits: limits,
            resultBytes: resultBytes, mostResultBytes: resultBytes * Self.mostLargeResults / tasks, now: now)
        let size = max(1, (items.count + tasks - 1) / tasks)
        return await withTaskGroup(of: FilterFindings.self) { group in
            for start in stride(from: 0, to: items.count, by: size) {
                let part = Array(items[start..<min(start + size, items.count)])
                group.addTask { pass.evaluate(part) }
            }
            return await group.reduce(into: FilterFindings()) { $0.append($1) }
        }
    }

    /// Reads the light curves that are asked for, and runs again what asked.
    private func evaluateLater(
        _ findings: inout FilterFindings, _ alerts: [Int: FilteredAlert], _ filters: [ActiveFilter],
        _ accounts: [FilterBudget.Account], _ now: Int64
    ) async throws {
        let stopped = findings.stopped
        let byAlert = Dictionary(grouping: findings.later.filter { stopped[$0.filter] == nil }, by: \.alert)
        findings.later = []
        let asking = byAlert.keys.sorted().compactMap { alerts[$0] }
        guard !asking.isEmpty else { return }
        let stored = try await lightCurves.documents(of: Array(Set(asking.map(\.objectID))))
        metrics.lightCurves.add(stored.count)
        var spent = accounts
        for (filter, account) in findings.spent { spent[filter] += account }
        let items = asking.map { alert in
            MemoryPass.Item(
                alert: alert, lightCurve: stored[alert.objectID].map { .stored($0) } ?? .none,
                filters: (byAlert[alert.place] ?? []).map(\.filter).sorted())
        }
        var second = await evaluate(items, filters, spent, now)
        // There is nothing left that could be fetched.
        second.database += second.later
        second.later = []
        findings.append(second)
    }

    /// Lets the database run what only it can run, a few filters at a time.
    private func evaluateInDatabase(
        _ findings: inout FilterFindings, _ alerts: [Int: FilteredAlert], _ filters: [ActiveFilter]
    ) async throws {
        let stopped = findings.stopped
        let byFilter = Dictionary(
            grouping: findings.database.filter { stopped[$0.filter] == nil }, by: \.filter)
        findings.database = []
        guard !byFilter.isEmpty else { return }
        metrics.inDatabase.add(byFilter.values.reduce(0) { $0 + $1.count })
        let limits = FilterQuery.Limits(time: databaseTime, bytes: resultBytes * Self.mostLargeResults)
        let all = try await withThrowingTaskGroup(of: FilterFindings.self) { group in
            var all = FilterFindings()
            var running = 0
            for (filter, pairs) in byFilter.sorted(by: { $0.key < $1.key }) {
                if running >= databaseFilters, let one = try await group.next() {
                    all.append(one)
                    running -= 1
                }
                let pass = DatabasePass(
                    query: query, active: filters[filter], place: filter, limits: limits,
                    resultBytes: resultBytes)
                let part = pairs.map(\.alert).sorted().compactMap { alerts[$0] }
                group.addTask { try await pass.evaluate(part) }
                running += 1
            }
            for try await one in group { all.append(one) }
            return all
        }
        findings.append(all)
    }

    /// Stores what passed. What the database does not take is an error of its filter.
    private func record(
        _ findings: inout FilterFindings, _ alerts: [Int: FilteredAlert], _ filters: [ActiveFilter],
        _ now: Int64
    ) async throws {
        let found: [(finding: FilterFinding, hit: FilterHit)] = findings.found.compactMap { finding in
            guard let alert = alerts[finding.pair.alert] else { return nil }
            var hit = FilterHit(
                of: filters[finding.pair.filter].filter, candid: alert.candid, objectID: alert.objectID,
                jd: alert.jd, passed: now, result: finding.result, isBackfill: false)
            hit.autosave = finding.autosave
            hit.autoFollowup = finding.autoFollowup
            return (finding, hit)
        }
        let recorded = try await hits.record(found.map(\.hit))
        metrics.hits.add(recorded.new)
        for (place, reason) in recorded.refused {
            let pair = found[place].finding.pair
            findings.spent[pair.filter, default: .init()].errors += 1
            findings.spent[pair.filter, default: .init()].lastError = reason
            var counts = FilterStatistics.Counts()
            counts.passed = -1
            counts.errors = 1
            let night = found[place].hit.jd
            findings.counts[
                .init(filter: pair.filter, night: FilterStatistics.night(of: night)), default: .init()] +=
                counts
        }
        let refused = Set(recorded.refused.map { found[$0.place].finding.pair })
        findings.found.removeAll { refused.contains($0.pair) }
    }

    /// Counts what the filters did, and suspends those that took too much.
    private func judge(_ findings: FilterFindings, _ filters: [ActiveFilter], _ now: Int64) async throws {
        var faults = findings.stopped
        for (place, reason) in faults.sorted(by: { $0.key < $1.key }) {
            try await suspend(filters[place], reason, now)
        }
        for (place, account) in findings.spent.sorted(by: { $0.key < $1.key }) {
            guard let reason = budget.add(account, to: filters[place]), faults[place] == nil else { continue }
            faults[place] = reason
            try await suspend(filters[place], reason, now)
        }
        var total = FilterStatistics.Counts()
        var counts: [FilterStatistics.Key: FilterStatistics.Counts] = [:]
        for (key, count) in findings.counts {
            let filter = filters[key.filter].filter
            counts[.init(filterID: filter.filterID, fid: filter.fid, night: key.night), default: .init()] +=
                count
            total += count
        }
        tally.add(counts)
        metrics.evaluations.add(Int(total.evaluated))
        metrics.errors.add(Int(total.errors))
    }

    private func suspend(_ filter: ActiveFilter, _ reason: String, _ now: Int64) async throws {
        guard try await active.suspend(filter, reason: reason, now: now) else { return }
        metrics.suspended.add()
        log.warning("filter suspended", ["filter": .string(filter.name), "reason": .string(reason)])
    }
}
