internal import CRDKafka
internal import Synchronization

/// Sends messages and tells what became of each.
///
/// **Delivery:** idempotent and acknowledged by all in-sync replicas: a message that is reported as stored is stored
/// once and in order within its partition, through retries too. A message that is reported as failed may
/// nevertheless be stored when the last acknowledgement was lost; a sender that tries again must be ready for that.
///
/// **Back-pressure:** at most 64 MiB (`queue.buffering.max.kbytes`) wait inside; `send` goes on as room appears.
///
/// **Threads:** a thread of the producer's own gives messages to librdkafka and serves its reports. Methods may be
/// called from anywhere and concurrently; batches given concurrently travel together.
public final class Producer: Sendable {
    private let slot: ClientSlot
    private let events: ClientEvents
    private let polling: PollingThread
    private let limit: ClosingLimit

    /// Makes a producer. Throws for a property that is wrong or not allowed, not for unreachable brokers.
    ///
    /// - Parameters:
    ///   - maximumMessageBytes: what `send` accepts; the broker's and the topic's own limit may be lower.
    ///   - deliveryLimit: how long a message may take with all retries before it fails with a retriable error.
    public init(
        _ configuration: Configuration, compression: Compression = .none,
        maximumMessageBytes: Int = 10_000_000,
        deliveryLimit: Duration = .seconds(30), log: @escaping Log = { _, _, _ in }
    ) throws(KafkaError) {
        let client = try Client(
            .producer, configuration,
            defaults: [
                "compression.type": compression.rawValue,
                "message.max.bytes": "\(maximumMessageBytes)",
                "message.timeout.ms": "\(max(1, deliveryLimit.milliseconds))",
                "queue.buffering.max.kbytes": "65536",
                // The same partition for a key as with Java's clients.
                "partitioner": "murmur2_random",
                // A misspelt topic is an error, not a new topic.
                "allow.auto.create.topics": "false",
                // How long a message to a topic that is not there waits for it to appear.
                "topic.metadata.propagation.max.ms": "5000",
                "socket.keepalive.enable": "true",
            ],
            fixed: ["enable.idempotence": "true", "acks": "all"], log: log)
        let slot = ClientSlot(client)
        self.slot = slot
        events = client.events
        let limit = ClosingLimit()
        self.limit = limit
        polling = PollingThread(name: "kafka-producer") {
            guard let client = slot.client else { return 1 }
            // While messages are under way, wait for their reports inside librdkafka, which wakes at once; only a
            // new request has to wait, for 5 ms at most (as long as linger.ms).
            let isBusy = !client.events.shipments.isEmpty
            rd_kafka_poll(client.pointer, isBusy ? 5 : 0)
            return isBusy ? 0 : 0.2
        } end: {
            if let client = slot.client { Self.drain(client, within: limit.value) }
        }
    }

    /// Sends messages; returns when each is stored or has failed, with the results in the same order.
    ///
    /// One message's failure (too large, its topic missing) is no failure of the others. Throws only when the
    /// producer is of no further use; once it is closed, every message fails.
    @concurrent public func send(_ records: [Record]) async throws -> [Result<Receipt, KafkaError>] {
        let attempted = "send \(records.count) messages"
        guard !records.isEmpty else { return [] }
        try events.checkFatal()
        return await withCheckedContinuation { continuation in
            let shipment = Shipment(count: records.count) { continuation.resume(returning: $0) }
            let isAccepted = polling.add { [slot] in
                for (index, record) in records.enumerated() {
                    Self.give(record, index, of: shipment, to: slot.client)
                }
            }
            if !isAccepted {
                for index in records.indices { shipment.settle(index, .failure(.closed(attempted))) }
            }
        }
    }

    /// Waits until everything given so far is stored or has failed; throws a retriable time-out after `limit`.
    public func flush(within limit: Duration = .seconds(10)) async throws {
        try await polling.run("flush") { [slot] in
            try check(rd_kafka_flush(slot.client("flush").pointer, limit.milliseconds), "flush")
        }
    }

    /// How many errors that pass by themselves have been met.
    public var faults: Int { events.faults }

    /// Waits until everything under way is stored or has failed, at most `limit`; what is left then fails, as
    /// does everything given later.
    public func close(within limit: Duration = .seconds(10)) async {
        self.limit.value = limit
        await polling.finish()
        slot.empty()
    }

    /// Gives one message to librdkafka, which copies it; waits for room when its queue is full.
    private static func give(_ record: Record, _ index: Int, of shipment: Shipment, to client: Client?) {
        let attempted = "send a message to \(record.topic)"
        guard let client else { return shipment.settle(index, .failure(.closed(attempted))) }
        let shipments = client.events.shipments
        let ticket = shipments.issue(for: shipment, index: index)
        while true {
            let code = lend(record.key) { key in
                lend(record.payload) { payload in
                    crdkafka_produce(
                        client.pointer, record.topic, record.partition ?? crdkafka_any_partition,
                        key.baseAddress,
                        key.count, payload.baseAddress, payload.count, record.timestamp ?? 0,
                        UnsafeMutableRawPointer(bitPattern: ticket))
                }
            }
            switch code {
            case RD_KAFKA_RESP_ERR_NO_ERROR: return
            case RD_KAFKA_RESP_ERR__QUEUE_FULL:
                // Room comes with reports, at the latest when message.timeout.ms has failed what is queued.
                rd_kafka_poll(client.pointer, 50)
            default: return shipments.settle(ticket) { .failure(KafkaError(code, attempted: attempted)) }
            }
        }
    }

    /// Lends bytes to a C call: a null pointer for nil, and never one for empty bytes.
    private static func lend<Answer>(_ bytes: [UInt8]?, _ body: (UnsafeRawBufferPointer) -> Answer) -> Answer
    {
        guard let bytes else { return body(UnsafeRawBufferPointer(start: nil, count: 0)) }
        guard bytes.isEmpty else { return bytes.withUnsafeBytes(body) }
        return withUnsafeBytes(of: UInt8(0)) { body(UnsafeRawBufferPointer(rebasing: $0[..<0])) }
    }

    /// Brings what is under way to an end, one way or the other.
    private static func drain(_ client: Client, within limit: Duration) {
        if rd_kafka_flush(client.pointer, limit.milliseconds) != RD_KAFKA_RESP_ERR_NO_ERROR {
            rd_kafka_purge(client.pointer, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT)
            // The purged messages are reported as failed, which is all that can be left to serve.
            while rd_kafka_poll(client.pointer, 100) > 0 {}
        }
        client.events.shipments.abandon(.closed("send messages"))
    }
}

/// How long a closing producer may take; its thread reads it when it ends.
private final class ClosingLimit: Sendable {
    private let limit = Mutex(Duration.seconds(10))

    var value: Duration {
        get { limit.withLock { $0 } }
        set { limit.withLock { $0 = newValue } }
    }
}
