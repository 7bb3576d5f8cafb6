extension Consumer {
    /// Properties that a configuration may override, each with the reason for its value.
    static func defaults(
        prefetchBytes: Int, statisticsInterval: Duration
    ) -> KeyValuePairs<String, String> {
        let fetchBytes = min(max(prefetchBytes / 4, 1 << 20), 16 << 20)
        return [
            // A group that has never committed begins with the oldest message: nothing is skipped.
            "auto.offset.reset": "earliest",
            // The bound on memory, over all partitions, since all of them share one queue.
            "queued.max.messages.kbytes": "\(max(1, prefetchBytes / 1024))",
            // How much one response may bring beyond that bound, for each broker.
            "fetch.max.bytes": "\(fetchBytes)",
            // How much of it one partition may take, so that a few partitions suffice to fill a response. A larger
            // message is still read: brokers return at least one, and librdkafka raises the value if they do not.
            "fetch.message.max.bytes": "\(min(fetchBytes, 4 << 20))",
            // A broker without news answers a fetch after this long, not later than a batch would be handed over.
            "fetch.wait.max.ms": "200",
            // How long the group waits for a member that has died without a word, such as a process that was killed:
            // until then its partitions are not read, not even by the process that takes its place. librdkafka's own
            // threads send the heartbeats (every 3 s), however long a batch takes. 10 s was Kafka's default until
            // 45 s were chosen for networks between clouds (KIP-735).
            "session.timeout.ms": "10000",
            // How soon a new topic is noticed.
            "topic.metadata.refresh.interval.ms": "5000",
            // Asking for a topic must not create it.
            "allow.auto.create.topics": "false",
            // A dead peer is noticed although nobody has anything to say.
            "socket.keepalive.enable": "true",
            "statistics.interval.ms": "\(statisticsInterval.milliseconds)",
        ]
    }

    /// Properties on which the contract of `Consumer` rests.
    static func fixed(group: String) -> KeyValuePairs<String, String> {
        [
            "group.id": group,
            // At least once: only `commit` commits.
            "enable.auto.commit": "false",
            "enable.auto.offset.store": "false",
            // The rebalance callback adds and removes; partitions that stay are read on without a stop.
            "partition.assignment.strategy": "cooperative-sticky",
            // Ends of partitions are needed for `isCaughtUp`.
            "enable.partition.eof": "true",
        ]
    }
}
