public import Catalogs
import Documents
import Foundation
public import Mongo
public import Service
import Sky

/// Makes the index file of a catalogue from its collection.
public struct CatalogueIndexer: Sendable {
    let database: Database
    let folder: String
    let now: @Sendable () -> Int64

    /// - Parameters:
    ///   - folder: of the index files; made if it is not there.
    ///   - now: milliseconds since 1970.
    public init(
        _ database: Database, folder: String, now: @escaping @Sendable () -> Int64 = { Log.milliseconds() }
    ) {
        self.database = database
        self.folder = folder
        self.now = now
    }

    /// Reads the collection and writes the file in the place of an older one, which stays until the new one is
    /// complete.
    ///
    /// - Parameters:
    ///   - fields: which fields rows are to have besides `_id` and `coordinates.radec_geojson`, by their dotted paths;
    ///     nil for whole documents.
    ///   - memory: bytes to sort with.
    ///   - progress: told how many rows were read just now, and how many are left; then, with 0, nothing more.
    ///   - stage: told what is being done.
    /// - Throws: `CatalogueError`, `CatalogIndexError`, `MongoError`.
    public func build(
        _ name: String, fields: [String]?, memory: Int,
        progress: @escaping @Sendable (_ rows: Int, _ remaining: Int?) -> Void = { _, _ in },
        stage: @escaping @Sendable (String) -> Void = { _ in }
    ) async throws -> CatalogDescription {
        try CatalogueName.check(name)
        if let fields { try Self.check(fields) }
        let entry = try await CatalogueRegistry(database).entry(orMade: name, now: now())
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw CatalogueError("\(folder): the folder cannot be made: \(error.localizedDescription)")
        }
        let builder = IndexWork(
            try CatalogBuilder(
                path: CatalogFolder.path(of: name, in: folder), name: name, load: entry.load, fields: fields,
                memory: memory, scratch: folder))
        let total = try await database.estimatedDocumentCount(name)
        let cursor = try await database.find(
            name,
            options: FindOptions(
                projection: fields.map(Self.projection), sort: ["$natural": 1], maxTime: database.longestTime)
        )
        var rows = 0
        while let batch = try await cursor.nextBatch(maximumDocuments: 5000, maximumBytes: 8 << 20) {
            try await builder.add(batch, name)
            rows += batch.count
            progress(batch.count, max(0, total - rows))
        }
        stage("sorting and writing \(rows) rows")
        return try await builder.finish(created: now())
    }

    /// Refuses fields that cannot be projected together.
    private static func check(_ fields: [String]) throws(CatalogueError) {
        for field in fields {
            guard !field.isEmpty, !field.hasPrefix("$"), !field.utf8.contains(0), !field.hasPrefix("."),
                !field.hasSuffix("."), !field.contains("..")
            else { throw CatalogueError("'\(field)' is not the name of a field") }
        }
    }

    /// What the database is to send: `_id`, the position, and fields of which none lies in another.
    static func projection(_ fields: [String]) -> Document {
        let all = Set(fields + ["coordinates.radec_geojson"]).subtracting(["_id"])
        let outer = all.filter { field in !all.contains { field.hasPrefix($0 + ".") } }
        var writer = DocumentWriter()
        writer.append("_id", int32: 1)
        for field in outer.sorted() { writer.append(field, int32: 1) }
        return writer.finish()
    }
}

/// A builder and the thread that it works on, because it reads and writes files.
private final class IndexWork: @unchecked Sendable {
    // Only touched on the one thread, one piece of work after the other, hence `@unchecked Sendable`.
    private let builder: CatalogBuilder
    private let threads = WorkerThreads(name: "catalogue-index", count: 1)

    init(_ builder: sending CatalogBuilder) { self.builder = builder }

    func add(_ documents: [Document], _ name: String) async throws {
        try await threads.run { [self] in
            for document in documents {
                guard let position = try Coordinates(stored: document) else {
                    var id: [UInt8] = []
                    ExtendedJSON.append(document["_id"] ?? .null, to: &id)
                    throw CatalogueError(
                        "the document with _id \(String(decoding: id.prefix(200), as: UTF8.self)) of \(name) has no "
                            + "coordinates.radec_geojson")
                }
                try builder.add(position, document)
            }
        }
    }

    func finish(created: Int64) async throws -> CatalogDescription {
        try await threads.run { [self] in try builder.finish(created: created) }
    }
}
