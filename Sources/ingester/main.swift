import Archive
import Broker
import Catalogs
import Foundation
import HTTP
import Mongo
import Service
import Sky

/// `skipper-ingester`: reads alerts from Kafka and stores them, until it is stopped or, with `--until-caught-up`, until
/// every partition has been read to its end.
do {
    try await ingest()
} catch let error as UsageError {
    StandardError.write("skipper-ingester: \(error)\n")
    exit(2)
} catch {
    StandardError.write("skipper-ingester: \(error)\n")
    exit(1)
}

func ingest() async throws {
    ProcessMemory.keepForBatches()
    let arguments = Set(CommandLine.arguments.dropFirst())
    if let unknown = arguments.subtracting(["--until-caught-up", "--insecure-dev", "--is-healthy"]).first {
        throw UsageError(
            """
            unknown argument '\(unknown)'; usage: skipper-ingester [--until-caught-up] [--insecure-dev], or \
            skipper-ingester --is-healthy to ask one on this host
            """)
    }
    let configuration = try Configuration.ofProcess(
        ArchiveSettings.all + BrokerSettings.all + HTTPSettings.all + LogSettings.all,
        allowsPlaceholders: !arguments.isDisjoint(with: ["--insecure-dev", "--is-healthy"]))
    guard !arguments.contains("--is-healthy") else { return try await HealthCheck.ingester(configuration) }
    let log = Log.standardError(label: "skipper-ingester", configuration: configuration)
    for fault in configuration.warnings {
        log.warning("setting not used", ["setting.fault": LogValue(describing: fault)])
    }
    let stop = StopSignal()
    let metrics = Metrics()
    metrics.observeProcess()
    let archive = try Archive(configuration, application: "skipper-ingester")
    do {
        try await ingest(
            configuration, into: archive, untilCaughtUp: arguments.contains("--until-caught-up"), metrics,
            log,
            stop)
    } catch {
        await archive.database.close()
        throw error
    }
    await archive.database.close()
    log.info("stopped", ["stop.reason": .string(stop.reason ?? "caught up")])
}

/// Runs the ingestion, and beside it what shows how it is doing.
func ingest(
    _ configuration: Configuration, into archive: Archive, untilCaughtUp: Bool, _ metrics: Metrics,
    _ log: Log, _ stop: StopSignal
) async throws {
    let ingestion = try Ingestion(
        of: .ztf, configuration, archive: archive, metrics: metrics, log: log, stop: stop,
        clock: { UTCTime(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) })
    let database = Readiness("database", every: .seconds(1), log: log) { _ in
        try await archive.database.ping()
    }
    let broker = Readiness("broker", every: .seconds(2), log: log) { _ in try await ingestion.lookAtLag() }
    database.show(in: metrics)
    broker.show(in: metrics)
    let server = try operationServer(configuration, metrics) {
        database.faults().merging(broker.faults()) { first, _ in first }
    }
    try await ingestion.prepare(archive)
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await ingestion.showProgress() }
        group.addTask { await database.run() }
        group.addTask { await broker.run() }
        // Rests four times as long as it works.
        let backfills = archive.filters.backfillWorker(pause: 4, log: log)
        group.addTask(priority: .background) { await backfills.run() }
        if configuration[CatalogSettings.rematch] {
            let rematch = archive.rematch(of: .ztf, ingestion.crossMatch, log: log, pause: 4)
            group.addTask(priority: .background) { await rematch.run() }
        }
        try await ingestion.run(untilCaughtUp: untilCaughtUp)
        group.cancelAll()
    }
    await server?.stop(grace: .seconds(1))
}

/// Shows metrics and health where a port is set.
func operationServer(
    _ configuration: Configuration, _ metrics: Metrics, isReady: @escaping @Sendable () -> [String: String]
) throws -> Server? {
    let port = configuration[HTTPSettings.metricsPort]
    guard port != 0 else { return nil }
    var settings = ServerSettings()
    settings.host = configuration[HTTPSettings.host]
    settings.port = UInt16(clamping: port)
    settings.threads = 1
    var router = Router()
    router.addOperation(metrics: metrics, isReady: isReady)
    let compiled = router.compiled()
    return try Server(settings) { await compiled.respond(to: $0) }
}

/// A command line that means nothing.
struct UsageError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
