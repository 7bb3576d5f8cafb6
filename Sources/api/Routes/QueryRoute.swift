import Archive
import Documents
import HTTP
import Mongo

/// `POST /api/queries`: all queries.
struct QueryRoute: Sendable {
    let reader: QueryReader
    let runner: QueryRunner

    private static let message = "Successfully executed query"

    /// Answers one query; documents are sent as the database gives them.
    func respond(to request: Request, user: User) async throws -> Response {
        let query = try reader.read(try JSONBody.object(request.body), for: user)
        switch try await runner.run(query, for: user) {
        case .value(let value): return Answer.success(Self.message, data: value)
        case .documents(let cursor):
            // What is wrong with a query shows before the first documents come: still time for another status.
            let first = try await cursor.nextBatch()
            return Response(
                status: 200, headers: ["Content-Type": "application/json; charset=utf-8"],
                body: .stream { writer in try await send(first, cursor, to: writer) })
        }
    }

    private func send(_ first: [Document]?, _ cursor: Cursor, to writer: BodyWriter) async throws {
        var chunk = Array(#"{"status":"success","message":"\#(Self.message)","data":["#.utf8)
        var batch = first
        var isFirst = true
        while let documents = batch {
            for document in documents {
                if !isFirst { chunk.append(UInt8(ascii: ",")) }
                isFirst = false
                ExtendedJSON.append(document, to: &chunk, mode: .relaxed)
                if chunk.count > 1 << 18 {
                    try await writer.write(chunk)
                    chunk.removeAll(keepingCapacity: true)
                }
            }
            batch = try await cursor.nextBatch()
        }
        chunk.append(contentsOf: "]}".utf8)
        try await writer.write(chunk)
    }
}

/// The JSON of a request's body.
enum JSONBody {
    /// The object that a body is.
    /// - Throws: `ExtendedJSONError`, or `QueryError` where it is not an object.
    static func object(_ body: [UInt8]) throws -> Document {
        guard case .document(let document) = try ExtendedJSON.value(from: body) else {
            throw QueryError(.type, "the body must be a JSON object")
        }
        return document
    }
}
