import Foundation
import HTTP
import Testing

@Suite(.timeLimit(.minutes(10))) struct ClientTests {
    @Test func methodHeadersAndBodyGoOutAsTheyAre() async throws {
        try await withServer { request in
            let types = request.headers.values(of: "Content-Type").joined(separator: ",")
            let expect = request.headers["Expect"] ?? "none"
            let empty = request.headers["X-Empty"] ?? "absent"
            return .text("\(request.method) \(request.body.count) [\(types)] \(expect) \(empty)")
        } _: { server in
            let client = directClient()
            let url = server.url("/")
            let empty = try await client.send(ClientRequest("GET", url))
            #expect(empty.text == "GET 0 [] none absent")
            let posted = try await client.send(ClientRequest("POST", url))
            #expect(posted.text == "POST 0 [] none absent")
            let patched = try await client.send(
                ClientRequest(
                    "PATCH", url, headers: ["Content-Type": "a/b", "X-Empty": ""],
                    body: [UInt8](repeating: 0, count: 1_048_576)))
            #expect(patched.text == "PATCH 1048576 [a/b] none ")
            let zero = try await client.send(ClientRequest("PUT", url, body: []))
            #expect(zero.text == "PUT 0 [] none absent")
            let head = try await client.send(ClientRequest("HEAD", url))
            #expect(head.status == 200)
            #expect(head.body.isEmpty)
        }
    }

    @Test func manyRequestsShareFewThreads() async throws {
        try await withServer {
            .text($0.path)
        } _: { server in
            let client = directClient { $0.threads = 2 }
            try await withThrowingTaskGroup { group in
                for index in 0..<100 {
                    group.addTask {
                        let answer = try await client.send(ClientRequest("GET", server.url("/\(index)")))
                        #expect(answer.text == "/\(index)")
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test func aRedirectIsAnAnswer() async throws {
        try await withServer { _ in
            Response(status: 302, headers: ["Location": "/elsewhere"])
        } _: { server in
            let answer = try await directClient().send(ClientRequest("GET", server.url("/")))
            #expect(answer.status == 302)
            #expect(answer.headers["location"] == "/elsewhere")
        }
    }

    @Test func anUnreachableServerIsSaidWithoutThePath() async throws {
        let server = try Server(ServerSettings()) { _ in .text("") }
        let port = server.port
        await server.stop(grace: .zero)
        let error = await #expect(throws: ClientError.self) {
            try await directClient().send(
                ClientRequest("POST", "http://u:p@127.0.0.1:\(port)/secret?token=secret"))
        }
        // CURLE_COULDNT_CONNECT
        #expect(error?.code == 7)
        #expect(error?.isTransient == true)
        #expect(error?.reason.hasPrefix("POST to 127.0.0.1:\(port): ") == true)
        #expect(error?.reason.contains("secret") == false)
    }

    @Test func aSlowServerTimesOut() async throws {
        try await withServer { _ in
            try? await Task.sleep(for: .seconds(3600))
            return .text("")
        } _: { server in
            let error = await #expect(throws: ClientError.self) {
                try await directClient().send(
                    ClientRequest("GET", server.url("/"), timeout: .milliseconds(100)))
            }
            #expect(error?.isTimeout == true)
            #expect(error?.isTransient == true)
            try await eventually("the server notices") { server.requestsInFlight == 0 }
        }
    }

    @Test func aCancelledTaskAbortsTheTransfer() async throws {
        let started = Signal()
        try await withServer { _ in
            started.fire()
            try? await Task.sleep(for: .seconds(3600))
            return .text("")
        } _: { server in
            let client = directClient()
            let url = server.url("/")
            let task = Task { try await client.send(ClientRequest("GET", url, timeout: .seconds(3600))) }
            await started.wait()
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
        }
    }

    @Test func aResponseThatIsTooLongFails() async throws {
        try await withServer { _ in
            Response(
                status: 200,
                body: .stream { writer in while true { try await writer.write([1, 2, 3, 4, 5]) } })
        } _: { server in
            let error = await #expect(throws: ClientError.self) {
                try await directClient { $0.maximumResponseBytes = 100_000 }.send(
                    ClientRequest("GET", server.url("/")))
            }
            #expect(error?.reason.hasSuffix("the response is longer than 100000 bytes") == true)
            #expect(error?.isTransient == false)
        }
    }

    @Test(arguments: ["file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1/", "dict://127.0.0.1/"])
    func onlyHTTPIsSpoken(url: String) async {
        let error = await #expect(throws: ClientError.self) {
            try await directClient().send(ClientRequest("GET", url))
        }
        // CURLE_UNSUPPORTED_PROTOCOL
        #expect(error?.code == 1)
    }

    @Test func whatWouldAddHeaderLinesIsRefused() async {
        let requests = [
            ClientRequest("GET\r\nX: y", "http://127.0.0.1/"),
            ClientRequest("GET", "http://127.0.0.1/ HTTP/1.1\r\nX: y"),
            ClientRequest("GET", "http://127.0.0.1/", headers: ["X": "y\r\nZ: z"]),
            ClientRequest("GET", "http://127.0.0.1/", headers: ["X: y\r\nZ": "z"]),
            ClientRequest("GET", "http://127.0.0.1/", headers: ["": "z"]),
        ]
        for request in requests {
            let error = await #expect(throws: ClientError.self) { try await directClient().send(request) }
            // CURLE_BAD_FUNCTION_ARGUMENT
            #expect(error?.code == 43)
        }
    }
}
