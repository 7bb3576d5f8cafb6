import Synchronization

/// What is in a token whose signature is good.
struct TokenContents {
    let claims: TokenClaims
    /// Seconds since 1970 before which it is not valid.
    let notBefore: Double?
}

/// Tokens whose signatures were checked, so that a client who asks again and again costs no check each time.
final class TokenMemory: Sendable {
    /// The most tokens, and the longest that is kept, in bytes: 4 MiB in all.
    private static let (capacity, longest) = (4096, 1024)

    private let contents = Mutex<[[UInt8]: TokenContents]>([:])

    /// What is in a token that was kept, compared byte by byte.
    func find(_ token: String) -> TokenContents? {
        let bytes = Array(token.utf8)
        return contents.withLock { $0[bytes] }
    }

    /// Keeps a token; when there are too many, all are forgotten.
    func keep(_ new: TokenContents, of token: String) {
        guard token.utf8.count <= Self.longest else { return }
        let bytes = Array(token.utf8)
        contents.withLock { contents in
            if contents.count >= Self.capacity { contents = [:] }
            contents[bytes] = new
        }
    }
}
