internal import Synchronization

/// Whether something that a process needs, such as its database, can be used.
///
/// One task asks it again and again, so that no probe waits for a server that hangs or takes a connection from those
/// who work.
public final class Readiness: Sendable {
    private struct State {
        /// When it answered last; nil before it has.
        var lastAnswer: ContinuousClock.Instant?
        /// Why it cannot be used; nil where it can.
        var fault: String?
    }

    /// How long it may take to answer.
    private static let patience: Duration = .seconds(15)

    private let state = Mutex(State())
    private let name: String
    private let pause: Duration
    private let log: Log
    private let ask: @Sendable (_ isFirst: Bool) async throws -> Void

    /// - Parameters:
    ///   - name: what is asked: "database".
    ///   - pause: how long to wait between two questions.
    ///   - ask: returns when it has answered; `isFirst` until it has for the first time.
    public init(
        _ name: String, every pause: Duration, log: Log,
        ask: @escaping @Sendable (_ isFirst: Bool) async throws -> Void
    ) {
        self.name = name
        self.pause = pause
        self.log = log.with(["needed.name": .string(name)])
        self.ask = ask
    }

    /// Asks until the task is cancelled.
    public func run() async {
        while !Task.isCancelled {
            do {
                try await ask(state.withLock { $0.lastAnswer == nil })
                note(nil)
            } catch {
                if Task.isCancelled { return }
                note("\(error)")
            }
            // Cancelled, it ends at once and the loop with it.
            try? await Task.sleep(for: pause)
        }
    }

    /// `not usable` under the name; empty where all is well. The log says why.
    public func faults() -> [String: String] {
        let now = ContinuousClock.now
        let isUsable = state.withLock { state in
            state.fault == nil && state.lastAnswer.map { now - $0 < Self.patience } ?? false
        }
        return isUsable ? [:] : [name: "not usable"]
    }

    /// Shows it among metrics: `database_usable`, 1 or 0.
    public func show(in metrics: Metrics) {
        metrics.observe { [self] in
            [.gauge("\(name)_usable", "Whether the \(name) answers: 1 or 0.", faults().isEmpty ? 1 : 0)]
        }
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
            log.warning("not usable", ["reason": .string(fault)])
        } else if fault == nil, before != nil {
            log.info("usable again")
        }
    }
}
