import Documents
import Mongo

/// Stores rows in the collection of a catalogue that is being loaded.
struct StagedRows: Sendable {
    /// A row that is to be stored, at its place among those of its batch.
    struct Row: Sendable {
        let place: Int
        let id: Value
        let document: Document
    }

    let database: Database
    let collection: String

    /// How often a batch is tried where the database is at fault.
    private static let attempts = 8

    /// Stores rows.
    ///
    /// - Parameter mayBeThere: whether some may have been stored before: one that is there with the same content counts
    ///   as stored.
    /// - Returns: the places of rows whose id another one has.
    /// - Throws: `MongoError`; `CatalogueError` where the server refuses a row.
    func store(_ rows: [Row], mayBeThere: Bool) async throws -> Set<Int> {
        guard !rows.isEmpty else { return [] }
        var mayBeThere = mayBeThere
        var attempt = 1
        while true {
            do {
                let result = try await database.insert(collection, rows.map(\.document), ordered: false)
                if let failure = result.failures.first {
                    throw CatalogueError("the database refuses a row: \(failure.error.reason)")
                }
                let duplicates = result.duplicates.map { rows[$0] }
                let stored = mayBeThere ? try await same(duplicates) : []
                return Set(duplicates.map(\.place)).subtracting(stored)
            } catch let error as MongoError where error.isRetriable && attempt < Self.attempts {
                // What was stored before the connection broke is there when it is tried again.
                mayBeThere = true
                try await Task.sleep(for: .milliseconds(250 << attempt))
                attempt += 1
            }
        }
    }

    /// The places of rows that are stored as they are.
    private func same(_ rows: [Row]) async throws -> Set<Int> {
        guard !rows.isEmpty else { return [] }
        var stored: [Value: Document] = [:]
        let cursor = try await database.find(
            collection, filter: ["_id": ["$in": .list(rows.map(\.id))]])
        while let batch = try await cursor.nextBatch() {
            for document in batch { stored[document["_id"] ?? .null] = document }
        }
        return Set(rows.filter { stored[$0.id] == $0.document }.map(\.place))
    }
}
