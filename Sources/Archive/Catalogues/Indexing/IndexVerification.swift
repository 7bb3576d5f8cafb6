public import Catalogs
import Documents
public import Mongo
import Service

/// Checks an index file: its checksums, and its rows against the collection.
public struct IndexVerification: Sendable {
    let database: Database
    let folder: String

    /// What was found.
    public struct Report: Sendable {
        /// What the file says of itself.
        public let description: CatalogDescription
        /// How many rows were compared with their documents.
        public let compared: Int
        /// What is not as it should be, a sentence each; empty where all is well.
        public let faults: [String]
    }

    /// About how many rows are compared unless all are.
    private static let wanted = 10_000

    /// - Parameter folder: of the index files.
    public init(_ database: Database, folder: String) {
        self.database = database
        self.folder = folder
    }

    /// Checks the file of a catalogue.
    ///
    /// - Parameters:
    ///   - all: whether every row is compared, not only some.
    ///   - progress: told how many rows were compared just now, and how many are left.
    /// - Throws: `CatalogIndexError` where the file is damaged; `CatalogueError` where there is none; `MongoError`.
    public func run(
        _ name: String, all: Bool, progress: @escaping @Sendable (_ rows: Int, _ remaining: Int?) -> Void
    ) async throws -> Report {
        try CatalogueName.check(name)
        guard let index = try CatalogFolder(path: folder).index(name) else {
            throw CatalogueError("there is no index file \(CatalogFolder.path(of: name, in: folder))")
        }
        let threads = WorkerThreads(name: "catalogue-index", count: 1)
        try await threads.run { try index.verify { _ in } }
        let description = index.description
        var faults: [String] = []
        if description.name != name { faults.append("the file is the index of \(description.name)") }
        let stored = try await database.exactCount(name)
        if stored != description.rows {
            faults.append("the file has \(description.rows) rows, the collection \(stored)")
        }
        if let entry = try await CatalogueRegistry(database).entry(name), entry.load != description.load {
            faults.append(
                "the file is of load \(description.load), the collection of \(entry.load): make it again")
        }
        let step = all ? 1 : max(1, description.rows / Self.wanted)
        var compared = 0
        var row = 0
        while row < description.rows, faults.count < 20 {
            let places = stride(from: row, to: min(description.rows, row + 1000 * step), by: step)
            let documents = try await threads.run { try places.map { try index.document(of: $0) } }
            faults += try await differences(documents, name, description.fields)
            compared += documents.count
            row += 1000 * step
            progress(documents.count, max(0, (description.rows - row) / step))
        }
        return Report(description: description, compared: compared, faults: Array(faults.prefix(20)))
    }

    private func differences(
        _ documents: [Document], _ name: String, _ fields: [String]?
    ) async throws -> [String] {
        let ids = documents.map { $0["_id"] ?? .null }
        var stored: [Value: Document] = [:]
        let cursor = try await database.find(
            name, filter: ["_id": ["$in": .list(ids)]],
            options: FindOptions(projection: fields.map(CatalogueIndexer.projection)))
        while let batch = try await cursor.nextBatch() {
            for document in batch { stored[document["_id"] ?? .null] = document }
        }
        return zip(ids, documents).compactMap { id, document in
            guard stored[id] != document else { return nil }
            var text: [UInt8] = []
            ExtendedJSON.append(id, to: &text)
            let what = stored[id] == nil ? "is not in the collection" : "is another one in the collection"
            return "the row with _id \(String(decoding: text.prefix(200), as: UTF8.self)) \(what)"
        }
    }
}
