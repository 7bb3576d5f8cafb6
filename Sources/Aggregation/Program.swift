public import Documents

/// An aggregation pipeline that is ready to run. Immutable: any number of threads may run it at once.
public struct Program: Sendable {
    let pipeline: Pipeline
    let variableCount: Int
    let hintCount: Int

    /// Compiles a pipeline.
    /// - Throws: `CompileError` where MongoDB would refuse it, and where it needs what only MongoDB can do.
    public init(_ pipeline: [Document]) throws(CompileError) {
        var compiler = Compiler()
        self.pipeline = try compiler.pipeline(pipeline, Place())
        variableCount = compiler.variableCount
        hintCount = compiler.hintCount
    }
}

/// A program on its way over many documents: keeps what saves work from one to the next. It belongs to one thread.
public struct Execution {
    /// What became of a run.
    public enum Outcome {
        /// The documents that came out.
        case results(Results)
        /// It asks for a field that is still to be fetched; it is to be run again when it is there.
        case later
        /// It failed, as MongoDB would have failed.
        case failed(code: Int, reason: String)
        /// Only MongoDB can tell.
        case unsupported(String)
        /// It takes more time or memory than it may.
        case exhausted(String)
    }

    /// MongoDB's limit for a document on its way between servers, 16 MiB and 16 KiB.
    private static let mostBytes = 16_793_600
    private let pipeline: Pipeline
    private let empty = Record([])
    private var run: Run

    /// - Parameters:
    ///   - program: what is run.
    ///   - now: what `$$NOW` means, milliseconds since 1970-01-01T00:00:00Z.
    ///   - limits: how much one run may take.
    public init(_ program: Program, now: Int64, limits: Limits = Limits()) {
        pipeline = program.pipeline
        run = Run(variables: program.variableCount, hints: program.hintCount, now: now, limits: limits)
    }

    /// Runs the program on one document.
    ///
    /// Most documents fail at the first condition: that one is asked without anything being put together.
    public mutating func outcome(on subject: Subject) -> Outcome {
        guard let gate = pipeline.gate else { return outcome(of: [subject.record], into: 0) }
        run.start(subject.record)
        do throws(Failure) {
            try run.spend()
            guard try gate.holds(for: subject.record, &run) else { return .results(Results(records: [])) }
            try run.admit(subject.record.extent)
        } catch {
            return Outcome(error)
        }
        return continued(with: [subject.record], into: 1)
    }

    /// Runs the program on several documents together, in their order.
    public mutating func outcome(on subjects: [Subject]) -> Outcome {
        outcome(of: subjects.map(\.record), into: 0)
    }

    private mutating func outcome(of input: [Record], into first: Int) -> Outcome {
        run.start(empty)
        return continued(with: input, into: first)
    }

    private mutating func continued(with input: [Record], into first: Int) -> Outcome {
        do throws(Failure) {
            let records = try pipeline.documents(from: input, into: first, &run)
            if records.contains(where: \.awaitsLater) { return .later }
            guard records.allSatisfy({ $0.extent.bytes <= Self.mostBytes }) else {
                return .failed(code: 10334, reason: "a result is larger than a document may be")
            }
            return .results(Results(records: records))
        } catch {
            return Outcome(error)
        }
    }
}

extension Execution.Outcome {
    /// What it means that a run failed.
    fileprivate init(_ failure: Failure) {
        self =
            switch failure {
            case .error(let code, let reason): .failed(code: code, reason: reason)
            case .unsupported(let what): .unsupported(what)
            case .exhausted(let reason): .exhausted(reason)
            case .later: .later
            }
    }
}

/// The documents that came out of a program, made into BSON only when asked for.
public struct Results {
    let records: [Record]

    /// How many there are.
    public var count: Int { records.count }

    /// The documents.
    public var documents: [Document] { records.map(\.document) }
}
