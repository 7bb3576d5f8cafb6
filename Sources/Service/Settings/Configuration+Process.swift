extension Configuration {
    /// The settings of a process: `config.yaml` and `secrets.json` of the working directory where they exist, and the
    /// environment. Placeholders among the secrets are refused.
    ///
    /// - Parameters:
    ///   - declared: every setting that the process uses.
    ///   - allowsPlaceholders: for development only.
    /// - Throws: `ConfigurationError` with all faults.
    public static func ofProcess(
        _ declared: [any SettingDeclaration], allowsPlaceholders: Bool = false
    ) throws(ConfigurationError) -> Configuration {
        let configuration = try load(
            files: [.optional("config.yaml")], secretsFile: .optional("secrets.json"), declared: declared)
        let placeholders = configuration.placeholderSecrets
        guard placeholders.isEmpty || allowsPlaceholders else {
            throw ConfigurationError(faults: placeholders)
        }
        return configuration
    }
}
