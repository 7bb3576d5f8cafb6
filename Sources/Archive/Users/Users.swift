public import Documents
public import Mongo

/// The users' collection, in Kowalski's shape: `{_id: name, email, password, permissions, last_modified}`, with
/// `permissions` a list of programs and, ours besides, `role`: "admin" or "user".
///
/// Passwords come here as hashes only.
public struct Users: Sendable {
    private let database: Database
    private let administrator: String

    /// - Parameters:
    ///   - database: where the collection is.
    ///   - administrator: the user who is an admin whatever the document says.
    public init(_ database: Database, administrator: String) {
        self.database = database
        self.administrator = administrator
    }

    /// The user of a name and the stored hash of the password; nil where there is none.
    public func find(_ name: String) async throws -> (user: User, passwordHash: String)? {
        guard let document = try await database.findOne(Collections.users, filter: ["_id": .string(name)])
        else {
            return nil
        }
        return (user(document), document.string(at: "password") ?? "")
    }

    /// All users, by name, without their hashes.
    public func list() async throws -> [Document] {
        let cursor = try await database.find(
            Collections.users, filter: [:], options: .init(projection: ["password": 0], sort: ["_id": 1]))
        var documents: [Document] = []
        while let batch = try await cursor.nextBatch() { documents += batch }
        return documents
    }

    /// Adds a user.
    /// - Parameter now: milliseconds since 1970.
    /// - Returns: false where the name is taken.
    public func add(_ user: User, email: String?, passwordHash: String, now: Int64) async throws -> Bool {
        var writer = DocumentWriter()
        writer.append("_id", string: user.name)
        writer.append("email", email.map { .string($0) } ?? .null)
        writer.append("password", string: passwordHash)
        writer.append("permissions", .list(user.programs.map { .integer($0) }))
        writer.append("role", string: user.isAdmin ? "admin" : "user")
        writer.append("last_modified", .datetime(now))
        let result = try await database.insert(Collections.users, [writer.finish()], ordered: true)
        if let failure = result.failures.first { throw failure.error }
        return result.inserted == 1
    }

    /// Gives a user another password; false where there is no such user.
    /// - Parameter now: milliseconds since 1970.
    public func setPassword(of name: String, hash: String, now: Int64) async throws -> Bool {
        let result = try await database.bulkWrite(
            Collections.users,
            [
                .updateOne(
                    filter: ["_id": .string(name)],
                    update: .operators(
                        ["$set": ["password": .string(hash), "last_modified": .datetime(now)]]))
            ], ordered: true)
        return result.matched == 1
    }

    /// Removes a user; false where there is none.
    public func remove(_ name: String) async throws -> Bool {
        let result = try await database.bulkWrite(
            Collections.users, [.deleteOne(filter: ["_id": .string(name)])], ordered: true)
        return result.deleted == 1
    }

    private func user(_ document: Document) -> User {
        let name = document.string(at: "_id") ?? ""
        // Kowalski writes `{}` and never reads it: no rights beyond the public ones.
        let programs = document.array(at: "permissions")?.compactMap(\.int64) ?? User.publicPrograms
        return User(
            name: name, programs: programs,
            isAdmin: name == administrator || document.string(at: "role") == "admin")
    }
}
