internal import CRDKafka
internal import Synchronization

/// Owns a librdkafka client and everything that must be destroyed with it, in order.
///
/// Whoever uses the pointer, on whatever thread, holds a reference to this object for as long: the client is
/// destroyed with the last reference.
///
/// `@unchecked Sendable`: both pointers are constants, and librdkafka's clients and queues are thread-safe
/// (rdkafka.h, INTRODUCTION.md "Threads and callbacks").
final class Client: @unchecked Sendable {
    /// The client.
    let pointer: OpaquePointer
    /// Where fetched messages go; nil for anything but a consumer. See `Consumer` for why it is not the
    /// consumer's own queue.
    let inbox: OpaquePointer?
    /// What the callbacks tell.
    let events: ClientEvents
    /// Whether destroying this client would abort the process; see `leaveGroup`.
    let mustStay = Atomic(false)
    private let context: Unmanaged<ClientEvents>

    /// Makes a client. `defaults` may be overridden by the configuration, `fixed` may not.
    init(
        _ kind: ClientKind, _ configuration: Configuration, defaults: KeyValuePairs<String, String>,
        fixed: KeyValuePairs<String, String>, log: @escaping Log
    ) throws(KafkaError) {
        let events = ClientEvents(configuration: configuration, log: log)
        let context = Unmanaged.passRetained(events)
        do {
            let properties = ClientProperties()
            try properties.apply(configuration, defaults: defaults, fixed: fixed)
            properties.register(context, kind)
            pointer = try properties.makeClient(kind, redacting: configuration)
        } catch {
            context.release()
            throw error
        }
        self.events = events
        self.context = context
        if kind == .consumer {
            let queue = rd_kafka_queue_new(pointer)
            inbox = queue
            events.inbox.store(UInt(bitPattern: queue), ordering: .releasing)
            // Statistics and errors arrive on the consumer's queue too: one queue to serve.
            rd_kafka_poll_set_consumer(pointer)
        } else {
            inbox = nil
        }
    }

    /// Leaving the group is not waited for here; that is `leaveGroup`.
    deinit {
        guard !mustStay.load(ordering: .acquiring) else { return }
        if !ClientRemains(pointer: pointer, inbox: inbox, context: context).destroy(within: .seconds(5)) {
            events.note(.warning, "DESTROY", "the client does not end; it stays in memory")
        }
    }

    /// Waits for the answer to an asynchronous request: `request` is given a queue, and what arrives on it is lent
    /// to `read`. Throws a retriable time-out when nothing arrives.
    func answer<Answer>(
        _ attempted: String, within limit: Duration,
        request: (_ queue: OpaquePointer) throws(KafkaError) -> Void,
        read: (_ event: OpaquePointer) throws(KafkaError) -> Answer
    ) throws(KafkaError) -> Answer {
        guard let queue = rd_kafka_queue_new(pointer) else {
            throw KafkaError(RD_KAFKA_RESP_ERR__CRIT_SYS_RESOURCE, attempted: attempted)
        }
        defer { rd_kafka_queue_destroy(queue) }
        try request(queue)
        guard let event = rd_kafka_queue_poll(queue, limit.milliseconds) else {
            throw KafkaError(
                RD_KAFKA_RESP_ERR__TIMED_OUT, attempted: attempted, reason: "no answer in \(limit)")
        }
        defer { rd_kafka_event_destroy(event) }
        return try read(event)
    }
}

extension Duration {
    /// Whole milliseconds for a C call, rounded up, within 0 … 2^31 − 1.
    var milliseconds: Int32 {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        guard seconds < 2_000_000 else { return .max }
        return Int32(seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
}
