import Archive
import Broker
import Foundation
import HTTP
import Service
import Sky

/// `skipper-ingester`: reads alerts from Kafka and stores them, until it is stopped or, with `--until-caught-up`, until
/// every partition has been read to its end.
do {
    try await ingest()
} catch {
    StandardError.write("skipper-ingester: \(error)\n")
    exit(1)
}

func ingest() async throws {
    ProcessMemory.keepForBatches()
    let arguments = Set(CommandLine.arguments.dropFirst())
    if let unknown = arguments.subtracting(["--until-caught-up", "--insecure-dev"]).first {
        throw StartError("unknown argument '\(unknown)'; usage: skipper-ingester [--until-caught-up]")
    }
    let configuration = try Configuration.ofProcess(
        ArchiveSettings.all + BrokerSettings.all + HTTPSettings.all + LogSettings.all,
        allowsPlaceholders: arguments.contains("--insecure-dev"))
    let log = Log.standardError(label: "skipper-ingester", configuration: configuration)
    let stop = StopSignal()
    let metrics = Metrics()
    metrics.observeProcess()
    let archive = try Archive(configuration, application: "skipper-ingester")
    let ingestion = try Ingestion(
        of: .ztf, configuration, archive: archive, metrics: metrics, log: log, stop: stop,
        clock: { UTCTime(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) })
    let server = try operationServer(configuration, metrics, archive, ingestion)
    try await ingestion.prepare(archive)
    let untilCaughtUp = arguments.contains("--until-caught-up")
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await ingestion.showProgress() }
        try await ingestion.run(untilCaughtUp: untilCaughtUp)
        group.cancelAll()
    }
    await server?.stop(grace: .seconds(1))
    log.info("stopped", ["stop.reason": .string(stop.reason ?? "caught up")])
}

/// Shows metrics and health where a port is set.
func operationServer(
    _ configuration: Configuration, _ metrics: Metrics, _ archive: Archive, _ ingestion: Ingestion
) throws -> Server? {
    let port = configuration[HTTPSettings.metricsPort]
    guard port != 0 else { return nil }
    var settings = ServerSettings()
    settings.host = configuration[HTTPSettings.host]
    settings.port = UInt16(clamping: port)
    settings.threads = 1
    var router = Router()
    router.addOperation(metrics: metrics) {
        var faults = await archive.faults()
        faults.merge(await ingestion.faults()) { first, _ in first }
        return faults
    }
    let compiled = router.compiled()
    return try Server(settings) { await compiled.respond(to: $0) }
}

/// Why the process does not start.
struct StartError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
