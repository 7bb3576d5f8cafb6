import Documents
import Mongo

/// Counts attempts to log in that failed, for all processes together, so that passwords cannot be guessed.
///
/// A collection of the database: counts in each process's memory would grant an attacker the limit once per process,
/// and once more with each restart. Times are the database's, which all processes share. Whoever looks at passwords asks
/// `check` first and tells of a failure before it looks at the next one; so no more are looked at than may fail, and
/// one more for each further process.
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

    /// Who wants to be let in, and where from.
    public struct Source: Sendable {
        fileprivate let pair: String
        fileprivate let address: String
        fileprivate let name: String

        /// - Parameters:
        ///   - name: the name, or what stands for it; of bounded length.
        ///   - address: the address.
        public init(name: String, address: String) {
            pair = "name and address \(name) \(address)"
            self.address = "address \(address)"
            self.name = "name \(name)"
        }
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

    /// Throws `Exceeded` where so many attempts have failed that the next one is not to be looked at.
    /// - Returns: whether any has failed under the name from the address.
    public func check(_ source: Source) async throws -> Bool {
        let limits = [
            source.pair: limits.perNameAndAddress, source.address: limits.perAddress,
            source.name: limits.perName,
        ]
        let cursor = try await database.find(
            Collections.loginAttempts,
            filter: ["_id": ["$in": .list(limits.keys.map { .string($0) })], "$expr": Self.isOpen])
        var hasFailed = false
        while let batch = try await cursor.nextBatch() {
            for count in batch {
                guard let key = count.string(at: "_id"), let limit = limits[key] else { continue }
                if count.int64(at: "failures") ?? 0 >= limit { throw excess(count) }
                hasFailed = hasFailed || key == source.pair
            }
        }
        return hasFailed
    }

    /// Counts a failure: adds one to each count, or begins a new one where its time is over.
    public func failed(_ source: Source) async throws {
        let milliseconds = Int64(limits.window / .milliseconds(1))
        let changes: Document = [
            "failures": ["$cond": [Self.isOpen, ["$add": ["$failures", 1]], 1]],
            "expires": [
                "$cond": [Self.isOpen, "$expires", ["$add": ["$$NOW", .integer(milliseconds)]]]
            ],
        ]
        var keys = [source.pair, source.address, source.name]
        while !keys.isEmpty {
            let result = try await write(
                keys.map { key in
                    .updateOne(
                        filter: ["_id": .string(key)], update: .pipeline([["$set": .document(changes)]]),
                        upsert: true)
                })
            // Two began a count at the same time; the next try adds to it.
            keys = result.duplicates.map { keys[$0] }
        }
    }

    /// Forgets the failures under the name from the address, whose owner knows the password.
    public func succeeded(_ source: Source) async throws {
        _ = try await write([.deleteOne(filter: ["_id": .string(source.pair)])])
    }

    /// Whether a count's time is not over.
    private static let isOpen: Value = ["$gt": ["$expires", "$$NOW"]]

    /// A count that a crash of the server loses is no loss worth waiting for its disk.
    private func write(_ operations: [WriteOperation]) async throws -> BulkResult {
        let result = try await database.bulkWrite(
            Collections.loginAttempts, operations,
            writeConcern: WriteConcern(members: .count(1), journal: false))
        try result.check()
        return result
    }

    private func excess(_ count: Document?) -> Exceeded {
        let window = limits.window.components.seconds
        let left = ((count?.datetime(at: "expires") ?? 0) - now() + 999) / 1000
        return Exceeded(retryAfter: min(max(left, 1), max(window, 1)))
    }
}
