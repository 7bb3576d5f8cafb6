import Archive
import Documents
import HTTP
import Mongo

extension FilterRoutes {
    /// Declares what filters make of stored alerts.
    func declareAsking(in table: inout RouteTable) {
        table.on("POST", "/api/filters/{filter_id:digits}/test", for: .users, Self.running) {
            try await run($0, for: $1)
        }
        table.on("POST", "/api/filters/{filter_id:digits}/explain", for: .users, Self.explaining) {
            request, user in
            let filter = try await filters.find(try filterID(of: request), for: user)
            let body = try body(of: request)
            return try await explained(user) {
                try await filters.explain(filter, body, for: user, now: now)
            }
        }
        table.on("POST", "/api/filters/explain", for: .users, Self.explainingUnsaved) { request, user in
            let body = try body(of: request)
            return try await explained(user) { try await filters.explain(body, for: user, now: now) }
        }
        table.on("POST", "/api/filters/{filter_id:digits}/diff", for: .users, Self.comparing) {
            request, user in
            let filter = try await filters.find(try filterID(of: request), for: user)
            let body = try body(of: request)
            return try await answered(user) {
                Answer.success(
                    "Compared filter versions",
                    data: .document(try await filters.difference(of: filter, body, for: user, now: now)))
            }
        }
    }

    private func run(_ request: Request, for user: User) async throws -> Response {
        let filterID = try filterID(of: request)
        // Kowalski looks for the filter last; others are not told anything of one that they may not see.
        if user.isAdmin { try Filters.check(run: try body(of: request)) }
        let filter = try await filters.find(filterID, for: user)
        let body = try body(of: request)
        let isCounted = try Self.truth("stages", in: body)
        let turn = try await turns.take(for: user.name)
        do {
            guard isCounted else {
                let cursor = try await filters.run(filter, body, for: user)
                return try await answers.answer(cursor, Self.tested, during: turn, request)
            }
            let test = try await filters.test(filter, body, for: user, now: now)
            let source = StreamedAnswers.Source(
                next: { try await test.next() }, trailer: { try await test.report() })
            return try await answers.answer(source, Self.tested, during: turn, request)
        } catch let error as MongoError {
            return try Self.failure(error)
        }
    }

    private static let tested = "filter test successful"

    private func explained(
        _ user: User, _ explain: () async throws -> Document?
    ) async throws -> Response {
        try await answered(user) {
            guard let explanation = try await explain() else { return Answer.phrase(404) }
            return Answer.success("Explained filter", data: .document(explanation))
        }
    }

    /// An answer that takes one of the user's turns, with Kowalski's words where the database refuses something.
    private func answered(_ user: User, _ answer: () async throws -> Response) async throws -> Response {
        let turn = try await turns.take(for: user.name)
        defer { withExtendedLifetime(turn) {} }
        do { return try await answer() } catch let error as MongoError { return try Self.failure(error) }
    }

    /// The answer where the database refuses something.
    static func failure(_ error: MongoError) throws -> Response {
        guard let reason = error.refusal else { throw error }
        return Answer.error("failure: \(reason)")
    }

    private static func truth(_ name: String, in body: Document) throws -> Bool {
        switch body.element(key: name)?.value {
        case nil, .null?: return false
        case .bool(let truth)?: return truth
        default: throw RequestError(.type, "\(name) must be true or false")
        }
    }
}
