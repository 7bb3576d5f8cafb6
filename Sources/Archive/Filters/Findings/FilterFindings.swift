import Documents
import Mongo

/// What filters found and did, as it is asked for by users.
public struct FilterFindings: Sendable {
    private let database: Database

    /// Bytes of hits at which a page ends.
    private static let pageBytes = 8 << 20

    init(_ database: Database) { self.database = database }

    /// Which hits are asked for.
    public struct Selection: Sendable {
        /// Of one version only.
        public var fid: String?
        /// The first Julian date of the alerts.
        public var from: Double?
        /// The last Julian date of the alerts.
        public var to: Double?
        /// Only those that runs over the past found, or only the others; nil for all.
        public var isBackfill: Bool?
        /// `next` of the page before.
        public var after: String?
        /// Hits at most.
        public var limit = 100

        /// All of them.
        public init() {}
    }

    /// Hits of a filter, the newest alerts first, and where the next page begins; nil where this is the last.
    ///
    /// Pages follow each other without gaps and without repeating hits, also while others are found.
    func hits(of filter: Filter, _ selection: Selection) async throws -> (hits: [Document], next: String?) {
        var conditions: [Value] = [
            [
                "filter_id": filter.filterID.map { .integer($0) } ?? .null,
                "group_id": filter.groupID.map { .integer($0) } ?? .null,
            ]
        ]
        if let fid = selection.fid { conditions.append(["fid": .string(fid)]) }
        if let from = selection.from { conditions.append(["jd": ["$gte": .double(from)]]) }
        if let to = selection.to { conditions.append(["jd": ["$lte": .double(to)]]) }
        if let isBackfill = selection.isBackfill { conditions.append(["backfill": .bool(isBackfill)]) }
        if let after = selection.after {
            let parts = after.split(separator: "~", maxSplits: 1)
            guard parts.count == 2, let jd = Double(parts[0]) else {
                throw RequestError(.value, "after must be the next of another page")
            }
            conditions.append([
                "$or": [
                    ["jd": ["$lt": .double(jd)]],
                    ["jd": .double(jd), "_id": ["$lt": .string(String(parts[1]))]],
                ]
            ])
        }
        let cursor = try await database.find(
            Collections.filterHits, filter: ["$and": .list(conditions)],
            options: FindOptions(sort: ["jd": -1, "_id": -1], limit: selection.limit + 1))
        var hits: [Document] = []
        var bytes = 0
        while bytes < Self.pageBytes, let batch = try await cursor.nextBatch(maximumDocuments: 10) {
            hits += batch
            bytes += batch.reduce(0) { $0 + $1.bytes.count }
        }
        if bytes < Self.pageBytes {
            guard hits.count > selection.limit else { return (hits, nil) }
        } else {
            await cursor.close()
        }
        hits = Array(hits.prefix(selection.limit))
        guard let last = hits.last, let jd = last.double(at: "jd"), let id = last.string(at: "_id") else {
            return (hits, nil)
        }
        return (hits, "\(jd)~\(id)")
    }

    /// What a filter did, by night and version: `[{night, date, fid, evaluated, passed, errors,
    /// microseconds_per_alert}]`.
    /// - Parameter nights: the first and the last of them.
    func statistics(of filter: Filter, from: Int64?, to: Int64?) async throws -> [Document] {
        var condition = DocumentWriter()
        condition.append("filter_id", filter.filterID.map { .integer($0) } ?? .null)
        var range = DocumentWriter()
        if let from { range.append("$gte", .integer(from)) }
        if let to { range.append("$lte", .integer(to)) }
        let nights = range.finish()
        if !nights.isEmpty { condition.append("night", document: nights) }
        let cursor = try await database.find(
            Collections.filterStatistics, filter: condition.finish(),
            options: FindOptions(sort: ["night": 1, "fid": 1]))
        var found: [Document] = []
        while let batch = try await cursor.nextBatch() { found += batch.map(Self.shown) }
        return found
    }

    private static func shown(_ stored: Document) -> Document {
        let evaluated = stored.int64(at: "evaluated") ?? 0
        let microseconds = stored.int64(at: "microseconds") ?? 0
        return [
            "night": .integer(stored.int64(at: "night") ?? 0), "fid": stored["fid"] ?? .null,
            "evaluated": .integer(evaluated), "passed": .integer(stored.int64(at: "passed") ?? 0),
            "errors": .integer(stored.int64(at: "errors") ?? 0),
            "microseconds_per_alert":
                evaluated == 0 ? .null : .double(Double(microseconds) / Double(evaluated)),
        ]
    }
}
