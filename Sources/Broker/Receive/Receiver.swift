import Archive
public import Kafka
public import Service
public import Sky

/// Batches of messages from the topics that are due.
public actor Receiver {
    private let consumer: Consumer
    private let schedule: TopicSchedule
    private let limits: Limits
    private let log: Service.Log
    private var due: [String] = []
    private var subscribed: [String] = []
    private var hasLookedBack = false

    /// When a batch is full.
    public struct Limits: Sendable {
        /// Messages.
        public let messages: Int
        /// Bytes of payload.
        public let bytes: Int
        /// Time after the first message.
        public let wait: Duration

        /// - Parameters:
        ///   - messages: messages at most.
        ///   - bytes: bytes of payload after which none is added.
        ///   - wait: time after the first message.
        public init(messages: Int, bytes: Int, wait: Duration) {
            self.messages = messages
            self.bytes = bytes
            self.wait = wait
        }
    }

    /// - Parameters:
    ///   - consumer: a member of the group, not subscribed yet.
    ///   - schedule: which topics are due when.
    ///   - limits: when a batch is full.
    ///   - log: where changes of topics are said.
    public init(consumer: Consumer, schedule: TopicSchedule, limits: Limits, log: Service.Log) {
        self.consumer = consumer
        self.schedule = schedule
        self.limits = limits
        self.log = log
    }

    /// The next batch; empty where no message came for about a second.
    public func nextBatch(now: UTCTime) async throws -> Batch {
        try await subscribe(at: now)
        return try await consumer.nextBatch(
            maximumMessages: limits.messages, maximumBytes: limits.bytes, wait: limits.wait)
    }

    /// Changes over to the topics that are due. One that no longer is stays until it has been read to its end.
    private func subscribe(at now: UTCTime) async throws {
        let topics = schedule.topics(at: now)
        guard topics != due else { return }
        // At the start, what this group had begun in earlier nights and not finished.
        let begun = hasLookedBack ? [] : try await unfinished(schedule.earlierTopics(at: now))
        hasLookedBack = begun != nil
        // Where Kafka does not tell, nothing is known to be read.
        let past = subscribed.filter { !topics.contains($0) }
        let behind = (try await unfinished(past) ?? past) + (begun ?? [])
        let wanted = topics + behind
        if wanted != subscribed {
            try await consumer.subscribe(to: wanted)
            log.info("topics subscribed", ["kafka.topics": .string(wanted.joined(separator: ","))])
            subscribed = wanted
        }
        // While something of the past is unread, or may be, this is looked at again.
        due = behind.isEmpty && hasLookedBack ? topics : []
    }

    /// The topics that the group, whichever member it may be, has begun and not read to their end; nil while Kafka does
    /// not tell.
    private func unfinished(_ topics: [String]) async throws -> [String]? {
        guard !topics.isEmpty else { return [] }
        return try await whereKafkaAnswers("ask what is unread of earlier nights") {
            try await consumer.unfinished(topics)
        }
    }

    /// Kafka's answer; nil where it is away, which passes by itself, so that it is to be asked again later.
    private nonisolated func whereKafkaAnswers<Answer: Sendable>(
        _ attempt: String, _ question: () async throws -> Answer
    ) async throws -> Answer? {
        do {
            return try await question()
        } catch let error as KafkaError where !error.isFatal {
            log.warning(
                "no answer from kafka",
                ["attempt": .string(attempt), "reason": LogValue(describing: error)])
            return nil
        }
    }

    /// Marks messages as done with: a restart goes on after them.
    public nonisolated func commit(_ offsets: Offsets) async throws { try await consumer.commit(offsets) }

    /// Whether every assigned partition has been read to its end and committed; false while Kafka does not tell.
    public nonisolated func isCaughtUp() async throws -> Bool {
        try await whereKafkaAnswers("ask whether everything is read") { try await consumer.isCaughtUp() }
            ?? false
    }

    /// How far reading is behind, by partition.
    public nonisolated func lag() async throws -> [PartitionLag] { try await consumer.lag() }

    /// How often Kafka could not be reached so far.
    nonisolated var faults: Int { consumer.faults }

    /// Leaves the group.
    public nonisolated func close() async { await consumer.close() }
}
