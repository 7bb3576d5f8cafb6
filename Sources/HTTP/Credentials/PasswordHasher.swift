import Service
import Synchronization

/// Hashes passwords and checks them, on threads of its own.
///
/// New hashes are yescrypt's; bcrypt's are checked too, plain or in base64 as Kowalski stores them. A
/// password is 1 to 511 bytes of UTF-8 without NUL; any other cannot be hashed and matches nothing. All of
/// its bytes count for yescrypt; for a stored bcrypt hash only the first 72 do, as when it was made.
public final class PasswordHasher: Sendable {
    /// The most bytes of a password (CRYPT_MAX_PASSPHRASE_SIZE of crypt(3), which counts the NUL).
    public static let maximumPasswordBytes = 511

    private let cost: Int
    private let nobody: PasswordHash
    private let threads: WorkerThreads
    private let maximumWaiting: Int
    private let waiting = Atomic(0)

    /// A hasher.
    ///
    /// - Parameters:
    ///   - cost: of new hashes, 1 to 11; each step doubles time and memory. The default 7 takes 64 MiB and
    ///     took 58 ms on a 2-core machine in November 2026.
    ///   - threads: how many passwords are hashed at a time.
    ///   - maximumWaiting: how many may wait for it, so that a flood of logins is refused early.
    public init(cost: Int = 7, threads: Int = 1, maximumWaiting: Int = 64) throws(HTTPError) {
        self.cost = cost
        nobody = try PasswordHash.setting(cost: cost)
        self.threads = WorkerThreads(name: "passwords", count: threads)
        self.maximumWaiting = maximumWaiting
    }

    /// Whether a stored hash is one that `verify` checks.
    public static func understands(_ stored: String) -> Bool { PasswordHash(stored: stored) != nil }

    /// A new hash of a password, with a fresh salt.
    ///
    /// - Throws: `HTTPError` if the password cannot be hashed; `PasswordsBusy`.
    public func hash(_ password: String) async throws -> String {
        guard Self.isHashable(password) else {
            throw HTTPError("a password has 1 to \(Self.maximumPasswordBytes) bytes and no NUL")
        }
        let setting = try PasswordHash.setting(cost: cost)
        guard let hash = try await run({ setting.hashing(password) }) else {
            throw HTTPError("cannot hash a password: libcrypt refused")
        }
        return hash.text
    }

    /// Whether a password is the one of a stored hash. Nil is a user who does not exist: that takes as long
    /// as a wrong password against a new hash, so that the time tells nothing. (A user whose hash is still
    /// bcrypt's takes bcrypt's time; hash such a password anew when `needsRehash` says so.)
    ///
    /// - Throws: `PasswordsBusy`.
    public func verify(_ password: String, against stored: String?) async throws -> Bool {
        let believed = stored.flatMap(PasswordHash.init(stored:))
        let expected = believed ?? nobody
        let isHashable = Self.isHashable(password)
        let computed = try await run { expected.hashing(isHashable ? password : "-") }
        return believed != nil && isHashable && computed?.isSame(as: expected) ?? false
    }

    /// Whether a stored hash is weaker than a new one would be: another algorithm or another cost.
    public func needsRehash(_ stored: String) -> Bool {
        !stored.hasPrefix(nobody.parameters)
    }

    /// Whether a password has 1 to 511 bytes and no NUL.
    public static func isHashable(_ password: String) -> Bool {
        (1...maximumPasswordBytes).contains(password.utf8.count) && !password.utf8.contains(0)
    }

    private func run(_ work: @escaping @Sendable () -> PasswordHash?) async throws -> PasswordHash? {
        let before = waiting.wrappingAdd(1, ordering: .relaxed).oldValue
        defer { waiting.wrappingSubtract(1, ordering: .relaxed) }
        if before >= maximumWaiting { throw PasswordsBusy() }
        return try await threads.run(work)
    }
}

/// Too many passwords wait to be checked; try again later.
public struct PasswordsBusy: Error, CustomStringConvertible {
    /// What happened, in words.
    public var description: String { "too many passwords wait to be checked" }
}
