import Documents
import Mongo

extension Migration {
    /// Who can log in, and who sees what.
    func userFindings() async throws -> [MigrationFinding] {
        var findings: [MigrationFinding] = []
        var count = 0
        let cursor = try await database.find(
            Collections.users, filter: [:], options: .init(sort: ["_id": 1]))
        while let batch = try await cursor.nextBatch() {
            for user in batch {
                count += 1
                let name = user.string(at: "_id")
                let shown = name ?? (user["_id"] ?? .null).shown
                if name == nil {
                    findings.append(
                        MigrationFinding(
                            .note, "users", "\(shown): the name is no text, so nobody logs in as this user"))
                }
                if !rules.understandsHash(user.string(at: "password") ?? "") {
                    findings.append(
                        MigrationFinding(
                            .note, "users",
                            "\(shown): the password's hash is neither bcrypt's nor yescrypt's",
                            cure: "skipper user passwd \(shown)"))
                }
                if user.array(at: "permissions") == nil {
                    findings.append(
                        MigrationFinding(
                            .change, "users",
                            "\(shown): Kowalski shows every alert to everybody and stores no programs; here they will be "
                                + "\(rules.programs.map(String.init).joined(separator: ","))",
                            cure:
                                "migrate apply --programs 1,2,3, or skipper user change \(shown) --programs 1,2,3"
                        ))
                }
            }
        }
        if count == 0 {
            findings.append(MigrationFinding(.note, "users", "there are none", cure: "skipper user add NAME"))
        } else {
            findings.append(
                MigrationFinding(
                    .good, "users",
                    "\(count); a bcrypt hash is replaced by a yescrypt hash when its user logs in"))
        }
        return findings
    }

    /// Gives the users without a list of programs one.
    func convertUsers(writes: Bool) async throws -> [String] {
        var steps: [String] = []
        let cursor = try await database.find(
            Collections.users, filter: ["permissions": ["$not": ["$type": "array"]]],
            options: .init(projection: ["_id": 1], sort: ["_id": 1]))
        while let batch = try await cursor.nextBatch() {
            for user in batch {
                let id = user["_id"] ?? .null
                let programs = Value.list(rules.programs.map { .integer($0) })
                steps.append(
                    "user \(id.shown) may see programs \(rules.programs.map(String.init).joined(separator: ","))"
                )
                guard writes else { continue }
                try await database.bulkWrite(
                    Collections.users,
                    [
                        .updateOne(
                            // Not if somebody else has given them some meanwhile.
                            filter: ["_id": id, "permissions": ["$not": ["$type": "array"]]],
                            update: .operators(["$set": ["permissions": programs]]))
                    ], ordered: true
                ).check()
            }
        }
        return steps
    }
}
