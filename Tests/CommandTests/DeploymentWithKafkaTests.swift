import Foundation
import Testing

/// The files for containers and clusters, against the programs: the suite in Tests/Deployment.
@Suite struct DeploymentWithKafkaTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../..").standardizedFileURL.path

    /// Whether Helm and kustomize are there, whose libraries exist for x86-64 alone.
    private static let hasRenderers: Bool = {
        #if arch(x86_64)
            true
        #else
            false
        #endif
    }()

    @Test(arguments: ["dockerfile", "compose"])
    func containersAreWhatTheProgramsAre(part: String) async throws {
        try await judge(part)
    }

    @Test(.enabled(if: hasRenderers, "there is no Helm and no kustomize for this processor"))
    func objectsOfKubernetesAreWhatTheProgramsAre() async throws {
        try await judge("kubernetes")
    }

    private func judge(_ part: String) async throws {
        try await withWorkplace(usesKafka: true) { workplace in
            let folder = "\(Self.root)/Tests/Deployment"
            let programs = URL(filePath: try ChildProcess.path(of: "skipper")).deletingLastPathComponent()
                .path
            let pytest = try ChildProcess(
                try TestEnvironment.python,
                [
                    "-m", "pytest", "\(folder)/test_\(part).py", "--rootdir", folder, "-q", "--tb=short",
                    "-rfEs", "--programs", programs, "--tools", try TestEnvironment.tools, "--mongodb",
                    try TestEnvironment.mongodb, "--kafka", try TestEnvironment.kafka, "--database",
                    workplace.name,
                ], environment: ["PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "240"])
            let ending = try await pytest.ending(within: .seconds(1200))
            // The short summary: what failed, could not be prepared, or was skipped; kubectl need not be there.
            let cases = ending.lines.filter { line in
                ["FAILED ", "ERROR ", "SKIPPED "].contains { line.hasPrefix($0) }
                    && !line.contains("there is no kubectl with kustomize 5")
                    && !line.contains("packages of Debian 12 have other names here")
            }
            #expect(cases.isEmpty, "\(cases.count) cases:\n\(cases.joined(separator: "\n"))")
            #expect(ending.code == 0, "\(ending.output.suffix(4000))\(ending.errors.suffix(1000))")
        }
    }
}
