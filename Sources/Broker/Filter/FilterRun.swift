import Aggregation
import Archive
import Documents

/// A filter on its way over the alerts of a part of a batch.
struct FilterRun {
    private let active: ActiveFilter
    private let place: Int
    private let resultBytes: Int
    private let mostResultBytes: Int
    private var bytes = 0
    private let before: FilterBudget.Account
    private var main: Execution?
    private var autosave: Execution?
    private var autoFollowup: Execution?
    private var spent = FilterBudget.Account()
    private var counts = FilterStatistics.Counts()
    /// Of what `counts` has, the nanoseconds.
    private var nanoseconds: Int64 = 0
    private var stopped: String?

    init(_ place: Int, _ pass: MemoryPass) {
        self.place = place
        active = pass.filters[place]
        resultBytes = pass.resultBytes
        mostResultBytes = pass.mostResultBytes
        before = pass.accounts[place]
        func execution(_ pipeline: RunnablePipeline?) -> Execution? {
            pipeline?.program.map { Execution($0, now: pass.now, limits: pass.limits) }
        }
        main = execution(active.filter.pipeline)
        autosave = execution(active.autosave?.pipeline)
        autoFollowup = execution(active.autoFollowup?.pipeline)
    }

    /// Whether it has not been stopped.
    var isRunning: Bool { stopped == nil }

    /// Why stages came to no result here.
    private enum Detour: Error {
        case later
        case database
        case failed(String)
        case exhausted(String)
    }

    /// Runs it on one alert.
    mutating func run(on item: MemoryPass.Item, _ view: inout FilterView, _ findings: inout FilterFindings) {
        let pair = FilterPair(filter: place, alert: item.alert.place)
        do throws(Detour) {
            guard let subject = try Self.subject(&view, active.filter.permissions) else { return }
            let passed = try Self.outcome(of: &main, subject)
            var finding: FilterFinding?
            if case .one(let result) = passed {
                if result.bytes.count > resultBytes {
                    throw .failed("a result of \(result.bytes.count) bytes, more than \(resultBytes)")
                }
                bytes += result.bytes.count
                if bytes > mostResultBytes {
                    throw .exhausted("results of more than \(mostResultBytes) bytes in a batch")
                }
                finding = FilterFinding(pair: pair, result: result)
                try act(on: subject, item.alert, &finding)
            }
            counts.evaluated += 1
            if let finding {
                counts.passed += 1
                findings.found.append(finding)
            }
        } catch {
            switch error {
            case .later: findings.later.append(pair)
            case .database: findings.database.append(pair)
            case .failed(let reason): count(error: reason)
            case .exhausted(let reason):
                count(error: reason)
                stopped = "it needs \(reason), at alert \(item.alert.candid)"
            }
        }
    }

    private mutating func count(error reason: String) {
        counts.evaluated += 1
        counts.errors += 1
        spent.lastError = reason
    }

    /// Runs the pipelines that say what the filter makes of itself with what passes. What fails in them is no reason
    /// for the alert not to pass.
    private mutating func act(
        on subject: Subject, _ alert: FilteredAlert, _ finding: inout FilterFinding?
    ) throws(Detour) {
        guard let rule = active.autosave else { return }
        let saved = rule.outcome(
            rule.asksPipeline ? try Self.outcomeOfAction(of: &autosave, subject) : nil)
        finding?.autosave = saved
        guard saved.bool(at: "passed") == true, let rule = active.autoFollowup else { return }
        finding?.autoFollowup = rule.outcome(
            rule.asksPipeline ? try Self.outcomeOfAction(of: &autoFollowup, subject) : nil,
            objectID: alert.objectID)
    }

    private static func subject(_ view: inout FilterView, _ permissions: [Int64]) throws(Detour) -> Subject? {
        do { return try view.subject(permissions: permissions) } catch { throw .database }
    }

    private static func outcomeOfAction(
        of execution: inout Execution?, _ subject: Subject
    ) throws(Detour) -> PipelineOutcome {
        do throws(Detour) { return try outcome(of: &execution, subject) } catch {
            if case .failed(let reason) = error { return .failed(reason) }
            throw error
        }
    }

    private static func outcome(
        of execution: inout Execution?, _ subject: Subject
    ) throws(Detour) -> PipelineOutcome {
        switch execution?.outcome(on: subject) {
        case .results(let results)?:
            guard results.count == 1, let result = results.documents.first else {
                return .others(count: results.count)
            }
            return .one(result)
        case .later?: throw .later
        case .failed(_, let reason)?: throw .failed(reason)
        case .exhausted(let reason)?: throw .exhausted(reason)
        case .unsupported?, nil: throw .database
        }
    }

    /// Takes note of the time that a few alerts took.
    mutating func took(_ duration: Duration, _ rules: FilterBudget.Rules) {
        nanoseconds += duration.nanoseconds
        var account = before
        account += spent
        account.evaluated += counts.evaluated
        account.nanoseconds += nanoseconds
        // Errors are judged when the batch is done.
        account.errors = 0
        if stopped == nil { stopped = account.fault(rules) }
    }

    /// Gives account of a night.
    mutating func close(night: Int64, _ findings: inout FilterFindings) {
        guard counts.evaluated > 0 || nanoseconds > 0 else { return }
        counts.microseconds = (nanoseconds + 500) / 1000
        findings.counts[.init(filter: place, night: night), default: .init()] += counts
        spent.evaluated += counts.evaluated
        spent.errors += counts.errors
        spent.nanoseconds += nanoseconds
        counts = .init()
        nanoseconds = 0
    }

    /// Gives account of all.
    func finish(_ findings: inout FilterFindings) {
        if spent != .init() { findings.spent[place, default: .init()] += spent }
        if let stopped { findings.stopped[place] = stopped }
    }
}

extension Duration {
    /// Whole nanoseconds.
    var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds &* 1_000_000_000 &+ attoseconds / 1_000_000_000
    }
}
