import Documents
import Mongo

/// Which alerts of a batch in hand have been filtered, kept while the next alerts of their objects are stored: should
/// the process end in between, the batch comes again, and those alerts' light curves have gone on since.
public struct FilterProgress: Sendable {
    private let database: Database
    /// For whom: another consumer group that reads the same alerts filters them for itself.
    private let group: String

    init(_ database: Database, group: String) {
        self.database = database
        self.group = group
    }

    /// Keeps what is done.
    /// - Parameter alerts: candids, by the partition that they were read from.
    /// - Throws: `MongoError`.
    public func keep(_ alerts: [String: [Int64]]) async throws {
        try await update(alerts, upsert: true) { ["$addToSet": ["candids": ["$each": $0]]] }
    }

    /// Forgets what is committed.
    /// - Parameter alerts: candids, by the partition that they were read from.
    /// - Throws: `MongoError`.
    public func forget(_ alerts: [String: [Int64]]) async throws {
        try await update(alerts, upsert: false) { ["$pull": ["candids": ["$in": $0]]] }
    }

    private func update(
        _ alerts: [String: [Int64]], upsert: Bool, _ change: (Value) -> Document
    ) async throws {
        let operations = alerts.map { partition, candids in
            WriteOperation.updateOne(
                filter: ["_id": id(of: partition)],
                update: .operators(change(.list(candids.map { .int64($0) }))), upsert: upsert)
        }
        try await database.bulkWrite(Collections.filterProgress, operations).check()
    }

    /// The candids that were kept of some partitions.
    /// - Throws: `MongoError`.
    public func kept(of partitions: Set<String>) async throws -> Set<Int64> {
        var kept: Set<Int64> = []
        let wanted = Value.list(partitions.map(id))
        for try await document in try await database.find(
            Collections.filterProgress, filter: ["_id": ["$in": wanted]])
        {
            kept.formUnion(document.array(at: "candids")?.compactMap(\.int64) ?? [])
        }
        return kept
    }

    private func id(of partition: String) -> Value { .string("\(group)/\(partition)") }
}
