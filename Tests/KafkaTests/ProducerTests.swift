import Kafka
import Testing

@Suite(.timeLimit(.minutes(10))) struct ProducerTests {
    @Test func aMessageTooLargeForTheClientFailsAlone() async throws {
        try await Broker.withTopic(partitions: 1) { topic in
            let producer = try Producer(Broker.configuration(), maximumMessageBytes: 100_000)
            let results = try await producer.send([
                Record(topic: topic, payload: [1]),
                Record(topic: topic, payload: [UInt8](repeating: 0, count: 200_000)),
                Record(topic: topic, payload: [2]),
            ])
            await producer.close()
            #expect(results.map { $0.error?.isMessageTooLarge } == [nil, true, nil])
            #expect(results.compactMap { try? $0.get().offset } == [0, 1])
        }
    }

    @Test func aMessageTooLargeForTheTopicFailsAloneAndTheNextSucceed() async throws {
        try await Broker.withTopic(partitions: 1, properties: ["max.message.bytes": "50000"]) { topic in
            let producer = try Producer(Broker.configuration())
            let refused = try await producer.send([
                Record(topic: topic, payload: [UInt8](repeating: 0, count: 200_000))
            ])
            let accepted = try await producer.send([Record(topic: topic, payload: [2])])
            await producer.close()
            #expect(refused.map { $0.error?.isMessageTooLarge } == [true])
            #expect(refused.map { $0.error?.isRetriable } == [false])
            #expect(accepted.compactMap { try? $0.get().offset } == [0])
        }
    }

    @Test func aMissingTopicFailsAlone() async throws {
        try await Broker.withTopic(partitions: 1) { topic in
            let producer = try Producer(
                Broker.configuration(["topic.metadata.propagation.max.ms": "0"]), deliveryLimit: .seconds(200)
            )
            let results = try await producer.send([
                Record(topic: Broker.name("missing"), payload: [1]), Record(topic: topic, payload: [2]),
            ])
            await producer.close()
            #expect(results.map { $0.error?.isUnknownTopic } == [true, nil])
        }
    }

    @Test func moreThanTheQueueHoldsGoesThrough() async throws {
        try await Broker.withTopic(partitions: 2) { topic in
            let producer = try Producer(Broker.configuration(["queue.buffering.max.messages": "10"]))
            let results = try await producer.send(Broker.records(0..<300, to: topic, partitions: 2))
            try await producer.flush()
            await producer.close()
            // In order within each partition, and each once.
            for partition in 0..<2 {
                let offsets = results.enumerated().filter { $0.offset % 2 == partition }
                    .compactMap { try? $0.element.get().offset }
                #expect(offsets == Array(0..<150))
            }
        }
    }

    @Test func concurrentBatchesKeepTheirResultsApart() async throws {
        try await Broker.withTopic(partitions: 4) { topic in
            let producer = try Producer(Broker.configuration())
            let partitions = try await withThrowingTaskGroup(of: (Int, Set<Int32>).self) { tasks in
                for partition in 0..<4 {
                    tasks.addTask {
                        let records = (0..<50).map { _ in
                            Record(topic: topic, partition: Int32(partition), payload: [1])
                        }
                        let results = try await producer.send(records)
                        return (partition, Set(try results.map { try $0.get().partition }))
                    }
                }
                return try await tasks.reduce(into: [:]) { $0[$1.0] = $1.1 }
            }
            await producer.close()
            #expect(partitions == [0: [0], 1: [1], 2: [2], 3: [3]])
        }
    }

    @Test func equalKeysShareAPartition() async throws {
        try await Broker.withTopic(partitions: 8) { topic in
            let records = (0..<64).map { Record(topic: topic, key: Array("ZTF\($0 % 8)".utf8), payload: [1]) }
            let receipts = try await Broker.send(records)
            for key in 0..<8 {
                let partitions = receipts.enumerated().filter { $0.offset % 8 == key }.map(
                    \.element.partition)
                #expect(Set(partitions).count == 1)
            }
            #expect(Set(receipts.map(\.partition)).count > 1)
        }
    }

    @Test func anUnreachableBrokerFailsEveryMessageRetriably() async throws {
        let producer = try Producer(
            Configuration(bootstrapServers: "127.0.0.1:1"), deliveryLimit: .seconds(2))
        let results = try await producer.send([Record(topic: "any", payload: [1])])
        #expect(results.map { $0.error?.isRetriable } == [true])
        await producer.close(within: .seconds(1))
        let late = try await producer.send([Record(topic: "any", payload: [1])])
        #expect(late.map { $0.error?.isRetriable } == [false])
    }

    @Test func closingFailsWhatIsUnderWay() async throws {
        let producer = try Producer(
            Configuration(bootstrapServers: "127.0.0.1:1"), deliveryLimit: .seconds(600))
        async let results = producer.send([Record(topic: "any", payload: [1])])
        try await Task.sleep(for: .milliseconds(200))
        await producer.close(within: .milliseconds(100))
        #expect(try await results.map { $0.error != nil } == [true])
    }
}

extension Result {
    /// The error, when there is one.
    var error: Failure? {
        guard case .failure(let error) = self else { return nil }
        return error
    }
}
