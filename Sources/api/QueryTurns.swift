import HTTP
import Service
import Synchronization

/// Lets each user run so many queries at a time; further ones wait for their turn, first come, first served.
///
/// An answer that is being sent holds a connection to the database for as long as its client reads. Without a limit one
/// user's slow readers would take all of them.
final class QueryTurns: Sendable {
    private struct Line {
        var running = 0
        var waiting: [(number: UInt64, continuation: CheckedContinuation<Void, any Error>)] = []
    }

    private struct State {
        /// Of the users who run queries.
        var lines: [String: Line] = [:]
        var lastNumber: UInt64 = 0
    }

    private let perUser: Int
    private let longestLine: Int
    private let state = Mutex(State())

    /// - Parameters:
    ///   - perUser: how many queries a user may run at a time, at least 1.
    ///   - longestLine: how many of a user's may wait; each holds its request in memory.
    init(perUser: Int, longestLine: Int = 256) {
        self.perUser = perUser
        self.longestLine = longestLine
    }

    /// How many queries of a user run and wait.
    func load(of user: String) -> (running: Int, waiting: Int) {
        state.withLock { state in
            let line = state.lines[user]
            return (line?.running ?? 0, line?.waiting.count ?? 0)
        }
    }

    /// How many queries run and wait, of all users.
    var observations: [Metrics.Observation] {
        let (running, waiting) = state.withLock { state in
            (
                state.lines.values.reduce(0) { $0 + $1.running },
                state.lines.values.reduce(0) { $0 + $1.waiting.count }
            )
        }
        return [
            .gauge("queries_running", "Queries that run.", Double(running)),
            .gauge("queries_waiting", "Queries that wait for others of their user.", Double(waiting)),
        ]
    }

    /// Waits until the user may run another query.
    /// - Returns: the right to run it, until the last reference to it goes.
    /// - Throws: `QueriesBusy` where too many wait already, `CancellationError`.
    func take(for user: String) async throws -> Turn {
        let number = state.withLock { state in
            state.lastNumber += 1
            return state.lastNumber
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let outcome: Result<Void, any Error>? = state.withLock { state in
                    // Cancelled before this, it would wait for somebody else's cancellation.
                    if Task.isCancelled { return .failure(CancellationError()) }
                    var line = state.lines[user] ?? Line()
                    defer { state.lines[user] = line }
                    if line.running < perUser {
                        line.running += 1
                        return .success(())
                    }
                    if line.waiting.count >= longestLine { return .failure(QueriesBusy()) }
                    line.waiting.append((number, continuation))
                    return nil
                }
                if let outcome { continuation.resume(with: outcome) }
            }
        } onCancel: {
            giveUp(number, user)
        }
        return Turn { [self] in end(of: user) }
    }

    private func giveUp(_ number: UInt64, _ user: String) {
        let waiter = state.withLock { state in
            state.lines[user]?.waiting.firstIndex { $0.number == number }
                .flatMap { state.lines[user]?.waiting.remove(at: $0) }
        }
        waiter?.continuation.resume(throwing: CancellationError())
    }

    /// Hands a turn to who waits longest.
    private func end(of user: String) {
        let next = state.withLock { state -> CheckedContinuation<Void, any Error>? in
            guard var line = state.lines[user] else { return nil }
            defer { state.lines[user] = line.running == 0 ? nil : line }
            guard line.waiting.isEmpty else { return line.waiting.removeFirst().continuation }
            line.running -= 1
            return nil
        }
        next?.resume()
    }

    /// The right to run a query, which ends with the last reference.
    final class Turn: Sendable {
        private let end: @Sendable () -> Void

        init(end: @escaping @Sendable () -> Void) { self.end = end }

        deinit { end() }
    }
}

/// Too many queries of the user wait for their turn.
struct QueriesBusy: ResponseError {
    /// "Service Unavailable": clients try again later.
    var response: Response { Answer.phrase(503) }
}
