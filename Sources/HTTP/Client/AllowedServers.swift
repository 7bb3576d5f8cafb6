/// Servers from which users may have files fetched, and the only reading of an address that leads to them.
///
/// Whoever names an address must not make this process look at its own network. So an address is taken apart here by
/// strict rules, and only the exact host, scheme and port of the list will do; libcurl is given nothing that it could
/// read in another way.
public struct AllowedServers: Sendable {
    /// One of them.
    private struct Server: Hashable {
        let scheme: String
        let host: String
        let port: Int
    }

    private let servers: Set<Server>

    /// Why an address is not fetched.
    public struct Refusal: Error, Equatable, CustomStringConvertible, Sendable {
        /// What is wrong, lower case, without a period.
        public let description: String
    }

    /// - Parameter entries: hosts, for https at its usual port, or `scheme://host` and `scheme://host:port`.
    /// - Throws: `Refusal` where an entry is none of these.
    public init(_ entries: [String]) throws(Refusal) {
        var servers = Set<Server>()
        for entry in entries {
            let address = entry.contains("://") ? entry : "https://\(entry)"
            let (server, path) = try Self.parts(of: address)
            guard path.isEmpty else { throw Refusal(description: "'\(entry)' is no host but an address") }
            servers.insert(server)
        }
        self.servers = servers
    }

    /// The address as it is to be fetched.
    ///
    /// - Throws: `Refusal` where it is none or leads to another server.
    public func allowed(_ address: String) throws(Refusal) -> String {
        let (server, path) = try Self.parts(of: address)
        guard servers.contains(server) else {
            throw Refusal(
                description: "nothing is fetched from \(server.scheme)://\(server.host):\(server.port), "
                    + "which is not among the allowed hosts")
        }
        return "\(server.scheme)://\(server.host):\(server.port)\(path.isEmpty ? "/" : path)"
    }

    /// Scheme, host and port, and what follows them without a fragment.
    private static func parts(of address: String) throws(Refusal) -> (Server, path: String) {
        guard address.utf8.count <= 2048, address.utf8.allSatisfy(belongsToAddress) else {
            throw Refusal(description: "the address is too long or has characters that must be escaped")
        }
        let lower = address.prefix(8).lowercased()
        guard let scheme = ["https", "http"].first(where: { lower.hasPrefix("\($0)://") }) else {
            throw Refusal(description: "the address begins with neither https:// nor http://")
        }
        let rest = address.dropFirst(scheme.count + 3)
        let authority = rest.prefix { !"/?#".contains($0) }.lowercased()
        let pieces = authority.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let host = pieces.first, !host.isEmpty, host.utf8.count <= 253,
            host.utf8.allSatisfy(belongsToHost)
        else { throw Refusal(description: "the address has no host, or a user's name before it") }
        var port = scheme == "https" ? 443 : 80
        if pieces.count == 2 {
            guard let number = UInt16(pieces[1]), number > 0, pieces[1].utf8.allSatisfy({ 48...57 ~= $0 })
            else {
                throw Refusal(description: "the address has a port that is no number")
            }
            port = Int(number)
        }
        let path = rest.dropFirst(authority.count).prefix { $0 != "#" }
        return (
            Server(scheme: scheme, host: String(host), port: port),
            path.hasPrefix("?") ? "/\(path)" : String(path)
        )
    }

    /// What RFC 3986 lets stand in an address, section 2, without brackets.
    private static func belongsToAddress(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: "-._~:/?#@!$&'()*+,;=%".utf8.contains(byte)
        }
    }

    private static func belongsToHost(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."): true
        default: false
        }
    }
}
