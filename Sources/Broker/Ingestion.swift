public import Archive
public import Catalogs
import Kafka
public import Service
public import Sky

/// The whole way of a survey's alerts, put together from the settings.
public struct Ingestion: Sendable {
    private let receiver: Receiver
    private let pipeline: Pipeline
    /// Runs users' filters on alerts.
    let filters: FilterStep
    private let enrichment: Enrichment
    /// What new objects are matched with.
    public let crossMatch: CrossMatch
    private let association: AssociationStep
    private let metrics: PipelineMetrics

    /// - Parameters:
    ///   - survey: whose alerts are read.
    ///   - configuration: the settings of the broker.
    ///   - archive: where alerts go.
    ///   - metrics: where counts are shown.
    ///   - log: what is said.
    ///   - stop: asks for an orderly end.
    ///   - clock: the time.
    /// - Throws: `KafkaError` where the settings of Kafka make no sense.
    public init(
        of survey: Survey, _ configuration: Service.Configuration, archive: Archive, metrics: Metrics,
        log: Service.Log,
        stop: StopSignal, clock: @escaping @Sendable () -> UTCTime
    ) throws {
        let consumer = try Consumer(
            try BrokerSettings.kafka(configuration), group: configuration[BrokerSettings.group],
            prefetchBytes: configuration[BrokerSettings.prefetch], log: log.kafka)
        receiver = Receiver(
            consumer: consumer, schedule: BrokerSettings.schedule(configuration, survey),
            limits: Receiver.Limits(
                messages: configuration[BrokerSettings.batchMessages],
                bytes: configuration[BrokerSettings.batchBytes], wait: configuration[BrokerSettings.batchWait]
            ),
            log: log)
        self.metrics = PipelineMetrics(metrics)
        filters = try FilterStep(
            of: survey, archive, configuration, metrics: FilterMetrics(metrics), log: log, clock: clock)
        crossMatch = CrossMatch(
            configuration[CrossMatchSettings.rules].catalogs(of: survey.name),
            in: CatalogFolder(path: configuration[CatalogSettings.folder]))
        enrichment = Enrichment(
            of: survey, crossMatch, metrics: CrossMatchMetrics(metrics), log: log)
        association = AssociationStep(of: survey, archive, configuration, clock: clock)
        pipeline = Pipeline(
            receiver: receiver,
            decoder: PacketDecoder(
                survey, tasks: configuration[BrokerSettings.decoders],
                packetBytes: configuration[BrokerSettings.packetBytes]),
            association: association, enrichment: enrichment,
            recorder: archive.recorder(of: survey, writers: configuration[BrokerSettings.writers]),
            filters: filters, progress: archive.filterProgress(of: configuration[BrokerSettings.group]),
            rejected: archive.rejected, metrics: self.metrics, log: log, stop: stop,
            clock: clock)
    }

    /// Runs until a stop is asked for or, on request, until everything has been read; then leaves the group.
    public func run(untilCaughtUp: Bool) async throws {
        do {
            try await enrichment.look()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await filters.active.keepCurrent() }
                group.addTask { await filters.tally.run() }
                try await pipeline.run(untilCaughtUp: untilCaughtUp)
                group.cancelAll()
            }
        } catch is Interrupted {
            // As was asked for; the batch in hand is read again by whoever comes next.
        } catch {
            await close()
            throw error
        }
        await close()
    }

    private func close() async {
        await filters.close()
        await receiver.close()
    }

    /// Asks Kafka how far reading is behind, and shows it among the metrics; an old answer is not left there.
    public func lookAtLag() async throws {
        metrics.setKafkaFaults(receiver.faults)
        do {
            metrics.show(try await receiver.lag())
        } catch {
            metrics.show(nil)
            throw error
        }
    }
}

extension Ingestion {
    /// Creates the database's missing collections and indexes, waiting for the database as long as it takes.
    public func prepare(_ archive: Archive) async throws {
        do {
            try await pipeline.persistently("create collections and indexes") {
                try await archive.prepare()
                try await association.prepare()
            }
        } catch is Interrupted {
            // `run` then has nothing to begin.
        }
    }

    /// Shows on a terminal how many alerts have been read, how fast, and how many are left; runs until cancelled.
    public func showProgress() async {
        let line = ProgressLine("alerts")
        var shown = 0
        while !Task.isCancelled {
            let done = metrics.done
            line.advance(by: done - shown, remaining: metrics.left)
            shown = done
            // Ends early when cancelled, as does the loop.
            try? await Task.sleep(for: .seconds(1))
        }
        line.advance(by: metrics.done - shown)
        line.finish()
    }
}
