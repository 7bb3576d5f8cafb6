import Synchronization

/// The connections of a database and the queue of those who wait for one, first come, first served.
final class Connections: Sendable {
    private struct State {
        var idle: [Connection]
        var waiting: [(number: UInt64, continuation: CheckedContinuation<Connection, any Error>)] = []
        /// Those about to wait, each with what has come in between, if anything: a deadline or a cancellation.
        var announced: [UInt64: (any Error)?] = [:]
        var lastNumber: UInt64 = 0
        var isClosed = false
    }

    /// How many there are in all.
    let count: Int
    private let patience: Duration
    private let state: Mutex<State>

    /// - Parameter patience: how long anybody waits.
    init(_ connections: [Connection], patience: Duration) {
        count = connections.count
        self.patience = patience
        state = Mutex(State(idle: connections))
    }

    /// How many are in use, and how many wait for one.
    var load: (inUse: Int, waiting: Int) { state.withLock { (count - $0.idle.count, $0.waiting.count) } }

    /// Lends a connection for the length of a closure.
    func withConnection<Result>(
        _ attempted: String, _ body: (Connection) async throws -> Result
    ) async throws -> Result {
        let connection = try await lease(attempted)
        defer { giveBack(connection) }
        return try await body(connection)
    }

    /// A connection that nobody else has until `giveBack`.
    ///
    /// - Throws: `MongoError` where all are in use for too long or the database is closed, `CancellationError`.
    @concurrent func lease(_ attempted: String) async throws -> Connection {
        try Task.checkCancellation()
        let (connection, number) = try state.withLock { state throws(MongoError) -> (Connection?, UInt64) in
            if state.isClosed { throw Self.closed(attempted) }
            // Nobody waits where one is idle. The one used last is the one whose memory is warm.
            if let idle = state.idle.popLast() { return (idle, 0) }
            state.lastNumber += 1
            state.announced[state.lastNumber] = .some(nil)
            return (nil, state.lastNumber)
        }
        if let connection { return connection }
        async let _: Void = expire(number, attempted)
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { enqueue(number, $0) }
        } onCancel: {
            fail(number, CancellationError())
        }
    }

    /// Takes a connection back and hands it to who waits longest.
    func giveBack(_ connection: Connection) {
        let next = state.withLock { state -> CheckedContinuation<Connection, any Error>? in
            if state.waiting.isEmpty {
                state.idle.append(connection)
                return nil
            }
            return state.waiting.removeFirst().continuation
        }
        next?.resume(returning: connection)
    }

    /// Lends none any more, and waits for those in use as long as anybody would wait for one of them.
    ///
    /// - Returns: whether all have come back; if so each has ended its session and let go of its client.
    func close() async -> Bool {
        var taken: [Connection] = []
        // One that does not come back in time, an open cursor's, ends when its user lets go of it.
        while taken.count < count, let connection = try? await lease("close the database") {
            taken.append(connection)
        }
        let waiting = state.withLock { state in
            defer { state.waiting = [] }
            state.isClosed = true
            return state.waiting
        }
        for waiter in waiting { waiter.continuation.resume(throwing: Self.closed("wait for a connection")) }
        for connection in taken { await connection.close() }
        return taken.count == count
    }

    private func enqueue(_ number: UInt64, _ continuation: CheckedContinuation<Connection, any Error>) {
        let outcome = state.withLock { state -> Result<Connection, any Error>? in
            if let error = state.announced.removeValue(forKey: number) ?? nil { return .failure(error) }
            if state.isClosed { return .failure(Self.closed("wait for a connection")) }
            if let connection = state.idle.popLast() { return .success(connection) }
            state.waiting.append((number, continuation))
            return nil
        }
        if let outcome { continuation.resume(with: outcome) }
    }

    private func expire(_ number: UInt64, _ attempted: String) async {
        // Cancelled as soon as a connection is found.
        guard (try? await Task.sleep(for: patience)) != nil else { return }
        fail(number, Self.failure("all \(count) connections were in use for \(patience)", attempted))
    }

    private func fail(_ number: UInt64, _ error: any Error) {
        let waiter = state.withLock { state in
            if state.announced[number] != nil { state.announced[number] = .some(error) }
            return state.waiting.firstIndex { $0.number == number }.map { state.waiting.remove(at: $0) }
        }
        waiter?.continuation.resume(throwing: error)
    }

    private static func failure(_ reason: String, _ attempted: String) -> MongoError {
        MongoError(domain: .pool, code: 0, reason: reason, attempted: attempted)
    }

    private static func closed(_ attempted: String) -> MongoError {
        MongoError(domain: .client, code: 0, reason: "the database is closed", attempted: attempted)
    }
}
