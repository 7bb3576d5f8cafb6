public import Catalogs
import Documents
public import Mongo
public import Service
import Synchronization

/// The catalogues that are indexed on this host, as far as their indexes are of what the database has now.
public final class LocalCatalogs: Sendable {
    private let folder: CatalogFolder
    private let database: Database
    private let log: Log
    private let answered: Counter
    private let asked: Counter
    /// What was said of indexes that cannot be used, by catalogue; said once.
    private let faults = Mutex<[String: String]>([:])

    /// - Parameters:
    ///   - folder: path of the folder with the index files.
    ///   - database: has the catalogues and the registry of them.
    ///   - metrics: where counts are shown.
    ///   - log: what is said.
    public init(folder: String, _ database: Database, metrics: Metrics, log: Log) {
        self.folder = CatalogFolder(path: folder)
        self.database = database
        self.log = log
        answered = metrics.counter(
            "positions_answered_from_index_total",
            "Positions in catalogues that queries were answered from an index on this host.")
        asked = metrics.counter(
            "positions_asked_beside_index_total",
            "Positions in indexed catalogues about which the database was asked nevertheless.")
    }

    /// The indexes of those catalogues that have one on this host, of the load that the database has.
    /// - Throws: `MongoError`.
    public func current(_ names: [String]) async throws -> [String: CatalogIndex] {
        var indexes: [String: CatalogIndex] = [:]
        for name in names { indexes[name] = index(name) }
        guard !indexes.isEmpty else { return [:] }
        let cursor = try await database.find(
            Collections.catalogs,
            filter: ["_id": ["$in": .list(indexes.keys.sorted().map { .string($0) })]],
            options: FindOptions(projection: ["load": 1]))
        var loads: [String: String] = [:]
        while let batch = try await cursor.nextBatch() {
            for entry in batch {
                if let name = entry.string(at: "_id") { loads[name] = entry.string(at: "load") }
            }
        }
        return indexes.filter { name, index in
            index.description.name == name && index.description.load == loads[name]
        }
    }

    /// The index file of a catalogue, whatever it is of; nil where there is none that can be read.
    func index(_ name: String) -> CatalogIndex? {
        do throws(CatalogIndexError) {
            let index = try folder.index(name)
            faults.withLock { _ = $0.removeValue(forKey: name) }
            return index
        } catch {
            // The database has the same.
            let reason = "\(error)"
            let isNew = faults.withLock { $0.updateValue(reason, forKey: name) != reason }
            if isNew {
                log.warning("index not used", ["catalog.name": .string(name), "reason": .string(reason)])
            }
            return nil
        }
    }

    /// The registry's entry of a catalogue; nil where it has none.
    func entry(_ name: String) async throws -> Document? {
        try await database.findOne(Collections.catalogs, filter: ["_id": .string(name)])
    }

    /// Counts positions that were looked for in an index.
    func count(answered: Int, of positions: Int) {
        self.answered.add(answered)
        asked.add(positions - answered)
    }
}
