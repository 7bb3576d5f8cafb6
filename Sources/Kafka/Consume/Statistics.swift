internal import Foundation

/// What librdkafka counts, at the time of its last report; a choice from its STATISTICS.md.
public struct Statistics: Sendable, Equatable {
    /// Bytes received from brokers since the consumer was made.
    public let receivedBytes: Int64
    /// Messages received since the consumer was made, including those not handed over yet.
    public let receivedMessages: Int64
    /// The state of the membership: `init`, `wait-join`, `steady` and so on; nil before the group is known.
    public let joinState: String?
    /// How often partitions were given or taken.
    public let rebalances: Int64
    /// The brokers, by name.
    public let brokers: [Broker]
    /// The partitions assigned to this consumer, in order.
    public let partitions: [Partition]

    /// A broker as seen from here.
    public struct Broker: Sendable, Equatable {
        /// Host, port and number.
        public let name: String
        /// `UP`, `DOWN`, `CONNECT` and so on.
        public let state: String
        /// Mean round trip in microseconds since the report before; nil when there was none.
        public let roundTripMicroseconds: Int64?
    }

    /// An assigned partition.
    public struct Partition: Sendable, Equatable {
        /// Which.
        public let partition: TopicPartition
        /// Offsets between the last commit and the end; nil when not known yet.
        public let lag: Int64?
        /// The broker's end when last fetched from; nil when not known yet.
        public let end: Int64?
        /// Messages read ahead.
        public let queuedMessages: Int64
    }

    /// Reads a report; nil when it is not one.
    init?(json: [UInt8]) {
        // A report of an unknown shape is as good as none: statistics inform, nothing depends on them.
        guard let report = try? JSONDecoder().decode(Report.self, from: Data(json)) else { return nil }
        receivedBytes = report.rx_bytes
        receivedMessages = report.rxmsgs
        joinState = report.cgrp?.join_state
        rebalances = report.cgrp?.rebalance_cnt ?? 0
        brokers = report.brokers.values.filter { $0.source != "logical" }.sorted { $0.name < $1.name }.map {
            Broker(
                name: $0.name, state: $0.state,
                roundTripMicroseconds: ($0.rtt?.cnt ?? 0) > 0 ? $0.rtt?.avg : nil)
        }
        partitions = report.topics.values.flatMap { topic in
            topic.partitions.values.filter { $0.partition >= 0 && $0.fetch_state == "active" }.map {
                Partition(
                    partition: TopicPartition(topic.topic, $0.partition),
                    lag: $0.consumer_lag >= 0 ? $0.consumer_lag : nil,
                    end: $0.hi_offset >= 0 ? $0.hi_offset : nil,
                    queuedMessages: $0.fetchq_cnt)
            }
        }.sorted { $0.partition < $1.partition }
    }
}

/// The fields used of librdkafka's report, under its own names (STATISTICS.md).
private struct Report: Decodable {
    let rx_bytes: Int64
    let rxmsgs: Int64
    let brokers: [String: Broker]
    let topics: [String: Topic]
    let cgrp: Group?

    struct Broker: Decodable {
        let name: String
        let source: String
        let state: String
        let rtt: Window?
    }

    struct Window: Decodable {
        let avg: Int64
        let cnt: Int64
    }

    struct Topic: Decodable {
        let topic: String
        let partitions: [String: Partition]
    }

    struct Partition: Decodable {
        let partition: Int32
        let fetch_state: String
        let fetchq_cnt: Int64
        let consumer_lag: Int64
        let hi_offset: Int64
    }

    struct Group: Decodable {
        let join_state: String
        let rebalance_cnt: Int64
    }
}
