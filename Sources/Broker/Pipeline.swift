public import Archive
import Kafka
public import Service
public import Sky

/// What happens to alerts, a batch at a time: receive, decode, associate, enrich, record, filter, reject,
/// commit.
///
/// Delivery is at least once: a batch's offsets are committed only after all that its messages caused is durable,
/// and every write may be repeated. While one batch is recorded the next is received and decoded; no more is held.
/// A fault of the database or of Kafka holds the batch until it is over; a fault of a packet rejects that packet.
public struct Pipeline: Sendable {
    private let receiver: Receiver
    private let decoder: PacketDecoder
    private let association: AssociationStep
    private let enrichment: Enrichment
    private let recorder: AlertRecorder
    private let filters: FilterStep
    private let progress: FilterProgress
    private let rejected: RejectedPackets
    private let metrics: PipelineMetrics
    private let log: Service.Log
    private let stop: StopSignal
    private let clock: @Sendable () -> UTCTime

    /// - Parameters:
    ///   - receiver: where batches come from.
    ///   - decoder: makes alerts of messages.
    ///   - association: names the objects of alerts.
    ///   - enrichment: finds out about new objects.
    ///   - recorder: stores alerts.
    ///   - filters: runs users' filters on alerts.
    ///   - progress: keeps what is filtered of a batch in hand.
    ///   - rejected: keeps what cannot be stored.
    ///   - metrics: what is counted.
    ///   - log: what is said.
    ///   - stop: asks that no further batch be begun.
    ///   - clock: the time.
    public init(
        receiver: Receiver, decoder: PacketDecoder, association: AssociationStep, enrichment: Enrichment,
        recorder: AlertRecorder, filters: FilterStep, progress: FilterProgress, rejected: RejectedPackets,
        metrics: PipelineMetrics, log: Service.Log, stop: StopSignal,
        clock: @escaping @Sendable () -> UTCTime
    ) {
        self.receiver = receiver
        self.decoder = decoder
        self.association = association
        self.enrichment = enrichment
        self.recorder = recorder
        self.filters = filters
        self.progress = progress
        self.rejected = rejected
        self.metrics = metrics
        self.log = log
        self.stop = stop
        self.clock = clock
    }

