import Foundation
import HTTP
import Testing

@Suite(.timeLimit(.minutes(10))) struct DepartureTests {
    @Test func aClientThatLeavesCancelsTheHandler() async throws {
        let started = Signal()
        let cancelled = Signal()
        try await withServer { _ in
            started.fire()
            do { try await Task.sleep(for: .seconds(3600)) } catch { cancelled.fire() }
            return .text("nobody reads this")
        } _: { server in
            let socket = try RawSocket(port: server.port)
            try await socket.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            await started.wait()
            #expect(server.requestsInFlight == 1)
            socket.close()
            await cancelled.wait()
            try await eventually("the exchange ends") { server.requestsInFlight == 0 }
        }
    }

    /// The connection is free although the handler is not: it does not look whether it was cancelled.
    @Test func aStubbornHandlerDoesNotHoldTheConnection() async throws {
        let started = Signal()
        let release = Signal()
        let ended = Signal()
        try await withServer { _ in
            started.fire()
            await release.wait()
            ended.fire()
            return .text("")
        } _: { server in
            let socket = try RawSocket(port: server.port)
            try await socket.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            await started.wait()
            socket.close()
            try await eventually("the exchange ends") { server.requestsInFlight == 0 }
            release.fire()
            await ended.wait()
        }
    }

    /// Many clients leave while many others are answered; each handler ends, once.
    @Test func departuresDoNotDisturbOthers() async throws {
        let begun = Counter()
        let ended = Counter()
        try await withServer { request in
            begun.add()
            defer { ended.add() }
            if request.path == "/leave" { try? await Task.sleep(for: .seconds(3600)) }
            return .text("<\(request.path)>")
        } _: { server in
            for _ in 0..<100 {
                let leaver = try RawSocket(port: server.port)
                let stayer = try RawSocket(port: server.port)
                try await leaver.send("GET /leave HTTP/1.1\r\nHost: x\r\n\r\n")
                try await stayer.send("GET /stay HTTP/1.1\r\nHost: x\r\n\r\n")
                leaver.close()
                #expect(try await stayer.read(until: "</stay>").hasPrefix("HTTP/1.1 200"))
            }
            try await eventually("all end") { server.requestsInFlight == 0 && begun.value == ended.value }
        }
        // Who leaves at once may be gone before its handler begins.
        #expect((100...200).contains(begun.value))
    }
}
