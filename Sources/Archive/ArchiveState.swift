import Documents
import Mongo

/// What an operator wants to know of the database.
public struct ArchiveState: Sendable {
    /// The server's version: "6.0.5".
    public let version: String
    /// Whether the server is a member of a replica set, or a router of a sharded cluster.
    public let isReplicaSet: Bool
    /// Indexes that queries lean on and that do not exist, as collection.name.
    public let missingIndexes: [String]
    /// Free bytes of the file system that the data are on; nil where the server does not tell.
    public let freeBytes: Int64?
    /// Packets that could not be processed.
    public let rejected: Int
}

extension Archive {
    /// Asks the database how it is.
    /// - Throws: `MongoError`.
    public func state() async throws -> ArchiveState {
        let build = try await database.run(command: ["buildInfo": 1], readOnly: true)
        let hello = try await database.run(command: ["hello": 1], readOnly: true)
        let stats = try await database.run(command: ["dbStats": 1], readOnly: true)
        let present = Set(try await database.listCollectionNames())
        var missing: [String] = []
        for survey in Self.surveys {
            let names =
                present.contains(survey.alerts)
                ? Set(try await database.listIndexes(survey.alerts).map(\.name)) : []
            missing += survey.indexes.map(\.name).filter { !names.contains($0) }.map {
                "\(survey.alerts).\($0)"
            }
        }
        // The server says 0 of a database that does not exist yet.
        let total = stats.int64(at: "fsTotalSize").flatMap { $0 > 0 ? $0 : nil }
        let used = stats.int64(at: "fsUsedSize")
        return ArchiveState(
            version: build.string(at: "version") ?? "unknown",
            isReplicaSet: hello.string(at: "setName") != nil || hello.string(at: "msg") == "isdbgrid",
            missingIndexes: missing, freeBytes: total.flatMap { total in used.map { total - $0 } },
            rejected: try await database.countDocuments(
                Collections.rejected, filter: ["piece": ["$exists": false]]))
    }
}
