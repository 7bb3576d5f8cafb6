import Archive
import Documents

/// Runs a filter in the database, on those alerts of a batch of which only the database can tell.
struct DatabasePass: Sendable {
    let query: FilterQuery
    let active: ActiveFilter
    /// The filter's place.
    let place: Int
    let limits: FilterQuery.Limits
    /// Bytes of a result at most.
    let resultBytes: Int

    /// Runs the filter.
    /// - Throws: `MongoError` where the database is at fault.
    func evaluate(_ alerts: [FilteredAlert]) async throws -> FilterFindings {
        var findings = FilterFindings()
        let start = ContinuousClock.now
        let outcomes = try await outcomes(of: active.filter.pipeline, alerts, &findings)
        var errors: Set<Int64> = []
        for alert in alerts {
            switch outcomes[alert.candid] {
            case .one(let result)? where result.bytes.count <= resultBytes:
                findings.found.append(
                    FilterFinding(pair: FilterPair(filter: place, alert: alert.place), result: result))
            case .one(let result)?:
                errors.insert(alert.candid)
                spend(error: "a result of \(result.bytes.count) bytes, more than \(resultBytes)", &findings)
            case .failed(let reason)?:
                errors.insert(alert.candid)
                spend(error: reason, &findings)
            case .others?, nil: break
            }
        }
        try await act(alerts, &findings)
        count(alerts, errors, ContinuousClock.now - start, &findings)
        return findings
    }

    private func outcomes(
        of pipeline: RunnablePipeline, _ alerts: [FilteredAlert], _ findings: inout FilterFindings
    ) async throws -> [Int64: PipelineOutcome] {
        guard findings.stopped.isEmpty, !alerts.isEmpty else { return [:] }
        let outcomes = try await query.outcomes(
            of: pipeline.stages, permissions: active.filter.permissions, candids: alerts.map(\.candid),
            limits: limits, name: "filter \(active.name)")
        if let reason = outcomes.exhausted { findings.stopped[place] = reason }
        return outcomes.alerts
    }

    /// Runs the pipelines that say what the filter makes of itself with what passes, as `FilterRun` does.
    private func act(_ alerts: [FilteredAlert], _ findings: inout FilterFindings) async throws {
        guard let rule = active.autosave, !findings.found.isEmpty else { return }
        let byPlace = Dictionary(uniqueKeysWithValues: alerts.map { ($0.place, $0) })
        let passed = findings.found.compactMap { byPlace[$0.pair.alert] }
        let saving = try await outcomesOfAction(rule.pipeline, passed, &findings)
        var saved: [FilteredAlert] = []
        for (index, alert) in passed.enumerated() {
            let outcome = rule.outcome(rule.asksPipeline ? saving(alert.candid) : nil)
            findings.found[index].autosave = outcome
            if outcome.bool(at: "passed") == true { saved.append(alert) }
        }
        guard let rule = active.autoFollowup, !saved.isEmpty else { return }
        let following = try await outcomesOfAction(rule.pipeline, saved, &findings)
        let places = Set(saved.map(\.place))
        for (index, alert) in passed.enumerated() where places.contains(alert.place) {
            findings.found[index].autoFollowup = rule.outcome(
                rule.asksPipeline ? following(alert.candid) : nil, objectID: alert.objectID)
        }
    }

    private func outcomesOfAction(
        _ pipeline: RunnablePipeline?, _ alerts: [FilteredAlert], _ findings: inout FilterFindings
    ) async throws -> (Int64) -> PipelineOutcome {
        guard let pipeline else { return { _ in .others(count: 0) } }
        let outcomes = try await outcomes(of: pipeline, alerts, &findings)
        let stopped = findings.stopped[place]
        return { candid in
            outcomes[candid] ?? stopped.map { .failed($0) } ?? .others(count: 0)
        }
    }

    private func spend(error reason: String, _ findings: inout FilterFindings) {
        findings.spent[place, default: .init()].errors += 1
        findings.spent[place, default: .init()].lastError = reason
    }

    /// Counts by night; each gets its share of the time. What the database takes is bounded by the query's limit, so
    /// that it is not counted against the filter.
    private func count(
        _ alerts: [FilteredAlert], _ errors: Set<Int64>, _ duration: Duration,
        _ findings: inout FilterFindings
    ) {
        let passed = Set(findings.found.map(\.pair.alert))
        let share = duration.nanoseconds / 1000 / Int64(max(1, alerts.count))
        for alert in alerts {
            var counts = FilterStatistics.Counts()
            counts.evaluated = 1
            counts.passed = passed.contains(alert.place) ? 1 : 0
            counts.errors = errors.contains(alert.candid) ? 1 : 0
            counts.microseconds = share
            findings.counts[.init(filter: place, night: alert.night), default: .init()] += counts
        }
        findings.spent[place, default: .init()].evaluated += Int64(alerts.count)
    }
}
