import Archive
import Documents
import Foundation
import HTTP

/// `/api/filters`: users' filters and their versions, what they make of stored alerts and what they have found. Admins
/// change them; owners and groups see them.
struct FilterRoutes: RouteGroup {
    let filters: Filters
    let turns: QueryTurns
    let answers: StreamedAnswers

    func declare(in table: inout RouteTable) {
        table.on("POST", "/api/filters", for: .admins, Self.saving) { request, _ in try await save(request) }
        table.on("PATCH", "/api/filters", for: .admins, Self.changing) { request, _ in
            let filter = try await filters.change(try body(of: request), now: now)
            return Answer.success(
                "Updated filter id \(filter.filterID ?? 0)", data: .document(filter.document))
        }
        table.on("GET", "/api/filters", for: .users, Self.listing) { try await list($0, for: $1) }
        table.on("GET", "/api/filters/{filter_id:digits}", for: .users, Self.reading) { request, user in
            let filterID = try filterID(of: request)
            let filter = try await filters.find(filterID, for: user)
            return Answer.success("Retrieved filter id \(filterID)", data: .document(filter.document))
        }
        table.on("DELETE", "/api/filters/{filter_id:digits}", for: .admins, Self.removing) { request, _ in
            let filterID = try filterID(of: request)
            try await filters.remove(filterID)
            return Answer.success("Removed filter id \(filterID)")
        }
        declareAsking(in: &table)
        declareFindings(in: &table)
    }

    /// What `fid`, `pipeline` and `created_at` are of Kowalski's answer; the rest is what SkyPortal reads.
    private func save(_ request: Request) async throws -> Response {
        let saved = try await filters.save(try body(of: request), now: now)
        var data = DocumentWriter()
        data.append(contentsOf: saved.version.document.view)
        data.append("filter_id", .integer(saved.filterID))
        data.append("active_fid", string: saved.version.fid)
        return Answer.success(
            "\(saved.trial)\nsaved new filter version: \(saved.version.fid)", data: .document(data.finish()))
    }

    private func list(_ request: Request, for user: User) async throws -> Response {
        var group: Int64?
        if let text = request.queryValue("group_id") {
            guard let number = Int64(text) else { throw RequestError(.value, "group_id must be an integer") }
            group = number
        }
        var active: Bool?
        if let text = request.queryValue("active") {
            guard let truth = Bool(text.lowercased()) else {
                throw RequestError(.value, "active must be true or false")
            }
            active = truth
        }
        let turn = try await turns.take(for: user.name)
        let cursor = try await filters.list(
            group: group, catalog: request.queryValue("catalog"), active: active, for: user)
        return try await answers.answer(cursor, "Retrieved filters", during: turn, request)
    }

    /// Milliseconds since 1970.
    var now: Int64 { Int64(Date().timeIntervalSince1970 * 1000) }

    /// Type wrappers are left as they are: pipelines are stored as they were sent.
    func body(of request: Request) throws -> Document {
        try JSONBody.object(request.body, wrappers: .literal)
    }

    /// The number in the path.
    func filterID(of request: Request) throws -> Int64 {
        let digits = request.parameters["filter_id"] ?? ""
        guard let filterID = Int64(digits) else {
            throw RequestError(nil, "Filter id \(digits) not found")
        }
        return filterID
    }
}
