import Archive
import Documents
import HTTP
import Sky

/// `POST /api/auth`: a token for a name and a password.
struct AuthenticationRoute: Sendable {
    let users: Users
    let passwords: PasswordHashing
    let tokens: Tokens
    let clientVersions: [String]

    /// Answers with a token, 400 where something is missing, 401 where name or password is wrong. A wrong name takes
    /// as long as a wrong password.
    func respond(to request: Request) async throws -> Response {
        guard let body = try? JSONBody.object(request.body) else { return Answer.phrase(500) }
        guard let name = body.string(at: "username"), !name.isEmpty else { return Answer.error("missing username") }
        guard let password = body.string(at: "password"), !password.isEmpty else {
            return Answer.error("missing password")
        }
        if let version = body[Path(key: "penquins.__version__")]?.string, !clientVersions.contains(version) {
            return Answer.error("unsupported version of penquins: \(version)")
        }
        guard let found = try await users.find(name) else {
            await passwords.burn(password)
            return Answer.phrase(401)
        }
        guard await passwords.verify(password, against: found.passwordHash) else { return Answer.phrase(401) }
        return Answer.json(["status": "success", "token": .string(tokens.issue(to: name))])
    }
}
