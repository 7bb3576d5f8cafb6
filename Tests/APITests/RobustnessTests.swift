import Documents
import Foundation
import Mongo
import Testing

extension Conformance {
    /// Clients that are slow or speak no HTTP.
    @Suite struct RobustnessTests {
        @Test(arguments: [
            "\u{16}\u{3}\u{1}\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/1.1\r\n\r\n",
            "GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n", "GET /a%00b HTTP/1.1\r\nHost: x\r\n\r\n",
            "POST /api/queries HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
            "POST /api/queries HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
            "POST /api/queries HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            "POST /api/queries HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: x\r\nAuthorization: \(String(repeating: "a", count: 100_000))\r\n\r\n",
        ]) func brokenRequestsAreRefused(request: String) async throws {
            let api = try RunningAPI.current
            let socket = try RawSocket(port: api.port)
            try await socket.send(request)
            socket.finishSending()
            let answer = try await socket.readToEnd()
            let status = answer.split(separator: " ").dropFirst().first.map(String.init) ?? ""
            #expect(["", "400", "413", "414", "431"].contains(status), "\(answer.prefix(300))")
            #expect(try await api.send("GET", "/healthz").status == 200)
        }

        /// A body in chunks and in drips is a body.
        @Test func slowBodyIsRead() async throws {
            let api = try RunningAPI.current
            let body = #"{"query_type": "estimated_document_count", "query": {"catalog": "stars"}}"#
            let socket = try RawSocket(port: api.port)
            let token = try RunningAPI.token("admin")
            try await socket.send(
                "POST /api/queries HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(token)\r\n"
                    + "Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n")
            for byte in body.utf8 { try await socket.send("1\r\n\(UnicodeScalar(byte))\r\n") }
            try await socket.send("0\r\n\r\n")
            let answer = try await socket.readToEnd()
            #expect(answer.hasSuffix(#""data":20}"#), "\(answer)")
        }

        /// Connections that send nothing do not keep others out.
        @Test func silentConnectionsHinderNobody() async throws {
            let api = try RunningAPI.current
            let silent = try (0..<200).map { _ in try RawSocket(port: api.port) }
            for socket in silent.prefix(100) { try await socket.send("POST /api/queries HTTP/1.1\r\nHost:") }
            #expect(try await api.ask("estimated_document_count", #"{"catalog": "stars"}"#).data == 20)
            for socket in silent { socket.close() }
        }

        /// One user's clients take large answers and do not read them, more of them than there are connections to the
        /// database. Others are answered.
        @Test func slowReadersHinderNobodyElse() async throws {
            let api = try RunningAPI.current
            try await api.add("greedy", programs: [1])
            let large: [Document] = (0..<1000).map {
                ["_id": .integer($0), "data": .binary(subtype: 0, [UInt8](repeating: 1, count: 20_000))]
            }
            _ = try await api.database.insert("greedily read", large)
            let body = #"{"query_type": "find", "query": {"catalog": "greedily read", "filter": {}}}"#
            let token = try RunningAPI.token("greedy")
            let slow = try (0..<60).map { _ in try RawSocket(port: api.port) }
            for socket in slow {
                try await socket.send(
                    "POST /api/queries HTTP/1.1\r\nHost: x\r\nAuthorization: \(token)\r\n"
                        + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
            }
            #expect(try await eventually { try await api.isBusy(for: "greedy") })
            let reply = try await api.ask("find_one", #"{"catalog": "stars", "filter": {"_id": 1}}"#)
            #expect(reply.status == 200, "\(reply.text)")
            for socket in slow { socket.close() }
            #expect(try await eventually { try await !api.isBusy(for: "greedy") })
            #expect(
                try await api.ask("estimated_document_count", #"{"catalog": "stars"}"#, as: "greedy").data
                    == 20)
        }

        @Test func pipelinedRequestsAreAnsweredInOrder() async throws {
            let socket = try RawSocket(port: try RunningAPI.current.port)
            try await socket.send(
                "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /nothing HTTP/1.1\r\nHost: x\r\n\r\n"
                    + "GET /readyz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            let answers = try await socket.readToEnd()
            let statuses = answers.components(separatedBy: "HTTP/1.1 ").dropFirst().map { $0.prefix(3) }
            #expect(statuses == ["200", "404", "200"], "\(answers)")
        }

        /// More queries at a time than the API has connections to the database: all wait for their turn.
        @Test func manyClientsAtATimeAreAnswered() async throws {
            let api = try RunningAPI.current
            try await withThrowingTaskGroup { group in
                for number in 0..<200 {
                    group.addTask {
                        let filter = #"{"catalog": "stars", "filter": {"_id": \#(number % 20)}}"#
                        let reply = try await api.ask("find_one", filter, as: "reader")
                        #expect(reply.data?.document?.int64(at: "_id") == Int64(number % 20))
                    }
                }
                try await group.waitForAll()
            }
        }
    }
}
