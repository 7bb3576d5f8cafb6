/// One thing that is wrong with the settings; never contains a secret.
public struct ConfigurationFault: Equatable, Sendable, CustomStringConvertible {
    /// The file, the environment variable, or `default`.
    public let source: String

    /// The line in a file, from 1; nil elsewhere.
    public let line: Int?

    /// The setting's key, or empty when the whole source is at fault.
    public let key: String

    /// What is wrong, lower case, without a period.
    public let reason: String

    /// Takes all of them.
    init(_ source: String, line: Int? = nil, key: String = "", _ reason: String) {
        self.source = source
        self.line = line
        self.key = key
        self.reason = reason
    }

    /// `config.yaml:12: kafka.batch_size: 'many' is not an integer`.
    public var description: String {
        source + (line.map { ":\($0)" } ?? "") + ": " + (key.isEmpty ? "" : key + ": ") + reason
    }
}

/// Everything that is wrong with the settings at once, so that one start finds all of it.
public struct ConfigurationError: Error, Equatable, Sendable, CustomStringConvertible {
    /// At least one fault, in the order of the sources.
    public let faults: [ConfigurationFault]

    /// Settings that make no sense together.
    /// - Parameter contradictions: each with the key of the setting to change and what is wrong, lower case.
    public init(contradictions: [(key: String, reason: String)]) {
        self.init(faults: contradictions.map { ConfigurationFault("settings", key: $0.key, $0.reason) })
    }

    init(faults: [ConfigurationFault]) { self.faults = faults }

    /// One fault a line.
    public var description: String { faults.map(\.description).joined(separator: "\n") }
}
