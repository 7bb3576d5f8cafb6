internal import CRDKafka
internal import Foundation
internal import Service
internal import Synchronization

/// A member of a consumer group, which reads batches and commits their offsets when told to.
///
/// **Delivery: at least once.** Nothing is committed but by `commit`. Read a batch, deal with its messages, commit
/// its offsets. After a crash, or when a partition moves to another member in between, the messages since the last
/// commit are read again; none is skipped.
///
/// **Membership** does not depend on the caller: a thread of the consumer's own serves rebalances and heartbeats
/// between the calls of `nextBatch`, however far apart they are. A process that hangs therefore keeps its
/// partitions; its own health check must notice. To make this possible without pausing (which throws away what is
/// prefetched), messages do not arrive on librdkafka's consumer queue, where they would block the events behind
/// them, but in an inbox of their own, to which each partition's queue is forwarded when it is assigned.
///
/// **Back-pressure** needs no further queue: when nobody asks, the inbox fills up to `prefetchBytes` and fetching
/// stops.
///
/// **Threads:** all methods may be called from anywhere and concurrently; none blocks the caller's thread. Errors
/// that pass by themselves (a broker is away) are logged and counted, not thrown; librdkafka reconnects.
public final class Consumer: Sendable {
    private let slot: ClientSlot
    private let events: ClientEvents
    private let group: String
    private let reader = BatchReader()
    private let polling: PollingThread
    /// For calls that wait for a broker. One thread, so that closing can queue up behind them.
    private let calls = WorkerThreads(name: "kafka-calls", count: 1)
    private let subscription = Mutex<Subscription?>(nil)
    private let presence = Mutex(TopicPresence())

    /// How long a call may wait for an answer before it throws a retriable time-out.
    private static let answerLimit = Duration.seconds(10)
    /// The same for each of the three questions for the lag, on which nothing depends and behind which commits wait.
    private static let lagLimit = Duration.seconds(2)

    /// Makes a consumer; it joins the group when it subscribes. Throws for a property that is wrong or not
    /// allowed, not for brokers that cannot be reached.
    ///
    /// - Parameters:
    ///   - group: the name of the consumer group, under which offsets are committed.
    ///   - prefetchBytes: how much may lie read ahead in memory, over all partitions. One response of a broker
    ///     (`fetch.max.bytes`, a quarter of it but 1 to 16 MiB) may come on top, per broker.
    ///   - statisticsInterval: how often `statistics` are renewed; whole seconds, zero for never.
    ///   - log: takes librdkafka's lines and this module's.
    public init(
        _ configuration: Configuration, group: String, prefetchBytes: Int = 64 << 20,
        statisticsInterval: Duration = .seconds(5), log: @escaping Log = { _, _, _ in }
    ) throws(KafkaError) {
        let client = try Client(
            .consumer, configuration,
            defaults: Self.defaults(prefetchBytes: prefetchBytes, statisticsInterval: statisticsInterval),
            fixed: Self.fixed(group: group), log: log)
        let slot = ClientSlot(client)
        let reader = reader
        self.group = group
        self.slot = slot
        events = client.events
        polling = PollingThread(name: "kafka-consumer") {
            if let client = slot.client { reader.serve(client) }
            return 0.1
        } end: {
            slot.client?.leaveGroup(within: .seconds(5))
        }
    }

    /// Chooses the topics: names, or POSIX extended regular expressions that begin with `^`.
    ///
    /// Returns at once; the group gives partitions later. May be called again with another list: partitions of
    /// topics that stay are kept. A topic that does not exist is no error; it is read when it appears, at most
    /// about 5 s later (`topic.metadata.refresh.interval.ms`).
    public func subscribe(to topics: [String]) async throws {
        let wanted = Subscription(topics)
        let attempted = "subscribe to \(wanted.topics)"
        let isFirst = subscription.withLock { $0 == nil }
        guard subscription.withLock({ $0 != wanted }) else { return }
        try await polling.run(attempted) { [slot, reader, events] in
            let client = try slot.client(attempted)
            // librdkafka 2.0 aborts the process (an assertion in rd_kafka_cgrp_modify_subscription) when a
            // cooperative member changes its subscription while it joins anew after its membership was lost. It
            // then has no name; wait until it has. Without any topic to join for, that does not come: hence a limit.
            let deadline = ContinuousClock.now + .seconds(30)
            while !isFirst, events.positions.assignment.changes > 0, client.memberName.isEmpty,
                ContinuousClock.now < deadline
            {
                reader.serve(client)
                Thread.sleep(forTimeInterval: 0.02)
            }
            let list = PartitionList(topics: wanted.topics)
            try check(rd_kafka_subscribe(client.pointer, list.pointer), attempted)
        }
        subscription.withLock { $0 = wanted }
    }

    /// Reads the next messages.
    ///
    /// Returns when there are `maximumMessages`; or when key and payload bytes have reached `maximumBytes` (the last
    /// message may go beyond); or `wait` after the first message; or empty when none has come in half a
    /// second. Throws only when the consumer is closed or of no further use.
    public func nextBatch(
        maximumMessages: Int = 500, maximumBytes: Int = 64 << 20, wait: Duration = .milliseconds(200)
    ) async throws -> Batch {
        try await polling.run("read messages") { [slot, reader] in
            try reader.read(
                slot.client("read messages"), maximumMessages: maximumMessages, maximumBytes: maximumBytes,
                wait: wait, isClosing: { slot.isClosing })
        }
    }

