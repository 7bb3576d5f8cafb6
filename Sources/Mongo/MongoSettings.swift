/// How a database is reached and how much may be asked of it at a time.
///
/// Durations that the connection string names itself (`serverSelectionTimeoutMS` and so on) win over these.
public struct MongoSettings: Sendable {
    /// Where the database is and who we are.
    public var uri: ConnectionString

    /// The database that collections are in.
    public var database: String

    /// Connections, each with a thread of its own: how many operations and open cursors there can be at a time.
    /// Default 8.
    public var poolSize = 8

    /// How long an operation waits for a connection before it fails. Default 10 s.
    public var connectionWait: Duration = .seconds(10)

    /// A file of certificates (PEM) that sign the server's; turns TLS on. Default none.
    public var certificateAuthorityFile: String?

    /// A file with our own certificate and its key (PEM), which is how we log in with X.509; turns TLS on.
    /// Default none.
    public var clientCertificateFile: String?

    /// The password of that key. Default none.
    public var clientKeyPassword: String?

    /// What the server's log calls us, at most 128 bytes. Default `skipper`.
    public var applicationName = "skipper"

    /// How long to look for a server that can do the operation, a new primary for instance. Default 10 s.
    public var serverSelectionTimeout: Duration = .seconds(10)

    /// How long opening a connection may take. Default 5 s.
    public var connectTimeout: Duration = .seconds(5)

    /// How long a server may be silent within an operation; longer than any `maxTime`, or the connection is
    /// given up before the answer. Default 330 s.
    public var socketTimeout: Duration = .seconds(330)

    /// How long a query may take in the server (maxTimeMS) that does not say so itself. Default 60 s.
    public var maxTime: Duration = .seconds(60)

    /// When a write counts as done. Default: on the disks of a majority.
    public var writeConcern = WriteConcern()

    /// Whether operations are part of sessions, which a server that is to become a replica set's first member has not
    /// yet. Without them an operation cannot be cancelled in the server. Default true.
    public var usesSessions = true

    /// - Parameters:
    ///   - uri: a `mongodb://` or `mongodb+srv://` connection string.
    ///   - database: the database that collections are in.
    public init(uri: ConnectionString, database: String) {
        self.uri = uri
        self.database = database
    }
}

/// When a write counts as done.
public struct WriteConcern: Sendable, Hashable {
    /// How many members of a replica set must have the write.
    public enum Members: Sendable, Hashable {
        /// More than half of them, so that no failover loses it.
        case majority
        /// This many, at least 1.
        case count(Int)
    }

    /// How many members must have it. Default: a majority.
    public var members: Members

    /// Whether they must have it on disk. Default: yes.
    public var journal: Bool

    /// How long to wait for that before the write fails as "not known to be durable". Default 30 s.
    public var timeout: Duration

    /// On the disks of a majority, unless told otherwise.
    public init(members: Members = .majority, journal: Bool = true, timeout: Duration = .seconds(30)) {
        self.members = members
        self.journal = journal
        self.timeout = timeout
    }
}
