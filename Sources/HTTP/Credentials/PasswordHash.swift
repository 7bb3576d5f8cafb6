internal import CCrypt
internal import COpenSSL
import Foundation

/// A password's hash as crypt(5) writes it: algorithm, cost, salt and digest in one text.
struct PasswordHash: Equatable {
    /// The algorithms that are believed: yescrypt and the sound variants of bcrypt. A stored hash of
    /// another one, such as the old DES, verifies nothing.
    private static let prefixes = ["$y$", "$2b$", "$2a$", "$2y$"]

    let text: String

    /// A stored hash, as it is or, as Kowalski stores bcrypt's, in base64; nil if it is neither or its
    /// algorithm is not believed.
    init?(stored: String) {
        if Self.isBelieved(stored) {
            text = stored
        } else if let bytes = Data(base64Encoded: stored),
            let decoded = String(validating: bytes, as: UTF8.self), Self.isBelieved(decoded)
        {
            text = decoded
        } else {
            return nil
        }
    }

    private init(text: String) { self.text = text }

    /// A setting for new hashes by yescrypt, without digest: of a cost from 1 to 11 (crypt(5)), with a fresh
    /// salt.
    static func setting(cost: Int) throws(HTTPError) -> PasswordHash {
        guard (1...11).contains(cost) else { throw HTTPError("a password's cost is 1 to 11, not \(cost)") }
        let salt = try RandomBytes.make(32).map { CChar(bitPattern: $0) }
        let text = withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(CRYPT_GENSALT_OUTPUT_SIZE)) {
            output -> String? in
            guard
                let setting = crypt_gensalt_rn(
                    "$y$", UInt(cost), salt, Int32(salt.count), output.baseAddress, Int32(output.count))
            else { return nil }
            return String(cString: setting)
        }
        guard let text else { throw HTTPError("cannot make a salt: libcrypt knows no yescrypt") }
        return PasswordHash(text: text)
    }

    /// The hash of a password by this one's algorithm, cost and salt; nil if libcrypt refuses one of them.
    /// Takes tens of milliseconds and megabytes, which is its purpose.
    func hashing(_ password: String) -> PasswordHash? {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(CRYPT_OUTPUT_SIZE)) { output in
            guard let start = output.baseAddress, ccrypt_hash(password, text, start) == 1,
                let hash = String(validatingCString: start), Self.isBelieved(hash)
            else { return nil }
            return PasswordHash(text: hash)
        }
    }

    /// Whether another hash is the same, in a time that does not tell where they differ.
    func isSame(as other: PasswordHash) -> Bool {
        let one = Array(text.utf8)
        let two = Array(other.text.utf8)
        return one.count == two.count && CRYPTO_memcmp(one, two, one.count) == 0
    }

    /// Algorithm and cost: the text up to the salt, such as `$y$jBT$`.
    var parameters: Substring {
        let dollars = text.indices.filter { text[$0] == "$" }
        return dollars.count > 2 ? text[...dollars[2]] : ""
    }

    private static func isBelieved(_ text: String) -> Bool { prefixes.contains { text.hasPrefix($0) } }
}
