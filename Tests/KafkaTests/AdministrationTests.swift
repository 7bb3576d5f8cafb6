import Kafka
import Testing

@Suite(.timeLimit(.minutes(10))) struct AdministrationTests {
    @Test func aTopicIsCreatedOnceListedAndDeleted() async throws {
        try await Broker.withAdministration { administration in
            try await administration.check()
            let name = Broker.name("test")
            #expect(
                try await administration.createTopic(name, partitions: 5, properties: ["retention.ms": "-1"])
                    == true)
            #expect(try await administration.createTopic(name, partitions: 7) == false)
            try await Broker.send([
                Record(topic: name, partition: 1, payload: [1]),
                Record(topic: name, partition: 1, payload: [2]),
                Record(topic: name, partition: 4, payload: [3]),
            ])
            #expect(try await administration.topics().filter { $0.name == name }.map(\.partitions) == [5])
            #expect(try await administration.ends(of: name) == [0..<0, 0..<2, 0..<0, 0..<0, 0..<1])
            #expect(try await administration.deleteTopics([name, Broker.name("missing")]) == [name])
            try await eventually("the deletion") {
                try await !administration.topics().contains { $0.name == name }
            }
            #expect(try await administration.ends(of: name).isEmpty)
        }
    }

    @Test func aRefusalSaysWhatWasAttempted() async throws {
        try await Broker.withAdministration { administration in
            let name = Broker.name("test")
            let error = await #expect(throws: KafkaError.self) {
                try await administration.createTopic(
                    name, partitions: 1, properties: ["no.such.property": "1"])
            }
            #expect(error?.attempted == "create the topic \(name)")
            #expect(error?.isRetriable == false)
            await #expect(throws: KafkaError.self) { try await administration.createTopic("", partitions: 1) }
            await #expect(throws: KafkaError.self) {
                try await administration.createTopic(name, partitions: 0)
            }
        }
    }

    @Test func anUnreachableBrokerIsARetriableError() async throws {
        let administration = try Administration(
            Configuration(bootstrapServers: "127.0.0.1:1"), limit: .milliseconds(500))
        for _ in 0..<2 {
            let error = await #expect(throws: KafkaError.self) { try await administration.check() }
            #expect(error?.isRetriable == true)
        }
        let error = await #expect(throws: KafkaError.self) {
            try await administration.createTopic("any", partitions: 1)
        }
        #expect(error?.isRetriable == true)
        await administration.close()
    }
}
