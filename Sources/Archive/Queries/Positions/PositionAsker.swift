import Documents
import Mongo

/// Puts batches of positions to the database.
struct PositionAsker: Sendable {
    /// Bytes of documents that are taken from the server at a time.
    static let batchBytes = 1 << 18

    let database: Database
    let sizes: DocumentSizes
    /// Who asks, for the database's log.
    let comment: String

    /// The documents of a batch.
    /// - Parameter time: how long the database may take.
    func open(
        _ batch: PositionPlan.Batch, of plan: PositionPlan, within time: Duration
    ) async throws -> Cursor {
        try Self.checkTime(time)
        let part = plan.query.parts[batch.part]
        let options = plan.query.options
        let count = sizes.count(part.catalog, part.projection)
        let cursor: Cursor
        switch plan.request(batch) {
        case .find(let filter, let projection):
            cursor = try await database.find(
                part.catalog, filter: filter,
                options: FindOptions(
                    projection: projection, sort: options.sort, skip: options.skip, limit: options.limit,
                    hint: options.hint, maxTime: time, batchSize: count, comment: comment))
        case .aggregate(let pipeline):
            let options = AggregateOptions(
                hint: options.hint, maxTime: time, batchSize: count, comment: comment,
                allowDiskUse: options.allowDiskUse)
            do {
                cursor = try await database.aggregate(part.catalog, pipeline: pipeline, options: options)
            } catch let error as MongoError where Self.isMissing(error) {
                return try await database.find(part.catalog, filter: PositionPlan.nothing)
            }
        }
        sizes.note(cursor.meanBytes, part.catalog, part.projection)
        return cursor
    }

    /// Asks how the database would find the documents of a batch, which fails where finding them would.
    /// - Parameter time: how long the database may take.
    func check(
        _ batch: PositionPlan.Batch, of plan: PositionPlan, within time: Duration
    ) async throws {
        try Self.checkTime(time)
        let part = plan.query.parts[batch.part]
        let options = plan.query.options
        var writer = DocumentWriter()
        switch plan.request(batch) {
        case .find(let filter, let projection):
            writer.append("find", string: part.catalog)
            writer.append("filter", document: filter)
            if let projection { writer.append("projection", document: projection) }
            if let sort = options.sort { writer.append("sort", document: sort) }
        case .aggregate(let pipeline):
            writer.append("aggregate", string: part.catalog)
            writer.append("pipeline", documents: pipeline)
            writer.append("cursor", document: [:])
        }
        if let hint = options.hint { writer.append("hint", hint) }
        do {
            _ = try await database.run(
                command: [
                    "explain": .document(writer.finish()), "verbosity": "queryPlanner",
                    "maxTimeMS": .int64(max(1, Int64(time / .milliseconds(1)))), "comment": .string(comment),
                ], readOnly: true)
        } catch let error as MongoError where Self.isMissing(error) {
            return
        }
    }

    /// Checks that there is time left.
    /// - Throws: `RequestError` as the database would say it.
    static func checkTime(_ time: Duration) throws {
        guard time > .zero else {
            throw RequestError(nil, "ExecutionTimeout: operation exceeded time limit")
        }
    }

    /// Whether the collection is not there: nothing is near anything then, as a find has it, but `$geoNear` fails.
    private static func isMissing(_ error: MongoError) -> Bool { error.codeName == "NamespaceNotFound" }
}
