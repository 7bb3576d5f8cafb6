import Service

/// `skipper config`: every setting with its default, unit and meaning; the secrets as placeholders.
enum ConfigCommand {
    @Sendable static func run(_ words: [String]) async throws {
        let arguments = try Arguments(words, switches: ["defaults", "secrets"])
        try arguments.noWords()
        guard arguments.switches.count < 2 else { throw UsageError("give --defaults or --secrets") }
        print(
            arguments.switches.contains("secrets")
                ? ExampleConfiguration.secretsJSON(Settings.inSecretsFile, companions: Settings.companions)
                : ExampleConfiguration.yaml(Settings.declared),
            terminator: "")
    }
}
