internal import CRDKafka
internal import Synchronization

/// Reads batches from a consumer's inbox and serves its events; used on the polling thread alone.
final class BatchReader: Sendable {
    private let lastRefill = Mutex(ContinuousClock.now - .seconds(1))

    /// How long to wait for a first message before an empty batch is handed over.
    static let patience = Duration.milliseconds(500)

    /// Reads until the batch is full, or `wait` has passed since its first message, or nothing came at all.
    ///
    /// Messages of a partition that is revoked meanwhile are dropped from the batch. Nothing is lost: their offsets
    /// are not committed, so the partition's next reader begins at or before them. Kept, they could be twice in
    /// the batch when the partition comes back.
    ///
    /// - Parameter isClosing: looked at between messages, to end early.
    func read(
        _ client: Client, maximumMessages: Int, maximumBytes: Int, wait: Duration, isClosing: () -> Bool
    ) throws(KafkaError) -> Batch {
        guard let inbox = client.inbox else { return Batch(messages: [], offsets: Offsets()) }
        let positions = client.events.positions
        var reading = Reading()
        var deadline = ContinuousClock.now + Self.patience
        serve(client, &reading)
        while reading.messages.count < maximumMessages, reading.size < maximumBytes, !isClosing() {
            try client.events.checkFatal()
            let left = deadline - ContinuousClock.now
            guard left > .zero else { break }
            // In slices, because a rebalance arrives on the other queue.
            let slice = min(left.milliseconds, 100)
            guard let original = rd_kafka_consume_queue(inbox, slice) else {
                refill(client, &reading)
                serve(client, &reading)
                continue
            }
            defer { rd_kafka_message_destroy(original) }
            guard original.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR else {
                reading.note(original, client.events)
                continue
            }
            let message = Message(copying: original)
            // Not assigned any more means revoked while it lay in the inbox, and librdkafka sorts those out by
            // itself; a message that slips through is dropped like the others.
            guard let assignment = positions.assignment(of: message.topicPartition) else { continue }
            if reading.messages.isEmpty { deadline = ContinuousClock.now + wait }
            reading.add(message, assignment: assignment)
            if reading.messages.count.isMultiple(of: 64) {
                refill(client, &reading)
                serve(client, &reading)
            }
        }
        refill(client, &reading)
        try client.events.checkFatal()
        positions.handOver(reading.offsets, endsMet: reading.endsMet)
        return Batch(messages: reading.messages, offsets: reading.offsets)
    }

    /// Serves rebalances, errors and statistics without touching messages: keeps the membership in the group alive
    /// while nobody wants to read.
    func serve(_ client: Client) {
        var nothing = Reading()
        serve(client, &nothing)
    }

    private func serve(_ client: Client, _ reading: inout Reading) {
        while let original = rd_kafka_consumer_poll(client.pointer, 0) {
            defer { rd_kafka_message_destroy(original) }
            if original.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR {
                // Every partition is pointed at the inbox before it is started, so this cannot happen. If it
                // does, stopping is the only way not to lose the message: it has not been committed.
                client.events.note(
                    KafkaError(
                        RD_KAFKA_RESP_ERR__FATAL, attempted: "serve events",
                        reason: "a message arrived outside the inbox"))
            } else {
                reading.note(original, client.events)
            }
        }
        let revoked = client.events.positions.takeRevoked()
        if !revoked.isEmpty { reading.drop(revoked) }
    }

    /// Wakes the fetching threads when messages have been taken from the inbox.
    ///
    /// When the inbox is full, librdkafka 2.0's fetching thread sleeps for up to a second and does not notice that
    /// it has room again (`fetch.queue.backoff.ms` exists from 2.2 on); at 64 MiB and a reader that takes 150 MB/s,
    /// half of the time was spent waiting (measured). Any request wakes the thread: this one asks the leader of each
    /// assigned partition for its end and does not wait for the answer, which librdkafka discards.
    private func refill(_ client: Client, _ reading: inout Reading) {
        guard !reading.messages.isEmpty else { return }
        let isDue = lastRefill.withLock { last in
            let now = ContinuousClock.now
            guard now - last > .milliseconds(25) else { return false }
            last = now
            return true
        }
        guard isDue else { return }
        let partitions = client.events.positions.all.keys
        guard !partitions.isEmpty else { return }
        let list = PartitionList(partitions, offset: Int64(RD_KAFKA_OFFSET_END))
        _ = rd_kafka_offsets_for_times(client.pointer, list.pointer, 0)
    }
}

/// A batch in the making.
private struct Reading {
    var messages: [Message] = []
    var offsets = Offsets()
    var size = 0
    var endsMet: [TopicPartition: Int64] = [:]

    mutating func add(_ message: Message, assignment: UInt64) {
        size += message.size
        offsets.advance(past: message, assignment: assignment)
        messages.append(message)
    }

    /// Takes everything of these partitions out again.
    mutating func drop(_ partitions: Set<TopicPartition>) {
        messages.removeAll { partitions.contains($0.topicPartition) }
        size = messages.reduce(0) { $0 + $1.size }
        for partition in partitions {
            offsets.remove(partition)
            endsMet[partition] = nil
        }
    }

    /// Takes note of what is not a message: the end of a partition, a topic that does not exist yet, or an error
    /// that librdkafka overcomes by itself.
    mutating func note(_ original: UnsafePointer<rd_kafka_message_t>, _ events: ClientEvents) {
        let message = original.pointee
        let topic = message.rkt.map { String(cString: rd_kafka_topic_name($0)) } ?? ""
        switch message.err {
        case RD_KAFKA_RESP_ERR__PARTITION_EOF:
            endsMet[TopicPartition(topic, message.partition)] = message.offset
        case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
            let reason = rd_kafka_message_errstr(original).map { String(cString: $0) } ?? topic
            events.note(.info, "TOPIC", "\(reason); it is read when it appears")
        default:
            let reason = rd_kafka_message_errstr(original).map { String(cString: $0) }
            events.note(KafkaError(message.err, attempted: "read \(topic)", reason: reason))
        }
    }
}
