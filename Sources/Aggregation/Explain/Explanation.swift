public import Documents

/// Why a document passes a pipeline or does not: what came out of each stage and, for the first `$match` that let
/// nothing through, what each of its conditions saw.
public struct Explanation {
    /// Whether exactly one document came out.
    public let passed: Bool
    /// How many came out; nil where a stage failed.
    public let results: Int?
    /// The condition of the query language that kept the document back: were it replaced by its negation, the stage
    /// would have let the document through. Where several conditions of a conjunction failed, the conjunction of
    /// those. Nil where no `$match` did.
    public let failedCondition: Document?
    /// `{passed, results, failed_stage, reason, failed_condition, stages: [{stage, name, documents, passed, error,
    /// conditions}]}`; what does not apply is left out. `stage` counts from 0.
    public let document: Document

    /// Runs a pipeline stage by stage.
    /// - Parameters:
    ///   - pipeline: the stages.
    ///   - subject: a complete document: a field that is still to be fetched counts as a fault.
    ///   - now: what `$$NOW` means, milliseconds since 1970-01-01T00:00:00Z.
    ///   - limits: how much each stage, and each condition that is explained, may take.
    /// - Throws: `CompileError` where the pipeline cannot be compiled.
    public init(
        of pipeline: [Document], on subject: Subject, now: Int64, limits: Limits = Limits()
    ) throws(CompileError) {
        var compiler = Compiler()
        let stages = try compiler.stages(asWritten: pipeline, Place())
        var scene = Scene(
            run: Run(variables: compiler.variableCount, hints: compiler.hintCount, now: now, limits: limits),
            now: now, limits: limits)
        var report = Report()
        var records = [subject.record]
        for (index, stage) in stages.enumerated() {
            let name = pipeline[index].keys.first ?? ""
            let input = records
            do throws(Failure) {
                scene.run.start(records.first ?? Record([]))
                var output: [Record] = []
                try stage.pass(records, to: &output, &scene.run)
                records = output
                report.passed(index, name, records.count)
            } catch {
                report.failed(index, name, error)
                break
            }
            if records.isEmpty, !input.isEmpty {
                report.ended(at: index, name)
                if let filter = pipeline[index].document(at: "$match") {
                    report.explain(filter, of: index, for: input, &scene)
                }
            }
        }
        results = report.hasFailed ? nil : records.count
        passed = results == 1
        failedCondition = report.failedCondition
        document = report.document(results: results)
    }
}

/// What is needed to evaluate parts of a pipeline by themselves.
struct Scene {
    var run: Run
    let now: Int64
    let limits: Limits

    /// A run for something that is compiled by itself.
    func newRun(_ compiler: Compiler, on record: Record) -> Run {
        var run = Run(variables: compiler.variableCount, hints: compiler.hintCount, now: now, limits: limits)
        run.start(record)
        return run
    }
}

/// What is said of the stages, as they are run.
private struct Report {
    private var stages: [Value] = []
    private var end: (stage: Int, reason: String)?
    private(set) var hasFailed = false
    private(set) var failedCondition: Document?

    /// Of so many documents that came to the failing stage each is explained.
    private static let explained = 3

    mutating func passed(_ index: Int, _ name: String, _ count: Int) {
        stages.append([
            "stage": .integer(Int64(index)), "name": .string(name), "documents": .integer(Int64(count)),
            "passed": .bool(count > 0),
        ])
    }

    mutating func failed(_ index: Int, _ name: String, _ failure: Failure) {
        hasFailed = true
        end = (index, "\(name) failed: \(failure)")
        stages.append([
            "stage": .integer(Int64(index)), "name": .string(name), "passed": false,
            "error": .string("\(failure)"),
        ])
    }

    mutating func ended(at index: Int, _ name: String) {
        if end == nil { end = (index, "\(name) let no document through") }
    }

    mutating func explain(_ filter: Document, of index: Int, for input: [Record], _ scene: inout Scene) {
        guard failedCondition == nil else { return }
        let conditions = input.prefix(Self.explained).map { ConditionExplanation(of: filter, for: $0, scene) }
        failedCondition = conditions.first?.failing
        guard case .document(let last)? = stages.popLast() else { return }
        var writer = DocumentWriter()
        writer.append(contentsOf: last.view)
        writer.append("conditions", .list(conditions.map { .document($0.document) }))
        stages.append(.document(writer.finish()))
    }

    func document(results: Int?) -> Document {
        var writer = DocumentWriter()
        writer.append("passed", bool: results == 1)
        if let results { writer.append("results", .integer(Int64(results))) }
        if let end {
            writer.append("failed_stage", .integer(Int64(end.stage)))
            writer.append("reason", string: end.reason)
        } else if let results, results != 1 {
            writer.append("reason", string: "\(results) documents came out, where one is a hit")
        }
        if let failedCondition { writer.append("failed_condition", document: failedCondition) }
        writer.append("stages", .list(stages))
        return writer.finish()
    }
}
