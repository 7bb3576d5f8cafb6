import Archive
import Documents
import Foundation
import Kafka
import Mongo
import Service
import Sky
@_exported import TestSupport

@testable import Broker

/// A database, topics and a way of alerts of a test's own.
struct Sandbox: Sendable {
    /// Name of the database, and what names of topics and groups begin with.
    let name: String
    /// The topics, each with the same number of partitions.
    let topics: [String]
    let database: Database

    static func kafka() throws -> Kafka.Configuration {
        Kafka.Configuration(bootstrapServers: try TestEnvironment.kafka)
    }

    var topic: String { topics[0] }

    /// The settings of an ingester that reads these topics into this database.
    func configuration(
        group: String, topics: [String]? = nil, _ settings: [String: String] = [:]
    ) throws -> Service.Configuration {
        var environment = [
            "SKIPPER_DATABASE__URI": try TestEnvironment.mongodb, "SKIPPER_DATABASE__DB": name,
            "SKIPPER_DATABASE__MAX_POOL_SIZE": "4",
            "SKIPPER_KAFKA__BOOTSTRAP_SERVERS": try TestEnvironment.kafka,
            "SKIPPER_KAFKA__GROUP": "\(name)-\(group)",
            "SKIPPER_KAFKA__TOPICS": (topics ?? self.topics).joined(separator: ","),
            "SKIPPER_KAFKA__BATCH_WAIT": "50",
        ]
        environment.merge(settings) { $1 }
        return try Configuration.load(
            environment: environment, declared: ArchiveSettings.all + BrokerSettings.all)
    }

    /// Sends messages to a topic, in order where they go to one partition.
    @discardableResult
    func send(_ payloads: [[UInt8]?], to topic: String? = nil, partition: Int32 = 0) async throws -> [Receipt]
    {
        let producer = try Producer(try Self.kafka(), maximumMessageBytes: 10_400_000)
        let results = try await producer.send(
            payloads.map { Record(topic: topic ?? self.topic, partition: partition, payload: $0) })
        await producer.close()
        return try results.map { try $0.get() }
    }

    /// An ingester of these topics, not running yet.
    func ingester(
        group: String, topics: [String]? = nil, _ settings: [String: String] = [:],
        log: Service.Log = .silent, stop: StopSignal = StopSignal(signals: [], deadline: .seconds(600)),
        clock: @escaping @Sendable () -> UTCTime = { UTCTime(milliseconds: Log.milliseconds()) }
    ) throws -> Ingester {
        try Ingester(
            try configuration(group: group, topics: topics, settings), log: log, stop: stop, clock: clock)
    }

    /// Reads the topics as an ingester does until the group has everything, and returns what was counted.
    @discardableResult
    func ingest(
        group: String = "judged", topics: [String]? = nil, _ settings: [String: String] = [:],
        log: Service.Log = .silent
    ) async throws -> Counts {
        let ingester = try ingester(group: group, topics: topics, settings, log: log)
        return try await ingester.closing {
            try await ingester.ingestion.prepare(ingester.archive)
            try await ingester.ingestion.run(untilCaughtUp: true)
            return ingester.counts
        }
    }

    /// Everything that ingestion stores, by collection and `_id`.
    func everything() async throws -> [String: [Value: Document]] {
        var everything: [String: [Value: Document]] = [:]
        for collection in ["ZTF_alerts", "ZTF_alerts_aux", "rejected"] {
            everything[collection] = try await database.documents(of: collection)
        }
        return everything
    }
}

/// Lends a sandbox; its database and topics are gone afterwards.
///
/// - Parameter topics: how their names end.
func withSandbox<Result>(
    topics: [String] = ["0"], partitions: Int = 1, _ body: (Sandbox) async throws -> Result
) async throws -> Result {
    let name = "test-\(UUID().uuidString.prefix(13))"
    let settings = MongoSettings(uri: ConnectionString(try TestEnvironment.mongodb), database: name)
    let sandbox = Sandbox(
        name: name, topics: topics.map { "\(name)-\($0)" }, database: try Database(settings))
    let administration = try Administration(try Sandbox.kafka(), limit: .seconds(300))
    var outcome: Swift.Result<Result, any Error>
    do {
        for topic in sandbox.topics {
            try await administration.createTopic(
                topic, partitions: partitions, properties: ["max.message.bytes": "10485760"])
        }
        outcome = .success(try await body(sandbox))
    } catch {
        outcome = .failure(error)
    }
    do {
        try await sandbox.database.drop()
        try await administration.deleteTopics(sandbox.topics)
    } catch {
        // What went wrong in the test itself says more.
        if case .success = outcome { outcome = .failure(error) }
    }
    await sandbox.database.close()
    await administration.close()
    return try outcome.get()
}

/// An ingester of which every part is at hand.
struct Ingester: Sendable {
    let archive: Archive
    let ingestion: Ingestion
    let metrics = Metrics()
    let stop: StopSignal

    init(
        _ configuration: Service.Configuration, log: Service.Log, stop: StopSignal,
        clock: @escaping @Sendable () -> UTCTime
    ) throws {
        self.stop = stop
        archive = try Archive(configuration, application: "skipper-tests")
        ingestion = try Ingestion(
            of: .ztf, configuration, archive: archive, metrics: metrics, log: log, stop: stop,
            clock: clock)
    }

    var counts: Counts { Counts(metrics) }

    /// Does something with it and lets go of the database.
    func closing<Result>(_ body: () async throws -> Result) async throws -> Result {
        do {
            let result = try await body()
            await archive.database.close()
            return result
        } catch {
            await archive.database.close()
            throw error
        }
    }
}

/// What an ingester has counted.
struct Counts {
    private let values: [String: Int]

    /// Messages not committed, over all partitions.
    var lag: Int { values.filter { $0.key.hasPrefix("kafka_lag_messages{") }.values.reduce(0, +) }

    init(_ metrics: Metrics) {
        let lines = metrics.prometheusText().split(separator: "\n").filter { !$0.hasPrefix("#") }
        values = Dictionary(
            lines.compactMap { line in
                let words = line.split(separator: " ")
                return words.count == 2 ? Double(words[1]).map { (String(words[0]), Int($0)) } : nil
            }, uniquingKeysWith: { first, _ in first })
    }

    var received: Int { values["alerts_received_total"] ?? 0 }
    var stored: Int { values["alerts_stored_total"] ?? 0 }
    var repeated: Int { values["alerts_repeated_total"] ?? 0 }
    var lightCurves: Int { values["light_curves_changed_total"] ?? 0 }
    var rejected: Int { values["packets_rejected_total"] ?? 0 }
    var faults: Int { values["pipeline_faults_total"] ?? 0 }
}
