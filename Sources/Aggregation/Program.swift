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
    public mutating func outcome(on subject: Subject) -> Outcome { outcome(of: [subject.record]) }

    /// Runs the program on several documents together, in their order.
    public mutating func outcome(on subjects: [Subject]) -> Outcome { outcome(of: subjects.map(\.record)) }

    private mutating func outcome(of input: [Record]) -> Outcome {
        run.start(Record([]))
        do {
            let records = try pipeline.documents(from: input, &run)
            if records.contains(where: \.awaitsLater) { return .later }
            guard records.allSatisfy({ $0.extent.bytes <= Self.mostBytes }) else {
                return .failed(code: 10334, reason: "a result is larger than a document may be")
            }
            return .results(Results(records: records))
        } catch {
            switch error {
            case .error(let code, let reason): return .failed(code: code, reason: reason)
            case .unsupported(let what): return .unsupported(what)
            case .exhausted(let reason): return .exhausted(reason)
            case .later: return .later
            }
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
