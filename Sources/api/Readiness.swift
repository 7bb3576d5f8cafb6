import Service
import Synchronization

/// Whether the database can be used.
///
/// One task asks it again and again, so that no probe waits for a database that hangs or takes a connection from those
/// who query.
final class Readiness: Sendable {
    private struct State {
        /// When the database answered last; nil before it has.
        var lastAnswer: ContinuousClock.Instant?
        /// Why it cannot be used; nil where it can.
        var fault: String?
    }

    /// How often the database is asked.
    private static let pause: Duration = .seconds(1)
    /// How long it may take to answer.
    private static let patience: Duration = .seconds(5)

    private let state = Mutex(State())
    private let log: Log
    private let ask: @Sendable (_ isFirst: Bool) async throws -> Void

    /// - Parameter ask: returns when the database has answered; `isFirst` until it has for the first time.
    init(log: Log, ask: @escaping @Sendable (_ isFirst: Bool) async throws -> Void) {
        self.log = log
        self.ask = ask
    }

    /// Asks the database until the task is cancelled.
    func run() async {
        while !Task.isCancelled {
            do {
                try await ask(state.withLock { $0.lastAnswer == nil })
                note(nil)
            } catch {
                if Task.isCancelled { return }
                note("\(error)")
            }
            // Cancelled, it ends at once and the loop with it.
            try? await Task.sleep(for: Self.pause)
        }
    }

    /// What is not usable, by name; empty where all is well. The log says why.
    func faults() -> [String: String] {
        let now = ContinuousClock.now
        let isUsable = state.withLock { state in
            state.fault == nil && state.lastAnswer.map { now - $0 < Self.patience } ?? false
        }
        return isUsable ? [:] : ["database": "not usable"]
    }

    /// Keeps an answer, and tells the log what has changed.
    private func note(_ fault: String?) {
        let before = state.withLock { state in
            defer {
                state.fault = fault
                if fault == nil { state.lastAnswer = .now }
            }
            return state.fault
        }
        if let fault, fault != before {
            log.warning("database not usable", ["reason": .string(fault)])
        } else if fault == nil, before != nil {
            log.info("database usable again")
        }
    }
}
