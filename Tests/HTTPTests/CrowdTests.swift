import HTTP
import TestSupport
import Testing

/// More connections than a server takes.
@Suite(.timeLimit(.minutes(10))) struct CrowdTests {
    private static var settings: ServerSettings {
        var settings = ServerSettings()
        settings.maximumConnections = 32
        return settings
    }

    @Test func silentConnectionsMakeRoomForNewcomers() async throws {
        try await withServer(Self.settings) { _ in
            .text("here")
        } _: { server in
            var silent: [RawSocket] = []
            for number in 0..<100 {
                silent.append(try RawSocket(port: server.port))
                if number % 2 == 0 { try await silent.last?.send("GET / HTTP/1.1\r\nHost:") }
            }
            let newcomer = try RawSocket(port: server.port)
            try await newcomer.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            #expect(try await newcomer.readToEnd().hasSuffix("here"))
            for socket in silent { socket.close() }
        }
    }

    /// Whoever waits for an answer is not shown out for those who only might ask.
    @Test func whoWaitsForAnAnswerStays() async throws {
        let started = Signal()
        let release = Signal()
        try await withServer(Self.settings) { _ in
            started.fire()
            await release.wait()
            return .text("at last")
        } _: { server in
            let patient = try RawSocket(port: server.port)
            try await patient.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            await started.wait()
            let silent = try (0..<100).map { _ in try RawSocket(port: server.port) }
            // The oldest ones were closed, so that the server has looked at the crowd.
            #expect(try await silent[0].readToEnd().isEmpty)
            #expect(server.requestsInFlight == 1)
            release.fire()
            #expect(try await patient.readToEnd().hasSuffix("at last"))
            for socket in silent { socket.close() }
        }
    }
}
