import Aggregation
public import Documents
import Mongo

/// A run of a filter over stored alerts that gives what passes and then tells how it went: documents after each stage,
/// hits of each night, and what an alert costs.
///
/// It runs in memory, an alert after the other and in batches, where the pipeline can be run there and does with many
/// alerts what it does with each. Else the documents come from the database, as one aggregation over all alerts.
public actor FilterTest {
    /// What is run on what.
    struct Plan: Sendable {
        let stored: StoredAlerts
        let selection: FilterPrefix.Selection
        let stages: [Document]
        /// What comes between prefix and stages in the database.
        let barrier: [Document]
        let maxTime: Duration
        let comment: String
        /// Milliseconds since 1970.
        let now: Int64
    }

    private let plan: Plan
    private let deadline: ContinuousClock.Instant
    private let isSingle: Bool
    private var counter: StageCounter?
    private var tally = NightTally()
    /// Why not everything is known; nil where it is.
    private var reason: String?
    private var alerts: Cursor?
    private var results: Cursor?
    private var resultCount = 0
    private var databaseTime = Duration.zero

    init(_ plan: Plan) {
        self.plan = plan
        deadline = .now + plan.maxTime
        isSingle = StageCounter.isSingle(plan.stages)
        do { counter = try StageCounter(plan.stages, now: plan.now) } catch { reason = error.description }
    }

    /// Whether the documents are made in memory.
    private var isInMemory: Bool { counter != nil && isSingle && results == nil }

    /// Opens what is read.
    /// - Throws: `MongoError`, where the database refuses the pipeline.
    func start() async throws {
        if isInMemory { try await openAlerts() } else { try await openResults() }
    }

    private func openAlerts() async throws {
        alerts = try await plan.stored.find(plan.selection, maxTime: left(), comment: plan.comment)
    }

    private func openResults() async throws {
        let start = ContinuousClock.now
        results = try await aggregate(plan.stages)
        databaseTime += .now - start
    }

    /// The next documents; nil at the end.
    /// - Throws: `RequestError` where a document makes the pipeline fail; `MongoError`.
    public func next() async throws -> [Document]? {
        while isInMemory {
            guard let batch = try await alerts?.nextBatch(maximumDocuments: StoredAlerts.batch) else {
                return nil
            }
            if let documents = try await documents(of: batch) {
                resultCount += documents.count
                if documents.isEmpty { continue }
                return documents
            }
            // MongoDB says in its own words what is wrong.
            counter = nil
            await alerts?.close()
            try await openResults()
        }
        let start = ContinuousClock.now
        let documents = try await results?.nextBatch()
        databaseTime += .now - start
        resultCount += documents?.count ?? 0
        return documents
    }

    /// What the pipeline makes of some alerts; nil where it fails and nothing has been given yet.
    private func documents(of batch: [Document]) async throws -> [Document]? {
        var found: [Int: [Document]] = [:]
        var others: [Int] = []
        var failure: String?
        try await plan.stored.show(batch) { index, subject in
            guard ContinuousClock.now < deadline else { throw Self.tooLate }
            guard let subject else {
                others.append(index)
                return .done
            }
            guard failure == nil, let outcome = counter?.outcome(on: subject) else { return .done }
            switch outcome {
            case .later: return .wantsLightCurve
            case .results(let results):
                tally.add(plan.stored.night(of: batch[index]), hasPassed: results.count == 1)
                if results.count > 0 { found[index] = results.documents }
            case .failed(_, let reason): failure = reason
            case .unsupported, .exhausted: others.append(index)
            }
            return .done
        }
        if let failure {
            guard resultCount == 0 else { throw RequestError(nil, "failure: \(failure)") }
            return nil
        }
        for index in others { found[index] = try await databaseDocuments(of: batch[index]) }
        return batch.indices.flatMap { found[$0] ?? [] }
    }

    /// What the database makes of one alert that the engine cannot decide.
    private func databaseDocuments(of alert: Document) async throws -> [Document] {
        reason = "some alerts could be run in the database only"
        let cursor = try await aggregate(plan.stages, alert["candid"])
        var documents: [Document] = []
        while let batch = try await cursor.nextBatch() { documents += batch }
        tally.add(plan.stored.night(of: alert), hasPassed: documents.count == 1)
        return documents
    }

    private func aggregate(_ stages: [Document], _ candid: Value? = nil) async throws -> Cursor {
        let stored = plan.stored
        let one: [Document] = candid.map { [["$match": [stored.survey.fields.candid: $0]]] } ?? []
        return try await stored.database.aggregate(
            stored.survey.alerts, pipeline: one + stored.prefix(plan.selection) + plan.barrier + stages,
            options: AggregateOptions(maxTime: try left(), comment: plan.comment, allowDiskUse: false))
    }

    /// `{alerts, stages, nights, microseconds_per_alert, engine, reason}`, once all documents have been given.
    ///
    /// `stages` is `[{stage, name, documents}]`, `nights` is `[{night, evaluated, passed, errors, hit_rate}]`; null
    /// where they are not known, and `reason` says why.
    public func report() async throws -> Document {
        let wasInMemory = isInMemory
        var counts = reason == nil ? counter?.documents : nil
        if !wasInMemory {
            counts = try await countStages()
            try await countNights()
        }
        let evaluated =
            counter == nil
            ? Int64(
                try await plan.stored.database.countDocuments(
                    plan.stored.survey.alerts, filter: plan.stored.condition(plan.selection),
                    options: AggregateOptions(maxTime: .seconds(30), comment: plan.comment)))
            : tally.evaluated
        let time = counter?.time ?? databaseTime
        var writer = DocumentWriter()
        writer.append("alerts", .integer(evaluated))
        writer.append("stages", counts.map { .list(stageDocuments($0)) } ?? .null)
        writer.append("nights", counter == nil ? .null : .list(tally.documents.map { .document($0) }))
        writer.append(
            "microseconds_per_alert",
            evaluated == 0 ? .null : .double(time / .microseconds(1) / Double(evaluated)))
        writer.append("engine", string: counter == nil ? "database" : "memory")
        writer.append("reason", reason.map { .string($0) } ?? .null)
        return writer.finish()
    }

    private func stageDocuments(_ counts: [Int]) -> [Value] {
        zip(plan.stages, counts).enumerated().map { index, stage in
            [
                "stage": .integer(Int64(index)), "name": .string(stage.0.keys.first ?? ""),
                "documents": .integer(Int64(stage.1)),
            ]
        }
    }

    /// Documents after each stage, by running the stages up to it again; nil where this takes too long.
    private func countStages() async throws -> [Int]? {
        var counts: [Int] = []
        do {
            for count in 1..<max(plan.stages.count, 1) {
                let cursor = try await aggregate(Array(plan.stages[..<count]) + [["$count": "n"]])
                counts.append(Int(try await cursor.nextBatch()?.first?.int64(at: "n") ?? 0))
            }
        } catch let error as RequestError where error == Self.tooLate {
            reason = "counting the stages takes longer than max_time_ms"
            return nil
        } catch let error as MongoError where error.isTimeout {
            reason = "counting the stages takes longer than max_time_ms"
            return nil
        }
        return counts + [resultCount]
    }

    /// Hits of each night, where the engine can run what the database has run over all alerts at once.
    private func countNights() async throws {
        guard counter != nil else { return }
        do {
            try await openAlerts()
            while let batch = try await alerts?.nextBatch(maximumDocuments: StoredAlerts.batch) {
                try await plan.stored.show(batch) { index, subject in
                    guard ContinuousClock.now < deadline else { throw Self.tooLate }
                    let night = plan.stored.night(of: batch[index])
                    switch subject.flatMap({ counter?.outcome(on: $0) }) {
                    case .later?: return .wantsLightCurve
                    case .results(let results)?: tally.add(night, hasPassed: results.count == 1)
                    default: tally.add(night, hasPassed: nil)
                    }
                    return .done
                }
            }
        } catch let error as RequestError where error == Self.tooLate {
            counter = nil
            reason = "running the filter on each alert takes longer than max_time_ms"
        }
    }

    private func left() throws(RequestError) -> Duration {
        let left = deadline - .now
        guard left > .milliseconds(1) else { throw Self.tooLate }
        return left
    }

    /// What the database says of an operation that takes too long.
    private static let tooLate = RequestError(nil, "failure: operation exceeded time limit")
}
