import Documents
import HTTP
import TestSupport
import Testing

extension Conformance {
    /// `GET /`, and what every route has in common: envelope, middleware, statuses.
    @Suite struct GreetingTests {
        @Test func greetsWhoeverHasAToken() async throws {
            let api = try RunningAPI.current
            let reply = try await api.send("GET", "/", token: try RunningAPI.token("reader"))
            #expect(reply.status == 200)
            #expect(reply.type == "application/json; charset=utf-8")
            #expect(reply.text == #"{"status":"success","message":"greetings from Kowalski!"}"#)
        }

        /// Contains "bearer" in any case: the second word is the token; else all of it is.
        @Test(arguments: ["", "Bearer ", "bearer ", "BEARER ", "Bearer   ", "xbearerx "])
        func takesTheTokenWithAndWithoutScheme(prefix: String) async throws {
            let token = try RunningAPI.token("reader")
            let reply = try await RunningAPI.current.send("GET", "/", token: prefix + token)
            #expect(reply.status == 200, "\(reply.text)")
            // Words after it are not looked at.
            guard !prefix.isEmpty else { return }
            #expect(try await RunningAPI.current.send("GET", "/", token: "\(prefix)\(token) x").status == 200)
        }

        @Test func refusesWhoeverHasNone() async throws {
            let api = try RunningAPI.current
            #expect(try await api.send("GET", "/").isError(401, "Unauthorized"))
            let query = #"{"query_type": "info", "query": {"command": "catalog_names"}}"#
            #expect(try await api.send("POST", "/api/queries", body: query).isError(401, "Unauthorized"))
            // Before the body is looked at.
            #expect(try await api.send("POST", "/api/queries", body: "no JSON").isError(401, "Unauthorized"))
        }

        @Test func answersUnknownPathsInTheEnvelope() async throws {
            let api = try RunningAPI.current
            for path in [
                "/nothing", "/api", "/api/", "/api/queries/", "/api/alerts", "//", "/api/Queries", "/?x=1/",
            ] {
                let reply = try await api.send("GET", path)
                if path.hasPrefix("/?") {
                    #expect(reply.isError(401, "Unauthorized"))
                } else {
                    #expect(reply.isError(404, "Not Found"), "\(path): \(reply.text)")
                }
            }
        }

        @Test(arguments: [
            ("HEAD", "/"), ("POST", "/"), ("DELETE", "/"), ("GET", "/api/auth"), ("PUT", "/api/queries"),
            ("GET", "/api/queries"), ("PROPFIND", "/api/queries"), ("OPTIONS", "/api/auth"),
        ])
        func answersOtherMethodsInPlainText(method: String, path: String) async throws {
            let reply = try await RunningAPI.current.send(method, path)
            #expect(reply.status == 405)
            #expect(reply.type == "text/plain; charset=utf-8")
            #expect(reply.text == (method == "HEAD" ? "" : "405: Method Not Allowed"))
            #expect(reply.headers["Allow"] == (path == "/" ? "GET" : "POST"))
        }

        @Test func refusesLargeBodiesInPlainText() async throws {
            let api = try RunningAPI.current
            let token = try RunningAPI.token("reader")
            let large = String(repeating: " ", count: 1_048_577)
            let reply = try await api.send("POST", "/api/queries", token: token, body: large)
            #expect(reply.status == 413)
            #expect(reply.type == "text/plain; charset=utf-8")
            #expect(
                reply.text
                    == "Maximum request body size 1048576 exceeded, actual body size 1048577")
            // The largest one is read, and is no JSON.
            let largest = String(repeating: " ", count: 1_048_576)
            let read = try await api.send("POST", "/api/queries", token: token, body: largest)
            #expect(read.status == 400)
            #expect(read.message?.hasPrefix("JSONDecodeError: Expecting value: ") == true)
        }

        /// One line a request; why one was refused stands there and not in the answer.
        @Test(
            arguments: [
                ("/api/users", "reader", 403, "for admins"),
                ("/", "nobody known", 400, "token of a user who is not there"),
                ("/", "reader", 200, nil), ("/", nil, 401, "no token"),
            ] as [(String, String?, Int, String?)])
        func tellsTheLogWhoAsked(path: String, user: String?, status: Int, reason: String?) async throws {
            let api = try RunningAPI.current
            let id = "log-\(status)"
            let reply = try await api.send(
                "GET", path, token: try user.map { try RunningAPI.token($0) }, headers: ["X-Request-ID": id])
            #expect(reply.status == status)
            #expect(reply.headers["X-Content-Type-Options"] == "nosniff")
            #expect(reply.headers["WWW-Authenticate"] == (status == 401 ? "Bearer" : nil))
            var line: Document?
            #expect(
                try await eventually {
                    line = try api.process.errors.split(separator: "\n").first { $0.contains("\"\(id)\"") }
                        .map { try ExtendedJSON.document(from: String($0)) }
                    return line != nil
                })
            #expect(line?.string(at: "level") == "info")
            #expect(line?.element(key: "user")?.value.string == user)
            #expect(line?.element(key: "reason")?.value.string == reason)
            #expect(line?.element(key: "http.status")?.value == .int32(Int32(status)))
            #expect(line?.element(key: "http.route")?.value.string == "GET \(path)")
        }

        @Test func namesEachRequest() async throws {
            let reply = try await RunningAPI.current.send(
                "GET", "/healthz", headers: ["X-Request-ID": "mine-1"])
            #expect(reply.headers["X-Request-ID"] == "mine-1")
        }
    }
}
