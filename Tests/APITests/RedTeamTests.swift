import Archive
import Foundation
import Mongo
import Testing

/// The attacks in Tests/RedTeam, on the real process.
///
/// Beside the other suites of the API each part has a process and a database of its own. The log is at its most talkative:
/// nothing secret may be in it at any level.
@Suite struct RedTeamTests {
    /// Attacks that share a service.
    struct Part: Sendable, CustomTestStringConvertible {
        let name: String
        let files: [String]
        var testDescription: String { name }
    }

    /// Attacks that leave the machine to others.
    static let light = [
        Part(name: "rights", files: ["protected_collections", "foreign_alerts", "oracles", "matching"]),
        Part(name: "code", files: ["writes_and_code", "information", "internal_addresses"]),
        Part(name: "access", files: ["tokens", "users", "logins"]),
    ]
    /// Attacks on time and memory, one after the other.
    static let heavy = [
        Part(name: "queries", files: ["exhaustion_queries"]),
        Part(name: "load", files: ["exhaustion_connections", "exhaustion_skymaps"]),
    ]
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../RedTeam").standardizedFileURL.path
    private static let requestTimeout = "5"

    @Test(arguments: light) func everyAttackFails(part: Part) async throws { try await run(part) }

    @Test(.serialized, arguments: heavy) func everyAttackOnTimeAndMemoryFails(part: Part) async throws {
        try await run(part)
    }

    private func run(_ part: Part) async throws {
        let settings = [
            "SKIPPER_LOG__LEVEL": "trace", "SKIPPER_SERVER__REQUEST_TIMEOUT": Self.requestTimeout,
        ]
        try await withDatabase { database in
            // As an ingester leaves it: the light curves are a view.
            for survey in Archive.surveys { try await Collections.prepare(database, for: survey) }
            let api = try await RunningAPI.start(on: database, settings: settings)
            #expect(try await eventually { try await api.send("GET", "/readyz").status == 200 })
            let ending = try await attacks(of: part, on: api).ending(within: .seconds(300))
            let cases = ending.lines.filter { line in
                ["FAILED ", "ERROR ", "SKIPPED "].contains { line.hasPrefix($0) }
                    && !line.contains("MongoDB has no")
            }
            #expect(cases.isEmpty, "\(cases.count) attacks:\n\(cases.joined(separator: "\n"))")
            #expect(ending.code == 0, "\(ending.output.suffix(4000))\(ending.errors.suffix(1000))")
            try await api.stop()
            #expect(!api.process.errors.contains(RunningAPI.adminPassword))
        }
    }

    private func attacks(of part: Part, on api: RunningAPI) throws -> ChildProcess {
        try ChildProcess(
            try TestEnvironment.python,
            ["-m", "pytest"] + part.files.map { "\(Self.folder)/test_\($0).py" } + [
                "-q", "--tb=line", "-rfEs", "--url", "http://127.0.0.1:\(api.port)",
                "--admin-password", RunningAPI.adminPassword, "--token-key", RunningAPI.tokenKey,
                "--mongodb", try TestEnvironment.mongodb, "--database", api.database.name,
                "--pid", "\(api.process.identifier)", "--request-timeout", Self.requestTimeout,
            ], environment: ["PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "400"])
    }

    @Test func everyFileIsInAPart() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder)
            .filter { $0.hasPrefix("test_") && $0.hasSuffix(".py") }
        #expect(files.sorted() == (Self.light + Self.heavy).flatMap(\.files).map { "test_\($0).py" }.sorted())
    }
}
