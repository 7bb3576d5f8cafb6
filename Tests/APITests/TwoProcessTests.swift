import Documents
import Foundation
import HTTP
import Mongo
import TestSupport
import Testing

/// Two processes on one database: what one does the other knows with the next request.
@Suite(.timeLimit(.minutes(10))) struct TwoProcessTests {
    private func withTwo(
        settings: [String: String] = [:], _ body: (RunningAPI, RunningAPI) async throws -> Void
    ) async throws {
        try await withDatabase { database in
            let one = try await RunningAPI.start(on: database, settings: settings)
            let two = try await RunningAPI.start(on: database, settings: settings)
            for api in [one, two] {
                #expect(try await eventually { try await api.send("GET", "/readyz").status == 200 })
            }
            try await body(one, two)
            for api in [one, two] { try await api.stop() }
        }
    }

    private func token(_ api: RunningAPI, _ name: String, _ password: String) async throws -> String {
        let body = #"{"username": "\#(name)", "password": "\#(password)"}"#
        let reply = try await api.send("POST", "/api/auth", body: body)
        return try #require(reply.body?.string(at: "token"), "\(reply.text)")
    }

    @Test func tokensEndInBothAtOnce() async throws {
        try await withTwo { (one, two) async throws in
            let admin = try RunningAPI.token("admin")
            let new = #"{"username": "ada", "password": "first"}"#
            let ends = [
                ("DELETE", "/api/users/ada", nil), ("PUT", "/api/users/ada", #"{"password": "second"}"#),
                ("PUT", "/api/users/ada", #"{"username": "eve"}"#), ("POST", "/api/users/ada/logout", nil),
                ("PUT", "/api/users/ada", #"{"password": "first"}"#),
            ]
            for (round, (method, path, body)) in (ends + ends).enumerated() {
                let (here, there) = round % 2 == 0 ? (one, two) : (two, one)
                #expect(try await here.send("POST", "/api/users", token: admin, body: new).status == 200)
                let token = try await token(there, "ada", "first")
                for api in [one, two] { #expect(try await api.send("GET", "/", token: token).status == 200) }
                let ended = try await here.send(method, path, token: admin, body: body)
                #expect(ended.status == 200, "\(ended.text)")
                // At once, and for good when the name is used again.
                for api in [there, here] {
                    #expect(try await api.send("GET", "/", token: token).isError(400, "token is invalid"))
                }
                for name in ["ada", "eve"] {
                    _ = try await here.send("DELETE", "/api/users/\(name)", token: admin)
                }
                _ = try await there.send("POST", "/api/users", token: admin, body: new)
                #expect(try await here.send("GET", "/", token: token).isError(400, "token is invalid"))
                _ = try await there.send("DELETE", "/api/users/ada", token: admin)
            }
        }
    }

    /// Many log in while the password changes; whatever token an old password gave is dead afterwards.
    @Test func noTokenOutlivesThePasswordThatGaveIt() async throws {
        try await withTwo { (one, two) async throws in
            let admin = try RunningAPI.token("admin")
            let new = #"{"username": "ada", "password": "password 0"}"#
            #expect(try await one.send("POST", "/api/users", token: admin, body: new).status == 200)
            let tokens = try await withThrowingTaskGroup { group in
                for number in 0..<6 {
                    let api = number % 2 == 0 ? one : two
                    group.addTask { () -> String? in
                        let body = #"{"username": "ada", "password": "password 0"}"#
                        return try await api.send("POST", "/api/auth", body: body).body?.string(at: "token")
                    }
                }
                group.addTask {
                    let body = #"{"password": "password 1"}"#
                    let reply = try await two.send("PUT", "/api/users/ada", token: admin, body: body)
                    #expect(reply.status == 200)
                    return nil
                }
                return try await group.reduce(into: [String]()) { if let token = $1 { $0.append(token) } }
            }
            for token in tokens {
                #expect(try await one.send("GET", "/", token: token).isError(400, "token is invalid"))
            }
            let good = try await self.token(one, "ada", "password 1")
            #expect(try await two.send("GET", "/", token: good).status == 200)
        }
    }

    @Test func failedLoginsAreCountedTogether() async throws {
        try await withTwo(settings: ["SKIPPER_SERVER__LOGIN_ATTEMPTS": "3"]) { (one, two) async throws in
            func login(_ api: RunningAPI, _ name: String, _ password: String) async throws -> Reply {
                try await api.send(
                    "POST", "/api/auth", body: #"{"username": "\#(name)", "password": "\#(password)"}"#)
            }
            for api in [one, two, one] {
                #expect(try await login(api, "admin", "wrong").isError(401, "Unauthorized"))
            }
            for api in [one, two] {
                // The right password tells nothing any more, either.
                for password in ["wrong", RunningAPI.adminPassword] {
                    let reply = try await login(api, "admin", password)
                    #expect(reply.isError(429, "Too Many Requests"), "\(reply.text)")
                    let seconds = reply.headers["Retry-After"].flatMap { Int($0) }
                    #expect(seconds.map((1...300).contains) == true)
                }
                // Others log in, and those with a token go on.
                #expect(try await login(api, "somebody", "wrong").status == 401)
                #expect(try await api.send("GET", "/", token: try RunningAPI.token("admin")).status == 200)
            }
            let lines = one.process.errors.split(separator: "\n").filter {
                $0.contains("too many failed logins")
            }
            #expect(
                !lines.isEmpty && lines.allSatisfy { $0.contains("\"info\"") && $0.contains("request.id") })
            #expect(!one.process.errors.contains(RunningAPI.adminPassword))
        }
    }
}
