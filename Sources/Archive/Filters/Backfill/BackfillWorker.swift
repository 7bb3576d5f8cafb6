import Documents
import Mongo
import Service

/// Works on runs of filters over the past, one at a time and a small batch of alerts after the other, and stores after
/// each batch how far it is. Whoever comes after a worker that was killed goes on from there.
public struct BackfillWorker: Sendable {
    private let database: Database
    private let filters: Filters
    private let jobs: Backfills
    private let log: Log
    private let pause: Double
    private let name: String

    /// How often a worker without a job looks for one.
    private static let patience = Duration.seconds(5)
    /// The longest pause after a batch.
    private static let longestPause = Duration.seconds(10)

    /// - Parameters:
    ///   - pause: how long to rest after a batch, in times that the batch took: a batch takes the longer the busier the
    ///     machine is, and so the rest grows with what others have to do.
    init(_ database: Database, filters: Filters, jobs: Backfills, log: Log, pause: Double) {
        self.database = database
        self.filters = filters
        self.jobs = jobs
        self.log = log
        self.pause = pause
        name = String(UInt64.random(in: .min ... .max), radix: 16)
    }

    /// Works on all jobs that come, until the task is cancelled. What goes wrong is logged, and tried again.
    public func run() async {
        while !Task.isCancelled {
            do {
                if let job = try await jobs.claim(for: name) {
                    try await work(on: job)
                    continue
                }
            } catch {
                if !Task.isCancelled {
                    log.warning("backfill interrupted", ["reason": LogValue(describing: error)])
                }
            }
            // Ends early when cancelled, as does the loop.
            try? await Task.sleep(for: Self.patience)
        }
    }

    /// Works on one job until it is done, or somebody else has it.
    /// - Parameter progress: is told how many alerts have been looked at.
    /// - Returns: false where somebody else works on it, or it is not open.
    public func run(
        _ job: BackfillJob, progress: (Int64) -> Void = { _ in }
    ) async throws -> Bool {
        guard let claimed = try await jobs.claim(for: name, job.id) else { return false }
        try await work(on: claimed, progress: progress)
        return true
    }

    private func work(on job: BackfillJob, progress: (Int64) -> Void = { _ in }) async throws {
        do {
            try await steps(of: job, progress)
        } catch let error as RequestError {
            try await jobs.finish(job, by: name, failure: error.description)
            log.warning(
                "backfill failed",
                ["backfill.job": .string(job.id), "reason": LogValue(describing: error)])
        }
    }

    private func steps(of job: BackfillJob, _ progress: (Int64) -> Void) async throws {
        let filter = try await filters.filter(of: job)
        let stored = StoredAlerts(
            database: database, survey: try filters.survey(of: filter.catalog),
            permissions: filter.permissions)
        let order = AlertOrder(stored: stored, dates: job.dates)
        var run = PastFilter(
            filter, on: stored, barrier: [], comment: "backfill \(job.id)", now: Log.milliseconds())
        var position = job.position
        var evaluated = job.evaluated
        progress(evaluated)
        while true {
            try Task.checkCancellation()
            let start = ContinuousClock.now
            let alerts = try await order.alerts(after: position)
            guard let next = try alerts.last.map(order.position) else { break }
            var counts = FilterStatistics.Counts()
            var hits: [Document] = []
            for (index, outcome) in try await run.outcomes(of: alerts).sorted(by: { $0.key < $1.key }) {
                counts.evaluated += 1
                switch outcome {
                case .one(let result):
                    counts.passed += 1
                    hits.append(try hit(of: filter, alerts[index], result, job, stored.survey))
                case .others: break
                case .failed: counts.errors += 1
                }
            }
            try await record(hits)
            guard try await jobs.advance(job, by: name, to: next, counts) else {
                log.info("backfill left", ["backfill.job": .string(job.id)])
                return
            }
            position = next
            evaluated += counts.evaluated
            progress(evaluated)
            if pause > 0 {
                try await Task.sleep(for: min((ContinuousClock.now - start) * pause, Self.longestPause))
            }
        }
        try await jobs.finish(job, by: name, failure: nil)
        log.info("backfill done", ["backfill.job": .string(job.id)])
    }

    /// The hit as it is stored, with the job that found it; `notify` says that it is to be sent all the same.
    private func hit(
        of filter: RunnableFilter, _ alert: Document, _ result: Document, _ job: BackfillJob, _ survey: Survey
    ) throws -> Document {
        let hit = FilterHit(
            of: filter, candid: alert.int64(at: Path(survey.fields.candid)) ?? 0,
            objectID: alert.string(at: Path(survey.fields.objectID)) ?? "",
            jd: alert.double(at: survey.fields.jd) ?? 0, passed: Log.milliseconds(), result: result,
            isBackfill: true)
        var writer = DocumentWriter(capacity: result.bytes.count + 512)
        writer.append(contentsOf: hit.document.view)
        writer.append("job", string: job.id)
        if job.notifies { writer.append("notify", bool: true) }
        return writer.finish()
    }

    /// Stores hits; those that are there already stay as they are.
    private func record(_ hits: [Document]) async throws {
        guard !hits.isEmpty else { return }
        try await database.insert(Collections.filterHits, hits, ordered: false).check()
    }
}

extension Filters {
    /// The version that a job runs.
    /// - Throws: `RequestError` where it is not there any more.
    fileprivate func filter(of job: BackfillJob) async throws -> RunnableFilter {
        let found = try await find([
            "filter_id": .integer(job.filterID), "group_id": .integer(job.groupID),
        ])
        guard let found, let version = found.version(job.fid) else {
            throw RequestError(nil, "version \(job.fid) of filter id \(job.filterID) is not there any more")
        }
        return try RunnableFilter(found, version: version)
    }
}
