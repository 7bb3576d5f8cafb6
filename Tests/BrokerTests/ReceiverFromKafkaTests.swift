import Documents
import Kafka
import Service
import Sky
import Synchronization
import Testing

@testable import Archive
@testable import Broker

/// Topics come and go with the date; the clock is the test's.
@Suite struct ReceiverFromKafkaTests {
    /// A survey with one topic a night.
    private func survey(_ sandbox: Sandbox, programs: [Int] = [1]) -> Survey {
        let ztf = Survey.ztf
        return Survey(
            name: "Test", alerts: ztf.alerts, auxiliary: ztf.auxiliary,
            classifications: ztf.classifications, fields: ztf.fields, histories: ztf.histories,
            topic: "\(sandbox.name)-{date}-{programid}", programs: programs, stamps: ztf.stamps,
            furtherIndexes: [])
    }

    /// What subscriptions a receiver has told its log.
    private final class Subscriptions: Sendable {
        private let kept = Mutex<[String]>([])

        var all: [String] { kept.withLock { $0 } }

        var log: Service.Log {
            Service.Log(label: "test") { [self] line in
                guard line.message == "topics subscribed",
                    case .string(let topics)? = line.metadata["kafka.topics"]
                else { return }
                kept.withLock { $0.append(topics) }
            }
        }
    }

    private func withReceiver(
        _ schedule: TopicSchedule, _ sandbox: Sandbox, _ subscriptions: Subscriptions = Subscriptions(),
        kafka: Kafka.Configuration? = nil, _ body: (Receiver) async throws -> Void
    ) async throws {
        let consumer = try Consumer(try kafka ?? Sandbox.kafka(), group: "\(sandbox.name)-receiver")
        let receiver = Receiver(
            consumer: consumer, schedule: schedule,
            limits: .init(messages: 5, bytes: 1 << 20, wait: .milliseconds(50)), log: subscriptions.log)
        do {
            try await body(receiver)
            await receiver.close()
        } catch {
            await receiver.close()
            throw error
        }
    }

    private func send(_ numbers: ClosedRange<Int>, to topic: String, _ sandbox: Sandbox) async throws {
        try await sandbox.send(numbers.map { Array("\($0)".utf8) }, to: "\(sandbox.name)-\(topic)")
    }

    /// Reads and commits until so many messages have come.
    private func read(
        _ count: Int, from receiver: Receiver, now: UTCTime, _ sandbox: Sandbox
    ) async throws -> [Int] {
        var numbers: [Int] = []
        try await eventually("\(count) messages") {
            let batch = try await receiver.nextBatch(now: now)
            numbers += batch.messages.compactMap { Int(String(decoding: $0.payload ?? [], as: UTF8.self)) }
            try await eventually("a commit") {
                do {
                    try await receiver.commit(batch.offsets)
                    return true
                } catch let error as KafkaError where error.isRetriable {
                    return false
                }
            }
            return numbers.count >= count
        }
        return numbers
    }

    private let midnight = UTCTime(milliseconds: 1_772_323_200_000)  // 2026-03-01T00:00:00Z
    private var evening: UTCTime { UTCTime(milliseconds: midnight.milliseconds - 1) }

    @Test func topicsChangeOverAtMidnight() async throws {
        try await withSandbox(topics: ["20260228-1", "20260228-2", "20260301-1"]) { sandbox in
            let subscriptions = Subscriptions()
            try await send(1...2, to: "20260228-1", sandbox)
            try await send(3...3, to: "20260228-2", sandbox)
            try await send(11...12, to: "20260301-1", sandbox)
            try await withReceiver(
                .dated(survey(sandbox, programs: [1, 2]), days: 1), sandbox, subscriptions
            ) { receiver in
                let before = try await read(3, from: receiver, now: evening, sandbox)
                #expect(before.sorted() == [1, 2, 3])
                let after = try await read(2, from: receiver, now: midnight, sandbox)
                #expect(after == [11, 12])
            }
            let names = { (date: String) in "\(sandbox.name)-\(date)-1,\(sandbox.name)-\(date)-2" }
            #expect(subscriptions.all == [names("20260228"), names("20260301")])
        }
    }

    /// Of the past only what is unread is kept, and only until it is read.
    @Test func pastTopicsStayUntilTheyAreRead() async throws {
        try await withSandbox(topics: ["20260228-1", "20260301-1"]) { sandbox in
            let subscriptions = Subscriptions()
            try await send(1...20, to: "20260228-1", sandbox)
            try await withReceiver(.dated(survey(sandbox), days: 1), sandbox, subscriptions) { receiver in
                #expect(try await read(1, from: receiver, now: evening, sandbox).count <= 5)
                try await send(101...103, to: "20260301-1", sandbox)
                let rest = try await read(18, from: receiver, now: midnight, sandbox)
                #expect(Set(rest) == Set(6...20).union(101...103))
                try await send(104...104, to: "20260301-1", sandbox)
                #expect(try await read(1, from: receiver, now: midnight, sandbox) == [104])
            }
            let (old, new) = ("\(sandbox.name)-20260228-1", "\(sandbox.name)-20260301-1")
            #expect(subscriptions.all == [old, "\(new),\(old)", new])
        }
    }

    /// It may be back soon.
    @Test func nothingIsCaughtUpWhileKafkaIsAway() async throws {
        try await withSandbox(topics: []) { sandbox in
            try await withReceiver(.fixed(["\(sandbox.name)-0"]), sandbox, kafka: nowhere) { receiver in
                let batch = try await receiver.nextBatch(now: evening)
                #expect(batch.isEmpty)
                let isCaughtUp = try await receiver.isCaughtUp()
                #expect(!isCaughtUp)
            }
        }
    }

    /// Nobody answers on port 1.
    private let nowhere = Kafka.Configuration(bootstrapServers: "127.0.0.1:1")

    /// Before the group has said which partitions are whose, nothing is known to be read.
    @Test func pastTopicsStayWhileTheGroupHasNotAnswered() async throws {
        try await withSandbox(topics: []) { sandbox in
            let subscriptions = Subscriptions()
            try await withReceiver(.dated(survey(sandbox), days: 1), sandbox, subscriptions, kafka: nowhere) {
                receiver in
                for now in [evening, midnight] {
                    let batch = try await receiver.nextBatch(now: now)
                    #expect(batch.isEmpty)
                }
            }
            let (old, new) = ("\(sandbox.name)-20260228-1", "\(sandbox.name)-20260301-1")
            #expect(subscriptions.all == [old, "\(new),\(old)"])
        }
    }

    @Test func regularExpressionsMatchTopics() async throws {
        try await withSandbox(topics: ["20260228-1", "20260301-1", "other"]) { sandbox in
            try await send(1...1, to: "20260228-1", sandbox)
            try await send(2...2, to: "20260301-1", sandbox)
            try await send(3...3, to: "other", sandbox)
            try await withReceiver(.fixed(["^\(sandbox.name)-2026.*"]), sandbox) { receiver in
                #expect(try await read(2, from: receiver, now: evening, sandbox).sorted() == [1, 2])
                try await eventually("being caught up") {
                    let batch = try await receiver.nextBatch(now: midnight)
                    #expect(batch.isEmpty)
                    return try await receiver.isCaughtUp()
                }
            }
        }
    }
}
