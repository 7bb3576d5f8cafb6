public import Documents
import Foundation
public import Mongo

/// Lends a database of its own, which is gone afterwards.
///
/// - Parameters:
///   - poolSize: how many connections it has.
///   - change: what else is to be different about it.
public func withDatabase<Result>(
    poolSize: Int = 8, _ change: (inout MongoSettings) -> Void = { _ in },
    _ body: (Database) async throws -> Result
) async throws -> Result {
    let uri = ConnectionString(try TestEnvironment.mongodb)
    let name = "test_\(UUID().uuidString.prefix(13))"
    var settings = MongoSettings(uri: uri, database: name)
    settings.poolSize = poolSize
    change(&settings)
    let database = try Database(settings)
    var outcome: Swift.Result<Result, any Error>
    do { outcome = .success(try await body(database)) } catch { outcome = .failure(error) }
    await database.close()
    // The test may have closed or broken its own.
    let cleaner = try Database(MongoSettings(uri: uri, database: name))
    do { try await cleaner.drop() } catch {
        // What went wrong in the test itself says more.
        if case .success = outcome { outcome = .failure(error) }
    }
    await cleaner.close()
    return try outcome.get()
}

extension Database {
    /// Every document of a collection by its `_id`.
    public func documents(of collection: String) async throws -> [Value: Document] {
        var documents: [Value: Document] = [:]
        for try await document in try await find(collection, filter: [:]) {
            documents[document["_id"] ?? .null] = document
        }
        return documents
    }
}
