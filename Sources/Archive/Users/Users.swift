public import Documents
public import Mongo

/// The users' collection, in Kowalski's shape: `{_id: name, email, password, permissions, last_modified}`, with
/// `permissions` a list of programs and, ours besides, `role`: "admin" or "user", `groups`: whose filters the user may
/// see, and `tokens_since`: from when on tokens are good.
///
/// Passwords come here as hashes only. Several processes may change users at the same time; what each says is done
/// whole or not at all. What changes or removes a user returns when no process goes by what was before (see
/// `AccountMemory`).
public struct Users: Sendable {
    /// How often a user is renamed anew whom somebody else changes at the same time.
    private static let tries = 20

    private let database: Database
    /// The name of the admin of the settings, who is one whatever the document says.
    public let administrator: String
    private let wait: Duration

    /// - Parameters:
    ///   - database: where the collection is.
    ///   - administrator: the user who is an admin whatever the document says.
    public init(_ database: Database, administrator: String) {
        self.init(database, administrator: administrator, wait: AccountMemory.wait)
    }

    /// - Parameter wait: how long to wait after a change until all processes go by it.
    init(_ database: Database, administrator: String, wait: Duration) {
        self.database = database
        self.administrator = administrator
        self.wait = wait
    }

    /// The user of a name with the stored hash of the password; nil where there is none.
    public func find(_ name: String) async throws -> Account? {
        guard let document = try await database.findOne(Collections.users, filter: ["_id": .string(name)])
        else { return nil }
        return Account(
            user: user(document), passwordHash: document.string(at: "password") ?? "",
            tokensSince: document.datetime(at: "tokens_since") ?? 0)
    }

    /// All users as stored, by name, without their hashes.
    public func list() async throws -> [Document] {
        let cursor = try await database.find(
            Collections.users, filter: [:],
            options: .init(projection: ["password": 0, "tokens_since": 0], sort: ["_id": 1]))
        var documents: [Document] = []
        while let batch = try await cursor.nextBatch() { documents += batch }
        return documents
    }

    /// What may be shown of all users, by name: `{username, email, role, permissions, groups, last_modified}`, with
    /// the rights as they count.
    public func profiles() async throws -> [Document] { try await list().map(profile) }

    /// What may be shown of a user; nil where there is none.
    public func profile(of name: String) async throws -> Document? {
        try await database.findOne(Collections.users, filter: ["_id": .string(name)]).map(profile)
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
        if !user.groups.isEmpty { writer.append("groups", .list(user.groups.map { .integer($0) })) }
        writer.append("last_modified", .datetime(now))
        // Tokens of a former user of this name are not this one's.
        writer.append("tokens_since", .datetime(now))
        let result = try await database.insert(Collections.users, [writer.finish()], ordered: true)
        try result.check()
        return result.inserted == 1
    }

    /// Changes a user. What is not named stays as it is, also where somebody else changes it at the same time.
    ///
    /// Another name is a new document in the place of the old one, in one transaction: at any moment exactly one of
    /// the two is there. It ends all tokens, because they are in the old name.
    ///
    /// - Parameters:
    ///   - hash: changes nothing unless the stored hash is this one; nil for any.
    ///   - now: milliseconds since 1970.
    public func change(
        _ name: String, to change: UserChange, ifPasswordHashIs hash: String? = nil, now: Int64
    ) async throws -> UserChange.Outcome {
        let outcome: UserChange.Outcome
        if let newName = change.name, !newName.utf8.elementsEqual(name.utf8) {
            outcome = try await rename(name, to: newName, change, hash, now)
        } else {
            let isDone = try await update(
                name, change.fields(now), endsTokens: change.passwordHash != nil, hash, now)
            outcome = isDone ? .done : .notFound
        }
        if outcome == .done { try await Task.sleep(for: wait) }
        return outcome
    }

    /// Gives a user another password; false where there is no such user.
    /// - Parameter now: milliseconds since 1970.
    public func setPassword(of name: String, hash: String, now: Int64) async throws -> Bool {
        var change = UserChange()
        change.passwordHash = hash
        return try await self.change(name, to: change, now: now) == .done
    }

    /// Puts another hash of the same password in the place of a stored one; tokens stay good. Does nothing where the
    /// password has changed meanwhile.
    public func replaceHash(of name: String, _ old: String, by new: String) async throws {
        _ = try await update(name, ["password": .string(new)], endsTokens: false, old, 0)
    }

    /// Ends all tokens of a user; false where there is no such user.
    /// - Parameter now: milliseconds since 1970.
    public func endTokens(of name: String, now: Int64) async throws -> Bool {
        let isDone = try await update(name, [:], endsTokens: true, nil, now)
        if isDone { try await Task.sleep(for: wait) }
        return isDone
    }

