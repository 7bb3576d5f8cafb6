import Archive
import Documents
import Foundation
import HTTP
import Mongo

/// `/api/filters`: users' filters and their versions, and runs of them over the archive; for admins.
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
        table.on("GET", "/api/filters", for: .admins, Self.listing) { try await list($0, for: $1) }
        table.on("GET", "/api/filters/{filter_id:digits}", for: .admins, Self.reading) { request, _ in
            let filterID = try filterID(of: request)
            let filter = try await filters.find(filterID)
            return Answer.success("Retrieved filter id \(filterID)", data: .document(filter.document))
        }
        table.on("DELETE", "/api/filters/{filter_id:digits}", for: .admins, Self.removing) { request, _ in
            let filterID = try filterID(of: request)
            try await filters.remove(filterID)
            return Answer.success("Removed filter id \(filterID)")
        }
        table.on("POST", "/api/filters/{filter_id:digits}/test", for: .admins, Self.running) {
            try await run($0, for: $1)
        }
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
            group: group, catalog: request.queryValue("catalog"), active: active)
        return try await answers.answer(cursor, "Retrieved filters", during: turn, request)
    }

    private func run(_ request: Request, for user: User) async throws -> Response {
        let filterID = try filterID(of: request)
        let body = try body(of: request)
        let turn = try await turns.take(for: user.name)
        do {
            let cursor = try await filters.run(filterID, body, for: user)
            return try await answers.answer(cursor, "filter test successful", during: turn, request)
        } catch let error as MongoError {
            guard let reason = error.refusal else { throw error }
            return Answer.error("failure: \(reason)")
        }
    }

    private var now: Int64 { Int64(Date().timeIntervalSince1970 * 1000) }

    /// Type wrappers are left as they are: pipelines are stored as they were sent.
    private func body(of request: Request) throws -> Document {
        try JSONBody.object(request.body, wrappers: .literal)
    }

    private func filterID(of request: Request) throws -> Int64 {
        let digits = request.parameters["filter_id"] ?? ""
        guard let filterID = Int64(digits) else {
            throw RequestError(nil, "Filter id \(digits) not found")
        }
        return filterID
    }
}
