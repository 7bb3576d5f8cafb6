import Documents
public import Mongo

/// The collection of what filters did: counts for each version of a filter and night.
///
/// Counts are added every few seconds, not with each batch: a process that is killed loses the last seconds', and a
/// batch that is repeated counts again.
public struct FilterStatistics: Sendable {
    private let database: Database

    init(_ database: Database) { self.database = database }

    /// What is counted for.
    public struct Key: Sendable, Hashable {
        /// SkyPortal's number of the filter.
        public let filterID: Int64
        /// The version's name.
        public let fid: String
        /// When the alerts were taken: see `FilterStatistics.night`.
        public let night: Int64

        /// A filter's version and a night.
        public init(filterID: Int64, fid: String, night: Int64) {
            self.filterID = filterID
            self.fid = fid
            self.night = night
        }
    }

    /// What a filter did.
    public struct Counts: Sendable, Equatable {
        /// Alerts that it looked at.
        public var evaluated: Int64 = 0
        /// Alerts that it let through.
        public var passed: Int64 = 0
        /// Alerts at which it failed.
        public var errors: Int64 = 0
        /// Time that this took.
        public var microseconds: Int64 = 0

        /// Nothing done yet.
        public init() {}

        /// Adds others.
        public static func += (counts: inout Counts, others: Counts) {
            counts.evaluated &+= others.evaluated
            counts.passed &+= others.passed
            counts.errors &+= others.errors
            counts.microseconds &+= others.microseconds
        }
    }

    /// The night of an exposure: the whole part of its modified Julian date, JD − 2400000.5, which is the UTC date.
    /// - Parameter jd: Julian date, UTC.
    public static func night(of jd: Double) -> Int64 {
        Int64(exactly: (jd - 2_400_000.5).rounded(.down)) ?? .min
    }

    /// Creates the collection's indexes.
    func prepare() async throws {
        try await database.createIndexes(
            Collections.filterStatistics,
            [Index(name: "filter_id_night", keys: ["filter_id": 1, "night": 1, "fid": 1], unique: true)])
    }

    /// Adds counts to what is stored.
    /// - Throws: `MongoError`; some may be added then.
    public func add(_ counts: [Key: Counts]) async throws {
        let operations = counts.map { key, counts -> WriteOperation in
            .updateOne(
                filter: [
                    "filter_id": .integer(key.filterID), "night": .integer(key.night),
                    "fid": .string(key.fid),
                ],
                update: .operators([
                    "$inc": [
                        "evaluated": .int64(counts.evaluated), "passed": .int64(counts.passed),
                        "errors": .int64(counts.errors), "microseconds": .int64(counts.microseconds),
                    ]
                ]), upsert: true)
        }
        let result = try await database.bulkWrite(Collections.filterStatistics, operations, ordered: false)
        try result.check()
    }

    /// A filter's counts, by night and version: `{filter_id, fid, night, evaluated, passed, errors, microseconds}`.
    /// - Parameters:
    ///   - filterID: whose.
    ///   - fid: of one version only.
    ///   - nights: only these.
    public func list(
        filterID: Int64, fid: String? = nil, nights: ClosedRange<Int64>? = nil
    ) async throws -> Cursor {
        var filter = DocumentWriter()
        filter.append("filter_id", .integer(filterID))
        if let fid { filter.append("fid", string: fid) }
        if let nights {
            filter.append(
                "night", ["$gte": .integer(nights.lowerBound), "$lte": .integer(nights.upperBound)])
        }
        return try await database.find(
            Collections.filterStatistics, filter: filter.finish(),
            options: FindOptions(projection: ["_id": 0], sort: ["night": 1, "fid": 1]))
    }
}
