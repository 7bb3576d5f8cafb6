/// Where the brokers are and how to speak to them.
///
/// Properties may hold passwords and keys. No description, mirror, error or log line of this module shows the
/// value of any property.
public struct Configuration: Sendable, Equatable {
    /// Comma-separated `host:port` list to find the cluster with; need not name every broker.
    public var bootstrapServers: String

    /// Further librdkafka properties by their own names (SASL, TLS, time-outs), applied over this module's
    /// defaults. Properties on which a contract of this module rests (`enable.auto.commit` and the like) are
    /// refused when the client is made.
    ///
    /// Names and meanings: librdkafka's CONFIGURATION.md.
    public var properties: [String: String]

    /// How this process introduces itself to the brokers (`client.id`); shown in their logs and quotas.
    public var clientName: String

    /// Describes a cluster.
    public init(
        bootstrapServers: String, properties: [String: String] = [:], clientName: String = "skipper"
    ) {
        self.bootstrapServers = bootstrapServers
        self.properties = properties
        self.clientName = clientName
    }

    /// The text with every value of a property that may be secret replaced by `***`; for texts from librdkafka,
    /// some of which quote the configuration.
    func redacted(_ text: String) -> String {
        var text = text
        for (name, value) in properties where value.count >= 3 && Self.isSensitive(name) {
            text = text.split(separator: value, omittingEmptySubsequences: false).joined(separator: "***")
        }
        return text
    }

    /// Whether a property by this name holds a credential.
    static func isSensitive(_ name: String) -> Bool {
        let words = ["password", "secret", "key", "token", "pem", "username", "jaas", "oauthbearer.config"]
        return words.contains { name.contains($0) }
    }
}

extension Configuration: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The servers and the names of the properties, without any value.
    public var description: String {
        "Kafka at \(bootstrapServers) with \(properties.keys.sorted())"
    }

    /// The same as `description`: reflecting must not reveal what describing hides.
    public var debugDescription: String { description }

    /// A mirror without values, so that `dump` prints no secret either.
    public var customMirror: Mirror {
        Mirror(
            self,
            children: ["bootstrapServers": bootstrapServers, "properties": properties.keys.sorted()])
    }
}
