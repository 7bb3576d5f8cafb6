public import Documents
import Mongo

extension Filters {
    /// A version that was saved.
    public struct Saved: Sendable {
        /// The number of its filter.
        public let filterID: Int64
        /// The version, the active one now.
        public let version: FilterVersion
        /// What the trial run on the last alert says.
        public let trial: String
    }

    /// Saves a filter, or another version of it, once its stages have run on the last alert.
    /// - Parameters:
    ///   - body: `{filter_id, group_id, catalog, pipeline, permissions?, active?, autosave?, auto_followup?,
    ///     update_annotations?, owner?}`, with type wrappers as they were sent. For a filter that exists all but number, group
    ///     and pipeline is checked and otherwise not looked at.
    ///   - now: milliseconds since 1970.
    /// - Throws: `RequestError`, `MongoError`.
    public func save(_ body: Document, now: Int64) async throws -> Saved {
        try await save(body, now: now) {
            var generator = SystemRandomNumberGenerator()
            return FilterVersion.makeFID(using: &generator)
        }
    }

    func save(_ body: Document, now: Int64, makeFID: () -> String) async throws -> Saved {
        var new = try NewFilter(body)
        let key: Document = ["filter_id": .integer(new.filterID), "group_id": .integer(new.groupID)]
        let existing = try await find(key)
        let pipeline = try new.stages()
        // What exists is kept, so what will run is run.
        let catalog = existing?.catalog ?? new.catalog
        let permissions = existing?.permissions ?? new.permissions
        let hasRun = try await trial.run(pipeline.stages, catalog: catalog, permissions: permissions)
        for action in FilterAction.allCases {
            guard let given = new.given(action) else { continue }
            new.set(action, try await checked(given, action, catalog, permissions))
        }
        if existing == nil { try await makeUnique() }
        let version = try await append(pipeline.text, to: key, new.fields(now: now), now: now, makeFID)
        return Saved(
            filterID: new.filterID, version: version,
            trial: hasRun
                ? "pipeline test for filter id \(new.filterID) successful"
                : "WARNING: No documents in \(catalog) collection, cannot properly test pipeline for filter id "
                    + "\(new.filterID)")
    }

    /// What is stored of an action that a new filter comes with.
    private func checked(
        _ given: Document, _ action: FilterAction, _ catalog: String, _ permissions: [Int64]
    ) async throws -> Document {
        let attempted = "Cannot test \(action.rawValue) pipeline"
        guard action.knowsKeys(of: given) else { throw RequestError(nil, "\(attempted): invalid keys") }
        if let fault = action.faultOfTypes(in: given) {
            throw RequestError(nil, "Cannot add new filter: \(fault)")
        }
        guard let value = given.element(key: "pipeline")?.value else {
            if action == .autosave { return given }
            throw RequestError(nil, "\(attempted): no pipeline specified")
        }
        if action == .autoFollowup, let order = try FilterAction.order(in: given),
            try await isContradicted(order)
        {
            throw RequestError(
                nil,
                "Cannot add new filter with auto_followup: existing filters with the same allocation have "
                    + "priority_order set to a different value, which is unexpected")
        }
        let pipeline: FilterPipeline
        do {
            pipeline = try FilterPipeline(value)
            guard try await trial.run(pipeline.stages, catalog: catalog, permissions: permissions) else {
                throw RequestError(nil, "no documents in \(catalog) collection")
            }
        } catch let fault as FilterPipeline.Fault {
            throw RequestError(nil, "\(attempted): \(fault.reason)")
        } catch let error as RequestError {
            throw RequestError(nil, "\(attempted): \(error.reason)")
        }
        return FilterAction.stored(given, pipeline)
    }

    /// Sees to it that there is one filter of a number in a group, where there is not more than one already: a
    /// database taken over from Kowalski may hold several.
    private func makeUnique() async throws {
        do {
            try await database.createIndexes(
                Collections.filters,
                [
                    Index(name: "filter_id_group_id", keys: ["filter_id": 1, "group_id": 1], unique: true)
                ])
        } catch let error as MongoError {
            // Without the index two first versions at the same time may become two filters, as in Kowalski.
            guard error.refusal != nil else { throw error }
        }
    }

    /// Appends a version, and makes the filter where there is none, in one step.
    private func append(
        _ pipeline: String, to key: Document, _ fields: Document, now: Int64, _ makeFID: () -> String
    ) async throws -> FilterVersion {
        var attempts = 0
        while true {
            attempts += 1
            let version = FilterVersion(fid: makeFID(), pipeline: pipeline, created: now)
            var condition = DocumentWriter()
            condition.append(contentsOf: key.view)
            condition.append("fv.fid", ["$ne": .string(version.fid)])
            do {
                _ = try await database.findOneAndUpdate(
                    Collections.filters, filter: condition.finish(),
                    update: .operators([
                        "$push": ["fv": .document(version.document)],
                        "$set": ["active_fid": .string(version.fid), "last_modified": .datetime(now)],
                        "$setOnInsert": .document(fields),
                        // What the version before has done is not this one's fault.
                        "$unset": ["suspended": ""],
                    ]), projection: ["_id": 1], upsert: true)
                return version
            } catch let error as MongoError where error.isDuplicateKey && attempts < 20 {
                // The name is taken, or another request has made the filter meanwhile: it is there now.
            }
        }
    }
}
