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
        #expect(file == ExampleConfiguration.secretsJSON(Settings.declared), "run: skipper config --secrets")
    }

    @Test func placeholdersOfTheExampleAreRefused() throws {
        let file = Self.root.appendingPathComponent("secrets.example.json").path
        let configuration = try Configuration.load(
            secretsFile: .required(file), environment: [:], declared: Settings.declared)
        #expect(configuration.placeholderSecrets.count == Settings.declared.count { $0.isSecret })
    }
}
