import Archive
import Kafka
public import Service
import Synchronization

/// What the pipeline counts, changed once per batch.
public struct PipelineMetrics: Sendable {
    let received: Counter
    let decoded: Counter
    let stored: Counter
    let repeated: Counter
    let lightCurves: Counter
    let rejected: Counter
    let faults: Counter
    let steps: Histogram
    let storedLatency: Histogram
    let hitLatency: Histogram
    private let lag: Gauge
    private let kafkaFaults: Gauge
    private let messages = MessageCount()
    private let behind = Behind()

    /// The steps that are timed.
    enum Step: String {
        case receive, decode, associate, enrich, record, filter, reject, commit
    }

    /// - Parameter metrics: where they are shown.
    public init(_ metrics: Metrics) {
        received = metrics.counter("alerts_received_total", "Messages read from Kafka.")
        decoded = metrics.counter("alerts_decoded_total", "Alerts decoded.")
        stored = metrics.counter("alerts_stored_total", "Alerts stored for the first time.")
        repeated = metrics.counter("alerts_repeated_total", "Alerts that had been stored before.")
        lightCurves = metrics.counter("light_curves_changed_total", "Light curves created or changed.")
        rejected = metrics.counter("packets_rejected_total", "Packets that could not be processed.")
        faults = metrics.counter(
            "pipeline_faults_total", "Faults of the database or of Kafka that held a batch up.")
        steps = metrics.histogram(
            "step_duration_seconds", "Time that a step took for a batch.", labels: ["step"])
        storedLatency = metrics.histogram(
            "packet_to_stored_seconds", "From a message's timestamp to its alert being durable.")
        hitLatency = metrics.histogram(
            "packet_to_hit_seconds", "From a message's timestamp to the hits of its alert being durable.")
        kafkaFaults = metrics.gauge("kafka_faults", "Faults of the connection to Kafka since the start.")
        lag = metrics.gauge(
            "kafka_lag_messages", "Messages not yet committed, by partition.", labels: ["topic", "partition"])
    }

    /// Messages done with so far.
    var done: Int { messages.value.load(ordering: .relaxed) }

    /// Messages that are not committed yet, when Kafka was last asked; nil where it did not answer.
    var left: Int? { behind.value.withLock { $0 } }

    /// Shows how far reading is behind; nil where that is not known.
    func show(_ lags: [PartitionLag]?) {
        lag.removeAll()
        for partition in lags ?? [] {
            lag.set(Int(partition.lag), for: partition.topic, String(partition.partition))
        }
        behind.value.withLock { $0 = lags.map { Int($0.reduce(0) { $0 + $1.lag }) } }
    }

    /// Shows how often Kafka could not be reached.
    func setKafkaFaults(_ count: Int) { kafkaFaults.set(count) }

    /// Counts messages that are done with.
    func finished(_ count: Int) { messages.value.add(count, ordering: .relaxed) }

    /// Counts the time that a step took.
    func took(_ step: Step, _ duration: Duration) { steps.record(duration, for: step.rawValue) }

    /// Times one step of a batch.
    func timed<Result: Sendable>(_ step: Step, _ work: () async throws -> Result) async throws -> Result {
        let start = ContinuousClock.now
        let result = try await work()
        took(step, ContinuousClock.now - start)
        return result
    }
}

/// Messages that this process is done with.
private final class MessageCount: Sendable {
    let value = Atomic(0)
}

/// Messages that are not committed yet.
private final class Behind: Sendable {
    let value = Mutex<Int?>(nil)
}
