import Archive
import Documents
import HTTP
import Service

/// `POST /api/xmatch`: which rows of catalogues lie near many positions.
struct MatchRoutes: RouteGroup {
    let limits: MatchLimits
    let runner: QueryRunner
    let turns: QueryTurns
    let answers: StreamedAnswers

    /// The route's path.
    static let path = "/api/xmatch"
    private static let message = "Successfully matched"

    /// How much may be asked for.
    static func limits(_ configuration: Configuration) -> MatchLimits {
        MatchLimits(
            positions: configuration[APISettings.matchedPositions],
            positionsWithoutIndex: configuration[APISettings.matchedWithoutIndex],
            radius: configuration[APISettings.matchRadius],
            time: (
                Int64(configuration[HTTPSettings.queryTime] / .milliseconds(1)),
                Int64(configuration[HTTPSettings.longestQueryTime] / .milliseconds(1))
            ))
    }

    func declare(in table: inout RouteTable) {
        table.on("POST", Self.path, for: .users, MatchDescription.route) {
            try await respond(to: $0, user: $1)
        }
    }

    private func respond(to request: Request, user: User) async throws -> Response {
        let turn = try await turns.take(for: user.name)
        let asked = try Self.read(request, limits, user)
        let isTable = Self.wantsTable(request)
        guard !isTable || asked.catalogs.count == 1 else {
            throw RequestError(.value, "catalogs: a table has the columns of one catalogue; name one")
        }
        var search = try await runner.match(asked, limits: limits, for: user)
        let form: MatchText.Form =
            isTable ? .csv(columns: try await runner.columns(of: asked, for: user)) : .json
        var text = MatchText(
            asked, form, text: isTable ? AnswerText(limit: answers.limit) : answers.text(Self.message))
        let isWhole = try await search.run { matches in
            text.append(matches)
            return !text.text.isFull
        }
        if isWhole {
            text.finish()
            var response = Response.json(try text.take())
            if isTable { response.headers["Content-Type"] = Self.tableType }
            return response
        }
        // Before the first byte goes, the database has looked at every catalogue's filter.
        try text.text.check()
        try await search.check()
        let (begun, rest) = (text, search)
        var response = answers.stream(request, during: turn) { writer in
            var (text, search) = (begun, rest)
            _ = try await search.run { matches in
                text.append(matches)
                if text.text.isFull { try await writer.write(try text.take()) }
                return true
            }
            text.finish()
            try await writer.write(try text.take())
        }
        if isTable { response.headers["Content-Type"] = Self.tableType }
        return response
    }

    private static let tableType = "text/csv; charset=utf-8; header=present"

    private static func read(
        _ request: Request, _ limits: MatchLimits, _ user: User
    ) throws -> MatchRequest {
        let reader = MatchRequestReader(limits: limits)
        guard mediaType(request.headers["Content-Type"] ?? "") == "text/csv" else {
            if let (name, _) = request.query.first(where: { _ in true }) {
                throw RequestError(
                    .value, "\(name): parameters go with a body of CSV; a body of JSON has them in it")
            }
            return try reader.read(try JSONBody.object(request.body), for: user)
        }
        var writer = DocumentWriter()
        var columns: [String: String] = [:]
        var seen: Set<String> = []
        for (name, value) in request.query {
            guard seen.insert(name).inserted else {
                throw RequestError(.value, "the parameter \(name) is there twice")
            }
            switch name {
            case "ra_column", "dec_column", "name_column": columns[name] = value
            case "catalogs":
                writer.append(name, .list(value.split(separator: ",").map { .string(String($0)) }))
            case "limit", "max_time_ms":
                writer.append(name, Int64(value).map { .int64($0) } ?? .string(value))
            case "nearest_only":
                writer.append(name, ["true": .bool(true), "false": .bool(false)][value] ?? .string(value))
            default: writer.append(name, string: value)
            }
        }
        let table = try MatchPositionTable(
            request.body, columns: (columns["ra_column"], columns["dec_column"], columns["name_column"]))
        return try reader.read(writer.finish(), positions: table, for: user)
    }

    private static func wantsTable(_ request: Request) -> Bool {
        request.headers.values(of: "Accept").joined(separator: ",").split(separator: ",")
            .contains { mediaType(String($0)) == "text/csv" }
    }

    /// A media type without its parameters.
    private static func mediaType(_ text: String) -> String {
        let type = text.prefix { $0 != ";" }
        return String(type.filter { !$0.isWhitespace }).lowercased()
    }
}
