import Archive
import Foundation
import HTTP
import Testing

extension Conformance {
    /// Tokens that are no good, on every route.
    @Suite struct BadTokenTests {
        /// Routes with and without a user, paths that do not exist, methods that do not.
        static let targets = [
            ("GET", "/"), ("POST", "/api/auth"), ("POST", "/api/queries"), ("GET", "/nothing"), ("PUT", "/"),
        ]

        static func bad() throws -> [String] {
            let good = try RunningAPI.token("reader")
            let parts = good.split(separator: ".").map(String.init)
            let none = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0"  // {"alg":"none","typ":"JWT"}
            return [
                "bearer", "Bearer", "Bearer ", "x", "Bearer x", "token \(good)", "Basic YWRtaW46YWRtaW4=",
                String(good.dropLast()), String(good.dropFirst()), good + "A", good + ".", "..",
                "\(parts[0]).\(parts[1]).", "\(none).\(parts[1]).", "\(none).\(parts[1]).\(parts[2])",
                try RunningAPI.token("reader", key: "a key of somebody else's, as long as ours"),
                try RunningAPI.token("no such user"), try RunningAPI.token(""), try RunningAPI.token("Admin"),
                String(repeating: "a", count: 9000),
            ]
        }

        @Test(arguments: targets) func areRefusedFirst(method: String, path: String) async throws {
            let api = try RunningAPI.current
            for token in try Self.bad() {
                let reply = try await api.send(method, path, token: token, body: method == "GET" ? nil : "{}")
                #expect(reply.isError(400, "token is invalid"), "\(token.prefix(80)): \(reply.text)")
            }
        }

        @Test(arguments: targets) func expiredOnesAreToldApart(method: String, path: String) async throws {
            let token = try RunningAPI.token(
                "reader", issued: Date(timeIntervalSinceNow: -100), life: .seconds(60))
            let reply = try await RunningAPI.current.send(method, path, token: token)
            #expect(reply.isError(400, "token has expired"), "\(reply.text)")
        }

        @Test func tokenWithTimeLeftIsGood() async throws {
            let token = try RunningAPI.token("reader", life: .seconds(600))
            #expect(try await RunningAPI.current.send("GET", "/", token: token).status == 200)
        }

        @Test func removedUserIsRefusedAtOnce() async throws {
            let api = try RunningAPI.current
            try await api.add("short-lived", programs: [1])
            let token = try RunningAPI.token("short-lived")
            #expect(try await api.send("GET", "/", token: token).status == 200)
            let users = Users(api.database, administrator: "admin")
            #expect(try await users.remove("short-lived"))
            #expect(try await api.send("GET", "/", token: token).isError(400, "token is invalid"))
            let names = #"{"query_type": "info", "query": {"command": "catalog_names"}}"#
            let query = try await api.send("POST", "/api/queries", token: token, body: names)
            #expect(query.isError(400, "token is invalid"))
        }

        /// Probes and scrapers may send a token of their own.
        @Test(arguments: ["/healthz", "/readyz", "/metrics"])
        func operatorsRoutesLookAtNone(path: String) async throws {
            #expect(try await RunningAPI.current.send("GET", path, token: "Bearer x").status == 200)
        }
    }
}
