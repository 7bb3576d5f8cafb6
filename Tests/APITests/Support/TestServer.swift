import Documents
import Foundation
import Mongo
import Testing

/// The server that the tests use: a member of a replica set.
enum TestServer {
    /// Its connection string.
    static func uri() throws -> String {
        guard let text = ProcessInfo.processInfo.environment["SKIPPER_TEST_MONGODB"], !text.isEmpty else {
            throw ChildProcess.Failure(
                description:
                    "SKIPPER_TEST_MONGODB must hold the connection string of a mongod in a replica set")
        }
        return text
    }
}

/// Lends a database of its own, which is gone afterwards.
func withDatabase(_ body: (Database) async throws -> Void) async throws {
    let name = "test_api_\(UUID().uuidString.prefix(13))"
    let database = try Database(MongoSettings(uri: ConnectionString(try TestServer.uri()), database: name))
    let result: Result<Void, any Error>
    do { result = .success(try await body(database)) } catch { result = .failure(error) }
    try await database.drop()
    await database.close()
    return try result.get()
}

/// Runs a `skipper-api` on a database of its own for the length of a closure.
func withAPI(
    uri: String? = nil, settings: [String: String] = [:], _ body: (RunningAPI) async throws -> Void
) async throws {
    try await withDatabase { database in
        let api = try await RunningAPI.start(on: database, uri: uri, settings: settings)
        try await body(api)
        #expect(try await api.stop() == 0, "\(api.process.errors.suffix(2000))")
    }
}

/// Waits until something holds, asking again and again; false after half a minute.
func eventually(_ condition: () async throws -> Bool) async throws -> Bool {
    for _ in 0..<600 {
        if try await condition() { return true }
        try await Task.sleep(for: .milliseconds(50))
    }
    return false
}

/// Gives the tests of a suite one process, `RunningAPI.current`, on a database with some catalogues.
struct APITrait: SuiteTrait, TestScoping {
    func provideScope(
        for test: Test, testCase: Test.Case?,
        performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        try await withAPI { api in
            try await Catalogues.fill(api)
            // The admin comes soon after the start.
            #expect(try await eventually { try await api.send("GET", "/readyz").status == 200 })
            try await RunningAPI.$shared.withValue(api) { try await function() }
        }
    }
}

extension Trait where Self == APITrait {
    /// A `skipper-api` for the tests of the suite.
    static var api: APITrait { APITrait() }
}

/// What the API answers, by the real process.
@Suite(.api) struct Conformance {}
