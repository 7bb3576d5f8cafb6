public import Catalogs
import Documents
public import Mongo

/// The catalogues of a database and of this host: the registry, loads that are not complete, and index files.
public struct CatalogueList: Sendable {
    /// What is known of one catalogue.
    public struct Item: Sendable {
        /// The catalogue's name.
        public let name: String
        /// What the registry has; nil where it has nothing.
        public var entry: CatalogueEntry?
        /// What its index file says of itself; nil where there is none.
        public var index: CatalogDescription?
        /// Why its index file cannot be used.
        public var indexFault: String?
        /// What is being loaded under its name: the stage, and how many rows were read; nil where nothing is.
        public var load: (stage: String, rows: Int)?
    }

    let database: Database
    let folder: String

    /// - Parameter folder: of the index files.
    public init(_ database: Database, folder: String) {
        self.database = database
        self.folder = folder
    }

    /// All of them, by name.
    public func items() async throws -> [Item] {
        var items: [String: Item] = [:]
        for entry in try await CatalogueRegistry(database).entries() {
            items[entry.name, default: Item(name: entry.name)].entry = entry
        }
        let cursor = try await database.find(Collections.catalogLoads)
        while let batch = try await cursor.nextBatch() {
            for document in batch {
                guard let name = document.string(at: "_id") else { continue }
                items[name, default: Item(name: name)].load = (
                    document.string(at: "stage") ?? "", Int(clamping: document.int64(at: "read") ?? 0)
                )
            }
        }
        let files = CatalogFolder(path: folder)
        for name in files.names() {
            var item = items[name] ?? Item(name: name)
            do throws(CatalogIndexError) { item.index = try files.index(name)?.description } catch {
                item.indexFault = error.description
            }
            items[name] = item
        }
        return items.values.sorted { $0.name < $1.name }
    }

    /// One of them.
    /// - Throws: `CatalogueError` where nothing is known of it.
    public func item(_ name: String) async throws -> Item {
        guard let item = try await items().first(where: { $0.name == name }) else {
            throw CatalogueError("nothing is known of a catalogue '\(name)'")
        }
        return item
    }
}
