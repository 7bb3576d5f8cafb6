import Documents
import Mongo

/// What was stored of the objects of some alerts at one moment: read once, for all that needs to know it.
public struct StoredObjects: Sendable {
    /// The objects' documents without their cross-matches, by object; those that are missing had none.
    let documents: [String: Document]

    /// Whether an object that was asked for had no document.
    public func isNew(_ objectID: String) -> Bool { documents[objectID] == nil }
}

extension StoredObjects {
    /// Reads the documents of objects.
    static func read(_ objectIDs: [String], of survey: Survey, in database: Database) async throws
        -> StoredObjects
    {
        guard !objectIDs.isEmpty else { return StoredObjects(documents: [:]) }
        var documents: [String: Document] = [:]
        documents.reserveCapacity(objectIDs.count)
        let cursor = try await database.find(
            survey.recent, filter: ["_id": ["$in": .list(objectIDs.map { .string($0) })]],
            options: .init(projection: ["cross_matches": 0, "cross_match_versions": 0]))
        while let batch = try await cursor.nextBatch() {
            for document in batch {
                if let objectID = document.string(at: "_id") { documents[objectID] = document }
            }
        }
        return StoredObjects(documents: documents)
    }
}
