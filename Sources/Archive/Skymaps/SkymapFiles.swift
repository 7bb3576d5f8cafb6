/// How files of other servers are got.
public struct SkymapFiles: Sendable {
    /// The bytes at an address.
    /// - Throws: `RequestError` where it leads to a server that is not allowed or to no file.
    let fetch: @Sendable (_ url: String) async throws -> [UInt8]
    /// Whether there is a file at an address; false also where it leads to a server that is not allowed.
    let exists: @Sendable (_ url: String) async throws -> Bool

    /// Takes both.
    public init(
        fetch: @escaping @Sendable (_ url: String) async throws -> [UInt8],
        exists: @escaping @Sendable (_ url: String) async throws -> Bool
    ) {
        self.fetch = fetch
        self.exists = exists
    }
}

extension SkymapFiles {
    /// The name of the file that an address leads to: what is behind the last slash of the path.
    static func name(in url: String) -> String {
        let path = url.prefix { $0 != "?" && $0 != "#" }
        return String(path.split(separator: "/", omittingEmptySubsequences: false).last ?? "")
    }
}
