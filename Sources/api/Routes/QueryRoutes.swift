import Archive
import Documents
import HTTP

/// `POST /api/queries`: all queries.
struct QueryRoutes: RouteGroup {
    let reader: QueryReader
    let runner: QueryRunner
    let turns: QueryTurns

    private static let message = "Successfully executed query"

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
        case .documents(let cursor): return try await Answer.stream(cursor, Self.message, during: turn)
        }
    }
}