    /// Runs until a stop is asked for or, on request, until every partition has been read to its end. The
    /// batches in hand are finished and committed, unless a fault holds them up; they are then left to be read again.
    public func run(untilCaughtUp: Bool) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            var isRecording = false
            while stop.reason == nil {
                let batch = try await received()
                if batch.messages.isEmpty {
                    if isRecording { try await group.next() }
                    isRecording = false
                    if untilCaughtUp, try await receiver.isCaughtUp() { return }
                    continue
                }
                let decoded = await decoder.decode(batch.messages)
                if isRecording { try await group.next() }
                group.addTask { try await finish(batch, decoded) }
                isRecording = true
            }
            // Left to itself the group would keep the last batch's error to itself.
            try await group.waitForAll()
        }
    }

    private func received() async throws -> Batch {
        let start = ContinuousClock.now
        let batch = try await receiver.nextBatch(now: clock())
        if !batch.messages.isEmpty {
            metrics.took(.receive, ContinuousClock.now - start)
            metrics.received.add(batch.messages.count)
        }
        return batch
    }

    /// Everything that a batch causes, then its commit.
    private func finish(_ batch: Batch, _ decoded: DecodedBatch) async throws {
        metrics.took(.decode, decoded.duration)
        let decoded = try await associated(decoded)
        // The same filters, however often it is tried.
        let snapshot = try await persistently("read filters") { try await filters.active.current() }
        // Without filters there is nobody to see the difference.
        let rounds = snapshot.filters.isEmpty ? [Array(decoded.alerts.indices)] : decoded.rounds
        var outcome = AlertRecorder.Outcome()
        var filtered: [Int] = []
        for (number, places) in rounds.enumerated() {
            let part = try await persistently("record alerts") {
                try await record(places.map { decoded.alerts[$0].alert })
            }
            outcome.merge(part, at: places)
            let usable = places.filter { outcome.unusable[$0] == nil }
            countAges(of: usable, in: batch, decoded, metrics.storedLatency)
            try await filter(usable, of: batch, decoded, snapshot, haveCome: part.repeated > 0)
            filtered += usable
            guard number + 1 < rounds.count else { break }
            let done = sources(of: usable, in: batch, decoded)
            try await persistently("keep what was filtered") { try await progress.keep(done) }
        }
        let unusable = rejections(in: batch, decoded, outcome)
        if !unusable.isEmpty {
            try await persistently("keep rejected packets") {
                try await metrics.timed(.reject) {
                    try await rejected.keep(unusable, now: clock().milliseconds)
                }
            }
            log.warning(
                "packets rejected",
                [
                    "packets": LogValue(unusable.count), "first.id": .string(unusable[0].id),
                    "first.reason": .string(unusable[0].reason),
                ])
        }
        try await persistently("commit offsets") {
            try await metrics.timed(.commit) { try await receiver.commit(batch.offsets) }
        }
        if rounds.count > 1 {
            let done = sources(of: filtered, in: batch, decoded)
            try await persistently("forget what was filtered") { try await progress.forget(done) }
        }
        count(outcome, of: batch, decoded: decoded.alerts.count, rejected: unusable.count)
    }

    /// The batch with the names of its alerts' objects.
    private func associated(_ decoded: DecodedBatch) async throws -> DecodedBatch {
        guard association.isEnabled else { return decoded }
        return try await persistently("associate objects") {
            try await metrics.timed(.associate) { try await association.named(decoded) }
        }
    }

    /// Stores alerts, and with objects that are new what is found about them.
    private func record(_ alerts: [Alert]) async throws -> AlertRecorder.Outcome {
        let start = ContinuousClock.now
        let stored = try await recorder.storedObjects(of: alerts)
        let reading = ContinuousClock.now - start
        let found = try await metrics.timed(.enrich) { try await enrichment.run(alerts, over: stored) }
        let begun = ContinuousClock.now
        let outcome = try await recorder.record(alerts, over: stored, crossMatches: found)
        metrics.took(.record, reading + (ContinuousClock.now - begun))
        return outcome
    }

    /// Runs the filters on stored alerts, whether they were stored before or not.
    /// - Parameter haveCome: whether any was; it may then have been filtered, in a batch that was never committed.
    private func filter(
        _ places: [Int], of batch: Batch, _ decoded: DecodedBatch, _ snapshot: ActiveFilters.Snapshot,
        haveCome: Bool
    ) async throws {
        var alerts = places.map { (place: $0, alert: decoded.alerts[$0].alert) }
        if haveCome, !snapshot.filters.isEmpty {
            let done = try await persistently("read what was filtered") {
                try await progress.kept(of: Set(batch.messages.map { partition(of: $0) }))
            }
            alerts.removeAll { done.contains($0.alert.candid) }
        }
        let usable = alerts
        let passed = try await persistently("run filters") {
            try await metrics.timed(.filter) { try await filters.run(usable, snapshot) }
        }
        countAges(of: passed, in: batch, decoded, metrics.hitLatency)
    }

    /// Counts how long ago the messages of some alerts were sent, each message once.
    private func countAges(
        of places: some Sequence<Int>, in batch: Batch, _ decoded: DecodedBatch, _ histogram: Histogram
    ) {
        let now = clock().milliseconds
        for message in Set(places.map { decoded.alerts[$0].message }) {
            if let age = age(of: batch.messages[message], at: now) { histogram.record(age) }
        }
    }

    /// The candids of alerts by the partitions that they were read from.
    private func sources(of places: [Int], in batch: Batch, _ decoded: DecodedBatch) -> [String: [Int64]] {
        Dictionary(grouping: places) { partition(of: batch.messages[decoded.alerts[$0].message]) }
            .mapValues { $0.map { decoded.alerts[$0].alert.candid } }
    }

    private func partition(of message: Message) -> String { "\(message.topic)/\(message.partition)" }

    /// How long ago a message was sent; nil where that cannot be told.
    private func age(of message: Message, at now: Int64) -> Duration? {
        // A producer may put any number there.
        guard let sent = message.timestamp, case let (age, overflow) = now.subtractingReportingOverflow(sent),
            !overflow
        else { return nil }
        return .milliseconds(max(0, age))
    }

    /// What is to be kept of a batch: each message once, with all reasons.
    private func rejections(
        in batch: Batch, _ decoded: DecodedBatch, _ outcome: AlertRecorder.Outcome
    ) -> [RejectedPacket] {
        let refused = Dictionary(grouping: outcome.unusable.sorted { $0.key < $1.key }) {
            decoded.alerts[$0.key].message
        }
        return decoded.rejections
            + refused.sorted { $0.key < $1.key }.map { message, reasons in
                decoder.rejection(
                    of: batch.messages[message],
                    reason: reasons.map(\.value.description).joined(separator: "; "))
            }
    }

    private func count(_ outcome: AlertRecorder.Outcome, of batch: Batch, decoded: Int, rejected: Int) {
        metrics.finished(batch.messages.count)
        metrics.decoded.add(decoded)
        metrics.stored.add(outcome.stored)
        metrics.repeated.add(outcome.repeated)
        metrics.lightCurves.add(outcome.lightCurves)
        metrics.rejected.add(rejected)
        log.debug(
            "batch done",
            [
                "messages": LogValue(batch.messages.count), "stored": LogValue(outcome.stored),
                "repeated": LogValue(outcome.repeated), "rejected": LogValue(rejected),
            ])
    }

    /// Does something until it succeeds: what fails here is never the packets' fault. Waits longer after each
    /// failure, up to 10 s; gives up only when the process is to stop, and the batch is then repeated by whoever
    /// reads it next.
    func persistently<Result: Sendable>(
        _ attempt: String, _ work: @Sendable () async throws -> Result
    ) async throws -> Result {
        var wait = Duration.milliseconds(100)
        while true {
            do {
                return try await work()
            } catch {
                metrics.faults.add()
                log.warning(
                    "held up",
                    [
                        "attempt": .string(attempt), "reason": LogValue(describing: error),
                        "retry.after": LogValue(wait),
                    ])
                if stop.reason != nil { throw Interrupted(attempt: attempt) }
                await stop.wait(atMost: wait)
                wait = min(wait * 2, .seconds(10))
            }
        }
    }
}

/// A stop was asked for while a fault held a batch up. Nothing of it is committed: whoever reads next repeats it.
struct Interrupted: Error, CustomStringConvertible {
    let attempt: String

    var description: String { "stopped before it succeeded to \(attempt)" }
}

extension StopSignal {
    /// Waits until a stop is asked for, or a time has passed.
    func wait(atMost duration: Duration) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.wait() }
            // Cancelled when the stop comes first; there is nothing else that it could throw.
            group.addTask { try? await Task.sleep(for: duration) }
            await group.next()
            group.cancelAll()
        }
    }
}
