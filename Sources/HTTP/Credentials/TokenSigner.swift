internal import COpenSSL
public import Foundation

/// What a valid token says.
public struct TokenClaims: Sendable, Equatable {
    /// Whose token it is.
    public let userID: String
    /// When it was issued; nil where the token does not say so in the usual form.
    public let createdAt: Date?
    /// From when on it is not valid any more; nil for never.
    public let expiresAt: Date?
    /// What tells the user's tokens that are good from those that have ended; nil in tokens of Kowalski's.
    public let tokensSince: Int64?
}

/// Why a token is refused.
public enum TokenFault: Error, Equatable {
    /// It is no token of this key: malformed, forged, of another algorithm, or not valid yet.
    case invalid
    /// It was valid once.
    case expired
}

/// Issues and verifies JSON web tokens (RFC 7519) by HMAC with SHA-256, `HS256` (RFC 7518 section 3.2), with
/// Kowalski's claims `user_id`, `created_at` and, for a token that ends, `exp`; and with `tokens_since`, ours.
public struct TokenSigner: Sendable {
    /// The least bytes that a key should have (RFC 7518 section 3.2).
    public static let recommendedKeyBytes = 32

    private static let header = Base64URL.text(Array(#"{"alg":"HS256","typ":"JWT"}"#.utf8))
    /// No header field of a request can hold a longer one; nothing larger is looked at.
    private static let longestToken = 32_768

    private let key: [UInt8]

    /// A signer with a key.
    ///
    /// - Throws: if the key is empty, because then anybody could sign.
    public init(key: [UInt8]) throws(HTTPError) {
        if key.isEmpty { throw HTTPError("cannot sign tokens with an empty key") }
        self.key = key
    }

    /// A new token for a user.
    ///
    /// - Parameters:
    ///   - lifetime: how long it is valid, in whole seconds; nil for ever.
    ///   - tokensSince: what tells the user's tokens that are good from those that have ended.
    public func issue(
        userID: String, now: Date, lifetime: Duration? = nil, tokensSince: Int64? = nil
    ) throws -> String {
        let expiry = lifetime.map { now.timeIntervalSince1970.rounded(.down) + Double($0.components.seconds) }
        let payload = Payload(
            user_id: userID, created_at: Timestamp.text(now), exp: expiry.flatMap { Int64(exactly: $0) },
            tokens_since: tokensSince)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let signed = Self.header + "." + Base64URL.text(Array(try encoder.encode(payload)))
        return try signed + "." + Base64URL.text(signature(of: signed))
    }

    /// What a token says, if this key signed it and it is valid now. The signature is checked before anything
    /// in the token is looked at.
    public func verify(_ token: String, now: Date) throws(TokenFault) -> TokenClaims {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard token.utf8.count <= Self.longestToken, parts.count == 3,
            let header = Base64URL.bytes(parts[0]), let payload = Base64URL.bytes(parts[1]),
            let signature = Base64URL.bytes(parts[2]),
            isSignature(signature, of: parts[0] + "." + parts[1]),
            let head = decoded(Header.self, header), head.alg == "HS256", head.crit == nil,
            let claims = decoded(ReceivedPayload.self, payload)
        else { throw .invalid }
        let seconds = now.timeIntervalSince1970
        if let start = claims.nbf, start > seconds { throw .invalid }
        // "On or after" the expiry the token must not be accepted (RFC 7519 section 4.1.4).
        if let end = claims.exp, end <= seconds { throw .expired }
        return TokenClaims(
            userID: claims.user_id, createdAt: claims.created_at.flatMap(Timestamp.date),
            expiresAt: claims.exp.map(Date.init(timeIntervalSince1970:)), tokensSince: claims.tokens_since)
    }

    private func isSignature(_ signature: [UInt8], of signed: String) -> Bool {
        // No signature at all is as bad as a wrong one.
        guard let right = try? self.signature(of: signed), right.count == signature.count else {
            return false
        }
        // Constant in time, so that nobody can find a signature byte by byte.
        return CRYPTO_memcmp(right, signature, right.count) == 0
    }

    /// The signature of header and payload as they stand in a token: 32 bytes.
    func signature(of signed: String) throws(HTTPError) -> [UInt8] {
        guard let keySize = Int32(exactly: key.count) else {
            throw HTTPError("cannot sign with so long a key")
        }
        var code = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var size: UInt32 = 0
        let text = Array(signed.utf8)
        guard HMAC(EVP_sha256(), key, keySize, text, text.count, &code, &size) != nil else {
            throw HTTPError("cannot sign a token")
        }
        return Array(code.prefix(Int(size)))
    }

    private func decoded<Part: Decodable>(_ type: Part.Type, _ json: [UInt8]) -> Part? {
        // Whatever is wrong with it, the token is invalid.
        try? JSONDecoder().decode(type, from: Data(json))
    }

    // The names are those of the protocol.

    private struct Header: Decodable {
        let alg: String
        let crit: [String]?
    }

    private struct Payload: Encodable {
        let user_id: String
        let created_at: String
        let exp: Int64?
        let tokens_since: Int64?
    }

    private struct ReceivedPayload: Decodable {
        let user_id: String
        let created_at: String?
        let exp: Double?
        let nbf: Double?
        let tokens_since: Int64?
    }
}
