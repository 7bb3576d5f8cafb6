public import Documents
public import Mongo
public import Service

/// Runs queries on the database for users.
public struct QueryRunner: Sendable {
    private let database: Database
    private let surveys: [Survey]
    private let helpers: PositionHelpers
    private let sizes = DocumentSizes()
    private let indexes: LocalCatalogs?

    /// The settings of queries.
    public static let settings: [any SettingDeclaration] = [PositionHelpers.setting]

    /// - Parameters:
    ///   - database: what is queried.
    ///   - surveys: the surveys whose collections have programs.
    ///   - connections: how many the database has.
    ///   - connectionsPerQuery: how many of them one query of many positions uses at most.
    ///   - indexes: the catalogues that are indexed on this host; nil where none are looked at.
    public init(
        _ database: Database, surveys: [Survey], connections: Int = 8, connectionsPerQuery: Int = 4,
        indexes: LocalCatalogs? = nil
    ) {
        self.database = database
        self.surveys = surveys
        self.indexes = indexes
        helpers = PositionHelpers(
            perQuery: connectionsPerQuery, connections: connections, indexes: indexes)
    }

    /// Runs queries by the settings.
    init(
        _ database: Database, surveys: [Survey], _ configuration: Configuration, indexes: LocalCatalogs? = nil
    ) {
        self.init(
            database, surveys: surveys, connections: configuration[ArchiveSettings.connections],
            connectionsPerQuery: configuration[PositionHelpers.setting], indexes: indexes)
    }

    /// What a query gives.
    public enum Answer: Sendable {
        /// Documents, as they come.
        case documents(Cursor)
        /// One value; nil where there is nothing.
        case value(Value?)
        /// Documents at positions in several catalogues.
        case positions(PositionSearch)
        /// A collection is gone.
        case dropped
    }

    /// Runs a query.
    /// - Throws: `MongoError`.
    public func run(_ query: Query, for user: User) async throws -> Answer {
        switch query {
        case .find(let catalog, let filter, let projection, let options):
            return .documents(try await find(catalog, filter, projection, options, user))
        case .findOne(let catalog, let filter, let projection, var options):
            options.limit = 1
            let cursor = try await find(catalog, filter, projection, options, user)
            return .value(try await cursor.nextBatch()?.first.map { .document($0) })
        case .aggregate(let catalog, let pipeline, let options):
            return .documents(try await aggregate(catalog, pipeline, options, user))
        case .countDocuments(let catalog, let filter, let options):
            return .value(.integer(try await count(catalog, filter, options, user)))
        case .estimatedDocumentCount(let catalog, let options):
            return .value(.integer(try await estimate(catalog, options, user)))
        case .info(let info, let options): return .value(try await information(options, user).tell(info))
        case .positions(let query): return .positions(try await search(query, user))
        case .skymap(let query): return .documents(try await find(query, user))
        case .drop(let catalog):
            try await CollectionRemoval(database: database, surveys: surveys).drop(catalog)
            return .dropped
        }
    }

    /// Which of some catalogues are indexed on this host.
    func indexedCatalogs(_ names: [String]) async throws -> Set<String> {
        Set((try await indexes?.current(names) ?? [:]).keys)
    }

    /// Whether a collection's documents have no positions.
    func isWithoutPositions(_ catalog: String) -> Bool {
        surveys.contains { $0.hasCollection(catalog) && $0.alerts != catalog }
    }

    /// Begins to look for what is near positions.
    func search(_ query: PositionQuery, _ user: User) async throws -> PositionSearch {
        let plan = try PositionPlan(
            query, for: user, surveys: surveys, width: helpers.perQuery,
            indexes: try await indexes?.current(query.catalogs) ?? [:])
        let asker = PositionAsker(database: database, sizes: sizes, comment: user.name)
        return PositionSearch(plan, asker, helpers)
    }

