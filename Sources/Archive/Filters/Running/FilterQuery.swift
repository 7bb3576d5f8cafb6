public import Documents
import Mongo

/// Runs a filter's stages in MongoDB on many stored alerts at once, each apart from the others.
///
/// A `$lookup` runs the stages for one alert at a time, so that they may drop candid, and stages that bring documents
/// together, such as `$group` and `$limit`, see one alert only.
public struct FilterQuery: Sendable {
    private let database: Database
    /// Where stages are run.
    private let impatient: Database?
    private let survey: Survey

    /// - Parameters:
    ///   - database: where the alerts are.
    ///   - survey: whose they are.
    ///   - impatient: other connections to the database, which give a server up that is silent for longer than stages
    ///     may take: MongoDB looks at the clock between documents only, and one document may take it minutes.
    init(_ database: Database, _ survey: Survey, impatient: Database? = nil) {
        self.database = database
        self.impatient = impatient
        self.survey = survey
    }

    /// Lets go of the connections that are its own.
    public func close() async { await impatient?.close() }

    /// What became of alerts.
    public struct Outcomes: Sendable {
        /// Of each alert from which something came, or at which the stages failed.
        public fileprivate(set) var alerts: [Int64: PipelineOutcome] = [:]
        /// Why nothing is known of some of the others: it took more time or memory than it may.
        public fileprivate(set) var exhausted: String?
    }

    /// How much one run may take.
    public struct Limits: Sendable {
        /// How long the database may take.
        public var time: Duration
        /// Bytes of all results together.
        public var bytes: Int

        /// - Parameters:
        ///   - time: how long the database may take for all alerts together.
        ///   - bytes: bytes of all results together.
        public init(time: Duration, bytes: Int) {
            self.time = time
            self.bytes = bytes
        }
    }

    /// Queries that are made at most to find the alerts at which the stages fail.
    private static let mostQueries = 32

    /// Runs stages.
    /// - Parameters:
    ///   - stages: a user's, without the system's.
    ///   - permissions: the programs that they may see.
    ///   - candids: the alerts.
    ///   - limits: how much it may take.
    ///   - name: what the database's log calls it.
    /// - Throws: `MongoError` where the database is at fault, and not the stages.
    public func outcomes(
        of stages: [Document], permissions: [Int64], candids: [Int64], limits: Limits, name: String
    ) async throws -> Outcomes {
        var outcomes = Outcomes()
        let deadline = ContinuousClock.now + limits.time
        var bytes = 0
        var queries = 0
        var parts = [candids[...]]
        while let part = parts.popLast() {
            guard !part.isEmpty else { continue }
            let left = ContinuousClock.now.duration(to: deadline)
            guard left > .zero else {
                outcomes.exhausted = "it took more than \(limits.time) in the database"
                return outcomes
            }
            queries += 1
            do {
                for (candid, outcome) in try await query(
                    stages, permissions, part, left, limits.bytes - bytes, name, &bytes)
                {
                    outcomes.alerts[candid] = outcome
                }
            } catch let error as MongoError where error.isTimeout {
                outcomes.exhausted = "it took more than \(limits.time) in the database"
                return outcomes
            } catch is TooMuch {
                outcomes.exhausted = "its results take more than \(limits.bytes) bytes"
                return outcomes
            } catch let error as MongoError {
                guard let reason = error.refusal else {
                    guard impatient != nil, ContinuousClock.now > deadline else { throw error }
                    // A server that answers others has been silent for what it was asked.
                    try await database.ping()
                    outcomes.exhausted = "it took more than \(limits.time) in the database"
                    return outcomes
                }
                // One alert fails all: the others are found by halves.
                if part.count > 1, queries < Self.mostQueries {
                    let middle = part.startIndex + part.count / 2
                    parts += [part[middle...], part[..<middle]]
                } else {
                    for candid in part { outcomes.alerts[candid] = .failed(reason) }
                }
            }
        }
        return outcomes
    }

    private struct TooMuch: Error {}

    private func query(
        _ stages: [Document], _ permissions: [Int64], _ candids: ArraySlice<Int64>, _ time: Duration,
        _ mostBytes: Int, _ name: String, _ bytes: inout Int
    ) async throws -> [Int64: PipelineOutcome] {
        let field = survey.fields.candid
        let prefix = FilterPrefix.stages(of: survey, permissions: permissions, .joined)
        // Whether there are two or more makes no difference.
        let inner = prefix + stages + [["$limit": 2]]
        let cursor = try await (impatient ?? database).aggregate(
            survey.alerts,
            pipeline: [
                ["$match": [field: ["$in": .list(candids.map { .int64($0) })]]],
                ["$project": ["_id": 0, "candid": .string("$\(field)")]],
                [
                    "$lookup": [
                        "from": .string(survey.alerts), "localField": "candid",
                        "foreignField": .string(field),
                        "pipeline": .list(inner.map { .document($0) }), "as": "result",
                    ]
                ], ["$unwind": "$result"],
            ],
            options: AggregateOptions(
                maxTime: max(time, .milliseconds(1)), comment: name, allowDiskUse: false))
        var outcomes: [Int64: PipelineOutcome] = [:]
        var own = 0
        while let batch = try await cursor.nextBatch(maximumBytes: 1 << 20) {
            for document in batch {
                own += document.bytes.count
                guard own <= mostBytes else {
                    await cursor.close()
                    throw TooMuch()
                }
                guard let candid = document.int64(at: "candid"), let result = document.document(at: "result")
                else { continue }
                outcomes[candid] = outcomes[candid] == nil ? .one(result) : .others(count: 2)
            }
        }
        bytes += own
        return outcomes
    }
}
