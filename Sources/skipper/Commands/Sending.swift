import Broker
import Kafka
import Service

/// Sends packets to a topic, in order, a few hundred at a time.
struct Sending {
    private let producer: Producer
    private let topic: String
    private let progress: ProgressLine
    private var waiting: [Record] = []
    private var bytes = 0

    /// - Parameters:
    ///   - topic: created with so many partitions where it does not exist.
    ///   - partitions: of a topic that is created.
    ///   - total: how many packets there are, for the progress.
    init(
        _ configuration: Service.Configuration, topic: String, partitions: Int, total: Int, label: String
    ) async throws {
        let kafka = try BrokerSettings.kafka(configuration)
        let administration = try Administration(kafka)
        _ = try await administration.createTopic(topic, partitions: partitions)
        await administration.close()
        producer = try Producer(kafka)
        self.topic = topic
        progress = ProgressLine(label, total: total)
    }

    /// Takes a packet; sends what has gathered when it is enough.
    mutating func send(key: String?, packet: [UInt8]) async throws {
        waiting.append(Record(topic: topic, key: key.map { Array($0.utf8) }, payload: packet))
        bytes += packet.count
        if waiting.count >= 500 || bytes > 32 << 20 { try await flush() }
    }

    /// Sends what is left and waits until Kafka has it.
    mutating func finish() async throws {
        try await flush()
        try await producer.flush()
        await producer.close()
        progress.finish()
    }

    private mutating func flush() async throws {
        for result in try await producer.send(waiting) { _ = try result.get() }
        progress.advance(by: waiting.count)
        waiting.removeAll(keepingCapacity: true)
        bytes = 0
    }
}
