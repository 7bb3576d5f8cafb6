public import Documents
import Mongo

extension Filters {
    /// Changes a filter.
    /// - Parameters:
    ///   - body: `{filter_id, active?, active_fid?, autosave?, auto_followup?, update_annotations?, owner?}`, with
    ///     type wrappers as they were sent.
    ///   - now: milliseconds since 1970.
    /// - Returns: the filter as it is now.
    /// - Throws: `RequestError`, `MongoError`.
    public func change(_ body: Document, now: Int64) async throws -> Filter {
        let change = FilterChange(body)
        guard let filterID = Self.number(change.filterID),
            let filter = try await find(["filter_id": .integer(filterID)])
        else { throw Self.notFound(change.filterID) }
        var set = DocumentWriter()
        if let fid = try change.activeVersion(of: filter) { set.append("active_fid", string: fid) }
        for action in FilterAction.allCases {
            guard let given = try change.action(action) else { continue }
            guard let object = given.document else {
                set.append(action.rawValue, given)
                continue
            }
            set.append(action.rawValue, document: try await checked(object, action, of: filter, filterID))
        }
        if let owner = try change.owner() { set.append("owner", string: owner) }
        for (name, value) in try change.truths() { set.append(name, .bool(value)) }
        let changes = set.finish()
        if changes.isEmpty { return filter }
        var dated = DocumentWriter()
        dated.append(contentsOf: changes.view)
        dated.append("last_modified", .datetime(now))
        var update = DocumentWriter()
        update.append("$set", document: dated.finish())
        if try change.liftsSuspension(of: filter) { update.append("$unset", ["suspended": ""]) }
        let changed = try await database.findOneAndUpdate(
            Collections.filters, filter: ["_id": filter.document["_id"] ?? .null],
            update: .operators(update.finish()))
        guard let changed else { throw Self.notFound(change.filterID) }
        return Filter(changed)
    }

    /// An integer; a text of one names no filter.
    private static func number(_ value: Value) -> Int64? { value.string == nil ? value.int64 : nil }

    /// What is stored of an action that a filter is given.
    private func checked(
        _ given: Document, _ action: FilterAction, of filter: Filter, _ filterID: Int64
    ) async throws -> Document {
        let attempted = "Cannot update filter id \(filterID)"
        guard action.knowsKeys(of: given) else {
            throw RequestError(nil, "\(attempted): \(action.rawValue) contains invalid keys")
        }
        if let fault = action.faultOfTypes(in: given) { throw RequestError(nil, "\(attempted): \(fault)") }
        if action == .autoFollowup, let order = try FilterAction.order(in: given),
            try await isContradicted(order)
        {
            throw RequestError(
                nil,
                "\(attempted): auto_followup, filters with the same allocation have priority_order set to a "
                    + "different value, which is unexpected")
        }
        guard let value = given.element(key: "pipeline")?.value else { return given }
        let pipeline: FilterPipeline
        let hasRun: Bool
        do {
            pipeline = try FilterPipeline(value)
            hasRun = try await trial.run(
                pipeline.stages, catalog: filter.catalog, permissions: filter.permissions)
        } catch let fault as FilterPipeline.Fault {
            throw RequestError(nil, "\(attempted): \(action.rawValue) pipeline is invalid: \(fault.reason)")
        } catch let error as RequestError {
            throw RequestError(nil, "\(attempted): \(action.rawValue) pipeline is invalid: \(error.reason)")
        }
        guard hasRun else {
            throw RequestError(
                nil, "Cannot test \(action.rawValue) pipeline: no documents in \(filter.catalog) collection")
        }
        return FilterAction.stored(given, pipeline)
    }
}