    /// Stores exactly these offsets with the broker, and returns when it has confirmed.
    ///
    /// Partitions that were revoked since they were read are left out, and reported. (Should a revocation slip in
    /// between, the broker may accept an older offset than the new owner's last one: some messages would be read
    /// twice after a crash, none skipped.) Throws a `KafkaError` whose `isRetriable` says whether to commit the same
    /// offsets again: during a rebalance, or while the coordinator is away, yes.
    @discardableResult
    public func commit(_ offsets: Offsets) async throws -> Commit {
        try await calls.run { [slot, events] in
            let client = try slot.client("commit offsets")
            let (held, lost) = events.positions.divide(offsets)
            var revoked = lost
            if !held.isEmpty {
                try client.events.checkFatal()
                revoked += try client.commit(held, within: Self.answerLimit)
            }
            if !revoked.isEmpty {
                events.note(.info, "COMMIT", "left out, no longer ours: \(revoked)")
            }
            return Commit(committed: Set(held.keys).subtracting(revoked).sorted(), revoked: revoked)
        }
    }

    /// How far the group is behind in the partitions assigned to this consumer, asked from the brokers.
    public func lag() async throws -> [PartitionLag] {
        try await calls.run { [slot, events] in
            let client = try slot.client("ask for the lag")
            let partitions = events.positions.all.keys
            let ends = try client.ends(of: partitions, within: Self.lagLimit)
            let committed = try client.committed(partitions, within: Self.lagLimit)
            return ends.sorted { $0.key < $1.key }.map { partition, range in
                PartitionLag(
                    topic: partition.topic, partition: partition.partition, committed: committed[partition],
                    beginning: range.beginning, end: range.end)
            }
        }
    }

    /// Those of some topics that the group has begun to read and not read to their end, whichever member has them.
    public func unfinished(_ topics: [String]) async throws -> [String] {
        try await calls.run { [slot] in
            let client = try slot.client("ask for unfinished topics")
            let counts = try client.partitionCounts(within: Self.answerLimit)
            let partitions = topics.flatMap { topic in
                (0..<max(0, counts[topic] ?? 0)).map { TopicPartition(topic, $0) }
            }
            guard !partitions.isEmpty else { return [] }
            let committed = try client.committed(partitions, within: Self.answerLimit)
            let begun = Set(partitions.filter { committed[$0] != nil }.map(\.topic))
            let ends = try client.ends(
                of: partitions.filter { begun.contains($0.topic) }, within: Self.answerLimit)
            let behind = Set(
                ends.filter { partition, range in (committed[partition] ?? range.beginning) < range.end }
                    .map(\.key.topic))
            return topics.filter(behind.contains)
        }
    }

    /// Whether, as of now, every message for this consumer has been read and committed.
    ///
    /// False until the group is stable and every partition of every topic that matches the subscription has an
    /// owner; then true when each of this consumer's own partitions has been read to the end that the broker gives,
    /// and every offset handed over is committed. True when no topic matches, once that has been so for a while
    /// (`TopicPresence`). Another member's partitions are that member's business.
    ///
    /// Go on calling `nextBatch` in between: ends are met by reading.
    public func isCaughtUp() async throws -> Bool {
        guard let subscription = subscription.withLock({ $0 }) else { return false }
        return try await calls.run { [slot, events, group, self] in
            let client = try slot.client("ask whether everything is read")
            let counts: [String: Int32]
            do { counts = try client.partitionCounts(within: Self.answerLimit) } catch {
                presence.withLock { $0.isUnknown() }
                throw error
            }
            let topics = subscription.matches(in: counts.keys)
            guard presence.withLock({ $0.areAll(topics, now: .now) }) else { return false }
            var wanted: Set<TopicPartition> = []
            for topic in topics {
                for partition in 0..<max(0, counts[topic] ?? 0) {
                    wanted.insert(TopicPartition(topic, partition))
                }
            }
            let before = events.positions.all
            guard !wanted.isEmpty || !before.isEmpty else { return true }
            let description = try client.describe(group: group, within: Self.answerLimit)
            let ends = try client.ends(of: before.keys, within: Self.answerLimit)
            let committed = try client.committed(before.keys, within: Self.answerLimit)
            // Positions once more: what was read since the ends were asked for only helps.
            let after = events.positions.all
            guard before.mapValues(\.assignment) == after.mapValues(\.assignment) else { return false }
            var standings: [TopicPartition: Standing] = [:]
            for (partition, position) in after {
                // Without an end the topic is being deleted; the group will notice.
                guard let range = ends[partition] else { return false }
                standings[partition] = Standing(
                    beginning: range.beginning, end: range.end, committed: committed[partition],
                    next: position.next, endMet: position.endMet)
            }
            return Kafka.isCaughtUp(wanted: wanted, group: description, standings: standings)
        }
    }

    /// The partitions that this consumer has now, and how often that has changed.
    public var assignment: Assignment { events.positions.assignment }

    /// The latest statistics of librdkafka; nil before the first, and when they are switched off.
    public var statistics: Statistics? { events.statistics.flatMap { Statistics(json: $0) } }

    /// How many errors that pass by themselves have been met.
    public var faults: Int { events.faults }

    /// Waits for calls under way, leaves the group, and destroys the client. What is not committed will be read
    /// again by others. Every later call throws.
    ///
    /// Takes 5 s at most to leave when the coordinator does not answer, 5 s to destroy what librdkafka holds on to, and
    /// no longer than the calls under way.
    public func close() async {
        slot.beginClosing()
        // First the calls under way: who has left the group gets no answer about it. The one thread works in order, so
        // they are done when this is. It throws nothing, and nor does what is below.
        try? await calls.run {}
        await polling.finish()
        try? await calls.run { [slot] in slot.empty() }
    }
}
