import Documents
import Foundation
import HTTP
import Mongo
import TestSupport
import Testing

/// How often a password may be guessed, and by whom.
@Suite(.timeLimit(.minutes(10))) struct LoginLimitTests {
    private func login(
        _ api: RunningAPI, _ name: String = "admin", _ password: String = "wrong", from address: String? = nil
    ) async throws -> Int {
        let headers: HeaderFields = address.map { ["X-Forwarded-For": $0] } ?? [:]
        let body = #"{"username": "\#(name)", "password": "\#(password)"}"#
        return try await api.send("POST", "/api/auth", headers: headers, body: body).status
    }

    private func withLimits(_ settings: [String: String], _ body: (RunningAPI) async throws -> Void)
        async throws
    {
        try await withAPI(settings: settings) { api in
            #expect(try await eventually { try await api.send("GET", "/readyz").status == 200 })
            try await body(api)
        }
    }

    @Test func successBeginsAnew() async throws {
        try await withLimits(["SKIPPER_SERVER__LOGIN_ATTEMPTS": "3"]) { (api) async throws in
            for _ in 0..<3 {
                for _ in 0..<2 { #expect(try await login(api) == 401) }
                #expect(try await login(api, "admin", RunningAPI.adminPassword) == 200)
            }
        }
    }

    @Test func anAddressIsLimitedWhateverTheNames() async throws {
        try await withLimits(["SKIPPER_SERVER__LOGIN_ATTEMPTS_PER_ADDRESS": "4"]) { (api) async throws in
            for number in 0..<4 { #expect(try await login(api, "guess \(number)") == 401) }
            #expect(try await login(api, "guess 5") == 429)
        }
    }

    @Test func theWindowPasses() async throws {
        try await withLimits([
            "SKIPPER_SERVER__LOGIN_ATTEMPTS": "1", "SKIPPER_SERVER__LOGIN_WINDOW": "1",
        ]) { (api) async throws in
            #expect(try await login(api) == 401)
            #expect(try await eventually { try await login(api, "admin", RunningAPI.adminPassword) == 200 })
        }
    }

    /// All at the same time: no more are looked at than may fail.
    @Test func guessesAtTheSameTimeAreLimited() async throws {
        try await withLimits(["SKIPPER_SERVER__LOGIN_ATTEMPTS": "4"]) { (api) async throws in
            let statuses = try await withThrowingTaskGroup { group in
                for _ in 0..<30 { group.addTask { try await login(api) } }
                return try await group.reduce(into: [Int: Int]()) { $0[$1, default: 0] += 1 }
            }
            #expect(statuses == [401: 4, 429: 26])
        }
    }

    /// A crowd of one user's programs that start together.
    @Test func rightPasswordsAtTheSameTimeAreAllLetIn() async throws {
        try await withLimits(["SKIPPER_SERVER__LOGIN_ATTEMPTS": "2"]) { api in
            #expect(try await login(api) == 401)
            let statuses = try await withThrowingTaskGroup { group in
                for _ in 0..<20 {
                    group.addTask { try await login(api, "admin", RunningAPI.adminPassword) }
                }
                return try await group.reduce(into: [Int: Int]()) { $0[$1, default: 0] += 1 }
            }
            #expect(statuses == [200: 20])
        }
    }

    @Test func aStrangersWordOfTheAddressDoesNotHelp() async throws {
        try await withLimits(["SKIPPER_SERVER__LOGIN_ATTEMPTS": "2"]) { (api) async throws in
            #expect(try await login(api, from: "1.1.1.1") == 401)
            #expect(try await login(api, from: "2.2.2.2") == 401)
            #expect(try await login(api, from: "3.3.3.3") == 429)
        }
    }

    @Test func clientsBehindATrustedProxyAreToldApart() async throws {
        try await withLimits([
            "SKIPPER_SERVER__LOGIN_ATTEMPTS": "2", "SKIPPER_SERVER__TRUSTED_PROXIES": "10.0.0.0/8, 127.0.0.1",
        ]) { (api) async throws in
            for _ in 0..<2 { #expect(try await login(api, from: "6.6.6.6, 1.1.1.1") == 401) }
            // What the client wrote itself changes nothing.
            #expect(try await login(api, from: "7.7.7.7, 1.1.1.1") == 429)
            #expect(try await login(api, from: "1.1.1.1, 10.3.3.3") == 429)
            #expect(try await login(api, from: "1.1.1.1, 2.2.2.2") == 401)
            #expect(api.process.errors.contains(#""client.address":"2.2.2.2""#))
        }
    }

    /// A stolen token gives no better chance to guess the password.
    @Test func theOwnPasswordIsNotGuessedEither() async throws {
        try await withLimits(["SKIPPER_SERVER__LOGIN_ATTEMPTS": "2"]) { (api) async throws in
            try await api.add("reader", programs: [1])
            let token = try RunningAPI.token("reader")
            let body = #"{"password": "x", "current_password": "guess"}"#
            for status in [400, 400, 429, 429] {
                let reply = try await api.send("PUT", "/api/users/reader", token: token, body: body)
                #expect(reply.status == status, "\(reply.text)")
            }
            #expect(try await login(api, "reader") == 429)
        }
    }

    @Test(arguments: ["localhost", "10.0.0.0/33", "10.0.0.0/8,x"]) func proxiesAreAddresses(text: String)
        async throws
    {
        var environment = RunningAPI.environment(
            uri: try TestEnvironment.mongodb, database: "test_api_never_used")
        environment["SKIPPER_SERVER__TRUSTED_PROXIES"] = text
        let process = try ChildProcess(try RunningAPI.executable, environment: environment)
        #expect(try await process.ended() == 1)
        #expect(process.errors.contains("server.trusted_proxies"))
    }
}
