import Documents
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
func withDatabase(
    poolSize: Int = 4, _ change: (inout MongoSettings) -> Void = { _ in },
    _ body: (Database) async throws -> Void
) async throws {
    let name = "test_\(UUID().uuidString.prefix(13))"
    var settings = MongoSettings(uri: try TestServer.uri(), database: name)
    settings.poolSize = poolSize
    change(&settings)
    let database = try Database(settings)
    let result: Result<Void, any Error>
    do { result = .success(try await body(database)) } catch { result = .failure(error) }
    await database.close()
    let cleaner = try Database(MongoSettings(uri: try TestServer.uri(), database: name))
    try await cleaner.drop()
    await cleaner.close()
    return try result.get()
}

/// Waits until something holds, asking again and again; false after ten seconds.
func eventually(_ condition: () async throws -> Bool) async throws -> Bool {
    for _ in 0..<200 {
        if try await condition() { return true }
        try await Task.sleep(for: .milliseconds(50))
    }
    return false
}

/// Documents `{_id: 0, text}`, `{_id: 1, text}`, …
func numbered(_ range: Range<Int>, text: String = "x") -> [Document] {
    range.map { ["_id": .integer(Int64($0)), "text": .string(text)] }
}

/// The error that a piece of work ends with; nil if it does not.
func mongoError(_ work: () async throws -> Void) async throws -> MongoError? {
    do {
        try await work()
        return nil
    } catch let error as MongoError {
        return error
    }
}
