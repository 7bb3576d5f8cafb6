import Documents
import Mongo

extension Migration {
    /// Bytes that an entry of an index takes at most: in 15 indexes of 20,000 alerts it took 31 in the mean and 76 at
    /// most (November 2026).
    static let indexEntryBytes: Int64 = 100

    /// The server's version and kind, and its disk.
    func serverFindings() async throws -> [MigrationFinding] {
        var findings: [MigrationFinding] = []
        let state = try await archive.state()
        let parts = state.version.split(separator: ".").compactMap { Int($0) }
        let version = (parts.first ?? 0, parts.dropFirst().first ?? 0)
        if version < Self.oldestServer {
            findings.append(
                MigrationFinding(
                    .fault, "server", "MongoDB \(state.version), and 6.0 is needed",
                    cure:
                        "upgrade one major version after the other, raising featureCompatibilityVersion each time"
                ))
        } else {
            findings.append(MigrationFinding(.good, "server", "MongoDB \(state.version)"))
        }
        if let level = try await compatibility(), level != "\(version.0).\(version.1)" {
            findings.append(
                MigrationFinding(
                    .note, "server", "featureCompatibilityVersion is \(level)",
                    cure: "db.adminCommand({setFeatureCompatibilityVersion: \"\(version.0).\(version.1)\"})"))
        }
        findings.append(
            state.isReplicaSet
                ? MigrationFinding(.good, "server", "member of a replica set, or a router of shards")
                : MigrationFinding(
                    .fault, "server",
                    "no member of a replica set, which transactions and change streams need",
                    cure: "start mongod with --replSet rs0 and run rs.initiate()"))
        return findings + (try await diskFindings(free: state.freeBytes))
    }

    private func diskFindings(free: Int64?) async throws -> [MigrationFinding] {
        let stats = try await database.run(command: ["dbStats": 1], readOnly: true)
        let used = (stats.int64(at: "storageSize") ?? 0) + (stats.int64(at: "indexSize") ?? 0)
        guard let free else {
            return [
                MigrationFinding(
                    .note, "disk", "\(used >> 20) MiB used; the server does not tell what is free")
            ]
        }
        var needed: Int64 = 0
        for survey in surveys {
            let missing = try await compare(survey).missing.count
            if missing > 0 {
                let alerts = Int64(try await database.estimatedDocumentCount(survey.alerts))
                needed += Int64(missing) * alerts * Self.indexEntryBytes
            }
        }
        let text = "\(used >> 20) MiB used, \(free >> 20) MiB free, \(needed >> 20) MiB for missing indexes"
        return [
            free < needed + 1 << 30
                ? MigrationFinding(.fault, "disk", text, cure: "add disk")
                : MigrationFinding(.good, "disk", text)
        ]
    }

    /// The level at which the server keeps its data; nil where this user may not ask.
    private func compatibility() async throws -> String? {
        do {
            let reply = try await database.run(
                command: ["getParameter": 1, "featureCompatibilityVersion": 1], on: "admin", readOnly: true)
            return reply.string(at: "featureCompatibilityVersion.version")
        } catch let error as MongoError where error.refusal != nil || error.isAccessDenied {
            return nil
        }
    }
}
