import Aggregation
import Documents

/// A pipeline on its way over alerts, one by one, that counts what is left after each of its stages and how long it
/// takes. It belongs to one thread.
struct StageCounter {
    private var whole: Execution
    /// The first stage, the first two, and so on, up to all but the last.
    private var beginnings: [Execution]
    /// Documents after each stage.
    private(set) var documents: [Int]
    /// Time spent in the pipeline, without the counting.
    private(set) var time = Duration.zero
    private let clock = ContinuousClock()

    /// Stages whose results for several documents are those for each of them.
    private static let single: Set<String> = [
        "$match", "$project", "$addFields", "$set", "$unset", "$replaceRoot", "$replaceWith", "$unwind",
        "$redact",
    ]

    /// Whether a pipeline does with many alerts what it does with each.
    static func isSingle(_ stages: [Document]) -> Bool {
        stages.allSatisfy { $0.keys.first.map(single.contains) ?? false }
    }

    /// - Parameters:
    ///   - stages: the pipeline.
    ///   - now: what `$$NOW` means, milliseconds since 1970.
    /// - Throws: where only the database can run it.
    init(_ stages: [Document], now: Int64) throws(CompileError) {
        whole = Execution(try Program(stages), now: now)
        documents = [Int](repeating: 0, count: stages.count)
        beginnings = []
        guard Self.isSingle(stages) else { return }
        for count in 1..<max(stages.count, 1) {
            // Nothing of the document is asked for that the stages do not ask for.
            let beginning = Array(stages[..<count]) + [["$project": ["_id": 1]]]
            beginnings.append(Execution(try Program(beginning), now: now))
        }
    }

    /// Runs the pipeline on an alert.
    mutating func outcome(on subject: Subject) -> Execution.Outcome {
        let start = clock.now
        let outcome = whole.outcome(on: subject)
        time += clock.now - start
        guard case .results(let results) = outcome else { return outcome }
        for index in beginnings.indices {
            guard case .results(let left) = beginnings[index].outcome(on: subject), left.count > 0 else {
                break
            }
            documents[index] += left.count
        }
        if let last = documents.indices.last { documents[last] += results.count }
        return outcome
    }
}
