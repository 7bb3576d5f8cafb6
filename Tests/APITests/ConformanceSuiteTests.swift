import Foundation
import Mongo
import Testing

/// The suite in Tests/Conformance, which judges any service by Kowalski's contract, against this one.
@Suite struct ConformanceSuiteTests {
    /// A part of the suite: files of the same subject, which share a service and its documents.
    struct Part: Sendable, CustomTestStringConvertible {
        let name: String
        let files: [String]
        var testDescription: String { name }
    }

    static let parts = [
        Part(name: "access", files: ["conventions", "auth", "users"]),
        Part(
            name: "catalogues",
            files: ["queries_common", "queries_find", "queries_aggregate", "queries_info"]),
        Part(name: "positions", files: ["queries_cone", "queries_near", "queries_skymap"]),
        Part(name: "filters", files: ["filters", "filter_changes", "filter_trials", "triggers"]),
        Part(name: "images", files: ["cutouts", "classifications", "skymaps", "skymap_forms"]),
        Part(name: "clients", files: ["extended_json", "penquins_client", "fritz", "fritz_services"]),
    ]
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../Conformance").standardizedFileURL.path

    @Test(arguments: parts) func everyCasePasses(part: Part) async throws {
        try await withAPI { api in
            let isReady = try await eventually { try await api.send("GET", "/readyz").status == 200 }
            #expect(isReady)
            let pytest = try ChildProcess(
                try TestEnvironment.python,
                ["-m", "pytest"] + part.files.map { "\(Self.folder)/test_\($0).py" } + [
                    "--rootdir", Self.folder, "-q", "--tb=line", "-rfEs", "--url",
                    "http://127.0.0.1:\(api.port)",
                    "--username", "admin", "--password", RunningAPI.adminPassword, "--jwt-secret",
                    RunningAPI.tokenKey,
                    "--mongodb", try TestEnvironment.mongodb, "--database", api.database.name,
                ], environment: ["PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "240"])
            let ending = try await pytest.ending()
            // The short summary: cases that failed, could not be prepared, or were skipped.
            let cases = ending.lines.filter { line in
                ["FAILED ", "ERROR ", "SKIPPED "].contains { line.hasPrefix($0) }
            }
            #expect(cases.isEmpty, "\(cases.count) cases:\n\(cases.joined(separator: "\n"))")
            #expect(ending.code == 0, "\(ending.output.suffix(2000))\(ending.errors.suffix(1000))")
        }
    }

    @Test func everyFileIsInAPart() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder)
            .filter { $0.hasPrefix("test_") && $0.hasSuffix(".py") }
        #expect(files.sorted() == Self.parts.flatMap(\.files).map { "test_\($0).py" }.sorted())
    }
}
