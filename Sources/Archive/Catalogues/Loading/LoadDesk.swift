import Documents
import Mongo

/// The progress of one catalogue's load in `catalog_loads`, and who works on it.
struct LoadDesk: Sendable {
    let database: Database
    let name: String
    /// Milliseconds since 1970.
    let now: @Sendable () -> Int64

    init(_ database: Database, _ name: String, now: @escaping @Sendable () -> Int64) {
        self.database = database
        self.name = name
        self.now = now
    }

    private var filter: Document { ["_id": .string(name)] }

    /// What is stored; nil where the catalogue is not being loaded.
    /// - Throws: `CatalogueError` where it cannot be read.
    func progress() async throws -> LoadProgress? {
        guard let document = try await database.findOne(Collections.catalogLoads, filter: filter) else {
            return nil
        }
        guard let progress = LoadProgress(document) else {
            throw CatalogueError(
                "the progress of \(name) in \(Collections.catalogLoads) cannot be read; remove it")
        }
        return progress
    }

    /// Throws where another process works on a load at the moment.
    func refuseOther(_ progress: LoadProgress) throws(CatalogueError) {
        let silence = now() - progress.updatedAt
        guard silence < CatalogueLoader.longestSilence, !progress.owner.isGone else { return }
        throw CatalogueError(
            "\(name) is being loaded by process \(progress.owner.process) on \(progress.owner.host), "
                + "last heard of \(max(0, silence) / 1000) s ago")
    }

    /// Stores the progress of a new load.
    /// - Throws: `CatalogueError` where another process has begun one just now.
    func begin(_ progress: LoadProgress) async throws {
        let result = try await database.insert(Collections.catalogLoads, [progress.document])
        try result.check()
        if !result.duplicates.isEmpty { throw CatalogueError("\(name) is being loaded by another process") }
    }

    /// Becomes the owner of a load that another process has left.
    /// - Throws: `CatalogueError` where a third one was faster.
    func take(over progress: LoadProgress) async throws {
        guard let known = try await self.progress() else { throw lost }
        try refuseOther(known)
        let result = try await database.bulkWrite(
            Collections.catalogLoads,
            [
                .updateOne(
                    filter: ["_id": .string(name), "owner.token": .string(known.owner.token)],
                    update: .operators([
                        "$set": [
                            "owner": .document(progress.owner.document), "resumed": true,
                            "updated_at": .datetime(now()),
                        ]
                    ]))
            ])
        try result.check()
        if result.matched == 0 { throw lost }
    }

    /// Stores how far the owner is.
    func save(_ progress: LoadProgress) async throws {
        var progress = progress
        progress.updatedAt = now()
        let result = try await database.bulkWrite(
            Collections.catalogLoads,
            [
                .replaceOne(
                    filter: ["_id": .string(name), "owner.token": .string(progress.owner.token)],
                    replacement: progress.document)
            ])
        try result.check()
        if result.matched == 0 { throw lost }
    }

    /// Says again and again that the owner is at work, until the task is cancelled.
    func keepAlive(_ owner: LoadOwner) async throws {
        while true {
            try await Task.sleep(for: .milliseconds(CatalogueLoader.longestSilence / 4))
            let result = try await database.bulkWrite(
                Collections.catalogLoads,
                [
                    .updateOne(
                        filter: ["_id": .string(name), "owner.token": .string(owner.token)],
                        update: .operators(["$max": ["updated_at": .datetime(now())]]))
                ])
            try result.check()
        }
    }

    /// Forgets the load.
    func remove() async throws {
        let result = try await database.bulkWrite(Collections.catalogLoads, [.deleteOne(filter: filter)])
        try result.check()
    }

    private var lost: CatalogueError { CatalogueError("another process has taken over the load of \(name)") }
}
