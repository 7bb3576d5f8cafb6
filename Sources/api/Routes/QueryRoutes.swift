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
    let answers: StreamedAnswers

    private static let message = "Successfully executed query"

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
        case .documents(let cursor):
            return try await answers.answer(cursor, Self.message, during: turn, request)
        case .positions(let search): return try await documents(of: search, turn, request)
        case .dropped: return Answer.success("Successfully dropped collection")
        }
    }

    private func whole(_ value: Value?) throws -> Response {
        let response = Answer.success(Self.message, data: value)
        if case .bytes(let bytes) = response.body, bytes.count > answers.limit {
            throw AnswerTooLarge(limit: answers.limit)
        }
        return response
    }

    /// Documents at positions. Before the first byte goes, the database has looked at every catalogue's
    /// filter.
    private func documents(
        of search: PositionSearch, _ turn: QueryTurns.Turn, _ request: Request
    ) async throws -> Response {
        var search = search
        var text = PositionText(search.query, text: answers.text(Self.message))
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
        return answers.stream(request, during: turn) { writer in
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
}
