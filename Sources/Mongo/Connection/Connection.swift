import CMongoC
import Documents
import Service
import Synchronization

/// One client, one session and one thread, together for life.
///
/// An operation or an open cursor takes all three at once (`Connections`), so that there is no second thing to wait
/// for while holding a first: threads and cursors cannot wait for each other. A caller whose own thread may block
/// (`BlockingExecutor`) is not made to change threads. libmongoc's client is not thread-safe; only work of whoever has
/// taken the connection touches it, one piece after the other, which is the proof behind `@unchecked Sendable`.
final class Connection: @unchecked Sendable {
    private let thread: WorkerThreads
    private let pool: ClientPool
    private let secrets: Secrets
    private let usesSession: Bool
    /// Nil after `close`. Touched by work only.
    private var client: OpaquePointer?
    /// Made on the first use, because it needs a server. Touched by work only.
    private var session: OpaquePointer?
    /// The session's name in the server, `{id: UUID}`, for whoever wants to end what it does.
    private let identifier = Mutex<Document?>(nil)

    /// - Parameters:
    ///   - number: tells the threads apart in a debugger.
    ///   - secrets: what the errors must not contain.
    ///   - usesSession: false for a server that knows none yet.
    init(_ number: Int, of pool: ClientPool, secrets: Secrets, usesSession: Bool = true) {
        self.pool = pool
        self.usesSession = usesSession
        self.secrets = secrets
        client = pool.pop()
        thread = WorkerThreads(name: "mongo-\(number)", count: 1)
    }

    /// The last reference is gone, so no work is under way.
    deinit { end() }

    /// Ends the session and gives the client back; whatever is asked afterwards fails.
    func close() async {
        // Work that throws nothing: only the signature could fail.
        try? await perform { self.end() }
    }

    private func end() {
        if let session { mongoc_client_session_destroy(session) }
        session = nil
        if let client { pool.push(client) }
        client = nil
    }

    /// The session's name in the server, nil before the first use.
    var sessionIdentifier: Document? { identifier.withLock { $0 } }

    /// Does work on the client.
    ///
    /// - Parameters:
    ///   - attempted: what is attempted on what, for errors.
    ///   - withOpenCursor: whether a cursor is open, whose session must stay.
    func run<Result: Sendable>(
        _ attempted: String, withOpenCursor: Bool = false, _ work: @escaping @Sendable (Wire) throws -> Result
    ) async throws -> Result {
        try await perform { [self] in try work(wire(attempted, keepsSession: withOpenCursor)) }
    }

    /// Frees a cursor, in the server too where it is still open there.
    func destroy(_ cursor: ServerCursor) async {
        // Work that throws nothing: only the signature could fail.
        try? await perform { cursor.destroy() }
    }

    /// Blocks a thread that may be blocked: the caller's or ours.
    private func perform<Result: Sendable>(
        _ work: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        if BlockingExecutor.isCurrent { return try work() }
        return try await thread.run(work)
    }

    /// The client with its session; one that a broken connection has left in doubt is replaced first, as the driver
    /// specification "sessions" asks.
    private func wire(_ attempted: String, keepsSession: Bool) throws(MongoError) -> Wire {
        guard let client else {
            throw MongoError(domain: .client, code: 0, reason: "the database is closed", attempted: attempted)
        }
        if let doubtful = session, !keepsSession, mongoc_client_session_get_dirty(doubtful) {
            mongoc_client_session_destroy(doubtful)
            session = nil
            identifier.withLock { $0 = nil }
        }
        if session != nil || !usesSession {
            return Wire(client: client, session: session, attempted: attempted, secrets: secrets)
        }
        var error = bson_error_t()
        guard let made = cmongoc_session(client, &error) else {
            throw Wire(client: client, session: nil, attempted: attempted, secrets: secrets).failure(error)
        }
        session = made
        var reply = cmongoc_reply()
        cmongoc_session_id(made, &reply)
        let name = Wire.take(reply)
        identifier.withLock { $0 = name }
        return Wire(client: client, session: made, attempted: attempted, secrets: secrets)
    }
}
