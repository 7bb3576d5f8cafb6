import Documents
import Mongo
public import Service

/// Makes a mongod that was just started with `--replSet` and `--keyFile` usable: a replica set of which it is the only
/// member, its administrator, and the user whom `database.username` names.
///
/// Every step finds out what is there already, so that it can be done with every start. The first user can be made
/// without a password only over the loopback interface ("localhost exception" of MongoDB's manual), so it must run
/// beside the server: in its container's network, or on its host.
public struct DatabaseInitiation: Sendable {
    private let direct: String
    private let set: String
    private let administrator: User
    private let user: User
    private let database: String
    private let timeout: Duration

    private struct User: Sendable {
        let name: String
        let password: Secret
    }

    /// Takes the server, its set and the users from the settings.
    /// - Throws: `DatabaseInitiationError` where one that it takes is missing.
    public init(_ configuration: Configuration) throws {
        guard configuration[ArchiveSettings.uri] == nil else {
            throw DatabaseInitiationError(
                "database.uri is set: a database that somebody else keeps is not initiated")
        }
        guard let set = configuration[ArchiveSettings.replicaSet] else {
            throw DatabaseInitiationError("database.replica_set is not set")
        }
        guard let username = configuration[ArchiveSettings.username] else {
            throw DatabaseInitiationError("database.username is not set")
        }
        guard let password = configuration[ArchiveSettings.password] else {
            throw DatabaseInitiationError("database.password is not set")
        }
        guard let administratorName = configuration[ArchiveSettings.adminUsername] else {
            throw DatabaseInitiationError("database.admin_username is not set")
        }
        guard let administratorPassword = configuration[ArchiveSettings.adminPassword] else {
            throw DatabaseInitiationError("database.admin_password is not set")
        }
        direct = "\(configuration[ArchiveSettings.host]):\(configuration[ArchiveSettings.port])"
        self.set = set
        administrator = User(
            name: administratorName, password: administratorPassword)
        user = User(name: username, password: password)
        database = configuration[ArchiveSettings.name]
        timeout = configuration[ArchiveSettings.selectionTimeout]
    }

    /// Does what has not been done yet.
    ///
    /// - Parameters:
    ///   - member: the address by which clients reach the server, as host:port; nil for that of the settings.
    ///   - patience: how long to wait until the server accepts writes.
    /// - Throws: `MongoError`, `DatabaseInitiationError`, `CancellationError`.
    public func run(member: String?, patience: Duration = .seconds(120)) async throws {
        try await withServer(as: nil) { server in
            try await initiateSet(member: member ?? direct, on: server)
            try await untilWritable(server, patience: patience)
            try await createAdministrator(on: server)
        }
        try await withServer(as: administrator) { try await createUser(on: $0) }
    }

    private func initiateSet(member: String, on server: Database) async throws {
        let hello = try await server.run(command: ["hello": 1], on: "admin", readOnly: true)
        if let name = hello.string(at: "setName") {
            guard name == set else {
                throw DatabaseInitiationError(
                    "the server is in the replica set '\(name)', not '\(set)' as database.replica_set says")
            }
            return
        }
        let configuration: Value = [
            "_id": .string(set), "members": [["_id": 0, "host": .string(member)]],
        ]
        do {
            _ = try await server.run(command: ["replSetInitiate": configuration], on: "admin")
        } catch let error as MongoError where error.code == Code.alreadyInitialized {
            // By another run of this, between the question and now; or it is starting still.
        }
    }

    private func untilWritable(_ server: Database, patience: Duration) async throws {
        let end = ContinuousClock.now + patience
        while true {
            let hello = try await server.run(command: ["hello": 1], on: "admin", readOnly: true)
            if hello.bool(at: "isWritablePrimary") == true { return }
            guard ContinuousClock.now < end else {
                let state = hello.string(at: "info") ?? "it is not the primary"
                throw DatabaseInitiationError("the server does not accept writes: \(state)")
            }
            try await Task.sleep(for: .milliseconds(200))
        }
    }

    private func createAdministrator(on server: Database) async throws {
        do {
            _ = try await server.run(
                command: [
                    "createUser": .string(administrator.name), "pwd": .string(administrator.password.value),
                    "roles": ["root"],
                ], on: "admin")
        } catch let error as MongoError where error.isAccessDenied || error.code == Code.userExists {
            // There are users already; whether this one is among them shows when it logs in.
        }
    }

    /// Creates the user, or gives an existing one the password and the rights of now.
    private func createUser(on server: Database) async throws {
        let password = Value.string(user.password.value)
        let roles: Value = [
            ["role": "readWrite", "db": .string(database)], ["role": "dbAdmin", "db": .string(database)],
            ["role": "clusterMonitor", "db": "admin"],
        ]
        do {
            _ = try await server.run(
                command: ["createUser": .string(user.name), "pwd": password, "roles": roles])
        } catch let error as MongoError where error.code == Code.userExists {
            _ = try await server.run(
                command: ["updateUser": .string(user.name), "pwd": password, "roles": roles])
        }
    }

    /// Lends a connection to this server alone, whatever its set; as a user of `admin` or as nobody.
    private func withServer(as user: User?, _ body: (Database) async throws -> Void) async throws {
        let credentials =
            user.map {
                ArchiveSettings.encoded($0.name) + ":" + ArchiveSettings.encoded($0.password.value) + "@"
            } ?? ""
        let source = user == nil ? "" : "&authSource=admin"
        var settings = MongoSettings(
            uri: ConnectionString("mongodb://\(credentials)\(direct)/?directConnection=true\(source)"),
            database: database)
        settings.poolSize = 1
        settings.serverSelectionTimeout = timeout
        settings.applicationName = "skipper"
        settings.usesSessions = user != nil
        let server = try Database(settings)
        do {
            try await body(server)
        } catch {
            await server.close()
            throw error
        }
        await server.close()
    }

    /// MongoDB's src/mongo/base/error_codes.yml.
    private enum Code {
        static let alreadyInitialized: Int32 = 23
        static let userExists: Int32 = 51_003
    }
}

/// Why a database cannot be initiated.
public struct DatabaseInitiationError: Error, CustomStringConvertible {
    /// What is wrong.
    public let description: String

    init(_ description: String) { self.description = description }
}
