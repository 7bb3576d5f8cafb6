import Testing

extension Conformance {
    /// `/healthz`, `/readyz`, `/metrics`.
    @Suite struct OperationTests {
        @Test func tellsThatItLivesAndIsReady() async throws {
            let api = try RunningAPI.current
            #expect(try await api.send("GET", "/healthz").text == "ok\n")
            #expect(try await api.send("GET", "/readyz").text == "ready\n")
            for path in ["/healthz", "/readyz", "/metrics"] {
                #expect(try await api.send("HEAD", path).status == 200)
            }
        }

        /// Requests that were refused count like any other.
        @Test func countsEveryRequestByRouteAndStatus() async throws {
            let api = try RunningAPI.current
            let lines = [
                #"http_requests_total{route="POST /api/queries",status="401"}"#,
                #"http_requests_total{route="POST /api/queries",status="400"}"#,
                #"http_requests_total{route="GET /",status="200"}"#,
                #"http_requests_total{route="none",status="404"}"#,
                #"http_requests_total{route="none",status="405"}"#,
                #"http_request_duration_seconds_count{route="GET /"}"#,
            ]
            func counts() async throws -> [Int] {
                let text = try await api.send("GET", "/metrics").text
                return lines.map { line in
                    text.split(separator: "\n").first { $0.hasPrefix(line + " ") }
                        .flatMap { Int($0.dropFirst(line.count + 1)) } ?? 0
                }
            }
            let before = try await counts()
            _ = try await api.send("POST", "/api/queries", body: "{}")
            _ = try await api.ask("{}")
            _ = try await api.send("GET", "/", token: try RunningAPI.token("reader"))
            _ = try await api.send("GET", "/nothing")
            _ = try await api.send("PUT", "/")
            let after = try await counts()
            // Other tests count at the same time.
            for (line, (before, after)) in zip(lines, zip(before, after)) {
                #expect(after > before, "\(line)")
            }
        }
    }
}
