import Aggregation
import Documents

/// A pipeline on its way over stored alerts, in memory where it can be run there, else in the database once per batch.
/// It belongs to one thread.
struct PastFilter {
    private let stored: StoredAlerts
    private let stages: [Document]
    private let barrier: [Document]
    private let comment: String?
    /// Nil where only the database can run it.
    private var execution: Execution?
    /// Time spent in the pipeline.
    private(set) var time = Duration.zero

    /// Time that the database may take for the alerts of a batch.
    private static let longest = Duration.seconds(30)

    /// - Parameters:
    ///   - filter: what is run; the programs that count are those of `stored`.
    ///   - barrier: what comes between prefix and stages in the database.
    ///   - now: what `$$NOW` means, milliseconds since 1970.
    init(_ filter: RunnableFilter, on stored: StoredAlerts, barrier: [Document], comment: String?, now: Int64)
    {
        self.stored = stored
        stages = filter.stages
        self.barrier = barrier
        self.comment = comment
        execution = filter.pipeline.program.map { Execution($0, now: now) }
    }

    /// What becomes of each alert of a batch, by its place; nothing of those that the filter may not see.
    /// - Throws: `MongoError` where the database is at fault.
    mutating func outcomes(of alerts: [Document]) async throws -> [Int: PipelineOutcome] {
        guard var execution else { return try await databaseOutcomes(of: alerts, Array(alerts.indices)) }
        let clock = ContinuousClock()
        var outcomes: [Int: PipelineOutcome] = [:]
        var others: [Int] = []
        var spent = Duration.zero
        try await stored.show(alerts) { index, subject in
            guard let subject else {
                others.append(index)
                return .done
            }
            let start = clock.now
            let outcome = execution.outcome(on: subject)
            spent += clock.now - start
            switch outcome {
            case .later: return .wantsLightCurve
            case .results(let results):
                let documents = results.count == 1 ? results.documents : []
                outcomes[index] = documents.first.map { .one($0) } ?? .others(count: results.count)
            case .failed(_, let reason), .exhausted(let reason): outcomes[index] = .failed(reason)
            case .unsupported: others.append(index)
            }
            return .done
        }
        self.execution = execution
        time += spent
        guard !others.isEmpty else { return outcomes }
        return outcomes.merging(try await databaseOutcomes(of: alerts, others)) { first, _ in first }
    }

    /// What the database makes of some of the alerts, each apart from the others.
    private mutating func databaseOutcomes(
        of alerts: [Document], _ places: [Int]
    ) async throws -> [Int: PipelineOutcome] {
        let field = Path(stored.survey.fields.candid)
        let start = ContinuousClock.now
        defer { time += .now - start }
        let found = try await FilterQuery(stored.database, stored.survey).outcomes(
            of: barrier + stages, permissions: stored.permissions,
            candids: places.compactMap { alerts[$0].int64(at: field) },
            limits: FilterQuery.Limits(time: Self.longest, bytes: 64 << 20), name: comment ?? "filter")
        let unknown = found.exhausted.map { PipelineOutcome.failed($0) } ?? .others(count: 0)
        return Dictionary(
            places.map { place in
                (place, alerts[place].int64(at: field).flatMap { found.alerts[$0] } ?? unknown)
            }
        ) { first, _ in first }
    }
}
