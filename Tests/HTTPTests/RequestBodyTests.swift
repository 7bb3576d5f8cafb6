import Foundation
import HTTP
import Testing

@Suite(.timeLimit(.minutes(10))) struct RequestBodyTests {
    private static func limited(to count: Int) -> ServerSettings {
        var settings = ServerSettings()
        settings.maximumBodyBytes = count
        return settings
    }

    @Test(arguments: [0, 1, 999, 1000]) func aBodyUpToTheLimitArrives(count: Int) async throws {
        try await withServer(Self.limited(to: 1000)) {
            .text("\($0.body.count)")
        } _: { server in
            let answer = try await directClient().send(
                ClientRequest("POST", server.url("/"), body: [UInt8](repeating: 7, count: count)))
            #expect(answer.status == 200)
            #expect(answer.text == "\(count)")
        }
    }

    /// By their declared lengths and in chunks, to one path, so many at a time.
    @Test func largerBodiesArriveWhereTheyMay() async throws {
        var settings = Self.limited(to: 1000)
        settings.largerBodyBytes = ["/large": 5000]
        settings.largerBodies = 1
        try await withServer(settings) {
            .text("\($0.body.count)")
        } _: { server in
            func send(_ path: String, _ count: Int) async throws -> Int {
                try await directClient().send(
                    ClientRequest("POST", server.url(path), body: [UInt8](repeating: 7, count: count))
                ).status
            }
            // Each gives its place back.
            for _ in 0..<3 { #expect(try await send("/large?x=1", 5000) == 200) }
            #expect(try await send("/large", 5001) == 413)
            #expect(try await send("/other", 1001) == 413)
            #expect(try await send("/large/", 1001) == 413)
            // One that does not come to its end holds the only place.
            let slow = try RawSocket(port: server.port)
            try await slow.send(
                "POST /large HTTP/1.1\r\nHost: x\r\nContent-Length: 4000\r\n\r\n"
                    + String(repeating: "b", count: 2000))
            #expect(try await eventually { try await send("/large", 4000) == 503 })
            #expect(try await send("/large", 1000) == 200)
            let chunked = try RawSocket(port: server.port)
            let chunk = String(repeating: "c", count: 2000)
            try await chunked.send(
                "POST /large HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "7d0\r\n\(chunk)\r\n0\r\n\r\n")
            #expect(try await chunked.readToEnd().hasPrefix("HTTP/1.1 503 "))
            slow.close()
            #expect(try await eventually { try await send("/large", 4000) == 200 })
        }
    }

    /// 1001 and 16,000 bytes are read and thrown away; longer ones are not read at all.
    @Test(arguments: [1001, 16_000, 16_001, 5_000_000])
    func aBodyAboveTheLimitIsRefusedByItsLength(count: Int) async throws {
        let handled = Counter()
        try await withServer(Self.limited(to: 1000)) { _ in
            handled.add()
            return .text("")
        } _: { server in
            let socket = try RawSocket(port: server.port)
            let head = "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: \(count)\r\n\r\n"
            let body = count > 16_000 ? "" : String(repeating: "b", count: count)
            try await socket.send(head + body)
            let answer = try await socket.readToEnd()
            #expect(answer.hasPrefix("HTTP/1.1 413 "))
            #expect(answer.contains("\r\nContent-Type: text/plain"))
            #expect(answer.contains("\r\nX-Request-ID: "))
            #expect(
                answer.hasSuffix(
                    "\r\n\r\nMaximum request body size 1000 exceeded, actual body size \(count)"))
        }
        #expect(handled.value == 0)
    }

    @Test func theDefaultLimitIsOneMebibyte() async throws {
        try await withServer {
            .text("\($0.body.count)")
        } _: { server in
            let client = directClient()
            let most = try await client.send(
                ClientRequest("POST", server.url("/"), body: [UInt8](repeating: 1, count: 1_048_576)))
            #expect(most.text == "1048576")
            let more = try await client.send(
                ClientRequest("POST", server.url("/"), body: [UInt8](repeating: 1, count: 1_048_577)))
            #expect(more.status == 413)
            #expect(more.text == "Maximum request body size 1048576 exceeded, actual body size 1048577")
        }
    }

    @Test func aClientThatAsksFirstIsRefusedBeforeItSends() async throws {
        try await withServer(Self.limited(to: 1000)) {
            .text("<\($0.body.count)>")
        } _: { server in
            let refused = try RawSocket(port: server.port)
            try await refused.send(
                "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 1001\r\n\r\n")
            #expect(try await refused.readToEnd().hasPrefix("HTTP/1.1 413 "))

            let welcome = try RawSocket(port: server.port)
            try await welcome.send(
                "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n")
            #expect(try await welcome.read(until: "\r\n\r\n").hasPrefix("HTTP/1.1 100 "))
            try await welcome.send("body")
            #expect(try await welcome.read(until: "<4>").hasPrefix("HTTP/1.1 200 "))
        }
    }

    @Test func aChunkedBodyIsPutTogether() async throws {
        try await withServer {
            .text("<\(String(decoding: $0.body, as: UTF8.self))>")
        } _: { server in
            let socket = try RawSocket(port: server.port)
            try await socket.send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
            for part in ["3\r\nabc\r\n", "A;x=y\r\n0123456789\r\n", "1\r", "\nz\r\n0\r\nTrailer: t\r\n\r\n"] {
                try await socket.send(part)
            }
            #expect(try await socket.read(until: ">").hasSuffix("<abc0123456789z>"))
            // The connection goes on after the last chunk.
            try await socket.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(try await socket.read(until: "<>").hasPrefix("HTTP/1.1 200 "))
        }
    }

    @Test func aChunkedBodyAboveTheLimitIsRefusedByWhatWasSeen() async throws {
        try await withServer(Self.limited(to: 1000)) { _ in
            .text("handled")
        } _: { server in
            let socket = try RawSocket(port: server.port)
            try await socket.send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
            for _ in 0..<3 {
                try await socket.send("258\r\n" + String(repeating: "c", count: 600) + "\r\n")
            }
            try await socket.send("0\r\n\r\n")
            let answer = try await socket.read(bytes: 200)
            #expect(answer.hasPrefix("HTTP/1.1 413 "))
            let seen = try #require(Int(answer.split(separator: " ").last ?? ""))
            #expect((1001...1800).contains(seen))
        }
    }

    @Test func anEndlessChunkedBodyIsCutOff() async throws {
        try await withServer(Self.limited(to: 1000)) { _ in
            .text("handled")
        } _: { server in
            let socket = try RawSocket(port: server.port)
            try await socket.send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
            let chunk = "1000\r\n" + String(repeating: "c", count: 4096) + "\r\n"
            var isOpen = true
            for _ in 0..<10_000 where isOpen { isOpen = try await socket.send(chunk) }
            #expect(!isOpen)
            try await eventually("the exchange ends") { server.requestsInFlight == 0 }
        }
    }
}
