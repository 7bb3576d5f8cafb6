import Catalogs
import Foundation
public import Mongo

/// Removes catalogues.
public struct CatalogueRemoval: Sendable {
    let database: Database
    let folder: String

    /// - Parameter folder: of the index files.
    public init(_ database: Database, folder: String) {
        self.database = database
        self.folder = folder
    }

    /// Removes a catalogue: its collection, what was begun to be loaded under its name, its entry, its index file.
    ///
    /// - Parameter indexOnly: whether the collection and its entry stay.
    /// - Returns: what was removed, in words.
    /// - Throws: `CatalogueError` where there is nothing, or the catalogue is being loaded at the moment; `MongoError`.
    public func drop(_ name: String, indexOnly: Bool, now: @escaping @Sendable () -> Int64) async throws
        -> [String]
    {
        try CatalogueName.check(name)
        var removed: [String] = []
        if !indexOnly {
            let desk = LoadDesk(database, name, now: now)
            if let progress = try await desk.progress() {
                try desk.refuseOther(progress)
                try await database.dropCollection(CatalogueName.staging(name))
                try await desk.remove()
                removed.append("what was loaded of it")
            }
            if try await database.listCollectionNames().contains(name) {
                try await database.dropCollection(name)
                removed.append("its collection")
            }
            try await CatalogueRegistry(database).remove(name)
        }
        let file = CatalogFolder.path(of: name, in: folder)
        if FileManager.default.fileExists(atPath: file) {
            do { try FileManager.default.removeItem(atPath: file) } catch {
                throw CatalogueError("\(file): the file cannot be removed: \(error.localizedDescription)")
            }
            removed.append("its index file")
        }
        guard !removed.isEmpty else { throw CatalogueError("there is nothing of a catalogue '\(name)'") }
        return removed
    }
}
