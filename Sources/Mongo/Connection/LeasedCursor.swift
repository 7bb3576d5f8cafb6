import Documents
import Synchronization

/// A server's cursor together with the connection that it lives on, until it is read to its end, closed, failed, or
/// forgotten.
///
/// One task reads at a time; the cursor is on its way to or from that task or waits in `state`. While a task has it,
/// nobody else does, so the connection has one user.
final class LeasedCursor: Sendable {
    private enum State {
        case open(ServerCursor)
        case reading
        case readingLast
        case closed
    }

    private let attempted: String
    private let connection: Connection
    private let connections: Connections
    private let interrupter: Interrupter
    private let state: Mutex<State>

    /// Takes over the lease of `connection`.
    init(
        _ cursor: ServerCursor, _ attempted: String, on connection: Connection, of connections: Connections,
        interrupter: Interrupter
    ) {
        self.attempted = attempted
        self.connection = connection
        self.connections = connections
        self.interrupter = interrupter
        state = Mutex(.open(cursor))
    }

    deinit {
        guard case .open(let cursor) = state.withLock({ $0 }) else { return }
        // A deinit cannot wait, and a cursor in the server must not outlive its last reference here: the one task of
        // this module without a parent. It does one call and ends.
        Task { [connection, connections] in
            await Self.free(cursor, connection, connections)
        }
    }

    /// What a piece of work on the cursor found, and whether the cursor goes on.
    struct Outcome<Value: Sendable>: Sendable {
        let value: Value
        let goesOn: Bool
    }

    /// Does work on the cursor; nil where it is closed.
    ///
    /// Whatever goes wrong closes the cursor; so does a cancelled task, whose operation is ended in the server.
    func read<Value>(
        _ work: @escaping @Sendable (ServerCursor, Wire) throws -> Outcome<Value>
    ) async throws -> Value? {
        if Task.isCancelled {
            await close()
            throw CancellationError()
        }
        guard let cursor = try take() else { return nil }
        do {
            let outcome = try await interrupter.run(attempted, on: connection, withOpenCursor: true) { wire in
                let outcome = try work(cursor, wire)
                if !outcome.goesOn { cursor.destroy() }
                return outcome
            }
            if outcome.goesOn {
                await putBack(cursor)
            } else {
                state.withLock { $0 = .closed }
                connections.giveBack(connection)
            }
            return outcome.value
        } catch {
            state.withLock { $0 = .closed }
            await Self.free(cursor, connection, connections)
            throw error
        }
    }

    /// Frees the cursor in the server and gives the connection back; once is enough. A read that is under way is
    /// the last one then.
    func close() async {
        let cursor = state.withLock { state -> ServerCursor? in
            switch state {
            case .open(let cursor):
                state = .closed
                return cursor
            case .reading: state = .readingLast
            case .readingLast, .closed: break
            }
            return nil
        }
        if let cursor { await Self.free(cursor, connection, connections) }
    }

    private func take() throws(MongoError) -> ServerCursor? {
        try state.withLock { state throws(MongoError) -> ServerCursor? in
            switch state {
            case .open(let cursor):
                state = .reading
                return cursor
            case .reading, .readingLast:
                throw MongoError(
                    domain: .client, code: 0, reason: "another task is reading this cursor",
                    attempted: attempted)
            case .closed: return nil
            }
        }
    }

    private func putBack(_ cursor: ServerCursor) async {
        let isLast = state.withLock { state -> Bool in
            if case .readingLast = state {
                state = .closed
                return true
            }
            state = .open(cursor)
            return false
        }
        if isLast { await Self.free(cursor, connection, connections) }
    }

    private static func free(
        _ cursor: ServerCursor, _ connection: Connection, _ connections: Connections
    ) async {
        await connection.destroy(cursor)
        connections.giveBack(connection)
    }
}
