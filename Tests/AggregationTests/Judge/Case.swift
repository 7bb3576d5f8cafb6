@testable import Aggregation
import Documents
import Mongo
import TestSupport

/// What a pipeline does to documents, as one of two engines has it.
enum Verdict: Equatable, CustomStringConvertible {
    case documents([Document])
    case error(String)
    /// Our engine leaves it to MongoDB.
    case unsupported(String)

    /// Which of the cases it is.
    var kind: Int {
        switch self {
        case .documents: 0
        case .error: 1
        case .unsupported: 2
        }
    }

    /// Whether both say the same: equal bytes, or an error of whatever text.
    func agrees(with other: Verdict, _ order: Order) -> Bool {
        switch (self, other) {
        case (.documents(let left), .documents(let right)): order.areEqual(left, right)
        case (.error, .error): true
        default: false
        }
    }

    var description: String {
        switch self {
        case .documents(let documents): documents.map(\.canonical).joined(separator: "\n    ")
        case .error(let reason): "error: \(reason)"
        case .unsupported(let reason): "unsupported: \(reason)"
        }
    }
}

extension Document {
    /// Canonical Extended JSON: every type can be seen.
    var canonical: String { String(decoding: ExtendedJSON.bytes(of: self, mode: .canonical), as: UTF8.self) }
}

/// A pipeline and the documents that it runs on.
struct Case: Sendable {
    var pipeline: [Document]
    var documents: [Document]

    /// What our engine says.
    var ours: Verdict {
        let program: Program
        do { program = try Program(pipeline) } catch {
            return error.kind == .invalid ? .error(error.description) : .unsupported(error.description)
        }
        var execution = Execution(program, now: 1_700_000_000_000)
        switch execution.outcome(on: documents.map { Subject($0) }) {
        case .results(let results): return .documents(results.documents)
        case .failed(let code, let reason): return .error("\(code) \(reason)")
        case .unsupported(let what): return .unsupported(what)
        case .exhausted(let what): return .error("exhausted: \(what)")
        case .later: return .error("asks for a field that is still to be fetched")
        }
    }

    /// What mongod says.
    func verdict(of database: Database) async throws -> Verdict {
        let source: Document = ["$documents": ["$literal": .list(documents.map { .document($0) })]]
        do {
            let answer = try await database.run(
                command: [
                    "aggregate": 1, "pipeline": .list(([source] + pipeline).map { .document($0) }),
                    "cursor": ["batchSize": 100_000],
                ], readOnly: true)
            return .documents(Array(answer.documents(at: "cursor.firstBatch").map(\.document)))
        } catch let error as MongoError where error.serverReply != nil {
            return .error("\(error)")
        }
    }
}
