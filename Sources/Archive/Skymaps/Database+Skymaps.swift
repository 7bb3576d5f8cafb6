import Documents
import Mongo

extension Collections {
    /// Contours of sky maps.
    public static let skymaps = "skymaps"
}

extension Database {
    /// Creates the indexes of the sky maps where they do not exist.
    ///
    /// A database that was Kowalski's, which never had the unique index, may hold a map twice; there the index cannot be
    /// made, and everything but that protection works without it.
    func prepareSkymaps() async throws {
        try await createIndexes(
            Collections.skymaps,
            [
                Index(name: "dateobs", keys: ["dateobs": -1]),
                Index(name: "triggerid", keys: ["triggerid": 1]),
                Index(name: "aliases", keys: ["aliases": 1]),
            ])
        do {
            try await createIndexes(
                Collections.skymaps,
                [
                    Index(
                        name: "localization_name_dateobs", keys: ["localization_name": 1, "dateobs": 1],
                        unique: true)
                ])
        } catch let error as MongoError where error.isDuplicateKey {
            return
        }
    }
}

extension Archive {
    /// The sky maps.
    ///
    /// - Parameters:
    ///   - files: how maps of other servers are got.
    ///   - work: where contours are drawn.
    public func skymaps(files: SkymapFiles, work: SkymapWork) -> StoredSkymaps {
        StoredSkymaps(database, files: files, work: work)
    }
}
