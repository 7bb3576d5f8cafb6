import Foundation
import HTTP
import Testing

@Suite(.timeLimit(.minutes(10))) struct StreamingTests {
    /// A stream that writes what it is told, part by part.
    private static func stream(_ produce: @escaping @Sendable (BodyWriter) async throws -> Void) -> Response {
        Response(status: 200, headers: ["Content-Type": "application/x-test"], body: .stream(produce))
    }

    @Test func whatIsWrittenArrivesAsItIsWritten() async throws {
        let next = [Signal(), Signal()]
        try await withServer { _ in
            Self.stream { writer in
                try await writer.write(Array("one".utf8))
                await next[0].wait()
                try await writer.write([])
                try await writer.write(Array("two".utf8))
                await next[1].wait()
            }
        } _: { server in
            let socket = try RawSocket(port: server.port)
            try await socket.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            let head = try await socket.read(until: "one\r\n")
            #expect(head.lowercased().contains("transfer-encoding: chunked"))
            #expect(head.hasSuffix("\r\n\r\n3\r\none\r\n"))
            next[0].fire()
            #expect(try await socket.read(until: "two\r\n") == "3\r\ntwo\r\n")
            next[1].fire()
            #expect(try await socket.read(until: "0\r\n\r\n") == "0\r\n\r\n")
            try await socket.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            #expect(try await socket.readToEnd().hasSuffix("two\r\n0\r\n\r\n"))
        }
    }

    @Test func aLongStreamArrivesWhole() async throws {
        // Lengths around the sizes of all buffers on the way.
        let lengths = (0..<400).map { ($0 * 7919) % 70_000 }
        let parts = lengths.enumerated().map { [UInt8](repeating: UInt8($0.offset % 251), count: $0.element) }
        try await withServer { _ in
            Self.stream { writer in for part in parts { try await writer.write(part) } }
        } _: { server in
            let answer = try await directClient().send(ClientRequest("GET", server.url("/")))
            #expect(answer.body == parts.flatMap { $0 })
        }
    }

    @Test func aFailedStreamIsSeenAsTruncated() async throws {
        struct Broken: Error {}
        let lines = Box<[String]>([])
        try await withServer(log: { lines.value.append($0) }) { _ in
            Self.stream { writer in
                try await writer.write(Array("begun".utf8))
                throw Broken()
            }
        } _: { server in
            let socket = try RawSocket(port: server.port)
            try await socket.send("GET / HTTP/1.1\r\nHost: x\r\nX-Request-ID: r-1\r\n\r\n")
            let answer = try await socket.readToEnd()
            #expect(answer.hasPrefix("HTTP/1.1 200"))
            #expect(!answer.hasSuffix("0\r\n\r\n"))
            await #expect(throws: ClientError.self) {
                try await directClient().send(ClientRequest("GET", server.url("/")))
            }
            try await eventually("the exchange ends") { server.requestsInFlight == 0 }
        }
        #expect(lines.value.contains("the answer to request r-1 broke off: Broken()"))
    }

    @Test func aClientThatLeavesEndsTheStream() async throws {
        let ended = Signal()
        let reason = Box<(any Error)?>(nil)
        let tracker = Box<Weak?>(nil)
        try await withServer { _ in
            let object = Object()
            tracker.value = Weak(object)
            return Self.stream { writer in
                defer { ended.fire() }
                do {
                    while true { try await writer.write([UInt8](repeating: object.byte, count: 10_000)) }
                } catch {
                    reason.value = error
                    throw error
                }
            }
        } _: { server in
            let socket = try RawSocket(port: server.port)
            try await socket.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            _ = try await socket.read(bytes: 1000)
            socket.close()
            await ended.wait()
            try await eventually("the exchange ends") { server.requestsInFlight == 0 }
            try await eventually("nothing holds the stream") { tracker.value?.object == nil }
        }
        #expect(reason.value is ClientGone || reason.value is CancellationError)
    }

    /// A stream that has nothing to say suspends its connection, which the library then does not watch.
    @Test func aClientThatLeavesASilentStreamEndsIt() async throws {
        let ended = Signal()
        try await withServer { _ in
            Self.stream { writer in
                defer { ended.fire() }
                try await writer.write([1])
                try await Task.sleep(for: .seconds(3600))
            }
        } _: { server in
            let socket = try RawSocket(port: server.port)
            try await socket.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            _ = try await socket.read(until: "\u{1}\r\n")
            socket.close()
            await ended.wait()
            try await eventually("the exchange ends") { server.requestsInFlight == 0 }
        }
    }

    @Test func aClientThatDoesNotReadHoldsTheWriterBack() async throws {
        let written = Counter()
        var settings = ServerSettings()
        settings.idleSeconds = 1
        let ended = Signal()
        try await withServer(settings) { _ in
            Self.stream { writer in
                defer { ended.fire() }
                while true {
                    try await writer.write([UInt8](repeating: 0, count: 65_536))
                    written.add()
                }
            }
        } _: { server in
            let socket = try RawSocket(port: server.port)
            try await socket.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            // The idle time cuts it off; until then only the buffers of the kernel (a few MiB) and ours are
            // full.
            await ended.wait()
            #expect(written.value < 64 * 16)
            try await eventually("the exchange ends") { server.requestsInFlight == 0 }
        }
    }
}

private final class Object: Sendable { let byte: UInt8 = 1 }

private final class Weak: Sendable {
    weak let object: Object?
    init(_ object: Object) { self.object = object }
}
