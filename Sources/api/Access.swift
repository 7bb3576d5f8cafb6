import Archive
import Foundation
import HTTP

/// Who sends a request: the user of its token.
struct Access: Sendable {
    let users: Users
    let signer: TokenSigner

    /// The user of a request's token, nil where there is no token.
    /// - Throws: `AccessError` where the token is no good; so is that of a user who was removed.
    func user(of request: Request) async throws -> User? {
        guard let header = request.headers["Authorization"] else { return nil }
        guard let token = Authorization.token(in: header) else { throw AccessError.invalid }
        let name: String
        do {
            name = try signer.verify(token, now: Date()).userID
        } catch {
            throw error == .expired ? AccessError.expired : AccessError.invalid
        }
        guard let found = try await users.find(name) else { throw AccessError.invalid }
        return found.user
    }

    /// The user of a request's token.
    /// - Throws: `AccessError`, also where there is no token.
    func requiredUser(of request: Request) async throws -> User {
        guard let user = try await user(of: request) else { throw AccessError.missing }
        return user
    }
}

/// Why a request is not let in.
enum AccessError: ResponseError {
    case missing, invalid, expired, forbidden

    /// Kowalski's answers.
    var response: Response {
        switch self {
        case .missing: Answer.phrase(401)
        case .forbidden: Answer.phrase(403)
        case .invalid: Answer.error("token is invalid")
        case .expired: Answer.error("token has expired")
        }
    }
}
