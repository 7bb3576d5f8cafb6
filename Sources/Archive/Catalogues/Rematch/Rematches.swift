import Documents
import Mongo

/// The collection of passes that bring cross-matches up to date: `catalog_rematches`.
///
/// One process at a time works on a survey, by a lease that each step renews; when it is killed the lease ends, and
/// whoever comes next goes on from the position that is stored. A pass is begun anew where catalogues have other files
/// than when it was begun. Leases are of the database's clock.
struct Rematches: Sendable {
    private let database: Database
    private let survey: String
    /// What tells this worker from all others.
    let worker: String
    /// How long a worker may be silent.
    let lease: Duration

    init(_ database: Database, _ survey: Survey, lease: Duration) {
        self.database = database
        self.survey = survey.name
        self.lease = lease
        worker = String(UInt64.random(in: .min ... .max), radix: 16)
    }

    private static let collection = Collections.catalogRematches

    private func id(of scope: RematchScope) -> String { "\(survey) \(scope.name)" }

    /// The pass of a scope as it is stored; nil where there was none yet.
    func pass(of scope: RematchScope) async throws -> RematchPass? {
        try await database.findOne(Self.collection, filter: ["_id": .string(id(of: scope))]).flatMap {
            RematchPass($0)
        }
    }

    /// Takes or renews the right to work on the survey.
    /// - Returns: false where somebody else has it.
    func hold() async throws -> Bool {
        _ = try await database.insert(Self.collection, [["_id": .string(survey)]])
        let isFree: Value = ["$lt": [["$ifNull": ["$lease.until", .datetime(0)]], "$$NOW"]]
        let found = try await database.findOneAndUpdate(
            Self.collection,
            filter: [
                "_id": .string(survey),
                "$expr": ["$or": [isFree, ["$eq": ["$lease.worker", .string(worker)]]]],
            ],
            update: .pipeline([
                [
                    "$set": [
                        "lease": [
                            "worker": .string(worker),
                            "until": ["$add": ["$$NOW", .integer(Int64(lease / .milliseconds(1)))]],
                        ]
                    ]
                ]
            ]))
        return found != nil
    }

    /// Until when somebody has the right to work on the survey; nil where nobody has.
    func held() async throws -> Int64? {
        try await database.findOne(Self.collection, filter: ["_id": .string(survey)])?.datetime(
            at: "lease.until")
    }

    /// Gives the right back.
    func release() async throws {
        _ = try await database.findOneAndUpdate(
            Self.collection, filter: ["_id": .string(survey), "lease.worker": .string(worker)],
            update: .operators(["$unset": ["lease": ""]]))
    }

    /// Goes on with a pass that was begun with the same files of the catalogues and is not done, or begins one.
    func begin(_ scope: RematchScope, signature: Document) async throws -> RematchPass? {
        _ = try await database.insert(Self.collection, [["_id": .string(id(of: scope))]])
        let goesOn: Value = [
            "$and": [
                ["$eq": ["$state", "running"]],
                ["$eq": ["$signature", ["$literal": .document(signature)]]],
            ]
        ]
        func kept(_ field: String, else start: Value) -> Value {
            ["$cond": [goesOn, .string("$\(field)"), start]]
        }
        return try await database.findOneAndUpdate(
            Self.collection, filter: ["_id": .string(id(of: scope))],
            update: .pipeline([
                [
                    "$set": [
                        "position": kept("position", else: nil), "examined": kept("examined", else: 0),
                        "updated": kept("updated", else: 0), "failed": kept("failed", else: 0),
                        "unplaced": kept("unplaced", else: 0),
                        "started_at": kept("started_at", else: "$$NOW"),
                    ]
                ],
                [
                    "$set": [
                        "survey": .string(survey), "state": "running",
                        "signature": ["$literal": .document(signature)], "finished_at": nil,
                        "worker": .string(worker),
                    ]
                ],
            ])
        ).flatMap { RematchPass($0) }
    }

    /// Stores how far a pass is.
    /// - Returns: false where somebody else works on it now.
    func advance(_ pass: RematchPass, to position: String, _ counts: RematchPass.Counts) async throws -> Bool
    {
        guard try await hold() else { return false }
        return try await update(
            pass,
            [
                "$set": ["position": .string(position)],
                "$inc": [
                    "examined": .int64(counts.examined), "updated": .int64(counts.updated),
                    "failed": .int64(counts.failed), "unplaced": .int64(counts.unplaced),
                ],
            ])
    }

    /// Ends a pass.
    func finish(_ pass: RematchPass) async throws -> Bool {
        try await update(
            pass, ["$set": ["state": "done"], "$currentDate": ["finished_at": true]])
    }

    private func update(_ pass: RematchPass, _ change: Document) async throws -> Bool {
        let result = try await database.bulkWrite(
            Self.collection,
            [
                .updateOne(
                    filter: ["_id": .string(pass.id), "state": "running", "worker": .string(worker)],
                    update: .operators(change))
            ])
        try result.check()
        return result.matched == 1
    }
}
