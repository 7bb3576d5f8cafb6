public import Documents
import Mongo

/// The collection of what filters let through: one document for each version of a filter and alert.
public struct FilterHits: Sendable {
    private let database: Database

    init(_ database: Database) { self.database = database }

    /// Creates the collection's indexes. That a version finds an alert once is said by `_id` alone.
    func prepare() async throws {
        try await database.createIndexes(
            Collections.filterHits,
            [
                Index(name: "filter_id_jd", keys: ["filter_id": 1, "jd": 1, "_id": 1]),
                Index(name: "filter_id_passed_at", keys: ["filter_id": 1, "passed_at": 1, "_id": 1]),
            ])
    }

    /// What became of hits that were to be stored.
    public struct Recorded: Sendable {
        /// How many are stored now and were not before.
        public let new: Int
        /// Those that the database does not take, by their places, with what it says.
        public let refused: [(place: Int, reason: String)]
    }

    /// Stores hits. One that is there already stays as it is.
    /// - Throws: `MongoError` where the database is at fault; all may be stored again then.
    public func record(_ hits: [FilterHit]) async throws -> Recorded {
        guard !hits.isEmpty else { return Recorded(new: 0, refused: []) }
        let result = try await database.insert(
            Collections.filterHits, hits.map(\.document), ordered: false)
        for failure in result.failures where failure.error.isRetriable { throw failure.error }
        return Recorded(
            new: result.inserted, refused: result.failures.map { ($0.index, $0.error.reason) })
    }

    /// In which order hits are listed.
    public enum Order: String, Sendable {
        /// By when the alert was taken.
        case jd
        /// By when it passed.
        case passed = "passed_at"
    }

    /// Some hits, one after the other.
    public struct Page: Sendable {
        /// The documents.
        public let hits: [Document]
        /// Where the next page begins; nil where this is the last.
        public let next: String?
    }

    /// The hits of a filter, ascending.
    /// - Parameters:
    ///   - filterID: whose.
    ///   - fid: of one version only.
    ///   - order: how they are ordered; `from` (included) and `to` (not included) are of this field: Julian dates, or
    ///     milliseconds since 1970.
    ///   - isBackfill: only those found by runs over the past, or only the others; nil for all.
    ///   - token: `next` of the page before.
    ///   - limit: hits at most.
    /// - Throws: `RequestError` where the token is none of ours; `MongoError`.
    public func page(
        filterID: Int64, fid: String? = nil, order: Order, from: Double? = nil, to: Double? = nil,
        isBackfill: Bool? = nil, after token: String? = nil, limit: Int
    ) async throws -> Page {
        var conditions: [Value] = [["filter_id": .integer(filterID)]]
        if let fid { conditions.append(["fid": .string(fid)]) }
        if let from { conditions.append([order.rawValue: ["$gte": order.value(from)]]) }
        if let to { conditions.append([order.rawValue: ["$lt": order.value(to)]]) }
        if let isBackfill { conditions.append(["backfill": .bool(isBackfill)]) }
        if let token {
            let place = try PageToken(token)
            let value = order.value(place.value)
            conditions.append([
                "$or": [
                    [order.rawValue: ["$gt": value]],
                    [order.rawValue: value, "_id": ["$gt": .string(place.id)]],
                ]
            ])
        }
        let count = max(1, limit)
        let cursor = try await database.find(
            Collections.filterHits, filter: ["$and": .list(conditions)],
            options: FindOptions(
                sort: [order.rawValue: 1, "_id": 1], limit: count + 1))
        var hits: [Document] = []
        while let batch = try await cursor.nextBatch() { hits += batch }
        guard hits.count > count, let last = hits.dropLast(hits.count - count).last else {
            return Page(hits: hits, next: nil)
        }
        return Page(hits: Array(hits.prefix(count)), next: PageToken(last, order)?.text)
    }
}

extension FilterHits.Order {
    /// A value of the field.
    fileprivate func value(_ number: Double) -> Value {
        switch self {
        case .jd: .double(number)
        case .passed: .datetime(Int64(exactly: number.rounded()) ?? (number < 0 ? .min : .max))
        }
    }
}

/// Where a page ends: `2460955.75~7/ive1rh/1127561445515015011`.
private struct PageToken {
    let value: Double
    let id: String

    init(_ text: String) throws(RequestError) {
        let parts = text.split(separator: "~", maxSplits: 1)
        guard parts.count == 2, let value = Double(parts[0]), value.isFinite else {
            throw RequestError(.value, "after is no place in a list of hits")
        }
        self.value = value
        id = String(parts[1])
    }

    init?(_ hit: Document, _ order: FilterHits.Order) {
        let value =
            switch order {
            case .jd: hit.double(at: "jd")
            case .passed: hit.datetime(at: "passed_at").map { Double($0) }
            }
        guard let value, let id = hit.string(at: "_id") else { return nil }
        self.value = value
        self.id = id
    }

    var text: String { "\(value)~\(id)" }
}
