import Archive
import Documents
import Foundation
import HTTP

/// `POST /api/auth`: a token for a name and a password; `GET /`: whether the token is good.
struct AuthenticationRoutes: RouteGroup {
    let check: PasswordCheck
    let signer: TokenSigner
    let tokenLife: Duration?
    let clientVersions: [String]

    func declare(in table: inout RouteTable) {
        table.on(
            "GET", "/", for: .users,
            RouteDescription(
                "Says that the server is there and the token good.", tag: "access",
                answers: [200: .json("The token is good.", Answer.schema())])
        ) { _, _ in Answer.success("greetings from Kowalski!") }
        table.onForEverybody(
            "POST", "/api/auth",
            RouteDescription(
                "Gives a token for a user name and a password.", tag: "access",
                details: """
                    A token is good until its user's password or name changes, the user is removed or logged out, or \
                    it expires. 401 where name or password is wrong; after too many of those 429 with `Retry-After`.
                    """,
                body: .object([
                    .required("username", .string()), .required("password", .string()),
                    .optional(
                        "penquins.__version__", .nullable(.string(allowed: clientVersions))),
                ]),
                answers: [
                    200: .json(
                        "The token, to be sent in the header Authorization.",
                        .object([
                            .required("status", .string(allowed: ["success"])), .required("token", .string()),
                        ])),
                    401: .json("Name or password is wrong.", SharedAnswers.envelope),
                    429: .json(
                        "Too many attempts failed; Retry-After says how long to wait.", SharedAnswers.envelope
                    ),
                    500: .json("The body is not a JSON object.", SharedAnswers.envelope),
                ])
        ) { try await respond(to: $0) }
    }

    /// Answers with a token, 400 where something is missing.
    private func respond(to request: Request) async throws -> Response {
        // Kowalski's answer to a body that is no JSON; the fault is in the body and needs no word in the log.
        guard let body = try? JSONBody.object(request.body) else { return Answer.phrase(500) }
        guard let name = body.string(at: "username"), !name.isEmpty else {
            return Answer.error("missing username")
        }
        guard let password = body.string(at: "password"), !password.isEmpty else {
            return Answer.error("missing password")
        }
        if let version = body.element(key: "penquins.__version__")?.value, version != .null,
            !clientVersions.contains(where: { version == .string($0) })
        {
            return Answer.error("unsupported version of penquins: \(version.string ?? "not a string")")
        }
        let account = try await check.account(name, password, for: request)
        let token = try signer.issue(
            userID: account.user.name, now: Date(), lifetime: tokenLife, tokensSince: account.tokensSince)
        return Answer.json(["status": "success", "token": .string(token)])
    }
}
