import Documents
import Mongo
import Service
import Simulation
import Sky
import Synchronization
import TestSupport

@testable import Archive
@testable import Broker

/// An archive with alerts, and a step that filters them.
final class FilteredNight: Sendable {
    let archive: Archive
    let alerts: [(place: Int, alert: Alert)]
    let metrics = Metrics()
    private let steps = Mutex<[FilterStep]>([])
    let configuration: Service.Configuration

    init(_ database: Database, _ packets: [[UInt8]], _ settings: [String: String]) async throws {
        var environment = [
            "SKIPPER_DATABASE__URI": try TestEnvironment.mongodb, "SKIPPER_DATABASE__DB": database.name,
            "SKIPPER_DATABASE__MAX_POOL_SIZE": "4",
        ]
        environment.merge(settings) { $1 }
        configuration = try Configuration.load(
            environment: environment, declared: ArchiveSettings.all + BrokerSettings.all)
        archive = try Archive(configuration, application: "skipper-tests")
        try await archive.prepare()
        let decoder = PacketDecoder(.ztf, tasks: 1, packetBytes: 15 << 20)
        alerts = try packets.flatMap { try decoder.alerts(in: $0) }.enumerated().map { ($0, $1) }
        _ = try await archive.recorder(of: .ztf, writers: 2).record(alerts.map(\.alert))
    }

    /// A step as another process has it.
    func step() throws -> FilterStep {
        let step = try FilterStep(
            of: .ztf, archive, configuration, metrics: FilterMetrics(metrics), log: .silent,
            clock: { UTCTime(milliseconds: 1_790_000_000_000) })
        steps.withLock { $0.append(step) }
        return step
    }

    /// Lets go of the database.
    func close() async {
        for step in steps.withLock({ $0 }) { await step.close() }
        await archive.database.close()
    }

    /// Filters the alerts in batches; the places of those that passed.
    @discardableResult
    func filter(_ step: FilterStep, batch: Int = 500) async throws -> Set<Int> {
        var passed: Set<Int> = []
        for start in stride(from: 0, to: alerts.count, by: batch) {
            try await step.active.load()
            let part = Array(alerts[start..<min(start + batch, alerts.count)])
            passed.formUnion(try await step.run(part, try await step.active.current()))
        }
        return passed
    }

    func count(_ name: String) -> Int {
        metrics.prometheusText().split(separator: "\n").first { $0.hasPrefix("\(name) ") }
            .flatMap { Int($0.split(separator: " ")[1]) } ?? 0
    }
}

/// Lends a night of simulated alerts that are stored already.
func withNight(
    alerts: Int = 30, objects: Int = 12, nights: Int = 2, seed: UInt64 = 51,
    _ settings: [String: String] = [:],
    _ body: (Database, FilteredNight) async throws -> Void
) async throws {
    let packets = try SimulatedPackets.nights(nights, alerts: alerts, objects: objects, seed: seed).map(
        \.bytes)
    try await withDatabase { database in
        let night = try await FilteredNight(database, packets, settings)
        do { try await body(database, night) } catch {
            await night.close()
            throw error
        }
        await night.close()
    }
}

extension Database {
    /// Why a filter is suspended; nil where it is not.
    func suspension(of number: Int64) async throws -> String? {
        try await findOne("filters", filter: ["filter_id": .integer(number)])?.string(at: "suspended.reason")
    }
}
