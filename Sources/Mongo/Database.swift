public import Documents
import Synchronization

/// A database of a MongoDB deployment, as async functions over documents.
///
/// libmongoc blocks, so every operation runs on a thread that it leases together with a connection; there are
/// `poolSize` pairs of them, and one more thread that ends operations of cancelled tasks. Background threads of
/// libmongoc's watch the deployment, so that a new primary is noticed.
///
/// Cancelling the task that waits for a read ends the read in the server. A write that has been sent is waited for:
/// whether it was done would not be known otherwise.
///
/// All functions throw `MongoError`, and `CancellationError` where their task is cancelled.
public final class Database: Sendable {
    /// The database's name.
    public let name: String
    let settings: MongoSettings
    let connections: Connections
    let interrupter: Interrupter
    private let pool: ClientPool

    /// Prepares the connections; they open with the first operation, so that an unreachable server is found out then.
    ///
    /// - Throws: where a setting is not valid. A `mongodb+srv://` name is looked up here and blocks.
    public init(_ settings: MongoSettings) throws(MongoError) {
        guard !settings.database.isEmpty, !settings.database.utf8.contains(0) else {
            throw MongoError(
                domain: .command, code: 0, reason: "the database has no valid name",
                attempted: "open a database")
        }
        name = settings.database
        self.settings = settings
        let pool = try ClientPool(settings)
        let secrets = settings.uri.secrets
        self.pool = pool
        connections = Connections(
            (0..<max(1, settings.poolSize)).map {
                Connection($0, of: pool, secrets: secrets, usesSession: settings.usesSessions)
            },
            patience: settings.connectionWait)
        interrupter = Interrupter(pool, secrets: secrets)
    }

    /// The longest time that a query may ask for: how long a connection waits for the server.
    public var longestTime: Duration { settings.socketTimeout }

    /// How many connections are in use, and how many operations wait for one.
    public var load: (inUse: Int, waiting: Int) { connections.load }

    /// Waits for what is under way, at most as long as an operation waits for a connection, and disconnects.
    /// Operations fail afterwards. To be called before a process exits: libmongoc's threads must not run then.
    public func close() async {
        let isComplete = await connections.close()
        await interrupter.close()
        if isComplete { await pool.destroy() }
    }

    /// Returns when a server has answered.
    public func ping() async throws { _ = try await run(command: ["ping": 1], on: "admin", readOnly: true) }

    /// The server's answer to any command.
    ///
    /// - Parameters:
    ///   - command: its first key is its name.
    ///   - database: another database than this one, for instance `admin`.
    ///   - readOnly: whether it changes nothing: it is then done again where the connection broke, and ended in the
    ///     server where the task is cancelled. `findAndModify` is done again in any case, without being done twice.
    public func run(
        command: Document, on database: String? = nil, readOnly: Bool = false
    ) async throws -> Document {
        let target = database ?? name
        let attempted = "run \(command.firstKey ?? "a command without a name") on \(target)"
        try check(target, attempted)
        return try await connections.withConnection(attempted) { connection in
            guard readOnly else {
                return try await connection.run(attempted) {
                    try $0.command(command, on: target, readOnly: false)
                }
            }
            return try await interrupter.run(attempted, on: connection) {
                try $0.command(command, on: target, readOnly: true)
            }
        }
    }

    /// Refuses a name that would end early in C.
    func check(_ name: String, _ attempted: String) throws(MongoError) {
        guard name.isEmpty || name.utf8.contains(0) else { return }
        throw MongoError(
            domain: .command, code: 0, reason: "\(name.debugDescription) is not a valid name",
            attempted: attempted)
    }
}
