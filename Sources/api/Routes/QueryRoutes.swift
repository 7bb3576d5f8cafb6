import Archive
import Documents
import HTTP
import Mongo
import Service

/// `POST /api/queries`: all queries.
struct QueryRoutes: RouteGroup {
    let reader: QueryReader
    let runner: QueryRunner
    let turns: QueryTurns
    /// Bytes that an answer may have.
    let longestAnswer: Int
    let log: Log

    private static let message = "Successfully executed query"
    /// Documents, and bytes of them, that are asked for at a time.
    private static let (batchDocuments, batchBytes) = (10_000, 1 << 18)

    func declare(in table: inout RouteTable) {
        table.on("POST", "/api/queries", for: .users, QueryDescription.route) {
            try await respond(to: $0, user: $1)
        }
    }

    /// Answers one query; documents are sent as the database gives them.
    private func respond(to request: Request, user: User) async throws -> Response {
        let body = try JSONBody.object(request.body)
        if !user.isAdmin, body["query_type"] == "drop" { throw AccessError.forbidden }
        let query = try reader.read(body, for: user)
        let turn = try await turns.take(for: user.name)
        switch try await runner.run(query, for: user) {
        case .value(let value): return try whole(value)
        case .documents(let cursor): return try await documents(of: cursor, turn, request)
        case .positions(let search): return try await documents(of: search, turn, request)
        case .dropped: return Answer.success("Successfully dropped collection")
        }
    }

    private func whole(_ value: Value?) throws -> Response {
        let response = Answer.success(Self.message, data: value)
        if case .bytes(let bytes) = response.body, bytes.count > longestAnswer {
            throw AnswerTooLarge(limit: longestAnswer)
        }
        return response
    }

    /// An answer that fits into one chunk is whole before it goes: still time for another status.
    private func documents(
        of cursor: Cursor, _ turn: QueryTurns.Turn, _ request: Request
    ) async throws -> Response {
        var text = AnswerText(limit: longestAnswer)
        text.appendHead()
        text.append("[")
        var isFirst = true
        while let batch = try await next(of: cursor) {
            for (index, document) in batch.enumerated() {
                if !isFirst { text.append(",") }
                isFirst = false
                text.append(document.view)
                guard text.isFull else { continue }
                try text.check()
                let (begun, rest) = (text, batch[(index + 1)...])
                return stream(request, turn) { writer in try await send(begun, rest, cursor, to: writer) }
            }
        }
        text.append("]}")
        return .json(try text.take())
    }

    private func send(
        _ begun: AnswerText, _ rest: ArraySlice<Document>, _ cursor: Cursor, to writer: BodyWriter
    ) async throws {
        var text = begun
        var batch = rest
        while true {
            for document in batch {
                text.append(",")
                text.append(document.view)
                if text.isFull { try await writer.write(try text.take()) }
            }
            guard let next = try await next(of: cursor) else { break }
            batch = next[...]
        }
        text.append("]}")
        try await writer.write(try text.take())
    }

    private func next(of cursor: Cursor) async throws -> [Document]? {
        try await cursor.nextBatch(maximumDocuments: Self.batchDocuments, maximumBytes: Self.batchBytes)
    }

    /// The same for documents at positions. Before the first byte goes, the database has looked at every catalogue's
    /// filter.
    private func documents(
        of search: PositionSearch, _ turn: QueryTurns.Turn, _ request: Request
    ) async throws -> Response {
        var search = search
        var text = PositionText(search.query, text: AnswerText(limit: longestAnswer))
        let isWhole = try await search.run { piece in
            text.append(piece)
            return !text.text.isFull
        }
        if isWhole {
            text.finish()
            return .json(try text.take())
        }
        try text.text.check()
        try await search.check()
        let (begun, rest) = (text, search)
        return stream(request, turn) { writer in
            var (text, search) = (begun, rest)
            _ = try await search.run { piece in
                text.append(piece)
                if text.text.isFull { try await writer.write(try text.take()) }
                return true
            }
            text.finish()
            try await writer.write(try text.take())
        }
    }

    /// An answer whose body is sent while it is made. Where that fails, the connection is cut, so that the client sees a
    /// truncated body.
    private func stream(
        _ request: Request, _ turn: QueryTurns.Turn,
        _ send: @escaping @Sendable (BodyWriter) async throws -> Void
    ) -> Response {
        let (log, identifier) = (log, request.id)
        return Response(
            status: 200, headers: ["Content-Type": "application/json; charset=utf-8"],
            body: .stream { writer in
                do {
                    try await send(writer)
                } catch {
                    if !(error is ClientGone || error is CancellationError) {
                        log.warning(
                            "answer cut off",
                            ["request.id": .string(identifier), "reason": LogValue(describing: error)])
                    }
                    throw error
                }
                withExtendedLifetime(turn) {}
            })
    }
}
