import Archive
import Documents
import HTTP
import Mongo

/// `POST /api/queries`: all queries.
struct QueryRoutes: RouteGroup {
    let reader: QueryReader
    let runner: QueryRunner
    let turns: QueryTurns

    private static let message = "Successfully executed query"
    /// Bytes of JSON that are put together before they are sent.
    private static let chunkBytes = 1 << 18
    /// Bytes of documents that are asked for at a time.
    private static let batchBytes = 1 << 20

    func declare(in table: inout RouteTable) {
        table.on(
            "POST", "/api/queries", for: .users,
            RouteDescription(
                "Runs a query.", tag: "queries",
                body: .object([
                    .required("query_type", .string()), .required("query", .object([])),
                    .optional("kwargs", .object([])),
                ]),
                answers: [200: .json("What the query gives.", Answer.schema(data: .anything))])
        ) { try await respond(to: $0, user: $1) }
    }

    /// Answers one query; documents are sent as the database gives them.
    private func respond(to request: Request, user: User) async throws -> Response {
        let query = try reader.read(try JSONBody.object(request.body), for: user)
        let turn = try await turns.take(for: user.name)
        switch try await runner.run(query, for: user) {
        case .value(let value): return Answer.success(Self.message, data: value)
        case .documents(let cursor): return try await documents(of: cursor, turn)
        }
    }

    /// An answer that fits into one chunk is whole before it goes: still time for another status.
    private func documents(of cursor: Cursor, _ turn: QueryTurns.Turn) async throws -> Response {
        var array = JSONArray(opening: #"{"status":"success","message":"\#(Self.message)","data":["#)
        while let batch = try await cursor.nextBatch(maximumBytes: Self.batchBytes) {
            for (index, document) in batch.enumerated() {
                array.append(document)
                guard array.bytes.count > Self.chunkBytes else { continue }
                let (begun, rest) = (array, batch[(index + 1)...])
                return Response(
                    status: 200, headers: ["Content-Type": "application/json; charset=utf-8"],
                    body: .stream { writer in
                        try await send(begun, rest, cursor, to: writer)
                        withExtendedLifetime(turn) {}
                    })
            }
        }
        return .json(array.bytes + "]}".utf8)
    }

    private func send(
        _ begun: JSONArray, _ rest: ArraySlice<Document>, _ cursor: Cursor, to writer: BodyWriter
    ) async throws {
        var array = begun
        var batch = rest
        while true {
            for document in batch {
                array.append(document)
                if array.bytes.count > Self.chunkBytes { try await writer.write(array.take()) }
            }
            guard let next = try await cursor.nextBatch(maximumBytes: Self.batchBytes) else { break }
            batch = next[...]
        }
        try await writer.write(array.take() + "]}".utf8)
    }
}

/// A JSON array of documents that is being written.
private struct JSONArray {
    private(set) var bytes: [UInt8]
    private var isFirst = true

    /// - Parameter opening: the text up to the array's bracket, which is included.
    init(opening: String) { bytes = Array(opening.utf8) }

    mutating func append(_ document: Document) {
        if !isFirst { bytes.append(UInt8(ascii: ",")) }
        isFirst = false
        ExtendedJSON.append(document, to: &bytes, mode: .relaxed)
    }

    /// What is written so far, which is then let go.
    mutating func take() -> [UInt8] {
        let taken = bytes
        bytes = []
        bytes.reserveCapacity(taken.count)
        return taken
    }
}
