internal import COpenSSL

/// Bytes and texts that nobody can guess.
public enum RandomBytes {
    /// So many bytes from OpenSSL's generator (RAND_bytes(3)).
    public static func make(_ count: Int) throws(HTTPError) -> [UInt8] {
        guard let size = Int32(exactly: count), size >= 0 else {
            throw HTTPError("cannot draw \(count) bytes")
        }
        var bytes = [UInt8](repeating: 0, count: count)
        guard RAND_bytes(&bytes, size) == 1 else { throw HTTPError("cannot draw random bytes") }
        return bytes
    }

    /// A text of so many random bytes in letters, digits, `-` and `_`: a password or a token for one purpose.
    /// 24 bytes make 32 characters.
    public static func text(bytes count: Int = 24) throws(HTTPError) -> String {
        Base64URL.text(try make(count))
    }
}
