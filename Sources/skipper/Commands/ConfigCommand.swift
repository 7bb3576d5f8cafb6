import Service

/// `skipper config`: every setting with its default, unit and meaning; the secrets as placeholders.
enum ConfigCommand {
    @Sendable static func run(_ words: [String]) async throws {
        let arguments = try Arguments(words, switches: ["secrets"])
        guard arguments.words.isEmpty else { throw UsageError("unknown word '\(arguments.words[0])'") }
        print(
            arguments.switches.contains("secrets")
                ? ExampleConfiguration.secretsJSON(Settings.declared)
                : ExampleConfiguration.yaml(Settings.declared),
            terminator: "")
    }
}