    /// Removes a user; false where there is none.
    public func remove(_ name: String) async throws -> Bool {
        let result = try await database.bulkWrite(
            Collections.users, [.deleteOne(filter: ["_id": .string(name)])], ordered: true)
        if result.deleted == 1 { try await Task.sleep(for: wait) }
        return result.deleted == 1
    }

    private func update(
        _ name: String, _ fields: Document, endsTokens: Bool, _ hash: String?, _ now: Int64
    ) async throws -> Bool {
        var writer = DocumentWriter()
        for field in fields.elements {
            // A hash begins with a dollar, which would make it a field's name.
            writer.append(field.key, ["$literal": field.value])
        }
        if endsTokens { writer.append("tokens_since", Self.later(than: now)) }
        let result = try await database.bulkWrite(
            Collections.users,
            [
                .updateOne(
                    filter: Self.filter(name, hash), update: .pipeline([["$set": .document(writer.finish())]])
                )
            ], ordered: true)
        try result.check()
        return result.matched == 1
    }

    private func rename(
        _ name: String, to newName: String, _ change: UserChange, _ hash: String?, _ now: Int64
    ) async throws -> UserChange.Outcome {
        for _ in 0..<Self.tries {
            guard let old = try await database.findOne(Collections.users, filter: Self.filter(name, hash))
            else { return .notFound }
            let since = old.datetime(at: "tokens_since").map { max($0 + 1, now) } ?? now
            let new = old.replacing(["_id": .string(newName)]).replacing(change.fields(now))
                .replacing(["tokens_since": .datetime(since)])
            // Only as it was read: what somebody else has changed meanwhile would be lost.
            let asRead: Document = [
                "_id": .string(name), "$expr": ["$eq": ["$$ROOT", ["$literal": .document(old)]]],
            ]
            let (result, isDone) = try await database.bulkWriteAtOnce(
                Collections.users, [.insertOne(new), .deleteOne(filter: asRead)]
            ) { $0.deleted != 1 }
            if isDone { return .done }
            if !result.duplicates.isEmpty { return .nameTaken }
            try result.check()
        }
        throw RequestError(nil, "user \(name) is being changed by others, try again")
    }

    private static func filter(_ name: String, _ hash: String?) -> Document {
        guard let hash else { return ["_id": .string(name)] }
        return ["_id": .string(name), "password": .string(hash)]
    }

    /// A new `tokens_since`: now, but later than the one that is there, whatever the clock of another process said.
    private static func later(than now: Int64) -> Value {
        let isDate: Value = ["$eq": [["$type": "$tokens_since"], "date"]]
        let old: Value = ["$cond": [isDate, "$tokens_since", .datetime(0)]]
        return ["$max": [.datetime(now), ["$add": [old, 1]]]]
    }

    private func profile(_ document: Document) -> Document {
        let user = user(document)
        return [
            "username": .string(user.name), "email": document.string(at: "email").map { .string($0) } ?? nil,
            "role": .string(user.isAdmin ? "admin" : "user"),
            "permissions": .list(user.programs.map { .integer($0) }),
            "groups": .list(user.groups.map { .integer($0) }),
            "last_modified": document.datetime(at: "last_modified").map { .datetime($0) } ?? nil,
        ]
    }

    private func user(_ document: Document) -> User {
        let name = document.string(at: "_id") ?? ""
        // Kowalski writes `{}` and never reads it: no rights beyond the public ones.
        let programs = document.array(at: "permissions")?.compactMap(\.int64) ?? User.publicPrograms
        return User(
            name: name, programs: programs,
            isAdmin: isAdministrator(name) || document.string(at: "role") == "admin",
            groups: document.array(at: "groups")?.compactMap(\.int64) ?? [])
    }

    /// Whether a name is that of the admin of the settings. Names are the same byte by byte, as in the database:
    /// Swift's `==` holds "é" for the same in one character and in two.
    public func isAdministrator(_ name: String) -> Bool { name.utf8.elementsEqual(administrator.utf8) }
}

extension UserChange {
    /// The stored fields that it sets.
    fileprivate func fields(_ now: Int64) -> Document {
        var writer = DocumentWriter()
        if let passwordHash { writer.append("password", string: passwordHash) }
        if let programs { writer.append("permissions", .list(programs.map { .integer($0) })) }
        if let groups { writer.append("groups", .list(groups.map { .integer($0) })) }
        if let isAdmin { writer.append("role", string: isAdmin ? "admin" : "user") }
        if let email { writer.append("email", email.map { .string($0) } ?? .null) }
        writer.append("last_modified", .datetime(now))
        return writer.finish()
    }
}

extension Document {
    /// This document with other values under some keys; new keys come last.
    fileprivate func replacing(_ others: Document) -> Document {
        var writer = DocumentWriter(capacity: bytes.count + others.bytes.count)
        let keys = Set(keys)
        for element in elements {
            writer.append(element.key, others.element(key: element.key)?.value ?? element.value)
        }
        for element in others.elements where !keys.contains(element.key) { writer.append(element) }
        return writer.finish()
    }
}