    /// Finds what lies inside a contour of a skymap.
    private func find(_ query: SkymapQuery, _ user: User) async throws -> Cursor {
        let options = FindOptions(
            projection: ["contours": 1], maxTime: .milliseconds(query.options.maximumTime), comment: user.name
        )
        guard
            let skymap = try await database.findOne(
                Collections.skymaps, filter: query.skymap, options: options)
        else { throw RequestError(.value, "Skymap not found") }
        guard
            let contour = skymap.document(at: "contours")?.element(key: "contour\(query.level)")?.value
                .document
        else { throw RequestError(.value, "Contour level \(query.level) not found in skymap") }
        return try await find(
            query.catalog, query.filter(inside: contour), query.projection, query.options, user)
    }

    private func find(
        _ catalog: String, _ filter: Document, _ projection: Document?, _ options: Query.Options, _ user: User
    ) async throws -> Cursor {
        let isView = surveys.contains { $0.auxiliary == catalog }
        guard !isView || projection.map(FindProjection.isNeeded) != true,
            let filter = rights(user, catalog).filter(filter)
        else {
            return try await findByPipeline(catalog, filter, projection, options, user)
        }
        let cursor = try await database.find(
            catalog, filter: filter,
            options: FindOptions(
                projection: projection, sort: options.sort, skip: options.skip, limit: options.limit,
                hint: options.hint, maxTime: .milliseconds(options.maximumTime),
                batchSize: sizes.count(catalog, projection), comment: user.name))
        sizes.note(cursor.meanBytes, catalog, projection)
        return cursor
    }

    private func findByPipeline(
        _ catalog: String, _ filter: Document, _ projection: Document?, _ options: Query.Options, _ user: User
    ) async throws -> Cursor {
        var options = options
        if let natural = options.sort, natural.keys == ["$natural"] {
            // The order of storage is a sort for find and a hint for aggregate.
            options.hint = .document(natural)
            options.sort = nil
        }
        var pipeline: [Document] = [["$match": .document(filter)]]
        if let sort = options.sort { pipeline.append(["$sort": .document(sort)]) }
        pipeline += options.window
        if let projection { pipeline += try FindProjection(projection).stages }
        return try await aggregate(catalog, pipeline, options, user)
    }

    private func aggregate(
        _ catalog: String, _ pipeline: [Document], _ options: Query.Options, _ user: User
    ) async throws -> Cursor {
        try await database.aggregate(
            catalog, pipeline: try PipelineRights(of: user, surveys: surveys).pipeline(pipeline, on: catalog),
            options: AggregateOptions(
                hint: options.hint, maxTime: .milliseconds(options.maximumTime), comment: user.name,
                allowDiskUse: options.allowDiskUse))
    }

    private func count(
        _ catalog: String, _ filter: Document, _ options: Query.Options, _ user: User
    ) async throws -> Int64 {
        var options = options
        if filter.isEmpty, options.hint == nil, case .everything = rights(user, catalog) {
            // All documents are in this index, which is read instead of them.
            options.hint = "_id_"
        }
        let group: Document = ["$group": ["_id": 1, "n": ["$sum": 1]]]
        let cursor = try await aggregate(
            catalog, [["$match": .document(filter)]] + options.window + [group], options, user)
        return try await cursor.nextBatch()?.first?.int64(at: "n") ?? 0
    }

    /// From the collection's metadata; alerts are counted where the user may not see all of them.
    private func estimate(_ catalog: String, _ options: Query.Options, _ user: User) async throws -> Int64 {
        guard case .everything = rights(user, catalog) else {
            return try await count(catalog, [:], options, user)
        }
        return try await information(options, user).count(catalog)
    }

    private func information(_ options: Query.Options, _ user: User) -> CatalogInformation {
        CatalogInformation(
            database: database, surveys: surveys, maximumTime: options.maximumTime, comment: user.name)
    }

    private func rights(_ user: User, _ catalog: String) -> AccessRights {
        AccessRights(of: user, to: catalog, surveys: surveys)
    }
}

extension Query.Options {
    /// The stages that skip and limit.
    var window: [Document] {
        var stages: [Document] = []
        if let skip, skip > 0 { stages.append(["$skip": .integer(Int64(skip))]) }
        if let limit, limit > 0 { stages.append(["$limit": .integer(Int64(limit))]) }
        return stages
    }
}
