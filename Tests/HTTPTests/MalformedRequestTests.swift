import Foundation
import HTTP
import Testing

@Suite(.timeLimit(.minutes(10))) struct MalformedRequestTests {
    /// What is sent and the statuses that may answer; the empty one is a close without answer.
    static let malformed: [(bytes: String, statuses: Set<String>)] = [
        ("\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\u{0}\u{1}\u{FC}\u{3}\u{3}\r\n\r\n", ["400", "414", ""]),
        ("GET\r\n\r\n", ["400", ""]),
        ("GET / HTTP/1.1\r\n\r\n", ["400"]),
        ("GET /a b c HTTP/1.1\r\nHost: x\r\n\r\n", ["400", ""]),
        ("GET / HTTP/1.1\r\nHost: x\r\nno colon here\r\n\r\n", ["400"]),
        ("GET / HTTP/9.9\r\nHost: x\r\nConnection: close\r\n\r\n", ["200", "400", "505", ""]),
        ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", ["400"]),
        ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999999\r\n\r\n", ["400", "413"]),
        ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: abc\r\n\r\n", ["400"]),
        ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", ["400"]),
        (
            "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            ["400"]
        ),
        ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", ["400", ""]),
        (
            "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFFF\r\n",
            ["400", "413", ""]
        ),
        ("GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n", ["400"]),
        ("GET /% HTTP/1.1\r\nHost: x\r\n\r\n", ["400"]),
        ("GET /%ff%fe HTTP/1.1\r\nHost: x\r\n\r\n", ["400"]),
        ("GET /a%00b HTTP/1.1\r\nHost: x\r\n\r\n", ["400"]),
        ("GET /%c3%28 HTTP/1.1\r\nHost: x\r\n\r\n", ["400"]),
        ("GET /a\u{0}b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", ["200", "400", ""]),
        ("GET /" + String(repeating: "a", count: 70_000) + " HTTP/1.1\r\nHost: x\r\n\r\n", ["414"]),
        ("GET / HTTP/1.1\r\nHost: x\r\nX: " + String(repeating: "a", count: 70_000) + "\r\n\r\n", ["431"]),
    ]

    @Test(arguments: malformed.indices) func isRefusedAndTheServerLives(index: Int) async throws {
        let (bytes, statuses) = Self.malformed[index]
        try await withServer { _ in
            .text("fine")
        } _: { server in
            let socket = try RawSocket(port: server.port)
            // One scalar a byte, so that bytes that are not UTF-8 go out as they are.
            try await socket.send(bytes.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) })
            var answer = ""
            // Where the refusal does not close the connection, its head is enough.
            if statuses == ["400"] {
                answer = try await socket.read(bytes: 12)
            } else {
                answer = try await socket.readToEnd()
            }
            let status = answer.split(separator: " ").dropFirst().first.map(String.init) ?? ""
            #expect(statuses.contains(status), "\(answer.prefix(200))")
            socket.close()
            try await eventually("the exchange ends") { server.requestsInFlight == 0 }
            let next = try await directClient().send(ClientRequest("GET", server.url("/")))
            #expect(next.text == "fine")
        }
    }

    /// What a proxy in front might delimit otherwise is refused, and nothing after it is taken for a
    /// request.
    @Test(arguments: [
        ("Content-Length: 3\r\nContent-Length: 4", "400"),
        ("Content-Length: 3\r\nContent-Length: 3", "400"),
        ("Content-Length: 3\r\nTransfer-Encoding: chunked", "400"),
        ("Transfer-Encoding: chunked\r\nContent-Length: 3", "400"),
        ("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity", "400"),
        ("Transfer-Encoding: identity", "501"),
        ("Transfer-Encoding: gzip, chunked", "501"),
        ("Content-Length: +3", "400"),
        ("Content-Length: 3, 3", "400"),
        ("Content-Length: 0x3", "400"),
    ]) func noSecondRequestIsSmuggled(fields: String, status: String) async throws {
        let handled = Counter()
        try await withServer { _ in
            handled.add()
            return .text("")
        } _: { server in
            let socket = try RawSocket(port: server.port)
            try await socket.send(
                "POST / HTTP/1.1\r\nHost: x\r\n\(fields)\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"
            )
            let answer = try await socket.readToEnd()
            #expect(answer.hasPrefix("HTTP/1.1 \(status) "))
        }
        #expect(handled.value == 0)
    }

    /// A request broken off at each byte leaves nothing behind.
    @Test func aTruncatedRequestLeavesNothing() async throws {
        let whole = "POST /a?b=c HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"
        let handled = Counter()
        try await withServer { request in
            handled.add()
            return .text("")
        } _: { server in
            for length in 0..<whole.utf8.count {
                let socket = try RawSocket(port: server.port)
                try await socket.send(Array(whole.utf8.prefix(length)))
                socket.close()
            }
            try await eventually("exchanges end") { server.requestsInFlight == 0 }
            #expect(handled.value == 0)
            let next = try await directClient().send(ClientRequest("GET", server.url("/")))
            #expect(next.status == 200)
        }
    }

    @Test func theLibraryTellsTheLog() async throws {
        let lines = Box<[String]>([])
        try await withServer(log: { lines.value.append($0) }) { _ in
            .text("")
        } _: { server in
            let socket = try RawSocket(port: server.port)
            try await socket.send("GET / HTTP/1.1\r\n\r\n")
            _ = try await socket.readToEnd()
        }
        #expect(!lines.value.isEmpty)
        #expect(!lines.value.contains { $0.hasSuffix("\n") })
    }

    @Test func aSilentClientIsCutOff() async throws {
        var settings = ServerSettings()
        settings.idleSeconds = 1
        try await withServer(settings) { request in
            // Longer than the idle time: a handler at work is no idle client.
            if request.path == "/slow" { try? await Task.sleep(for: .milliseconds(2500)) }
            return .text("<\(request.path)>")
        } _: { server in
            let patient = try RawSocket(port: server.port)
            try await patient.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
            let silent = try RawSocket(port: server.port)
            try await silent.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf")
            #expect(try await silent.readToEnd().isEmpty)
            #expect(try await patient.read(until: "</slow>").hasPrefix("HTTP/1.1 200"))
        }
    }

    /// In the head, in the body, and in a body of unknown length.
    @Test(arguments: [
        "GET / HTTP/1.1\r\nHost: x\r\nX: ", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nfffff\r\n",
    ]) func aClientThatDripsItsRequestIsCutOff(beginning: String) async throws {
        var settings = ServerSettings()
        settings.arrivalSeconds = 1
        try await withServer(settings) { _ in
            .text("")
        } _: { server in
            let socket = try RawSocket(port: server.port)
            try await socket.send(beginning)
            var isOpen = true
            for _ in 0..<200 where isOpen {
                isOpen = try await socket.send("a")
                try await Task.sleep(for: .milliseconds(50))
            }
            #expect(!isOpen)
        }
    }
}
