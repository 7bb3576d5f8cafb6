import Documents
import Mongo

/// The collection of runs of filters over the past: `filter_backfills`.
///
/// Any number of processes may work on jobs. One holds a job by a lease, which each of its steps renews; when it is
/// killed the lease ends, and another goes on from the position that is stored. A step that is done again finds its hits
/// stored, so that a job is done whole and counts each alert once. Leases are of the database's clock.
public struct Backfills: Sendable {
    private let database: Database
    /// How long a worker may be silent.
    private let lease: Duration

    /// Open jobs of a filter at most.
    private static let mostOpen = 10

    init(_ database: Database, lease: Duration = .seconds(60)) {
        self.database = database
        self.lease = lease
    }

    /// Adds a job.
    /// - Parameters:
    ///   - total: how many alerts there are between the dates; nil where that takes too long to count.
    ///   - user: who asks for it.
    ///   - now: milliseconds since 1970.
    func add(
        _ filter: RunnableFilter, dates: (from: Double, to: Double), notify: Bool, total: Int64?,
        by user: User,
        now: Int64
    ) async throws -> BackfillJob {
        try await prepare()
        let open: Value = [
            "$in": .list(BackfillJob.State.allCases.filter(\.isOpen).map { .string($0.rawValue) })
        ]
        let waiting = try await database.countDocuments(
            Collections.filterBackfills, filter: ["filter_id": .integer(filter.filterID), "state": open])
        guard waiting < Self.mostOpen else {
            throw RequestError(nil, "filter id \(filter.filterID) has \(waiting) backfills that are not done")
        }
        var generator = SystemRandomNumberGenerator()
        let id = (0..<2).map { _ in FilterVersion.makeFID(using: &generator) }.joined()
        let stored: Document = [
            "_id": .string(id), "filter_id": .integer(filter.filterID), "group_id": .integer(filter.groupID),
            "fid": .string(filter.fid), "catalog": .string(filter.catalog), "start_jd": .double(dates.from),
            "end_jd": .double(dates.to), "notify": .bool(notify), "state": "waiting",
            "total": total.map { .integer($0) } ?? .null, "evaluated": 0, "passed": 0, "errors": 0,
            "position": nil, "reason": nil, "created_by": .string(user.name), "created_at": .datetime(now),
            "started_at": nil, "finished_at": nil,
        ]
        try await database.insert(Collections.filterBackfills, [stored], ordered: true).check()
        guard let job = BackfillJob(stored) else { throw RequestError(nil, "the job cannot be read") }
        return job
    }

    private func prepare() async throws {
        try await database.createIndexes(
            Collections.filterBackfills,
            [
                Index(name: "state_created_at", keys: ["state": 1, "created_at": 1]),
                Index(name: "filter_id_created_at", keys: ["filter_id": 1, "created_at": -1]),
            ])
    }

    /// The jobs of a filter, newest first, at most 100.
    func list(of filter: Filter) async throws -> [BackfillJob] {
        let cursor = try await database.find(
            Collections.filterBackfills, filter: Self.owned(by: filter),
            options: FindOptions(sort: ["created_at": -1, "_id": 1], limit: 100))
        var jobs: [BackfillJob] = []
        while let batch = try await cursor.nextBatch() { jobs += batch.compactMap { BackfillJob($0) } }
        return jobs
    }

    /// A job of a filter; nil where there is none of that name.
    func find(_ job: String, of filter: Filter) async throws -> BackfillJob? {
        try await database.findOne(
            Collections.filterBackfills, filter: Self.owned(by: filter, job)
        ).flatMap { BackfillJob($0) }
    }

    /// Ends a job that is not done: who works on it stops before the next step.
    /// - Returns: the job as it is now; nil where there is none of that name.
    func cancel(_ job: String, of filter: Filter, now: Int64) async throws -> BackfillJob? {
        var condition = DocumentWriter()
        condition.append(contentsOf: Self.owned(by: filter, job).view)
        condition.append("state", ["$in": ["waiting", "running"]])
        _ = try await database.findOneAndUpdate(
            Collections.filterBackfills, filter: condition.finish(),
            update: .operators([
                "$set": ["state": "cancelled", "finished_at": .datetime(now)], "$unset": ["lease": ""],
            ]))
        return try await find(job, of: filter)
    }

    private static func owned(by filter: Filter, _ job: String? = nil) -> Document {
        var writer = DocumentWriter()
        if let job { writer.append("_id", string: job) }
        writer.append("filter_id", filter.filterID.map { .integer($0) } ?? .null)
        writer.append("group_id", filter.groupID.map { .integer($0) } ?? .null)
        return writer.finish()
    }

    /// Takes hold of a job on which nobody works, the oldest first; nil where there is none.
    /// - Parameters:
    ///   - worker: what tells the worker from all others.
    ///   - job: that job only.
    func claim(for worker: String, _ job: String? = nil) async throws -> BackfillJob? {
        var condition = DocumentWriter()
        if let job { condition.append("_id", string: job) }
        condition.append("state", ["$in": ["waiting", "running"]])
        let isFree: Value = ["$lt": [["$ifNull": ["$lease.until", .datetime(0)]], "$$NOW"]]
        // One's own is gone on with where the database was away.
        condition.append("$expr", ["$or": [isFree, ["$eq": ["$lease.worker", .string(worker)]]]])
        return try await database.findOneAndUpdate(
            Collections.filterBackfills, filter: condition.finish(),
            update: .pipeline([
                [
                    "$set": [
                        "state": "running", "lease": held(by: worker),
                        "started_at": ["$ifNull": ["$started_at", "$$NOW"]],
                    ]
                ]
            ]), sort: ["created_at": 1]
        ).flatMap { BackfillJob($0) }
    }

    /// Stores how far a job is.
    /// - Returns: false where the worker has lost it: it was cancelled, or somebody else works on it.
    func advance(
        _ job: BackfillJob, by worker: String, to position: BackfillJob.Position,
        _ counts: FilterStatistics.Counts
    ) async throws -> Bool {
        try await update(
            job, worker,
            [
                "position": ["jd": .double(position.jd), "candid": .int64(position.candid)],
                "evaluated": ["$add": ["$evaluated", .integer(counts.evaluated)]],
                "passed": ["$add": ["$passed", .integer(counts.passed)]],
                "errors": ["$add": ["$errors", .integer(counts.errors)]], "lease": held(by: worker),
            ])
    }

    /// Ends a job.
    /// - Parameter reason: why it failed; nil where it is done.
    func finish(_ job: BackfillJob, by worker: String, failure reason: String?) async throws {
        _ = try await update(
            job, worker,
            [
                "state": reason == nil ? "done" : "failed",
                "reason": reason.map { ["$literal": .string($0)] } ?? .null, "finished_at": "$$NOW",
                "lease": "$$REMOVE",
            ])
    }

    private func held(by worker: String) -> Value {
        [
            "worker": .string(worker),
            "until": ["$add": ["$$NOW", .integer(Int64(lease / .milliseconds(1)))]],
        ]
    }

    private func update(_ job: BackfillJob, _ worker: String, _ fields: Document) async throws -> Bool {
        let result = try await database.bulkWrite(
            Collections.filterBackfills,
            [
                .updateOne(
                    filter: [
                        "_id": .string(job.id), "state": "running", "lease.worker": .string(worker),
                    ], update: .pipeline([["$set": .document(fields)]]))
            ], ordered: true)
        try result.check()
        return result.matched == 1
    }
}
