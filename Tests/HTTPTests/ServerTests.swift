import Foundation
import HTTP
import Testing

@Suite(.timeLimit(.minutes(10))) struct ServerTests {
    @Test func aHandlerSeesTheRequestAndTheClientItsAnswer() async throws {
        let seen = Box<Request?>(nil)
        try await withServer { request in
            seen.value = request
            return Response(
                status: 201, headers: ["X-One": "1", "Content-Type": "text/x-test"],
                body: .bytes(Array("made".utf8)))
        } _: { server in
            let answer = try await directClient().send(
                ClientRequest(
                    "PUT", server.url("/a%20b/c%2Fd?x=1&y=a+b"), headers: ["X-Two": "2"],
                    body: Array("hello".utf8)))
            #expect(answer.status == 201)
            #expect(answer.text == "made")
            #expect(answer.headers["x-one"] == "1")
            #expect(answer.headers["content-type"] == "text/x-test")
            #expect(answer.headers["content-length"] == "4")
        }
        let request = try #require(seen.value)
        #expect(request.method == "PUT")
        #expect(request.path == "/a b/c/d")
        #expect(request.segments == ["a b", "c/d"])
        #expect(request.queryValue("x") == "1")
        #expect(request.queryValue("y") == "a b")
        #expect(request.headers["x-TWO"] == "2")
        #expect(request.body == Array("hello".utf8))
        #expect(request.remoteAddress == "127.0.0.1")
    }

    @Test func aSaneRequestIDIsKeptAndAnyOtherReplaced() async throws {
        try await withServer {
            .text($0.id)
        } _: { server in
            let client = directClient()
            let kept = try await client.send(
                ClientRequest("GET", server.url("/"), headers: ["X-Request-ID": "abc-1.2:3/4=@_+"]))
            #expect(kept.text == "abc-1.2:3/4=@_+")
            #expect(kept.headers["X-Request-ID"] == kept.text)
            for insane in ["a b", "a\"b", String(repeating: "x", count: 129), "ä"] {
                let made = try await client.send(
                    ClientRequest("GET", server.url("/"), headers: ["X-Request-ID": insane]))
                #expect(made.text.count == 32)
                #expect(made.text.allSatisfy { $0.isHexDigit })
                #expect(made.headers["X-Request-ID"] == made.text)
            }
        }
    }

    @Test func aHeaderValueCannotAddALine() async throws {
        try await withServer { _ in
            var response = Response.text("body")
            response.headers["X-Evil"] = "a\r\nSet-Cookie: b\r\n\r\n<html>\u{0}\u{7F}"
            response.headers["X Evil: y\r\nZ"] = "z"
            response.headers["Content-Length"] = "1"
            response.headers["Transfer-Encoding"] = "chunked"
            response.headers["X-Request-ID"] = "not-this"
            return response
        } _: { server in
            let socket = try RawSocket(port: server.port)
            try await socket.send(
                "GET / HTTP/1.1\r\nHost: x\r\nX-Request-ID: this\r\nConnection: close\r\n\r\n")
            let lines = try await socket.readToEnd().components(separatedBy: "\r\n")
            #expect(lines.contains("X-Evil: a  Set-Cookie: b    <html>  "))
            #expect(
                !lines.contains { $0.hasPrefix("Set-Cookie") || $0.hasPrefix("X Evil") || $0.hasPrefix("Z:") }
            )
            #expect(lines.filter { $0.lowercased().hasPrefix("content-length") } == ["Content-Length: 4"])
            #expect(!lines.contains { $0.lowercased().hasPrefix("transfer-encoding") })
            #expect(lines.filter { $0.lowercased().hasPrefix("x-request-id") } == ["X-Request-ID: this"])
            #expect(lines.last == "body")
        }
    }

    @Test func headAndBodilessStatusesHaveNoBody() async throws {
        let streamed = Counter()
        try await withServer { request in
            let stream = Response.Body.stream { writer in
                streamed.add()
                try await writer.write([1])
            }
            return switch request.path {
            case "/bytes": .text("12345")
            case "/stream": Response(status: 200, body: stream)
            default: Response(status: 204, body: stream)
            }
        } _: { server in
            let socket = try RawSocket(port: server.port)
            for (method, path) in [("HEAD", "/bytes"), ("HEAD", "/stream"), ("GET", "/204")] {
                try await socket.send("\(method) \(path) HTTP/1.1\r\nHost: x\r\n\r\n")
                let head = try await socket.read(until: "\r\n\r\n")
                #expect(head.hasPrefix(path == "/204" ? "HTTP/1.1 204" : "HTTP/1.1 200"))
                #expect(head.contains("X-Request-ID: "))
                #expect(head.contains("Content-Length: 5") == (path == "/bytes"))
                #expect(head.contains("Content-Length") == (path == "/bytes"))
            }
            // Had a body been sent, it would stand before this answer.
            try await socket.send("GET /bytes HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            let last = try await socket.readToEnd()
            #expect(last.hasPrefix("HTTP/1.1 200"))
            #expect(last.hasSuffix("\r\n\r\n12345"))
        }
        #expect(streamed.value == 0)
    }

    @Test func anImpossibleStatusIs500() async throws {
        try await withServer { request in
            Response(status: request.path == "/low" ? 100 : -7)
        } _: { server in
            for path in ["/low", "/negative"] {
                let answer = try await directClient().send(ClientRequest("GET", server.url(path)))
                #expect(answer.status == 500)
            }
        }
    }

    @Test func aLargeAnswerArrivesWhole() async throws {
        let bytes = (0..<8_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
        try await withServer { _ in
            Response(status: 200, body: .bytes(bytes))
        } _: { server in
            let answer = try await directClient().send(ClientRequest("GET", server.url("/")))
            #expect(answer.body == bytes)
        }
    }

    @Test func aConnectionIsKeptUntilTheClientAsksToCloseIt() async throws {
        try await withServer {
            .text("<\($0.path)>")
        } _: { server in
            let socket = try RawSocket(port: server.port)
            try await socket.send("GET /1 HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(try await socket.read(until: "</1>").contains("200 OK"))
            try await socket.send("GET /2 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            let last = try await socket.readToEnd()
            #expect(last.hasSuffix("</2>"))
            #expect(last.lowercased().contains("connection: close"))

            let old = try RawSocket(port: server.port)
            try await old.send("GET /3 HTTP/1.0\r\n\r\n")
            #expect(try await old.readToEnd().hasSuffix("</3>"))
        }
    }

    @Test func pipelinedRequestsAreAnsweredInTheirOrder() async throws {
        try await withServer { request in
            // The first takes longest: order must not come from speed.
            if request.path == "/0" { try? await Task.sleep(for: .milliseconds(50)) }
            return .text("<\(request.path) \(String(decoding: request.body, as: UTF8.self))>")
        } _: { server in
            let socket = try RawSocket(port: server.port)
            let requests = (0..<20).map {
                "POST /\($0) HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nb\($0 + 10)"
            }
            try await socket.send(requests.joined())
            let answers = try await socket.read(until: "</19 b29>")
            let bodies = answers.split(separator: "<").dropFirst().compactMap {
                $0.split(separator: ">").first
            }
            #expect(bodies.map(String.init) == (0..<20).map { "/\($0) b\($0 + 10)" })
        }
    }

    @Test func fiveHundredRequestsAreHandledAtTheSameTime() async throws {
        let count = 500
        try raiseDescriptorLimit(to: 4096)
        let arrived = Counter()
        let all = Signal()
        try await withServer { request in
            if arrived.add() == count { all.fire() }
            await all.wait()
            return .text("<\(request.path)>")
        } _: { server in
            let sockets = try (0..<count).map { _ in try RawSocket(port: server.port) }
            for (index, socket) in sockets.enumerated() {
                try await socket.send("GET /\(index) HTTP/1.1\r\nHost: x\r\n\r\n")
            }
            for (index, socket) in sockets.enumerated() {
                #expect(try await socket.read(until: "</\(index)>").hasPrefix("HTTP/1.1 200"))
            }
            try await eventually("exchanges end") { server.requestsInFlight == 0 }
        }
    }

    @Test func aPortInUseIsSaid() async throws {
        try await withServer { _ in
            .text("")
        } _: { server in
            var settings = ServerSettings()
            settings.port = server.port
            let error = #expect(throws: HTTPError.self) {
                _ = try Server(settings) { _ in .text("") }
            }
            #expect(error?.reason == "cannot listen on 127.0.0.1:\(server.port): Address already in use")
        }
    }

    @Test func anIPv6AddressCanBeListenedOn() async throws {
        var settings = ServerSettings()
        settings.host = "::"
        try await withServer(settings) {
            .text($0.remoteAddress)
        } _: { server in
            let answer = try await directClient().send(ClientRequest("GET", server.url("/")))
            #expect(answer.text == "127.0.0.1")
        }
    }

    @Test func oneAddressGetsNoMoreThanItsShareOfConnections() async throws {
        var settings = ServerSettings()
        settings.maximumConnectionsPerAddress = 2
        try await withServer(settings) {
            .text("<\($0.path)>")
        } _: { server in
            let first = try RawSocket(port: server.port)
            let second = try RawSocket(port: server.port)
            for socket in [first, second] {
                try await socket.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                #expect(try await socket.read(until: "</>").contains("200"))
            }
            let third = try RawSocket(port: server.port)
            try await third.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(try await third.readToEnd().isEmpty)
        }
    }
}
