import Archive
import Foundation
import HTTP

/// Who sends a request: the user of its token.
///
/// The user is read from the database, where it was not read within the last moment. So a user who is removed or whose
/// tokens end is refused by every process as soon as the removal is confirmed. (A memory that a change stream empties
/// would be behind by the stream's delay: a token that has ended would still be good somewhere when its end was
/// already confirmed. A read with each request took 0.23 of the 0.61 ms of a
/// small query; 2-core machine, November 2026.)
struct Access: Sendable {
    let accounts: AccountMemory
    let signer: TokenSigner

    /// The user of a request's token, nil where there is no token.
    /// - Throws: `AccessError` where the token is no good; so is that of a user who was removed.
    func user(of request: Request) async throws -> User? {
        let headers = request.headers.values(of: "Authorization")
        guard let header = headers.first else { return nil }
        // Of several a proxy in front may have looked at another one.
        guard headers.count == 1, let token = Authorization.token(in: header) else {
            throw refused(.invalid, "no token in Authorization")
        }
        let claims: TokenClaims
        do {
            claims = try signer.verify(token, now: Date())
        } catch {
            throw error == .expired
                ? refused(.expired, "token has expired") : refused(.invalid, "token was not signed here")
        }
        RequestTrail.current?.user = claims.userID
        let created = claims.createdAt.map { $0.timeIntervalSince1970 * 1000 }
        func isGood(_ account: Account) -> Bool {
            account.admits(tokensSince: claims.tokensSince, created: created)
        }
        guard let account = try await accounts.find(claims.userID, ifGood: isGood) else {
            throw refused(.invalid, "token of a user who is not there")
        }
        guard isGood(account) else {
            throw refused(.invalid, "token from before password, name or account changed")
        }
        return account.user
    }

    /// The user of a request's token.
    /// - Throws: `AccessError`, also where there is no token.
    func requiredUser(of request: Request) async throws -> User {
        guard let user = try await user(of: request) else { throw refused(.missing, "no token") }
        return user
    }

    private func refused(_ error: AccessError, _ reason: String) -> AccessError {
        RequestTrail.current?.refusal = reason
        return error
    }
}

/// Why a request is not let in.
enum AccessError: ResponseError, Equatable {
    case missing, invalid, expired, forbidden, wrongPassword
    /// After so many seconds it may be tried again.
    case tooManyAttempts(retryAfter: Int64)

    /// Kowalski's answers.
    var response: Response {
        switch self {
        case .missing, .wrongPassword:
            var response = Answer.phrase(401)
            response.headers["WWW-Authenticate"] = "Bearer"
            return response
        case .forbidden: return Answer.phrase(403)
        case .invalid: return Answer.error("token is invalid")
        case .expired: return Answer.error("token has expired")
        case .tooManyAttempts(let seconds):
            var response = Answer.phrase(429)
            response.headers["Retry-After"] = String(seconds)
            return response
        }
    }
}
