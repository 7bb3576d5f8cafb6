import Documents
public import Mongo

/// What is known of the catalogues of a database: the collection `catalogs`.
public struct CatalogueRegistry: Sendable {
    let database: Database

    /// - Parameter database: where the catalogues are.
    public init(_ database: Database) { self.database = database }

    /// All entries, by name.
    public func entries() async throws -> [CatalogueEntry] {
        var entries: [CatalogueEntry] = []
        let cursor = try await database.find(Collections.catalogs, options: FindOptions(sort: ["_id": 1]))
        while let batch = try await cursor.nextBatch() { entries += batch.compactMap(CatalogueEntry.init) }
        return entries
    }

    /// The entry of a catalogue; nil where it was neither loaded nor indexed by Skipper.
    public func entry(_ name: String) async throws -> CatalogueEntry? {
        try await database.findOne(Collections.catalogs, filter: ["_id": .string(name)]).flatMap(
            CatalogueEntry.init)
    }

    /// Stores an entry in the place of an older one.
    func put(_ entry: CatalogueEntry) async throws {
        let result = try await database.bulkWrite(
            Collections.catalogs,
            [.replaceOne(filter: ["_id": .string(entry.name)], replacement: entry.document, upsert: true)])
        try result.check()
    }

    /// Forgets a catalogue.
    func remove(_ name: String) async throws {
        _ = try await database.bulkWrite(Collections.catalogs, [.deleteOne(filter: ["_id": .string(name)])])
    }

    /// The entry of a catalogue, made from its collection where there is none.
    /// - Parameter now: milliseconds since 1970.
    /// - Throws: `CatalogueError` where there is no such collection.
    func entry(orMade name: String, now: Int64) async throws -> CatalogueEntry {
        if let entry = try await entry(name) { return entry }
        guard try await database.listCollectionNames().contains(name) else {
            throw CatalogueError("there is no catalogue '\(name)' in the database")
        }
        let entry = CatalogueEntry(
            name: name, load: CatalogueRegistry.loadName(now), rows: try await database.exactCount(name),
            loadedAt: now,
            columns: try await database.sampledColumns(name), files: [], state: .found)
        try await put(entry)
        return entry
    }

    /// A new name for a load: the time and a random part.
    static func loadName(_ now: Int64) -> String {
        "\(now)-" + String(UInt32.random(in: .min ... .max) | 0x1000_0000, radix: 16)
    }
}

extension Database {
    /// How many documents a collection has, counted one by one.
    func exactCount(_ collection: String) async throws -> Int {
        try await countDocuments(collection, options: AggregateOptions(maxTime: longestTime))
    }

    /// The names of the fields of a thousand documents, in the order in which they are met.
    func sampledColumns(_ collection: String) async throws -> [String] {
        var (columns, seen): ([String], Set<String>) = ([], ["_id", "coordinates"])
        let cursor = try await find(collection, options: FindOptions(limit: 1000))
        while let batch = try await cursor.nextBatch() {
            for document in batch { columns += document.keys.filter { seen.insert($0).inserted } }
        }
        return columns
    }
}
