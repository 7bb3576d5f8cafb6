import Documents
import Mongo
@_exported import TestSupport
import Testing

/// Runs a `skipper-api` on a database of its own for the length of a closure; it is ready unless `uri` names a server
/// of the test's own.
func withAPI(
    uri: String? = nil, settings: [String: String] = [:], _ body: (RunningAPI) async throws -> Void
) async throws {
    try await withDatabase { database in
        let api = try await RunningAPI.start(on: database, uri: uri, settings: settings)
        if uri == nil {
            // The admin, whom most tokens are of, comes soon after the start.
            #expect(try await eventually { try await api.send("GET", "/readyz").status == 200 })
        }
        try await body(api)
        try await api.stop()
    }
}

/// Gives the tests of a suite one process, `RunningAPI.current`, on a database with some catalogues.
struct APITrait: SuiteTrait, TestScoping {
    func provideScope(
        for test: Test, testCase: Test.Case?,
        performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        try await withAPI { api in
            try await Catalogues.fill(api)
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
