import Documents
public import Mongo

/// Runs a filter's stages on the alert that was inserted last, to find out before the night whether they can be run.
struct FilterTrial {
    let database: Database
    let surveys: [Survey]

    /// Milliseconds that a trial may take.
    private static let longest = Duration.milliseconds(3000)

    /// Runs the stages.
    /// - Returns: false where the collection has no documents, so that nothing is known.
    /// - Throws: `RequestError` with the database's text where it refuses the stages; `MongoError` where the database
    ///   cannot be used.
    func run(_ stages: [Document], catalog: String, permissions: [Int64]) async throws -> Bool {
        do {
            guard let survey = surveys.first(where: { $0.alerts == catalog }) else {
                return try await check(catalog)
            }
            guard let last = try await last(catalog, survey.fields.candid) else { return false }
            guard let candid = last.int64(at: Path(survey.fields.candid)) else {
                throw RequestError(nil, "the last alert of \(catalog) has no \(survey.fields.candid)")
            }
            let prefix = FilterPrefix.stages(
                of: survey, permissions: permissions, .alerts(candids: [candid]))
            let cursor = try await database.aggregate(
                catalog, pipeline: prefix + stages,
                options: AggregateOptions(maxTime: Self.longest, allowDiskUse: false))
            // Faults may show with the last of many documents.
            while try await cursor.nextBatch() != nil {}
            return true
        } catch let error as MongoError {
            guard let reason = error.refusal else { throw error }
            throw RequestError(nil, reason)
        }
    }

    /// Refuses a collection that has documents but no alerts.
    private func check(_ catalog: String) async throws -> Bool {
        let name = try QueryRules.catalog(catalog, User(name: "", programs: [], isAdmin: false))
        guard try await last(name) == nil else {
            let known = surveys.map(\.alerts).joined(separator: ", ")
            throw RequestError(nil, "catalog \(catalog) has no alerts; catalogs with alerts are \(known)")
        }
        return false
    }

    private func last(_ catalog: String, _ field: String? = nil) async throws -> Document? {
        var projection = DocumentWriter()
        projection.append("_id", int32: 1)
        if let field { projection.append(field, int32: 1) }
        return try await database.findOne(
            catalog, options: FindOptions(projection: projection.finish(), sort: ["$natural": -1]))
    }
}

extension MongoError {
    /// Why the server does not do what it was asked; nil where it could not be asked or must be asked again.
    public var refusal: String? {
        if isTimeout { return "operation exceeded time limit" }
        return serverReply == nil || isRetriable || isAccessDenied ? nil : reason
    }
}
