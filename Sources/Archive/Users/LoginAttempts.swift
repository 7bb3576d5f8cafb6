import Documents
import Mongo

/// Counts attempts to log in that have not succeeded, for all processes together, so that passwords cannot be guessed.
///
/// A collection of the database: counts in each process's memory would grant an attacker the limit once per process,
/// and once more with each restart. An attempt counts before its password is looked at, so that many at the same time
/// are not let through; success takes it back. Times are the database's, which all processes share.
///
/// Three counts are kept: for a name from an address, for an address, and for a name. The first is low; the last is
/// high, because strangers can exhaust it and keep the name's owner from logging in (not from working with a token).
public struct LoginAttempts: Sendable {
    /// How many attempts may fail.
    public struct Limits: Sendable {
        /// For a name from an address.
        public var perNameAndAddress: Int
        /// From an address.
        public var perAddress: Int
        /// For a name, from anywhere.
        public var perName: Int
        /// In what time, at least a second.
        public var window: Duration

        /// Takes all of them.
        public init(perNameAndAddress: Int, perAddress: Int, perName: Int, window: Duration) {
            self.perNameAndAddress = perNameAndAddress
            self.perAddress = perAddress
            self.perName = perName
            self.window = window
        }
    }

    /// An attempt that counts as failed until something else is said.
    public struct Attempt: Sendable {
        /// The counts that it is in, that of name and address first.
        fileprivate let keys: [String]
    }

    /// One more attempt would be too many.
    public struct Exceeded: Error, Equatable {
        /// Whole seconds until the next one may be made, at least 1.
        public let retryAfter: Int64
    }

    private let database: Database
    private let limits: Limits
    private let now: @Sendable () -> Int64

    /// - Parameter now: milliseconds since 1970, only to say how long to wait.
    init(_ database: Database, limits: Limits, now: @escaping @Sendable () -> Int64) {
        self.database = database
        self.limits = limits
        self.now = now
    }

    /// Creates the index that removes counts when their time is over.
    public func prepare() async throws {
        try await database.createIndexes(
            Collections.loginAttempts, [Index(name: "expires", keys: ["expires": 1], expiresAfter: .zero)])
    }

    /// Counts an attempt.
    /// - Parameters:
    ///   - name: the name, or what stands for it; of bounded length.
    ///   - address: where from.
    /// - Throws: `Exceeded`, which counts nothing; `MongoError`.
    public func begin(name: String, address: String) async throws -> Attempt {
        let counts = [
            ("name and address \(name) \(address)", limits.perNameAndAddress),
            ("address \(address)", limits.perAddress), ("name \(name)", limits.perName),
        ]
        let attempt = Attempt(keys: counts.map(\.0))
        // Looking first: a flood costs one read each and writes nothing.
        try await look(counts)
        let found = try await withThrowingTaskGroup { group in
            for (key, limit) in counts {
                group.addTask { (try await count(key), limit) }
            }
            var found: [(count: Document?, limit: Int)] = []
            for try await one in group { found.append(one) }
            return found
        }
        // Others came at the same time.
        if let exceeded = found.first(where: { $0.count?.int64(at: "failures") ?? 0 > $0.limit }) {
            try await withdraw(attempt)
            throw excess(exceeded.count)
        }
        return attempt
    }

    /// The password was right: the name's failures from this address are forgotten.
    public func succeeded(_ attempt: Attempt) async throws {
        let forgotten = attempt.keys.first.map { WriteOperation.deleteOne(filter: ["_id": .string($0)]) }
        try await write([forgotten].compactMap(\.self) + attempt.keys.dropFirst().map(Self.taking))
    }

    /// The password was not looked at, so that nothing failed.
    public func withdraw(_ attempt: Attempt) async throws { try await write(attempt.keys.map(Self.taking)) }

    private func look(_ counts: [(key: String, limit: Int)]) async throws {
        let ids = counts.map { Value.string($0.key) }
        let isOpen: Value = ["$gt": ["$expires", "$$NOW"]]
        let cursor = try await database.find(
            Collections.loginAttempts, filter: ["_id": ["$in": .list(ids)], "$expr": isOpen])
        while let batch = try await cursor.nextBatch() {
            for document in batch {
                let limit = counts.first { $0.key == document.string(at: "_id") }?.limit
                if let limit, document.int64(at: "failures") ?? 0 >= limit { throw excess(document) }
            }
        }
    }

    /// Adds one to a count, or begins a new one where its time is over.
    private func count(_ key: String) async throws -> Document? {
        let milliseconds = Int64(limits.window / .milliseconds(1))
        let isOpen: Value = ["$gt": ["$expires", "$$NOW"]]
        let changes: Document = [
            "failures": ["$cond": [isOpen, ["$add": ["$failures", 1]], 1]],
            "expires": ["$cond": [isOpen, "$expires", ["$add": ["$$NOW", .integer(milliseconds)]]]],
        ]
        let command: Document = [
            "findAndModify": .string(Collections.loginAttempts), "query": ["_id": .string(key)],
            "update": [["$set": .document(changes)]], "upsert": true, "new": true,
            "writeConcern": .document(Self.concern),
        ]
        var tries = 3
        while true {
            do {
                return try await database.run(command: command).document(at: "value")
            } catch let error as MongoError where error.isDuplicateKey && tries > 0 {
                // Two made the first one; the next try adds to it.
                tries -= 1
            }
        }
    }

    private static func taking(_ key: String) -> WriteOperation {
        .updateOne(
            filter: ["_id": .string(key), "failures": ["$gt": 0]],
            update: .operators(["$inc": ["failures": -1]]))
    }

    private func write(_ operations: [WriteOperation]) async throws {
        let result = try await database.bulkWrite(
            Collections.loginAttempts, operations,
            writeConcern: WriteConcern(members: .count(1), journal: false))
        try result.check()
    }

    private func excess(_ count: Document?) -> Exceeded {
        let window = limits.window.components.seconds
        let left = ((count?.datetime(at: "expires") ?? 0) - now() + 999) / 1000
        return Exceeded(retryAfter: min(max(left, 1), max(window, 1)))
    }

    /// A count that a crash of the server loses is no loss worth waiting for its disk.
    private static let concern: Document = ["w": 1]
}
