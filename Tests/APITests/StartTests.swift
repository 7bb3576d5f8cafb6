import Documents
import Foundation
import HTTP
import Mongo
import Testing

/// How the process starts and ends.
@Suite struct StartTests {
    /// Starts the process without waiting for it.
    private func start(_ change: [String: String?], arguments: [String] = []) throws -> ChildProcess {
        var environment = RunningAPI.environment(
            uri: try TestEnvironment.mongodb, database: "test_api_never_used")
        for (name, value) in change { environment[name] = value }
        return try ChildProcess(try RunningAPI.executable, arguments, environment: environment)
    }

    private static let password = "SKIPPER_SERVER__ADMIN_PASSWORD"
    private static let key = "SKIPPER_SERVER__JWT_SECRET_KEY"

    @Test(arguments: [
        "admin", "ADMIN", "changeme-please", "password", "<password>", "xxxxxxxx", " ", "abc0123",
    ])
    func refusesPlaceholders(secret: String) async throws {
        let process = try start([Self.password: secret, Self.key: secret])
        #expect(try await process.ended() == 1)
        let lines = process.errors.split(separator: "\n")
        #expect(lines.count == 2, "\(process.errors)")
        #expect(lines.contains { $0.contains(Self.password) && $0.contains("server.admin_password") })
        #expect(lines.contains { $0.contains(Self.key) && $0.contains("server.jwt_secret_key") })
        #expect(process.output.isEmpty)
    }

    @Test func tellsAllFaultsAndNoSecret() async throws {
        // One is a placeholder, one is missing, and that of the database's address is a default.
        let process = try start([
            Self.password: "replace_me_4711", Self.key: nil,
            "SKIPPER_DATABASE__URI": "mongodb://skipper:mongoadminsecret@127.0.0.1:1/",
        ])
        #expect(try await process.ended() == 1)
        for key in ["server.admin_password", "server.jwt_secret_key", "database.uri"] {
            #expect(process.errors.contains(key), "\(process.errors)")
        }
        #expect(!process.errors.contains("4711") && !process.errors.contains("mongoadminsecret"))
    }

    @Test func tellsAllWrongSettingsAtOnce() async throws {
        let process = try start([
            "SKIPPER_SERVER__PORT": "99999", "SKIPPER_SERVER__CLIENT_MAX_SIZE": "many",
            "SKIPPER_DATABASE__MAX_POOL_SIZE": "0",
        ])
        #expect(try await process.ended() == 1)
        for key in ["server.port", "server.client_max_size", "database.max_pool_size"] {
            #expect(process.errors.contains(key), "\(process.errors)")
        }
    }

    @Test func refusesUnknownArguments() async throws {
        let process = try start([:], arguments: ["--insecure"])
        #expect(try await process.ended() == 1)
        #expect(process.errors.contains("unknown argument '--insecure'"))
    }

    @Test func developmentModeTakesPlaceholders() async throws {
        try await withDatabase { database in
            var environment = RunningAPI.environment(
                uri: try TestEnvironment.mongodb, database: database.name)
            environment[Self.password] = nil
            environment[Self.key] = "secret"
            let process = try ChildProcess(
                try RunningAPI.executable, ["--insecure-dev"], environment: environment)
            #expect(try await eventually { process.errors.contains("admin created") })
            #expect(!process.errors.contains("\"secret\""))
            process.send(SIGINT)
            #expect(try await process.ended() == 0, "\(process.errors)")
        }
    }

    @Test func takesAPortInUseForAFault() async throws {
        try await withAPI { api in
            let process = try start(["SKIPPER_SERVER__PORT": String(api.port)])
            #expect(try await process.ended() == 1)
            #expect(process.errors.contains(String(api.port)), "\(process.errors)")
        }
    }

    @Test func adminKeepsThePasswordOfTheFirstStart() async throws {
        try await withDatabase { database in
            for (password, status) in [("the first password", 200), ("the second password", 401)] {
                let settings = [Self.password: password]
                let api = try await RunningAPI.start(on: database, settings: settings)
                #expect(try await eventually { try await api.send("GET", "/readyz").status == 200 })
                let body = #"{"username": "admin", "password": "\#(password)"}"#
                #expect(try await api.send("POST", "/api/auth", body: body).status == status)
                try await api.stop()
            }
        }
    }

    @Test func tokensEndWhereTheSettingsSaySo() async throws {
        try await withAPI(settings: ["SKIPPER_SERVER__JWT_EXP_DELTA_SECONDS": "1"]) { api in
            #expect(try await eventually { try await api.send("GET", "/readyz").status == 200 })
            let body = #"{"username": "admin", "password": "\#(RunningAPI.adminPassword)"}"#
            let reply = try await api.send("POST", "/api/auth", body: body)
            let token = try #require(reply.body?.string(at: "token"))
            #expect(
                try await eventually {
                    try await api.send("GET", "/", token: token).isError(400, "token has expired")
                })
        }
    }

    /// A request in hand is answered before the process ends.
    @Test func finishesWhatIsInHand() async throws {
        try await withAPI { api in
            _ = try await api.database.insert("stars", (0..<10).map { ["_id": .integer($0)] })
            #expect(try await eventually { try await api.send("GET", "/readyz").status == 200 })
            async let reply = api.ask(
                "aggregate", #"{"catalog": "stars", "pipeline": \#(Catalogues.slow(rows: 6))}"#)
            #expect(try await eventually { try await api.isBusy(for: "admin") })
            api.process.send(SIGTERM)
            let answer = try await reply
            #expect(answer.documents.count == 60, "\(answer.text)")
            #expect(try await api.process.ended() == 0)
        }
    }
}
