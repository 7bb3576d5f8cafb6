import Archive
import Documents
import HTTP

/// `/api/skymap`: contours of sky maps.
struct SkymapRoutes: RouteGroup {
    let skymaps: StoredSkymaps

    func declare(in table: inout RouteTable) {
        table.on("PUT", "/api/skymap", for: .users, Self.saving) { request, _ in try await put(request) }
        table.on("GET", "/api/skymap", for: .users, Self.reading, head: true) { request, _ in
            try await answering {
                let skymap = try await skymaps.find(try SkymapLookup(query: request.query))
                return Answer.json(["status": "success", "data": .document(skymap)])
            }
        }
        table.on("DELETE", "/api/skymap", for: .users, Self.removing) { request, _ in
            try await answering {
                try await skymaps.delete(try SkymapLookup(body: try JSONBody.object(request.body)))
                return Answer.success("deleted 1 skymap")
            }
        }
    }

    private func put(_ request: Request) async throws -> Response {
        let outcome: StoredSkymaps.Outcome
        do {
            outcome = try await skymaps.put(try SkymapRequest(try JSONBody.object(request.body)))
        } catch is SkymapsBusy {
            return Answer.phrase(503)
        }
        let exists = outcome.deed == .none
        return Answer.json(
            [
                "status": exists ? "already_exists" : "success", "message": .string(outcome.message),
                "data": .document(outcome.data),
            ], status: exists ? 409 : 200)
    }

    /// What is not found is answered with 200 and the word "error": scripts written for Kowalski read that word and take
    /// another status for a fault of the server.
    private func answering(_ body: () async throws -> Response) async throws -> Response {
        do {
            return try await body()
        } catch let error as SkymapLookup.Unanswerable {
            return Answer.error(error.message, status: 200)
        }
    }
}
