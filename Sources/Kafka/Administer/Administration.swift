internal import CRDKafka
internal import Service

/// What is done to topics and asked of a cluster, apart from reading and writing.
///
/// Every call waits at most `limit` and then throws a retriable error. Keeps its connections until `close`.
public final class Administration: Sendable {
    private let slot: ClientSlot
    private let limit: Duration
    private let calls = WorkerThreads(name: "kafka-admin", count: 1)

    /// Makes a client. Throws for a property that is wrong, not for brokers that cannot be reached.
    ///
    /// - Parameter limit: how long each call may take.
    public init(
        _ configuration: Configuration, limit: Duration = .seconds(10), log: @escaping Log = { _, _, _ in }
    ) throws(KafkaError) {
        slot = ClientSlot(
            try Client(
                .administration, configuration,
                defaults: ["allow.auto.create.topics": "false", "socket.keepalive.enable": "true"],
                fixed: [:],
                log: log))
        self.limit = limit
    }

    /// Creates a topic, and returns whether it is new; false when there was one by this name already, whose
    /// partitions and properties are left as they are.
    ///
    /// - Parameters:
    ///   - replicas: how many brokers keep each partition.
    ///   - properties: of the topic, such as `retention.ms`, by Kafka's own names.
    @discardableResult
    public func createTopic(
        _ name: String, partitions: Int, replicas: Int = 1, properties: [String: String] = [:]
    ) async throws -> Bool {
        try await perform { client, limit in
            try client.createTopic(
                name, partitions: partitions, replicas: replicas, properties: properties, within: limit)
        }
    }

    /// Deletes topics, and returns those that there were.
    @discardableResult
    public func deleteTopics(_ names: [String]) async throws -> [String] {
        guard !names.isEmpty else { return [] }
        return try await perform { client, limit in try client.deleteTopics(names, within: limit) }
    }

    /// Every topic that there is (and may be seen), by name.
    public func topics() async throws -> [Topic] {
        try await perform { client, limit in
            try client.partitionCounts(within: limit).map { Topic(name: $0.key, partitions: Int($0.value)) }
                .sorted { $0.name < $1.name }
        }
    }

    /// For each partition of a topic, by number: the oldest offset kept and the offset of the next message. Empty
    /// when there is no such topic.
    public func ends(of topic: String) async throws -> [Range<Int64>] {
        try await perform { client, limit in
            guard let count = try client.partitionCounts(within: limit)[topic], count > 0 else { return [] }
            let ends = try client.ends(of: (0..<count).map { TopicPartition(topic, $0) }, within: limit)
            return ends.sorted { $0.key < $1.key }.map {
                $0.value.beginning..<max($0.value.beginning, $0.value.end)
            }
        }
    }

    /// Throws when no broker answers within the limit; for a readiness probe.
    public func check() async throws {
        try await perform { client, limit in
            _ = try client.partitionCounts(isComplete: false, within: limit)
        }
    }

    /// Waits for calls under way and closes the connections. Every later call throws.
    public func close() async {
        // The one thread works in order, so calls under way are done when this is. It throws nothing.
        try? await calls.run { [slot] in slot.empty() }
    }

    private func perform<Answer: Sendable>(
        _ call: @escaping @Sendable (Client, Duration) throws -> Answer
    ) async throws -> Answer {
        try await calls.run { [slot, limit] in try call(slot.client("administer Kafka"), limit) }
    }
}

/// A topic of a cluster.
public struct Topic: Sendable, Equatable {
    /// The name.
    public let name: String
    /// How many partitions it has.
    public let partitions: Int
}
