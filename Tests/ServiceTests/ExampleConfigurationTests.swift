import Foundation
import Testing

@testable import Service

@Suite struct ExampleConfigurationTests {
    @Test func exampleSaysDefaultUnitAndMeaning() {
        let declared: [any SettingDeclaration] = [
            Sample.batchSize, Sample.port, Sample.ratio, Sample.password, Sample.replicaSet, Sample.wait,
        ]
        let expected = """
            # Every setting at its default. The environment overrides: SKIPPER_SECTION__KEY=value for
            # section.key, lists separated by commas. Secrets belong in the secrets file.

            kafka:
                # Messages in a batch. (messages; at least 1)
                batch_size: 500
                # How long a batch is awaited. (milliseconds)
                batch_wait: 200
                producer:
                    # A share. (between 0.0 and 1.0)
                    ratio: 0.5

            database:
                # On which port the database listens. (between 1 and 65535)
                port: 27017
                # Name of the replica set.
                replica_set: null

            server:
                # Password of the administrator.
                # admin_password: a secret

            """
        #expect(ExampleConfiguration.yaml(declared) == expected)
    }

    @Test func loadingTheExampleGivesTheDefaults() throws {
        let odd = "a \"quoted\" # text: with\n\u{7}'all' é 漢 \\ , [x] \u{2028} null"
        let text = Setting("odd.text", default: odd, "With\nbreaks # and signs: \"x\"")
        let list = Setting("odd.list", default: ["a,b", "null", "", "- c", odd], "A list.")
        let number = Setting("odd.number", default: -1.5e-300, "A number.")
        let time = Setting("odd.time", default: Duration.milliseconds(90_061_001), unit: .days, "A time.")
        let null = Setting("odd.null", default: "null", "A word.")
        let declared: [any SettingDeclaration] = Sample.all + [text, list, number, time, null]
        let folder = try TemporaryFolder()
        let path = try folder.file("config.yaml", ExampleConfiguration.yaml(declared))
        let configuration = try Configuration.load(
            files: [.required(path)], environment: [:], declared: declared)
        #expect(configuration.warnings == [])
        #expect(configuration[text] == odd)
        #expect(configuration[list] == list.default)
        #expect(configuration[number] == -1.5e-300)
        #expect(abs(configuration[time] / .seconds(1) - 90_061.001) < 1e-6)
        #expect(configuration[null] == "null")
        #expect(configuration[Sample.wait] == Sample.wait.default)
        #expect(configuration[Sample.replicaSet] == nil)
        #expect(configuration[Sample.mode] == .fast)
        for setting in declared where !setting.isSecret {
            // Read from the file indeed.
            #expect(configuration.source(of: setting) == path, "\(setting.key)")
        }
    }

    @Test func everySecretOfTheExampleIsRefused() throws {
        let folder = try TemporaryFolder()
        let text = ExampleConfiguration.secretsJSON(Sample.all)
        let parsed = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: [String: Any]]
        #expect(parsed?["server"]?["admin_password"] as? String == "<Password of the administrator>")
        #expect((parsed?["database"]?["uri"] as? String)?.hasPrefix("<") == true)
        #expect(parsed?.count == 2)
        let configuration = try Configuration.load(
            secretsFile: .required(try folder.file("secrets.json", text)), environment: [:],
            declared: Sample.all)
        #expect(
            Set(configuration.placeholderSecrets.map(\.key)) == Set(Sample.all.filter(\.isSecret).map(\.key)))
        #expect(ExampleConfiguration.secretsJSON([Sample.host]) == "{}\n")
    }
}
