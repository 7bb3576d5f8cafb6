internal import COpenSSL

/// Short texts that stand for long ones.
public enum Digest {
    /// SHA-256 of a text (FIPS 180-4) in 64 hexadecimal digits.
    public static func sha256(_ text: String) throws(HTTPError) -> String {
        var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var size: UInt32 = 0
        let bytes = Array(text.utf8)
        guard EVP_Digest(bytes, bytes.count, &digest, &size, EVP_sha256(), nil) == 1 else {
            throw HTTPError("cannot compute a digest")
        }
        return digest.prefix(Int(size)).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
}
