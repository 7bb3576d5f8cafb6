import TestSupport
import Testing

@testable import HTTP

@Suite(.timeLimit(.minutes(10))) struct ReadingPaceTests {
    /// Looks once a second at a client that takes so many bytes a second.
    private func firstCut(_ rates: [UInt64], isWaiting: Bool = true) -> Int? {
        var pace = ReadingPace(bytesPerSecond: 100, seconds: 10)
        let start = ContinuousClock.now
        var taken: UInt64 = 0
        for (second, rate) in rates.enumerated() {
            taken += rate
            if pace.isTooSlow(taken: taken, isWaiting: isWaiting, now: start + .seconds(second)) {
                return second
            }
        }
        return nil
    }

    @Test func whoStandsStillIsCutOff() {
        #expect(firstCut([UInt64](repeating: 0, count: 60)) == 10)
        #expect(firstCut([UInt64](repeating: 99, count: 60)) == 10)
        #expect(firstCut([UInt64](repeating: 1, count: 60)) == 10)
    }

    @Test func whoReadsIsNot() {
        #expect(firstCut([UInt64](repeating: 100, count: 600)) == nil)
        // On average: a second of reading in ten.
        #expect(firstCut((0..<600).map { $0 % 10 == 5 ? 1000 : 0 }) == nil)
    }

    @Test func burstsNowAndThenDoNotHelp() {
        #expect(firstCut((0..<600).map { $0 % 30 == 5 ? 1000 : 0 }) == 20)
    }

    @Test func whoHasNothingToReadIsNotSlow() {
        #expect(firstCut([UInt64](repeating: 0, count: 600), isWaiting: false) == nil)
    }

    private static func settings(rate: Int) -> ServerSettings {
        var settings = ServerSettings()
        settings.readingRate = rate
        settings.readingSeconds = 1
        return settings
    }

    @Test func aClientThatDoesNotReadIsCutOff() async throws {
        let ended = Signal()
        try await withServer(Self.settings(rate: 1 << 30)) { _ in
            Response(
                status: 200,
                body: .stream { writer in
                    defer { ended.fire() }
                    let bytes = [UInt8](repeating: 1, count: 1 << 20)
                    while true { try await writer.write(bytes) }
                })
        } _: { server in
            let socket = try RawSocket(port: server.port)
            try await socket.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            await ended.wait()
            try await eventually("the exchange ends") { server.requestsInFlight == 0 }
            socket.close()
        }
    }

    @Test func aLargeAnswerThatIsNotReadIsCutOff() async throws {
        try await withServer(Self.settings(rate: 1 << 30)) { _ in
            Response(status: 200, body: .bytes([UInt8](repeating: 1, count: 64 << 20)))
        } _: { server in
            let socket = try RawSocket(port: server.port)
            try await socket.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            _ = try await socket.read(bytes: 100)
            try await eventually("the exchange ends") { server.requestsInFlight == 0 }
            socket.close()
        }
    }

    /// The rate is far above what the handler gives; the client has read all there is.
    @Test func aSlowHandlerIsNotTheClientsFault() async throws {
        try await withServer(Self.settings(rate: 1 << 30)) { _ in
            Response(
                status: 200,
                body: .stream { writer in
                    for _ in 0..<6 {
                        try await writer.write(Array("part\n".utf8))
                        try await Task.sleep(for: .milliseconds(500))
                    }
                    try await writer.write(Array("end".utf8))
                })
        } _: { server in
            let answer = try await directClient().send(ClientRequest("GET", server.url("/")))
            #expect(answer.text.hasSuffix("part\nend"))
        }
    }
}
