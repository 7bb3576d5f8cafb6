public import Service

/// Settings of reading alerts and of what is done with them.
public enum BrokerSettings {
    /// Kafka's addresses.
    public static let bootstrapServers = Setting(
        "kafka.bootstrap_servers", default: ["localhost:9092"], accepts: .nonEmpty,
        "Addresses of the Kafka brokers.")
    /// Consumer group.
    public static let group = Setting(
        "kafka.group", default: "skipper", accepts: .nonEmpty,
        "Consumer group. Ingesters of one group share the alerts; a restart goes on where the group stopped.")
    /// Topics.
    public static let topics = Setting<[String]>(
        "kafka.topics", default: [],
        "Topics to read instead of the dated ones; a name that begins with ^ is a regular expression.")
    /// Nights.
    public static let topicDays = Setting(
        "kafka.topic_days", default: 2, unit: "days", accepts: .within(1...30),
        "How many nights' dated topics are read, today's (UTC) included.")
    /// Security protocol.
    public static let securityProtocol = Setting(
        "kafka.security_protocol", default: "plaintext",
        accepts: .oneOf(["plaintext", "ssl", "sasl_plaintext", "sasl_ssl"]), "How to talk to the brokers.")
    /// SASL mechanism.
    public static let saslMechanism = Setting<String?>(
        "kafka.sasl_mechanism", default: nil,
        accepts: Acceptance("one of PLAIN, SCRAM-SHA-256, SCRAM-SHA-512") {
            $0.map(["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"].contains) ?? true
        }, "How to log in to the brokers, for sasl_plaintext and sasl_ssl.")
    /// SASL user.
    public static let username = Setting<String?>("kafka.username", default: nil, "SASL user.")
    /// SASL password.
    public static let password = Setting<Secret?>("kafka.password", default: nil, "SASL password.")
    /// Authority.
    public static let caFile = Setting<String?>(
        "kafka.tls_ca_file", default: nil, "PEM file of the authority that signed the brokers' certificates.")
    /// Certificate of this client.
    public static let certificateFile = Setting<String?>(
        "kafka.tls_certificate_file", default: nil, "PEM file with this client's certificate.")
    /// Key of that certificate.
    public static let keyFile = Setting<String?>(
        "kafka.tls_key_file", default: nil,
        "PEM file with the key of this client's certificate; without one it is in kafka.tls_certificate_file."
    )
    /// Password of that key.
    public static let keyPassword = Setting<Secret?>(
        "kafka.tls_key_password", default: nil, "Password of the key of this client's certificate.")
    /// Batch.
    public static let batchMessages = Setting(
        "kafka.batch_messages", default: 500, unit: "messages", accepts: .within(1...10_000),
        "Messages in a batch at most.")
    /// Batch.
    public static let batchBytes = Setting(
        "kafka.batch_bytes", default: 24 << 20, unit: "bytes", accepts: .within(1 << 20...1 << 30),
        "Bytes in a batch, after which no message is added.")
    /// Batch.
    public static let batchWait = Setting(
        "kafka.batch_wait", default: Duration.milliseconds(200), unit: .milliseconds,
        accepts: .within(Duration.zero...Duration.seconds(60)),
        "How long a batch waits after its first message.")
    /// Prefetch.
    public static let prefetch = Setting(
        "kafka.prefetch", default: 32 << 20, unit: "bytes", accepts: .within(1 << 20...1 << 30),
        "Bytes fetched ahead of what is being processed.")
    /// Writers.
    public static let writers = Setting(
        "ingester.writers", default: 2, unit: "writers", accepts: .within(1...64),
        "Writes of one batch that go on at the same time.")
    /// Decoders.
    public static let decoders = Setting(
        "ingester.decoders", default: 0, unit: "tasks", accepts: .within(0...256),
        "Tasks that decode a batch; 0: one per core.")
    /// Largest packet.
    public static let packetBytes = Setting(
        "ingester.packet_bytes", default: 15 << 20, unit: "bytes", accepts: .within(1 << 16...15 << 20),
        "The largest packet that is decoded; larger ones are rejected.")

    /// All of them.
    public static let all: [any SettingDeclaration] =
        [
            bootstrapServers, group, topics, topicDays, securityProtocol, saslMechanism, username, password,
            caFile, certificateFile, keyFile, keyPassword, batchMessages, batchBytes, batchWait, prefetch,
            writers, decoders, packetBytes,
        ] + AssociationSettings.all + FilterSettings.all
}
