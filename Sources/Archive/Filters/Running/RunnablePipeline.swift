public import Aggregation
public import Documents

/// Stages of a user that come after `FilterPrefix`, compiled.
public struct RunnablePipeline: Sendable {
    /// The stages, without the system's.
    public let stages: [Document]
    /// How they can be run.
    public let way: Way

    /// How stages can be run.
    public enum Way: Sendable {
        /// Here.
        case memory(Program)
        /// In MongoDB alone, and why: also stages that are wrong, so that MongoDB says what is wrong with them.
        case database(CompileError)
    }

    /// - Parameter stages: a user's, checked.
    init(_ stages: [Document]) {
        self.stages = stages
        do { way = .memory(try Program(stages)) } catch { way = .database(error) }
    }

    /// The program where they can be run here.
    public var program: Program? { if case .memory(let program) = way { program } else { nil } }
}
