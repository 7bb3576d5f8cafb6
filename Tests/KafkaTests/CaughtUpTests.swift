import Kafka
import Testing

@Suite(.timeLimit(.minutes(10))) struct CaughtUpTests {
    @Test func notBeforeTheLastMessageIsCommitted() async throws {
        try await Broker.withTopic(partitions: 3) { topic in
            // Partition 2 stays empty.
            try await Broker.send(Broker.records(0..<40, to: topic, partitions: 2))
            try await Broker.withConsumer(of: [topic], group: Broker.name("group")) { consumer in
                // Before the group has answered.
                #expect(try await consumer.isCaughtUp() == false)
                var held = Offsets()
                var count = 0
                try await eventually("all messages") {
                    let batch = try await consumer.nextBatch()
                    held.merge(later: batch.offsets)
                    count += batch.messages.count
                    #expect(try await consumer.isCaughtUp() == false)
                    return count == 40
                }
                try await consumer.commit(held)
                try await eventually("being caught up") {
                    #expect(try await consumer.nextBatch().isEmpty)
                    return try await consumer.isCaughtUp()
                }
                try await Broker.send(Broker.records(40..<41, to: topic, partitions: 3))
                #expect(try await consumer.isCaughtUp() == false)
                #expect(try await consumer.readAll().compactMap(\.number) == [40])
            }
        }
    }

    @Test func emptyAndMissingTopicsAskForNothing() async throws {
        try await Broker.withTopic(partitions: 2) { empty in
            let group = Broker.name("group")
            try await Broker.withConsumer(of: [empty, Broker.name("missing")], group: group) { consumer in
                let read = try await consumer.readAll()
                #expect(read.isEmpty)
                #expect(consumer.assignment.partitions.count == 2)
            }
        }
        try await Broker.withConsumer(
            of: [Broker.name("missing"), "^\(Broker.name("missing"))"], group: Broker.name("group")
        ) { consumer in
            let read = try await consumer.readAll()
            #expect(read.isEmpty)
            #expect(consumer.assignment.partitions.isEmpty)
        }
    }

    @Test func aRestartWithNothingNewIsCaughtUp() async throws {
        try await Broker.withTopic(partitions: 2) { topic in
            let group = Broker.name("group")
            try await Broker.send(Broker.records(0..<10, to: topic, partitions: 2))
            let first = try await Broker.withConsumer(of: [topic], group: group) { try await $0.readAll() }
            #expect(first.count == 10)
            let second = try await Broker.withConsumer(of: [topic], group: group) { try await $0.readAll() }
            #expect(second.isEmpty)
        }
    }

    @Test func eachMemberJudgesItsOwnShare() async throws {
        try await Broker.withTopic(partitions: 2) { topic in
            let group = Broker.name("group")
            try await Broker.send(Broker.records(0..<50, to: topic, partitions: 2))
            try await Broker.withConsumer(of: [topic], group: group) { first in
                try await Broker.withConsumer(of: [topic], group: group) { second in
                    async let theirs = second.readAll()
                    let mine = try await first.readAll()
                    let numbers = Set((mine + (try await theirs)).compactMap(\.number))
                    #expect(numbers == Set(0..<50))
                }
            }
        }
    }
}
