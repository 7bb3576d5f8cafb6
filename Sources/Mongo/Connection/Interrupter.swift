import CMongoC
import Dispatch
import Documents
import Service
import Synchronization

/// Ends in the server what a cancelled task is still waiting for.
///
/// `killSessions` on the session of its connection: it needs no privilege for sessions of our own user, unlike
/// finding an operation's number and `killOp`, and it ends cursors too. A client apart, because the connection's own is
/// blocked, with short timeouts, because it may be a server that hardly answers.
final class Interrupter: Sendable {
    private let pool: ClientPool
    private let secrets: Secrets
    private let thread = WorkerThreads(name: "mongo-interrupt", count: 1)
    private let client = Mutex<ImpatientClient?>(nil)
    /// Operations to end that have not ended yet.
    private let pending = Mutex<[ObjectIdentifier: Operation]>([:])

    /// How long a server may take to answer `killSessions`.
    private static let patience: Duration = .seconds(3)

    /// How soon it is repeated while the operation goes on: it may have reached the server before the operation did.
    private static let pause = DispatchTimeInterval.milliseconds(100)

    init(_ pool: ClientPool, secrets: Secrets) {
        self.pool = pool
        self.secrets = secrets
    }

    /// Does work on a connection; when the task is cancelled meanwhile, ends it in the server and throws
    /// `CancellationError` as soon as the server has let go.
    func run<Result: Sendable>(
        _ attempted: String, on connection: Connection, withOpenCursor: Bool = false,
        _ work: @escaping @Sendable (Wire) throws -> Result
    ) async throws -> Result {
        let operation = Operation(connection)
        let result = await withTaskCancellationHandler {
            let result: Swift.Result<Result, any Error>
            do {
                let value = try await connection.run(attempted, withOpenCursor: withOpenCursor) { wire in
                    defer { operation.finish() }
                    if operation.isUnwanted { throw CancellationError() }
                    return try work(wire)
                }
                result = .success(value)
            } catch {
                operation.finish()
                result = .failure(error)
            }
            // Whoever has the connection next must not be ended in its place.
            await operation.leftAlone()
            return result
        } onCancel: {
            end(operation)
        }
        if case .failure = result, Task.isCancelled { throw CancellationError() }
        return try result.get()
    }

    /// Lets go of the client.
    func close() async {
        // Work that throws nothing: only the signature could fail.
        try? await thread.run { self.client.withLock { $0 = nil } }
    }

    /// Ends an operation, unless it has ended, without waiting for that.
    private func end(_ operation: Operation) {
        guard operation.giveUp() else { return }
        pending.withLock { $0[ObjectIdentifier(operation)] = operation }
        thread.start { [self] in
            repeat {
                // Those of the others too: none waits behind one that a silent server keeps us at.
                kill(pending.withLock { $0.values.compactMap(\.connection.sessionIdentifier) })
            } while operation.goesOn(for: Self.pause)
            pending.withLock { $0[ObjectIdentifier(operation)] = nil }
            operation.leaveAlone()
        }
    }

    /// Asks every server that may be working for these sessions. What fails is asked again as long as it is needed.
    private func kill(_ sessions: [Document]) {
        guard !sessions.isEmpty else { return }
        client.withLock { client in
            if client == nil {
                client = pool.makeImpatientClient(patience: Self.patience).map(ImpatientClient.init)
            }
            client?.killSessions(sessions, secrets: secrets)
        }
    }
}

/// Something that a connection is doing and a task is waiting for.
private final class Operation: Sendable {
    private struct State {
        var hasEnded = false
        /// Whether it is being ended, from the first thought of it to the last `killSessions`.
        var isBeingEnded = false
        var waiting: CheckedContinuation<Void, Never>?
    }

    let connection: Connection
    private let state = Mutex(State())
    private let finished = DispatchSemaphore(value: 0)

    init(_ connection: Connection) { self.connection = connection }

    /// Whether nobody waits for it any more.
    var isUnwanted: Bool { state.withLock { $0.isBeingEnded } }

    /// Notes its end; the first time counts.
    func finish() {
        let wasOn = state.withLock { state in
            defer { state.hasEnded = true }
            return !state.hasEnded
        }
        if wasOn { finished.signal() }
    }

    /// Notes that nobody waits for it any more; false where it has ended.
    func giveUp() -> Bool {
        state.withLock { state in
            if !state.hasEnded { state.isBeingEnded = true }
            return state.isBeingEnded
        }
    }

    /// Waits for its end; whether it did not come.
    func goesOn(for pause: DispatchTimeInterval) -> Bool {
        finished.wait(timeout: .now() + pause) != .success
    }

    /// Nothing will be done to end it any more.
    func leaveAlone() {
        let waiting = state.withLock { state in
            state.isBeingEnded = false
            defer { state.waiting = nil }
            return state.waiting
        }
        waiting?.resume()
    }

    /// Returns when nothing is being done to end it any more.
    @concurrent func leftAlone() async {
        guard isUnwanted else { return }
        await withCheckedContinuation { continuation in
            let isLeftAlone = state.withLock { state in
                if state.isBeingEnded { state.waiting = continuation }
                return !state.isBeingEnded
            }
            if isLeftAlone { continuation.resume() }
        }
    }
}

/// A client that gives up soon; it looks at the deployment itself, in its user's thread.
///
/// `@unchecked Sendable`: used inside the interrupter's lock only.
private final class ImpatientClient: @unchecked Sendable {
    private let client: OpaquePointer

    init(_ client: OpaquePointer) { self.client = client }

    deinit { mongoc_client_destroy(client) }

    /// Ends what the sessions do on every server that is there. Failures are the caller's to find out: the operation
    /// goes on.
    func killSessions(_ sessions: [Document], secrets: Secrets) {
        let wire = Wire(client: client, session: nil, attempted: "end cancelled operations", secrets: secrets)
        let command: Document = ["killSessions": .list(sessions.map(Value.document))]
        // Looks around: the list of servers is empty or old before.
        if let selected = mongoc_client_select_server(client, false, nil, nil) {
            mongoc_server_description_destroy(selected)
        }
        var count = 0
        guard let servers = mongoc_client_get_server_descriptions(client, &count) else { return }
        defer { mongoc_server_descriptions_destroy_all(servers, count) }
        for index in 0..<count {
            guard let server = servers[index],
                !["Unknown", "RSGhost", "RSArbiter", "PossiblePrimary"].contains(
                    String(cString: mongoc_server_description_type(server)))
            else { continue }
            _ = try? wire.command(
                command, on: "admin", readOnly: false, server: mongoc_server_description_id(server))
        }
    }
}
