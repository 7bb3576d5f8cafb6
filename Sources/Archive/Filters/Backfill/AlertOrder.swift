import Documents
import Mongo

/// The alerts between two dates in an order that does not change: by Julian date, and by candid within one. All alerts
/// of an exposure share its Julian date.
struct AlertOrder {
    let stored: StoredAlerts
    let dates: (from: Double, to: Double)

    /// Alerts of a step.
    private static let step = StoredAlerts.batch

    /// The next alerts after a position, without stamps; none where there are no more.
    func alerts(after position: BackfillJob.Position?) async throws -> [Document] {
        var keys: [BackfillJob.Position] = []
        if let position {
            keys = try await self.keys(
                [jd: .double(position.jd), candid: ["$gt": .int64(position.candid)]], sort: [candid: 1])
        }
        if keys.isEmpty {
            let lower: Document = [
                "$gt": .double(position?.jd ?? dates.from.nextDown), "$lte": .double(dates.to),
            ]
            keys = try await self.keys([jd: .document(lower)], sort: [jd: 1])
            // The last exposure may be there in part, in any order.
            if keys.count == Self.step, let last = keys.last?.jd {
                let whole = keys.filter { $0.jd < last }
                keys = whole.isEmpty ? try await self.keys([jd: .double(last)], sort: [candid: 1]) : whole
            }
        }
        keys.sort { ($0.jd, $0.candid) < ($1.jd, $1.candid) }
        guard !keys.isEmpty else { return [] }
        let cursor = try await stored.database.find(
            stored.survey.alerts, filter: [candid: ["$in": .list(keys.map { .int64($0.candid) })]],
            options: FindOptions(projection: stored.survey.withoutStamps))
        var alerts: [Document] = []
        while let batch = try await cursor.nextBatch() { alerts += batch }
        return try alerts.map { (try self.position($0), $0) }
            .sorted { ($0.0.jd, $0.0.candid) < ($1.0.jd, $1.0.candid) }.map(\.1)
    }

    /// Where an alert stands.
    func position(_ alert: Document) throws(RequestError) -> BackfillJob.Position {
        guard let jd = alert.double(at: stored.survey.fields.jd), let candid = alert.int64(at: Path(candid))
        else { throw RequestError(nil, "an alert of \(stored.survey.alerts) has no jd or candid") }
        return BackfillJob.Position(jd: jd, candid: candid)
    }

    private var jd: String { stored.survey.fields.jd.description }
    private var candid: String { stored.survey.fields.candid }

    private func keys(_ condition: Document, sort: Document) async throws -> [BackfillJob.Position] {
        var filter = DocumentWriter()
        filter.append(contentsOf: condition.view)
        // What the filter may not see is not counted either.
        filter.append(contentsOf: stored.condition(.past(objects: nil, dates: nil)).view)
        let cursor = try await stored.database.find(
            stored.survey.alerts, filter: filter.finish(),
            options: FindOptions(
                projection: ["_id": 0, candid: 1, jd: 1], sort: sort, limit: Self.step))
        var keys: [BackfillJob.Position] = []
        while let batch = try await cursor.nextBatch() { keys += try batch.map(position) }
        return keys
    }
}
