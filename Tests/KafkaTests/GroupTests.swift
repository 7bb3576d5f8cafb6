import Foundation
import Kafka
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(10))) struct GroupTests {
    @Test func aRestartGoesOnAtTheCommittedOffsets() async throws {
        try await Broker.withTopic(partitions: 2) { topic in
            let group = Broker.name("group")
            try await Broker.send(Broker.records(0..<100, to: topic, partitions: 2))
            let first = try await Broker.withConsumer(of: [topic], group: group) { consumer in
                var read: [Message] = []
                try await eventually("40 messages") {
                    let batch = try await consumer.nextBatch(maximumMessages: 40 - read.count)
                    read += batch.messages
                    let commit = try await consumer.commit(batch.offsets)
                    #expect(commit.committed == batch.offsets.partitions)
                    return read.count == 40
                }
                // Read, but never committed: comes again.
                _ = try await consumer.nextBatch(maximumMessages: 20)
                return read
            }
            let rest = try await Broker.withConsumer(of: [topic], group: group) { try await $0.collect(60) }
            #expect((first + rest).compactMap(\.number).sorted() == Array(0..<100))
        }
    }

    @Test func membersShareAndNothingIsLostWhenOneJoinsAndLeaves() async throws {
        try await Broker.withTopic(partitions: 4) { topic in
            let group = Broker.name("group")
            let seen = Seen()
            let total = 3000
            try await Broker.withConsumer(of: [topic], group: group) { first in
                try await withThrowingTaskGroup(of: Void.self) { tasks in
                    tasks.addTask {
                        while !Task.isCancelled { try await seen.step(first) }
                    }
                    tasks.addTask {
                        for start in stride(from: 0, to: total, by: 50) {
                            try await Broker.send(
                                Broker.records(start..<start + 50, to: topic, partitions: 4))
                        }
                    }
                    try await eventually("messages for the first") { try await nap(seen.numbers.count > 200) }
                    try await Broker.withConsumer(of: [topic], group: group) { second in
                        try await eventually("two partitions each") {
                            try await seen.step(second)
                            return first.assignment.partitions.count == 2
                                && second.assignment.partitions.count == 2
                        }
                        let both = Set(first.assignment.partitions).union(second.assignment.partitions)
                        #expect(both.count == 4)
                        for _ in 0..<5 { try await seen.step(second) }
                    }
                    try await eventually("all four partitions again") {
                        try await nap(first.assignment.partitions.count == 4)
                    }
                    try await eventually("every message") { try await nap(seen.numbers.count == total) }
                    tasks.cancelAll()
                    try await tasks.waitForAll()
                }
            }
            #expect(seen.numbers == Set(0..<total))
        }
    }

    @Test func aCommitAfterTheRevocationIsHarmless() async throws {
        try await Broker.withTopic(partitions: 2) { topic in
            let group = Broker.name("group")
            try await Broker.send(Broker.records(0..<20, to: topic, partitions: 2))
            try await Broker.withConsumer(of: [topic], group: group) { first in
                var held = Offsets()
                try await eventually("all messages") {
                    held.merge(later: try await first.nextBatch().offsets)
                    return held.partitions.compactMap { held[$0] } == [10, 10]
                }
                let before = first.assignment
                try await Broker.withConsumer(of: [topic], group: group) { second in
                    try await eventually("a partition each") {
                        _ = try await first.nextBatch()
                        _ = try await second.nextBatch()
                        return first.assignment.partitions.count == 1
                            && second.assignment.partitions.count == 1
                    }
                    #expect(first.assignment.changes > before.changes)
                    var commit: Commit?
                    try await eventually("a commit") {
                        do {
                            commit = try await first.commit(held)
                        } catch let error as KafkaError where error.isRetriable {}
                        return commit != nil
                    }
                    #expect(commit?.committed == first.assignment.partitions)
                    #expect(commit?.revoked == second.assignment.partitions)
                    let lag = try await second.lag()
                    #expect(lag.map(\.committed) == [nil])
                    #expect(lag.map(\.lag) == [10])
                }
            }
        }
    }

    @Test func anExpressionAndANameFindTopicsThatAppearLater() async throws {
        let stem = Broker.name("later")
        let names = ["\(stem)-one", "\(stem)-two", "\(stem)x"]
        try await Broker.withAdministration { administration in
            try await Broker.withConsumer(of: ["^\(stem)-.*", names[2]], group: Broker.name("group")) {
                consumer in
                #expect(try await consumer.nextBatch().isEmpty)
                for name in names { try await administration.createTopic(name, partitions: 1) }
                // Matched by nothing.
                try await administration.createTopic("un\(stem)-three", partitions: 1)
                try await Broker.send(names.map { Record(topic: $0, payload: Array($0.utf8)) })
                let messages = try await consumer.collect(3)
                #expect(Set(messages.map(\.topic)) == Set(names))
                #expect(Set(consumer.assignment.partitions) == Set(names.map { TopicPartition($0, 0) }))
            }
            try await administration.deleteTopics(names + ["un\(stem)-three"])
        }
    }

    @Test func aChangedSubscriptionKeepsWhatStaysAndGivesBackTheRest() async throws {
        try await Broker.withTopic(partitions: 1) { yesterday in
            try await Broker.withTopic(partitions: 1) { today in
                try await Broker.withTopic(partitions: 1) { always in
                    try await Broker.withConsumer(of: [yesterday, always], group: Broker.name("group")) {
                        consumer in
                        try await eventually("the first assignment") {
                            _ = try await consumer.nextBatch()
                            return consumer.assignment.partitions.count == 2
                        }
                        try await Broker.send([Record(topic: always, payload: Array("1".utf8))])
                        #expect(try await consumer.collect(1).map(\.number) == [1])
                        try await consumer.subscribe(to: [today, always])
                        try await Broker.send([
                            Record(topic: today, payload: Array("2".utf8)),
                            Record(topic: always, payload: Array("3".utf8)),
                        ])
                        // Nothing was committed, so the message of the topic that stays comes only once because
                        // its partition was kept.
                        #expect(try await consumer.collect(2).compactMap(\.number).sorted() == [2, 3])
                        #expect(Set(consumer.assignment.partitions.map(\.topic)) == [today, always])
                    }
                }
            }
        }
    }

    @Test func membershipOutlastsASilenceLongerThanThePollInterval() async throws {
        try await Broker.withTopic(partitions: 2) { topic in
            let group = Broker.name("group")
            let journal = Journal()
            try await Broker.send(Broker.records(0..<100, to: topic, partitions: 2))
            let limits = [
                "session.timeout.ms": "6000", "heartbeat.interval.ms": "500", "max.poll.interval.ms": "6000",
            ]
            try await Broker.withConsumer(of: [topic], group: group, limits, log: journal.log) { consumer in
                var held = Offsets()
                var read: [Message] = []
                try await eventually("a first batch of each partition") {
                    let batch = try await consumer.nextBatch(maximumMessages: 10)
                    read += batch.messages
                    held.merge(later: batch.offsets)
                    return held.partitions.count == 2 || read.count >= 60
                }
                let before = consumer.assignment
                // The silence itself is what is tested: longer than the interval.
                try await Task.sleep(for: .seconds(9))
                #expect(consumer.assignment == before)
                #expect(consumer.faults == 0, "\(journal.lines)")
                #expect(try await consumer.commit(held).revoked == [])
                // And reading goes on at exactly the next message, none twice.
                read += try await consumer.collect(100 - read.count)
                #expect(read.compactMap(\.number).sorted() == Array(0..<100))
            }
        }
    }

    @Test func aClosedConsumerThrows() async throws {
        try await Broker.withTopic(partitions: 1) { topic in
            let consumer = try Consumer(Broker.configuration(), group: Broker.name("group"))
            try await consumer.subscribe(to: [topic])
            await consumer.close()
            await consumer.close()
            await #expect(throws: KafkaError.self) { try await consumer.nextBatch() }
            await #expect(throws: KafkaError.self) { try await consumer.commit(Offsets()) }
        }
    }

    @Test func closingIsSafeAtEveryMomentOfJoining() async throws {
        try await Broker.withTopic(partitions: 1) { topic in
            // Many members joining one group at once keep each other in the middle of joining.
            let group = Broker.name("group")
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                for milliseconds in stride(from: 0, to: 400, by: 20) {
                    tasks.addTask {
                        let consumer = try Consumer(Broker.configuration(), group: group)
                        try await consumer.subscribe(to: [topic])
                        try await Task.sleep(for: .milliseconds(milliseconds))
                        await consumer.close()
                    }
                }
                try await tasks.waitForAll()
            }
        }
    }

    @Test func anAbandonedConsumerLeavesTheGroup() async throws {
        try await Broker.withTopic(partitions: 1) { topic in
            let group = Broker.name("group")
            do {
                let abandoned = try Consumer(Broker.configuration(), group: group)
                try await abandoned.subscribe(to: [topic])
                try await eventually("an assignment") {
                    _ = try await abandoned.nextBatch()
                    return !abandoned.assignment.partitions.isEmpty
                }
            }
            // Had it not left, the partition would be free only after session.timeout.ms, 10 s.
            try await Broker.withConsumer(of: [topic], group: group) { next in
                try await eventually("the partition") {
                    _ = try await next.nextBatch()
                    return !next.assignment.partitions.isEmpty
                }
            }
        }
    }
}

/// Numbers read and committed by several members.
private final class Seen: Sendable {
    private let kept = Mutex<Set<Int>>([])

    var numbers: Set<Int> { kept.withLock { $0 } }

    /// Reads a batch, keeps its numbers, and commits; a commit that fails because of a rebalance is left out,
    /// which at-least-once allows.
    func step(_ consumer: Consumer) async throws {
        let batch = try await consumer.nextBatch(maximumMessages: 20, wait: .milliseconds(20))
        kept.withLock { $0.formUnion(batch.messages.compactMap(\.number)) }
        do {
            try await consumer.commit(batch.offsets)
        } catch let error as KafkaError where error.isRetriable {}
    }
}

/// Passes a value on after a moment, so that waiting does not spin.
private func nap(_ value: Bool) async throws -> Bool {
    if !value { try await Task.sleep(for: .milliseconds(20)) }
    return value
}
