import Foundation
import Kafka
import Testing

@Suite(.timeLimit(.minutes(10))) struct RoundTripTests {
    @Test func whatIsSentIsReadWithKeysNullsAndTimes() async throws {
        try await Broker.withTopic(partitions: 1) { topic in
            let large = (0..<4_000_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13) }
            let sent = [
                Record(topic: topic, key: [1, 0, 255], payload: [0, 1, 2], timestamp: 1_700_000_000_123),
                Record(topic: topic, key: [], payload: []),
                Record(topic: topic, key: nil, payload: [7]),
                Record(topic: topic, key: [9], payload: nil),
                Record(topic: topic, key: nil, payload: large),
            ]
            // One by one: the order of messages with and without a key is only given within a partition anyway.
            let receipts = try await Broker.send(sent)
            #expect(receipts.map(\.offset) == [0, 1, 2, 3, 4])
            try await Broker.withConsumer(of: [topic], group: Broker.name("group")) { consumer in
                let messages = try await consumer.collect(sent.count)
                #expect(messages.map(\.key) == sent.map(\.key))
                #expect(messages.map(\.payload) == sent.map(\.payload))
                #expect(messages.map(\.offset) == [0, 1, 2, 3, 4])
                #expect(messages.first?.timestamp == 1_700_000_000_123)
                #expect(messages.allSatisfy { $0.topic == topic && $0.partition == 0 })
            }
        }
    }

    @Test(arguments: Compression.allCases)
    func everyCompressionIsRead(_ compression: Compression) async throws {
        try await Broker.withTopic(partitions: 2) { topic in
            let producer = try Producer(Broker.configuration(), compression: compression)
            let sent = Broker.records(0..<200, to: topic, partitions: 2)
            let results = try await producer.send(sent)
            await producer.close()
            #expect(results.allSatisfy { (try? $0.get()) != nil })
            try await Broker.withConsumer(of: [topic], group: Broker.name("group")) { consumer in
                let messages = try await consumer.collect(200)
                #expect(messages.compactMap(\.number).sorted() == Array(0..<200))
            }
        }
    }

    @Test func aBatchKeepsToItsLimits() async throws {
        try await Broker.withTopic(partitions: 3) { topic in
            try await Broker.send(
                (0..<100).map {
                    Record(
                        topic: topic, partition: Int32($0 % 3), payload: [UInt8](repeating: 1, count: 1000))
                })
            try await Broker.withConsumer(of: [topic], group: Broker.name("group")) { consumer in
                var offsets = Offsets()
                var sizes: [Int] = []
                try await eventually("100 messages") {
                    let batch = try await consumer.nextBatch(
                        maximumMessages: 30, maximumBytes: 10_000, wait: .milliseconds(100))
                    sizes.append(batch.messages.count)
                    // The offsets cover exactly the messages.
                    for partition in Set(batch.messages.map(\.topicPartition)) {
                        let last = batch.messages.last { $0.topicPartition == partition }
                        #expect(batch.offsets[partition] == last.map { $0.offset + 1 })
                    }
                    #expect(Set(batch.offsets.partitions) == Set(batch.messages.map(\.topicPartition)))
                    offsets.merge(later: batch.offsets)
                    return sizes.reduce(0, +) == 100
                }
                #expect(sizes.allSatisfy { $0 <= 10 })
                #expect(offsets.partitions.compactMap { offsets[$0] } == [34, 33, 33])
            }
        }
    }

    @Test func aTopicWithoutMessagesGivesAnEmptyBatchSoon() async throws {
        try await Broker.withTopic(partitions: 1) { topic in
            try await Broker.withConsumer(of: [topic], group: Broker.name("group")) { consumer in
                let batch = try await consumer.nextBatch(wait: .seconds(3600))
                #expect(batch.isEmpty)
                #expect(batch.offsets.isEmpty)
            }
        }
    }

    @Test func statisticsNameTheBrokerAndThePartitions() async throws {
        try await Broker.withTopic(partitions: 2) { topic in
            try await Broker.send(Broker.records(0..<10, to: topic, partitions: 2))
            try await Broker.withConsumer(of: [topic], group: Broker.name("group")) { consumer in
                try await eventually("statistics of both partitions") {
                    _ = try await consumer.nextBatch()
                    let statistics = consumer.statistics
                    return statistics?.partitions.map(\.partition) == [
                        TopicPartition(topic, 0), TopicPartition(topic, 1),
                    ]
                        && statistics?.partitions.map(\.end) == [5, 5] && statistics?.receivedMessages == 10
                        && statistics?.brokers.contains { $0.state == "UP" } == true
                        && statistics?.joinState == "steady"
                }
            }
        }
    }
}
