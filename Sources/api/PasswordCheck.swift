import Archive
import Foundation
import HTTP

/// Looks at passwords, one after the other, and not at too many.
///
/// One at a time, because that is how many the hasher hashes: so a failure is counted before the next password is looked
/// at, and many who log in with the right one at the same time are all let in.
struct PasswordCheck: Sendable {
    let users: Users
    let passwords: PasswordHasher
    let attempts: LoginAttempts
    private let turns = QueryTurns(perUser: 1, longestLine: 64)

    init(users: Users, passwords: PasswordHasher, attempts: LoginAttempts) {
        self.users = users
        self.passwords = passwords
        self.attempts = attempts
    }

    /// The user of a name and a password. A wrong name takes as long as a wrong password.
    /// - Parameter request: where the attempt comes from.
    /// - Throws: `AccessError` where one of them is wrong, or too many were; `QueriesBusy` where too many wait.
    func account(_ name: String, _ password: String, for request: Request) async throws -> Account {
        // The name may be as long as a body, and may be a password that was put into the wrong field.
        let source = LoginAttempts.Source(name: try Digest.sha256(name), address: request.clientNetwork)
        do {
            // Who has failed too often does not even wait.
            _ = try await attempts.check(source)
            let (account, hasFailed) = try await look(name, password, source)
            if hasFailed { try await attempts.succeeded(source) }
            try await strengthen(account, password)
            return account
        } catch let error as LoginAttempts.Exceeded {
            RequestTrail.current?.refusal = "too many failed logins"
            throw AccessError.tooManyAttempts(retryAfter: error.retryAfter)
        }
    }

    /// Looks at a password when it is its turn, and counts it if it is wrong.
    private func look(
        _ name: String, _ password: String, _ source: LoginAttempts.Source
    ) async throws -> (account: Account, hasFailed: Bool) {
        let turn = try await turns.take(for: "")
        defer { withExtendedLifetime(turn) {} }
        let hasFailed = try await attempts.check(source)
        let found = try await users.find(name)
        // A name that is nobody's is not for the log either.
        RequestTrail.current?.user = found?.user.name
        guard try await passwords.verify(password, against: found?.passwordHash), let found else {
            try await attempts.failed(source)
            RequestTrail.current?.refusal = "wrong name or password"
            throw AccessError.wrongPassword
        }
        return (found, hasFailed)
    }

    /// The hash of a new password.
    /// - Throws: `RequestError` where none can be made of it.
    func hash(_ password: String) async throws -> String {
        guard PasswordHasher.isHashable(password) else {
            throw RequestError(
                .value,
                "password must have 1 to \(PasswordHasher.maximumPasswordBytes) bytes (UTF-8) and no NUL")
        }
        return try await passwords.hash(password)
    }

    /// Replaces a hash of Kowalski's by one of ours: it is stronger, and its time tells no user apart from nobody. Not
    /// where bcrypt ignored a part of the password, because ours would not.
    private func strengthen(_ account: Account, _ password: String) async throws {
        guard passwords.needsRehash(account.passwordHash), password.utf8.count <= 72 else { return }
        do {
            let hash = try await passwords.hash(password)
            try await users.replaceHash(of: account.user.name, account.passwordHash, by: hash)
        } catch is PasswordsBusy {
            // Next time.
        }
    }
}
