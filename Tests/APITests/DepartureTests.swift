import Documents
import Mongo
import Foundation
import Testing

extension Conformance {
    /// Clients that leave before their answer.
    @Suite struct DepartureTests {
        @Test func queryUnderWayEndsInTheServer() async throws {
            let api = try RunningAPI.current
            try await api.add("impatient", programs: [1])
            // Of half an hour.
            let query = #"{"catalog": "stars", "pipeline": \#(Catalogues.slow(rows: 1000))}"#
            let task = Task { try await api.ask("aggregate", query, as: "impatient") }
            #expect(try await eventually { try await api.isBusy(for: "impatient") })
            task.cancel()
            _ = await task.result
            let hasEnded = try await eventually { try await !api.isBusy(for: "impatient") }
            let left = try await api.operations(of: "impatient")
            #expect(hasEnded, "\(left)")
            #expect(try await api.ask("estimated_document_count", #"{"catalog": "stars"}"#).data == 20)
        }

        /// The client reads some of a large answer and no more; then it goes, and with it the cursor.
        @Test func cursorOfAnAbandonedAnswerEnds() async throws {
            let api = try RunningAPI.current
            try await api.add("distracted", programs: [1])
            let large: [Document] = (0..<600).map {
                ["_id": .integer($0), "data": .binary(subtype: 0, [UInt8](repeating: 1, count: 100_000))]
            }
            _ = try await api.database.insert("large", large)
            let body = #"{"query_type": "find", "query": {"catalog": "large", "filter": {}}}"#
            let socket = try RawSocket(port: api.port)
            try await socket.send(
                "POST /api/queries HTTP/1.1\r\nHost: x\r\nAuthorization: \(try RunningAPI.token("distracted"))\r\n"
                    + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
            #expect(try await socket.read(bytes: 100_000).hasPrefix("HTTP/1.1 200 OK\r\n"))
            // The cursor waits for the client.
            #expect(try await api.isBusy(for: "distracted"))
            socket.close()
            #expect(try await eventually { try await !api.isBusy(for: "distracted") })
        }

        @Test func largeAnswerIsWhole() async throws {
            let api = try RunningAPI.current
            let large: [Document] = (0..<300).map {
                ["_id": .integer($0), "text": .string(String(repeating: "é", count: 50_000))]
            }
            _ = try await api.database.insert("whole", large)
            let reply = try await api.ask(
                "find", #"{"catalog": "whole", "filter": {}}"#, #"{"sort": [["_id", 1]]}"#)
            #expect(reply.documents == large)
        }
    }
}

extension RunningAPI {
    /// Whether the database has an operation or a cursor of a user's.
    func isBusy(for user: String) async throws -> Bool { try await !operations(of: user).isEmpty }

    /// The operations and cursors that the database has of a user's.
    func operations(of user: String) async throws -> [Document] {
        let comments = ["command.comment", "cursor.originatingCommand.comment"]
        let either = Value.list(comments.map { [$0: .string(user)] })
        let here: Value = ["$regex": .string("^\(database.name)\\.")]
        let reply = try await database.run(
            command: [
                "aggregate": 1, "cursor": [:],
                "pipeline": [
                    ["$currentOp": ["idleCursors": true]], ["$match": ["ns": here, "$or": either]],
                ],
            ], on: "admin", readOnly: true)
        return reply.array(at: "cursor.firstBatch")?.compactMap(\.document) ?? []
    }
}
