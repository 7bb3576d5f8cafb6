import Foundation
import Service
import Testing

@testable import skipper

@Suite struct ExampleFilesTests {
    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    @Test func configExampleHasEverySettingWithItsDefault() throws {
        let file = try String(
            contentsOf: Self.root.appendingPathComponent("config.example.yaml"), encoding: .utf8)
        #expect(
            file == ExampleConfiguration.yaml(Settings.declared), "run: skipper config > config.example.yaml")
    }

    @Test func secretsExampleHasEverySecretAsPlaceholder() throws {
        let file = try String(
            contentsOf: Self.root.appendingPathComponent("secrets.example.json"), encoding: .utf8)
        let expected = ExampleConfiguration.secretsJSON(
            Settings.inSecretsFile, companions: Settings.companions)
        #expect(file == expected, "run: skipper config --secrets > secrets.example.json")
    }

    /// What the program prints is what is in the repository.
    @Test func filesAreWhatTheProgramPrints() async throws {
        for (words, file) in [
            (["--defaults"], "config.example.yaml"), ([], "config.example.yaml"),
            (["--secrets"], "secrets.example.json"),
        ] {
            let ending = try await ChildProcess(
                try ChildProcess.path(of: "skipper"), ["config"] + words
            ).ending()
            let stored = try String(contentsOf: Self.root.appendingPathComponent(file), encoding: .utf8)
            #expect(ending.code == 0 && ending.output == stored, "skipper config \(words) > \(file)")
        }
    }

    @Test func placeholdersOfTheExampleAreRefused() throws {
        let file = Self.root.appendingPathComponent("secrets.example.json").path
        let configuration = try Configuration.load(
            secretsFile: .required(file), environment: [:], declared: Settings.inSecretsFile)
        #expect(configuration.placeholderSecrets.count == Settings.inSecretsFile.count { $0.isSecret })
    }
}
