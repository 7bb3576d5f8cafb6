import Foundation
import Mongo

/// The server that the tests use: a member of a replica set.
enum TestServer {
    /// Why no test can run.
    struct Missing: Error, CustomStringConvertible {
        let description = "SKIPPER_TEST_MONGODB must hold the connection string of a mongod in a replica set"
    }

    /// Its connection string.
    static func uri() throws -> ConnectionString {
        guard let text = ProcessInfo.processInfo.environment["SKIPPER_TEST_MONGODB"], !text.isEmpty else {
            throw Missing()
        }
        return ConnectionString(text)
    }
}

/// Lends a database of its own, which is gone afterwards.
func withDatabase(_ body: (Database) async throws -> Void) async throws {
    let name = "test_archive_\(UUID().uuidString.prefix(13))"
    let settings = MongoSettings(uri: try TestServer.uri(), database: name)
    let database = try Database(settings)
    let result: Result<Void, any Error>
    do { result = .success(try await body(database)) } catch { result = .failure(error) }
    await database.close()
    let cleaner = try Database(MongoSettings(uri: try TestServer.uri(), database: name))
    try await cleaner.drop()
    await cleaner.close()
    return try result.get()
}
