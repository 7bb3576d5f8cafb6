public import Documents
public import Mongo

/// The collection of users' filters, in Kowalski's shape.
///
/// A filter is found by its number, and by its number and group where a version is saved. Versions are appended in the
/// database, so that two that are saved at once are both there.
public struct Filters: Sendable {
    let database: Database
    let trial: FilterTrial
    let surveys: [Survey]

    /// - Parameters:
    ///   - database: where the collection is.
    ///   - surveys: the surveys whose alerts filters look at.
    public init(_ database: Database, surveys: [Survey]) {
        self.database = database
        self.surveys = surveys
        trial = FilterTrial(database: database, surveys: surveys)
    }

    /// The filter of a number.
    /// - Throws: `Filter id 7 not found`.
    public func find(_ filterID: Int64) async throws -> Filter {
        guard let filter = try await find(["filter_id": .integer(filterID)]) else {
            throw Self.notFound(.integer(filterID))
        }
        return filter
    }

    /// All filters of a group, a collection of alerts and a state, by number, without the texts of their pipelines.
    /// - Parameter user: who asks; those that the user may not see are left out.
    public func list(
        group: Int64?, catalog: String?, active: Bool?, for user: User
    ) async throws -> Cursor {
        var filter = DocumentWriter()
        if let condition = FilterRights(user: user).condition { filter.append(contentsOf: condition.view) }
        filter.append("filter_id", ["$exists": true])
        if let group { filter.append("group_id", .integer(group)) }
        if let catalog { filter.append("catalog", string: catalog) }
        // Active is what is not said to be otherwise.
        if let active { filter.append("active", active ? ["$ne": false] : false) }
        var shown = DocumentWriter()
        for (name, standard) in Filter.fields {
            let field = Value.string("$\(name)")
            shown.append(name, standard.map { ["$ifNull": [field, ["$literal": $0]]] } ?? field)
        }
        return try await database.aggregate(
            Collections.filters,
            pipeline: [
                ["$match": .document(filter.finish())], ["$sort": ["filter_id": 1, "group_id": 1, "_id": 1]],
                ["$unset": ["fv.pipeline", "autosave.pipeline", "auto_followup.pipeline"]],
                ["$project": .document(shown.finish())],
            ])
    }

    /// Removes a filter with all its versions.
    /// - Throws: `Filter id 7 not found`.
    public func remove(_ filterID: Int64) async throws {
        let result = try await database.bulkWrite(
            Collections.filters, [.deleteOne(filter: ["filter_id": .integer(filterID)])], ordered: true)
        guard result.deleted > 0 else { throw Self.notFound(.integer(filterID)) }
    }

    /// Runs a version of a filter over stored alerts, each with what was known of its object before it.
    /// - Parameters:
    ///   - body: `{filter_version?, object_ids?, start_date?, end_date?, max_time_ms?}`.
    ///   - user: who asks; what the user may not see the filter does not see either.
    /// - Returns: what passes.
    /// - Throws: `RequestError`; `MongoError`, also while the documents are read.
    public func run(_ filter: Filter, _ body: Document, for user: User) async throws -> Cursor {
        let (run, version) = try run(of: filter, body)
        let stored = try stored(filter, for: user, "failure: ")
        let prefix = stored.prefix(.past(objects: run.objects, dates: run.dates))
        return try await database.aggregate(
            filter.catalog,
            pipeline: prefix + FilterRights(user: user).barrier + (try stages(of: version)),
            options: AggregateOptions(maxTime: run.maxTime, comment: user.name, allowDiskUse: false))
    }

    func find(_ condition: Document) async throws -> Filter? {
        try await database.findOne(Collections.filters, filter: condition).map { Filter($0) }
    }

    /// Whether other filters, or this one, order the priorities of an allocation otherwise.
    ///
    /// Two requests at the same time do not see each other; what they leave is found with the next one.
    func isContradicted(_ order: AllocationOrder) async throws -> Bool {
        try await find(order.contradiction) != nil
    }

    static func notFound(_ filterID: Value) -> RequestError {
        RequestError(nil, "Filter id \(filterID.shown) not found")
    }
}
