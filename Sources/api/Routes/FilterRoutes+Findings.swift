import Archive
import Documents
import HTTP

extension FilterRoutes {
    /// Declares what filters have found, and runs of them over the past.
    func declareFindings(in table: inout RouteTable) {
        table.on("GET", "/api/filters/{filter_id:digits}/hits", for: .users, Self.hits) {
            try await hits($0, for: $1)
        }
        table.on("GET", "/api/filters/{filter_id:digits}/stats", for: .users, Self.statistics) {
            request, user in
            let filter = try await filters.find(try filterID(of: request), for: user)
            let statistics = try await filters.statistics(
                of: filter, from: try Self.date("from", request), to: try Self.date("to", request), for: user)
            return Answer.success("Retrieved filter statistics", data: .document(statistics))
        }
        let backfill = "/api/filters/{filter_id:digits}/backfill"
        table.on("POST", backfill, for: .admins, Self.backfilling) { request, user in
            let body = try body(of: request)
            let filter = try await filters.find(try filterID(of: request), for: user)
            let job = try await filters.addBackfill(of: filter, body, by: user, now: now)
            return Answer.success("Backfill is waiting", data: .document(job.document), status: 202)
        }
        table.on("GET", backfill, for: .users, Self.backfills) { request, user in
            let filter = try await filters.find(try filterID(of: request), for: user)
            let jobs = try await filters.backfills(of: filter, for: user)
            return Answer.success("Retrieved backfills", data: .list(jobs.map { .document($0.document) }))
        }
        table.on("GET", "\(backfill)/{job}", for: .users, Self.backfillReading) { request, user in
            let filter = try await filters.find(try filterID(of: request), for: user)
            let job = try await filters.backfill(request.parameters["job"] ?? "", of: filter, for: user)
            guard let job else { return Answer.phrase(404) }
            return Answer.success("Retrieved backfill", data: .document(job.document))
        }
        table.on("DELETE", "\(backfill)/{job}", for: .admins, Self.backfillCancelling) { request, user in
            let filter = try await filters.find(try filterID(of: request), for: user)
            let job = try await filters.cancelBackfill(
                request.parameters["job"] ?? "", of: filter, now: now)
            guard let job else { return Answer.phrase(404) }
            return Answer.success("Backfill is \(job.state.rawValue)", data: .document(job.document))
        }
    }

    private func hits(_ request: Request, for user: User) async throws -> Response {
        let filter = try await filters.find(try filterID(of: request), for: user)
        var selection = FilterFindings.Selection()
        selection.fid = request.queryValue("fid")
        selection.from = try Self.date("from", request)
        selection.to = try Self.date("to", request)
        selection.after = request.queryValue("after")
        if let text = request.queryValue("backfill") {
            guard let truth = Bool(text.lowercased()) else {
                throw RequestError(.value, "backfill must be true or false")
            }
            selection.isBackfill = truth
        }
        if let text = request.queryValue("limit") {
            guard let limit = Int(text), Self.limits.contains(limit) else {
                throw RequestError(
                    .value,
                    "limit must be an integer from \(Self.limits.lowerBound) to \(Self.limits.upperBound)")
            }
            selection.limit = limit
        }
        let (hits, next) = try await filters.hits(of: filter, selection, for: user)
        return Answer.success(
            "Retrieved hits",
            data: [
                "hits": .list(hits.map { .document($0.withCandidText) }),
                "next": next.map { .string($0) } ?? .null,
            ])
    }

    /// How many hits a page may have.
    static let limits = 1...1000

    private static func date(_ name: String, _ request: Request) throws -> Double? {
        try request.queryValue(name).map { try FilterDates.jd(text: $0, name) }
    }
}

extension Document {
    /// The document with its candid as text besides.
    fileprivate var withCandidText: Document {
        var writer = DocumentWriter(capacity: bytes.count + 64)
        writer.append(contentsOf: view)
        if let candid = int64(at: "candid") { writer.append("candid_str", string: String(candid)) }
        return writer.finish()
    }
}
