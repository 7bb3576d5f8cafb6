import Foundation
import HTTP
import Testing

@Suite(.timeLimit(.minutes(10))) struct StopTests {
    @Test func anExchangeInFlightIsFinished() async throws {
        let started = Signal()
        let release = Signal()
        let server = try Server(ServerSettings()) { _ in
            started.fire()
            await release.wait()
            return .text("finished")
        }
        let idle = try RawSocket(port: server.port)
        let socket = try RawSocket(port: server.port)
        try await socket.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        await started.wait()
        async let stopped: Void = server.stop(grace: .seconds(30))
        try await eventually("no connection is accepted any more") {
            guard let socket = try? RawSocket(port: server.port) else { return true }
            socket.close()
            return false
        }
        release.fire()
        let answer = try await socket.readToEnd()
        #expect(answer.hasPrefix("HTTP/1.1 200"))
        #expect(answer.contains("\r\nConnection: close\r\n"))
        #expect(answer.hasSuffix("finished"))
        await stopped
        #expect(try await idle.readToEnd().isEmpty)
        await server.stop()
    }

    @Test func whatDoesNotFinishInTimeIsCutAndCancelled() async throws {
        let started = Counter()
        let both = Signal()
        let cancelled = Counter()
        let server = try Server(ServerSettings()) { request in
            if request.path == "/stream" {
                return Response(
                    status: 200,
                    body: .stream { writer in
                        try await writer.write([1])
                        if started.add() == 2 { both.fire() }
                        do { try await Task.sleep(for: .seconds(3600)) } catch { cancelled.add() }
                    })
            }
            if started.add() == 2 { both.fire() }
            do { try await Task.sleep(for: .seconds(3600)) } catch { cancelled.add() }
            return .text("too late")
        }
        let one = try RawSocket(port: server.port)
        let two = try RawSocket(port: server.port)
        let half = try RawSocket(port: server.port)
        try await one.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        try await two.send("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n")
        try await half.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc")
        await both.wait()
        await server.stop(grace: .milliseconds(50))
        #expect(try await one.readToEnd().isEmpty)
        #expect(try await !two.readToEnd().hasSuffix("0\r\n\r\n"))
        #expect(try await half.readToEnd().isEmpty)
        try await eventually("both handlers are cancelled") { cancelled.value == 2 }
    }

    /// Stopping over and over while requests arrive neither hangs nor crashes.
    @Test func stoppingUnderLoadIsClean() async throws {
        for round in 0..<20 {
            let server = try Server(ServerSettings()) { request in
                if request.path == "/stream" {
                    return Response(
                        status: 200,
                        body: .stream { writer in
                            for _ in 0..<1000 { try await writer.write([UInt8](repeating: 1, count: 1000)) }
                        })
                }
                await Task.yield()
                return .text("x")
            }
            let port = server.port
            await withTaskGroup { group in
                for index in 0..<8 {
                    group.addTask {
                        // Refused and broken connections are what this is about.
                        guard let socket = try? RawSocket(port: port) else { return }
                        let path = index % 2 == 0 ? "/" : "/stream"
                        for _ in 0..<20 {
                            guard (try? await socket.send("GET \(path) HTTP/1.1\r\nHost: x\r\n\r\n")) == true
                            else { return }
                        }
                        _ = try? await socket.readToEnd()
                    }
                }
                try? await Task.sleep(for: .milliseconds(round))
                await server.stop(grace: round % 2 == 0 ? .zero : .milliseconds(5))
            }
        }
    }

    @Test func aServerThatIsLetGoCloses() async throws {
        var server: Server? = try Server(ServerSettings()) { _ in .text("x") }
        let port = try #require(server?.port)
        let socket = try RawSocket(port: port)
        server = nil
        #expect(try await socket.readToEnd().isEmpty)
    }
}
