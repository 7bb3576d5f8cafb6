import Archive
import Foundation
import HTTP

/// Looks at passwords, and not at too many.
struct PasswordCheck: Sendable {
    let users: Users
    let passwords: PasswordHasher
    let attempts: LoginAttempts

    /// The user of a name and a password. A wrong name takes as long as a wrong password.
    /// - Parameter request: where the attempt comes from.
    /// - Throws: `AccessError` where one of them is wrong, or too many were; `PasswordsBusy`.
    func account(_ name: String, _ password: String, for request: Request) async throws -> Account {
        let attempt: LoginAttempts.Attempt
        do {
            // The name may be as long as a body, and may be a password that was put into the wrong field.
            attempt = try await attempts.begin(
                name: try Digest.sha256(name), address: request.clientNetwork)
        } catch let error as LoginAttempts.Exceeded {
            RequestTrail.current?.refusal = "too many failed logins"
            throw AccessError.tooManyAttempts(retryAfter: error.retryAfter)
        }
        let found: Account?
        let isRight: Bool
        do {
            found = try await users.find(name)
            isRight = try await passwords.verify(password, against: found?.passwordHash)
        } catch {
            // It was not looked at. What went wrong first is what is told.
            try? await attempts.withdraw(attempt)
            throw error
        }
        // A name that is nobody's may be a password that was put into the wrong field: not for the log.
        RequestTrail.current?.user = found?.user.name
        guard isRight, let found else {
            RequestTrail.current?.refusal = "wrong name or password"
            throw AccessError.wrongPassword
        }
        try await attempts.succeeded(attempt)
        try await strengthen(found, password)
        return found
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
