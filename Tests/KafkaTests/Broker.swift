import Foundation
import Kafka
import Synchronization
import Testing

/// The real broker that these tests speak to.
enum Broker {
    /// Its address, from SKIPPER_TEST_KAFKA; without it the test fails, since a test that does not run proves
    /// nothing.
    static func configuration(_ properties: [String: String] = [:]) throws -> Configuration {
        guard let servers = ProcessInfo.processInfo.environment["SKIPPER_TEST_KAFKA"], !servers.isEmpty else {
            throw Missing()
        }
        return Configuration(bootstrapServers: servers, properties: properties)
    }

    struct Missing: Error, CustomStringConvertible {
        var description: String { "set SKIPPER_TEST_KAFKA to the bootstrap servers of a broker for tests" }
    }

    /// A name that nobody else uses.
    static func name(_ prefix: String) -> String {
        "\(prefix)-\(UInt64.random(in: 0...UInt64.max))"
    }

    /// Lends a topic of its own, deleted afterwards.
    static func withTopic<Result>(
        partitions: Int, properties: [String: String] = [:], _ body: (String) async throws -> Result
    ) async throws -> Result {
        let topic = name("test")
        return try await withAdministration { administration in
            try await administration.createTopic(topic, partitions: partitions, properties: properties)
            do {
                let result = try await body(topic)
                try await delete(topic, administration)
                return result
            } catch {
                try await delete(topic, administration)
                throw error
            }
        }
    }

    /// Deletes a topic; tries again, since tidying up is not what is tested and a busy broker sometimes declines.
    private static func delete(_ topic: String, _ administration: Administration) async throws {
        try await eventually("the deletion of \(topic)") {
            do {
                try await administration.deleteTopics([topic])
                return true
            } catch is KafkaError {
                try await Task.sleep(for: .milliseconds(200))
                return false
            }
        }
    }

    /// Lends a client for administration.
    static func withAdministration<Result>(
        _ body: (Administration) async throws -> Result
    ) async throws -> Result {
        let administration = try Administration(configuration())
        do {
            let result = try await body(administration)
            await administration.close()
            return result
        } catch {
            await administration.close()
            throw error
        }
    }

    /// Lends a member of a group.
    static func withConsumer<Result>(
        of topics: [String], group: String, _ properties: [String: String] = [:],
        log: @escaping Log = { _, _, _ in }, _ body: (Consumer) async throws -> Result
    ) async throws -> Result {
        let consumer = try Consumer(
            configuration(properties), group: group, statisticsInterval: .seconds(1), log: log)
        do {
            try await consumer.subscribe(to: topics)
            let result = try await body(consumer)
            await consumer.close()
            return result
        } catch {
            await consumer.close()
            throw error
        }
    }

    /// Sends records with a producer of its own, and returns the receipts in order.
    @discardableResult
    static func send(_ records: [Record]) async throws -> [Receipt] {
        let producer = try Producer(configuration())
        do {
            let receipts = try await producer.send(records).map { try $0.get() }
            await producer.close()
            return receipts
        } catch {
            await producer.close()
            throw error
        }
    }

    /// Numbered records, spread over the partitions in turn; the payload is the number in decimal.
    static func records(_ numbers: Range<Int>, to topic: String, partitions: Int) -> [Record] {
        numbers.map { Record(topic: topic, partition: Int32($0 % partitions), payload: Array("\($0)".utf8)) }
    }
}

extension Consumer {
    /// Reads until so many messages have come, committing nothing.
    func collect(_ count: Int) async throws -> [Message] {
        var messages: [Message] = []
        try await eventually("\(count) messages") {
            messages += try await nextBatch(wait: .milliseconds(50)).messages
            return messages.count >= count
        }
        return messages
    }

    /// Reads and commits until the consumer says that it is caught up.
    func readAll() async throws -> [Message] {
        var messages: [Message] = []
        try await eventually("being caught up") {
            let batch = try await nextBatch(wait: .milliseconds(50))
            messages += batch.messages
            try await commit(batch.offsets)
            return try await isCaughtUp()
        }
        return messages
    }
}

extension Message {
    /// The number that `Broker.records` has put in.
    var number: Int? { payload.flatMap { Int(String(decoding: $0, as: UTF8.self)) } }
}

/// Repeats until true; fails after five minutes, which only a fault can take.
func eventually(_ what: String, _ condition: () async throws -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(300)
    while try await !condition() {
        guard ContinuousClock.now < deadline else { throw Late(what: what) }
    }
}

struct Late: Error, CustomStringConvertible {
    let what: String
    var description: String { "waited in vain for \(what)" }
}

/// Lines of log, kept.
final class Journal: Sendable {
    private let kept = Mutex<[String]>([])

    var lines: [String] { kept.withLock { $0 } }

    var log: Log {
        { [self] _, facility, text in kept.withLock { $0.append("\(facility) \(text)") } }
    }
}
