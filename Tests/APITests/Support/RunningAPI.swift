import Archive
import Documents
import Foundation
import HTTP
import Mongo
import Testing

/// The real `skipper-api` as a process of its own, on a database of its own.
struct RunningAPI: Sendable {
    let process: ChildProcess
    let port: UInt16
    let database: Database

    static let adminPassword = "correct horse battery"
    static let tokenKey = "the tests sign their own tokens with this key"
    /// The process that the tests of a suite share.
    @TaskLocal static var shared: RunningAPI?

    private static let client: Client = {
        var settings = ClientSettings()
        settings.usesEnvironmentProxy = false
        settings.threads = 8
        settings.maximumResponseBytes = 1 << 28
        return Client(settings)
    }()

    /// The process of the suite that a test belongs to.
    static var current: RunningAPI {
        get throws { try #require(shared, "the suite has no .api") }
    }

    /// Where the executable is.
    static var executable: String { get throws { try ChildProcess.path(of: "skipper-api") } }

    /// The settings of a usable process.
    static func environment(uri: String, database: String) -> [String: String] {
        [
            "SKIPPER_DATABASE__URI": uri, "SKIPPER_DATABASE__DB": database,
            "SKIPPER_SERVER__HOST": "127.0.0.1",
            "SKIPPER_SERVER__PORT": "0", "SKIPPER_SERVER__ADMIN_PASSWORD": adminPassword,
            "SKIPPER_SERVER__JWT_SECRET_KEY": tokenKey,
        ]
    }

    /// Starts a process and waits until it listens.
    static func start(
        on database: Database, uri: String? = nil, settings: [String: String] = [:]
    ) async throws -> RunningAPI {
        let environment = environment(uri: try uri ?? TestEnvironment.mongodb, database: database.name)
        let process = try ChildProcess(try executable, environment: environment.merging(settings) { $1 })
        return RunningAPI(process: process, port: try await port(of: process), database: database)
    }

    /// The port that a process says it listens on.
    private static func port(of process: ChildProcess) async throws -> UInt16 {
        for _ in 0..<1500 {
            for line in process.errors.split(separator: "\n") where line.contains("\"listening\"") {
                let port = try ExtendedJSON.document(from: String(line)).element(key: "server.port")?.int64
                if let port { return UInt16(clamping: port) }
            }
            guard process.end() == nil else { break }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw ChildProcess.Failure(description: "skipper-api does not listen: \(process.errors)")
    }

    /// Stops the process, which must end in order.
    func stop(sourceLocation: SourceLocation = #_sourceLocation) async throws {
        process.send(SIGTERM)
        let code = try await process.ended()
        #expect(code == 0, "\(process.errors.suffix(3000))", sourceLocation: sourceLocation)
    }

    /// A token for a user name.
    static func token(_ user: String, key: String = tokenKey, issued: Date = Date(), life: Duration? = nil)
        throws
        -> String
    {
        try TokenSigner(key: Array(key.utf8)).issue(userID: user, now: issued, lifetime: life)
    }

    /// Adds a user to the database, without a password.
    func add(_ user: String, programs: [Int64], isAdmin: Bool = false) async throws {
        _ = try await Users(database, administrator: "admin").add(
            User(name: user, programs: programs, isAdmin: isAdmin), email: nil, passwordHash: "", now: 0)
    }

    /// Sends a request.
    func send(
        _ method: String, _ path: String, token: String? = nil, headers: HeaderFields = [:],
        body: String? = nil
    ) async throws -> Reply {
        var headers = headers
        if let token { headers["Authorization"] = token }
        return Reply(
            try await Self.client.send(
                ClientRequest(
                    method, "http://127.0.0.1:\(port)\(path)", headers: headers,
                    body: body.map { Array($0.utf8) }, timeout: .seconds(300))))
    }

    /// Sends a query as a user.
    func ask(_ query: String, as user: String = "admin") async throws -> Reply {
        try await send("POST", "/api/queries", token: try Self.token(user), body: query)
    }

    /// Sends a query as a user, from its parts in JSON.
    func ask(_ type: String, _ query: String, _ kwargs: String = "{}", as user: String = "admin") async throws
        -> Reply
    {
        try await ask(#"{"query_type": "\#(type)", "query": \#(query), "kwargs": \#(kwargs)}"#, as: user)
    }
}

/// What the API answered.
struct Reply {
    let status: Int
    let type: String
    let headers: HeaderFields
    let bytes: [UInt8]
    let text: String
    /// The body where it is a JSON object.
    let body: Document?

    init(_ response: ClientResponse) {
        status = response.status
        type = response.headers["Content-Type"] ?? ""
        headers = response.headers
        bytes = response.body
        text = String(decoding: response.body, as: UTF8.self)
        // A JSON schema has keys that look like wrappers of types and are none.
        body =
            (try? ExtendedJSON.document(from: response.body))
            ?? (try? ExtendedJSON.document(from: response.body, wrappers: .literal))
    }

    var message: String? { body?.string(at: "message") }
    var data: Value? { body?["data"] }
    var documents: [Document] { data?.list?.compactMap(\.document) ?? [] }

    /// Whether this is an error in the envelope.
    func isError(_ status: Int, _ message: String) -> Bool {
        self.status == status && type == "application/json; charset=utf-8"
            && body == ["status": "error", "message": .string(message)]
    }
}
