public import Documents
public import Mongo

/// Runs queries on the database for users.
public struct QueryRunner: Sendable {
    private let database: Database
    private let surveys: [Survey]

    /// - Parameters:
    ///   - database: what is queried.
    ///   - surveys: the surveys whose collections have programs.
    public init(_ database: Database, surveys: [Survey]) {
        self.database = database
        self.surveys = surveys
    }

    /// What a query gives.
    public enum Answer: Sendable {
        /// Documents, as they come.
        case documents(Cursor)
        /// One value; nil where there is nothing.
        case value(Value?)
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
        case .info(let info): return .value(try await tell(info, user))
        }
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
        return try await database.find(
            catalog, filter: filter,
            options: FindOptions(
                projection: projection, sort: options.sort, skip: options.skip, limit: options.limit,
                hint: options.hint, maxTime: .milliseconds(options.maximumTime), comment: user.name))
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
        let reply = try await database.run(
            command: [
                "count": .string(try await stored(catalog)), "maxTimeMS": .int64(options.maximumTime),
                "comment": .string(user.name),
            ], readOnly: true)
        return reply.int64(at: "n") ?? 0
    }

    private func rights(_ user: User, _ catalog: String) -> AccessRights {
        AccessRights(of: user, to: catalog, surveys: surveys)
    }

    private func tell(_ info: Query.Info, _ user: User) async throws -> Value {
        switch info {
        case .catalogNames:
            let names = try await database.listCollectionNames()
                .filter { !Collections.restricted.contains($0) && !$0.hasPrefix("system.") }
            return .list(names.sorted(by: >).map { .string($0) })
        case .catalog(let name):
            return .document(
                try await database.run(
                    command: ["collStats": .string(try await stored(name))], readOnly: true))
        case .database: return .document(try await database.run(command: ["dbStats": 1], readOnly: true))
        case .indexes(let name):
            var writer = DocumentWriter()
            for index in try await indexes(name) { append(index, to: &writer) }
            return .document(writer.finish())
        }
    }

    /// The collection that a catalogue's documents are in: for light curves, which are a view, that of the objects.
    private func stored(_ catalog: String) async throws -> String {
        guard let survey = surveys.first(where: { $0.auxiliary == catalog }),
            try await database.listCollectionNames().contains(survey.recent)
        else { return catalog }
        return survey.recent
    }

    /// A collection has 64 indexes at most, which fit into the first answer; one that does not exist has none.
    private func indexes(_ catalog: String) async throws -> DocumentViews {
        do {
            return try await database.run(
                command: ["listIndexes": .string(try await stored(catalog))], readOnly: true
            )
            .documents(at: "cursor.firstBatch")
        } catch let error as MongoError where error.codeName == "NamespaceNotFound" {
            return Document().documents(at: "cursor.firstBatch")
        }
    }

    /// `{name: {v, key: [[field, direction], …], …}}`, as PyMongo's index_information has it.
    private func append(_ index: DocumentView, to writer: inout DocumentWriter) {
        guard let name = index.string(at: "name") else { return }
        writer.beginDocument(name)
        for element in index.elements where element.key != "name" && element.key != "ns" {
            if element.key == "key", let keys = element.value.document {
                writer.append("key", .list(keys.elements.map { .list([.string($0.key), $0.value]) }))
            } else {
                writer.append(element)
            }
        }
        writer.end()
    }
}

extension Query.Options {
    /// The stages that skip and limit.
    fileprivate var window: [Document] {
        var stages: [Document] = []
        if let skip, skip > 0 { stages.append(["$skip": .integer(Int64(skip))]) }
        if let limit, limit > 0 { stages.append(["$limit": .integer(Int64(limit))]) }
        return stages
    }
}
