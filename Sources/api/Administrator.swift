import Archive
import Foundation
import HTTP
import Service

/// The admin of the settings.
struct Administrator: Sendable {
    let name: String
    let password: String
    let users: Users
    let passwords: PasswordHasher

    /// Creates the admin where there is none. An existing one keeps the password: it may have been changed.
    /// - Throws: `MongoError` where the database cannot be used.
    func create(log: Log) async throws {
        guard try await users.find(name) == nil else { return }
        let hash = try await passwords.hash(password)
        let isNew = try await users.add(
            User(name: name, programs: [1, 2, 3], isAdmin: true), email: nil, passwordHash: hash,
            now: Int64(Date().timeIntervalSince1970 * 1000))
        if isNew { log.info("admin created", ["user": .string(name)]) }
    }
}
