import Aggregation
import Documents
import Mongo

/// Tells stage by stage what a pipeline makes of a stored alert: by the engine, which names the conditions and the values
/// that they saw, else by the database, which only tells how many documents each stage leaves.
struct FilterExplainer {
    let stored: StoredAlerts
    let filter: RunnableFilter
    /// What comes between prefix and stages in the database.
    let barrier: [Document]
    let comment: String
    /// Milliseconds since 1970.
    let now: Int64

    /// Time that the database may take for all stages.
    private static let longest = Duration.seconds(20)

    /// `{supported, passed, results, stages, failed_stage?, …}`.
    func document(of alert: Document) async throws -> Document {
        guard let program = hiddenProgram(of: alert) else { return try await explanation(of: alert) }
        return [
            "supported": .bool(filter.pipeline.program != nil), "passed": false, "results": 0, "stages": [],
            "reason": .string(
                "program \(program.shown) of the alert is not among those that the filter may see: "
                    + "\(stored.permissions)"),
        ]
    }

    /// The alert's program where the filter may not see it.
    private func hiddenProgram(of alert: Document) -> Value? {
        guard let field = stored.survey.fields.programID else { return nil }
        let program = alert[field]
        if let number = program?.int64, stored.permissions.contains(number) { return nil }
        return program ?? .null
    }

    private func explanation(of alert: Document) async throws -> Document {
        var explanation: Explanation?
        var reason: CompileError?
        if case .database(let error) = filter.way { reason = error }
        var isWhole = false
        do {
            try await stored.show([alert]) { _, subject in
                guard let subject, reason == nil else { return .done }
                // With its light curve: all values are wanted that the conditions see.
                defer { isWhole = true }
                guard isWhole else { return .wantsLightCurve }
                explanation = try Explanation(of: filter.stages, on: subject, now: now)
                return .done
            }
        } catch let error as CompileError {
            reason = error
        }
        guard let explanation else { return try await verdict(on: alert, reason) }
        if explanation.results == nil {
            // It fails in MongoDB as well, or it is what only MongoDB can do.
            let verdict = try await verdict(on: alert, nil)
            if !verdict.documents(at: "stages").contains(where: { $0.exists(at: "error") }) { return verdict }
        }
        var writer = DocumentWriter(capacity: explanation.document.bytes.count + 16)
        writer.append("supported", bool: true)
        writer.append(contentsOf: explanation.document.view)
        return writer.finish()
    }

    /// What the database makes of the first stage, the first two, and so on.
    private func verdict(on alert: Document, _ reason: CompileError?) async throws -> Document {
        let deadline = ContinuousClock.now + Self.longest
        var stages: [Document] = []
        var results: Int64 = 1
        for count in 1...max(filter.stages.count, 1) {
            var writer = DocumentWriter()
            writer.append("stage", .integer(Int64(count - 1)))
            writer.append("name", string: filter.stages[count - 1].keys.first ?? "")
            do {
                results = try await self.count(alert, after: count, until: deadline)
                writer.append("passed", bool: results > 0)
                writer.append("documents", .integer(results))
            } catch let error as MongoError {
                guard let text = error.refusal else { throw error }
                // Only what fails at a document is the alert's; else MongoDB does not take the pipeline.
                if reason?.kind == .invalid || !text.hasPrefix("PlanExecutor error") {
                    throw RequestError(nil, "failure: \(text)")
                }
                results = 0
                writer.append("passed", bool: false)
                writer.append("documents", 0)
                writer.append("error", string: text)
            }
            stages.append(writer.finish())
            if results == 0 { break }
        }
        var writer = DocumentWriter()
        writer.append("supported", bool: false)
        writer.append("unsupported", reason.map(Self.unsupported) ?? .null)
        writer.append("passed", bool: results == 1)
        writer.append("results", .integer(results))
        writer.append("stages", documents: stages)
        if results == 0 { writer.append("failed_stage", .integer(Int64(stages.count - 1))) }
        return writer.finish()
    }

    /// `{place, reason}`: `{place: "1.$project.x.$function", reason: "operator $function"}`.
    private static func unsupported(_ error: CompileError) -> Value {
        ["place": .string(error.place), "reason": .string(error.reason)]
    }

    private func count(
        _ alert: Document, after count: Int, until deadline: ContinuousClock.Instant
    ) async throws -> Int64 {
        let left = deadline - .now
        guard left > .milliseconds(1) else {
            throw RequestError(nil, "failure: operation exceeded time limit")
        }
        let candid = stored.survey.fields.candid
        let one: Document = ["$match": .document([candid: alert[Path(candid)] ?? .null])]
        let cursor = try await stored.database.aggregate(
            stored.survey.alerts,
            pipeline: [one] + stored.prefix(.past(objects: nil, dates: nil)) + barrier
                + filter.stages[..<count] + [["$count": "n"]],
            options: AggregateOptions(maxTime: left, comment: comment, allowDiskUse: false))
        return try await cursor.nextBatch()?.first?.int64(at: "n") ?? 0
    }
}
