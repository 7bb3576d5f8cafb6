internal import CRDKafka

/// A librdkafka configuration under construction; destroyed unless a client takes it over.
struct ClientProperties: ~Copyable {
    private let pointer: OpaquePointer

    /// An empty configuration: librdkafka's defaults.
    init() { pointer = rd_kafka_conf_new() }

    deinit { rd_kafka_conf_destroy(pointer) }

    /// Sets `defaults`, then what the configuration says, then `fixed`.
    ///
    /// Throws for a property that is unknown, invalid, or set by the configuration although it is fixed. The error
    /// names the property and never its value.
    func apply(
        _ configuration: Configuration, defaults: KeyValuePairs<String, String>,
        fixed: KeyValuePairs<String, String>
    ) throws(KafkaError) {
        try set("bootstrap.servers", configuration.bootstrapServers)
        try set("client.id", configuration.clientName)
        for (name, value) in defaults { try set(name, value) }
        let claimed = Set(fixed.map(\.key)).union(["bootstrap.servers", "client.id"])
        for (name, value) in configuration.properties.sorted(by: { $0.key < $1.key }) {
            if claimed.contains(name) {
                throw KafkaError(
                    RD_KAFKA_RESP_ERR__INVALID_ARG, attempted: "set the property \(name)",
                    reason: "it belongs to this client and cannot be set from outside")
            }
            try set(name, value)
        }
        for (name, value) in fixed { try set(name, value) }
    }

    /// Sets one property. librdkafka's own error text quotes the value, so it is not used.
    private func set(_ name: String, _ value: String) throws(KafkaError) {
        let reason: String
        switch rd_kafka_conf_set(pointer, name, value, nil, 0) {
        case RD_KAFKA_CONF_OK: return
        case RD_KAFKA_CONF_UNKNOWN: reason = "there is no such property"
        default: reason = "the value is not valid"
        }
        throw KafkaError(
            RD_KAFKA_RESP_ERR__INVALID_ARG, attempted: "set the property \(name)", reason: reason)
    }

    /// Registers the callbacks, which get `events` back as their context.
    func register(_ events: Unmanaged<ClientEvents>, _ kind: ClientKind) {
        rd_kafka_conf_set_opaque(pointer, events.toOpaque())
        rd_kafka_conf_set_log_cb(pointer, loggedLine)
        rd_kafka_conf_set_error_cb(pointer, metError)
        switch kind {
        case .consumer:
            rd_kafka_conf_set_rebalance_cb(pointer, rebalanced)
            rd_kafka_conf_set_stats_cb(pointer, gatheredStatistics)
        case .producer: rd_kafka_conf_set_dr_msg_cb(pointer, delivered)
        case .administration: break
        }
    }

    /// Makes the client, which takes the configuration over; on failure the configuration is destroyed.
    consuming func makeClient(_ kind: ClientKind, redacting configuration: Configuration) throws(KafkaError)
        -> OpaquePointer
    {
        let type = kind == .consumer ? RD_KAFKA_CONSUMER : RD_KAFKA_PRODUCER
        let pointer = pointer
        let (client, reason) = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 512) { text in
            text.initialize(repeating: 0)
            let client = rd_kafka_new(type, pointer, text.baseAddress, text.count)
            return (client, client == nil ? text.baseAddress.map { String(cString: $0) } : nil)
        }
        if let client {
            discard self
            return client
        }
        let code = rd_kafka_last_error()
        _ = consume self
        throw KafkaError(
            code, attempted: "make a \(kind) for \(configuration.bootstrapServers)",
            reason: reason.map(configuration.redacted))
    }
}

/// What a client is for.
enum ClientKind: Sendable {
    case consumer
    case producer
    case administration
}
