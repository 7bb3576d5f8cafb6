/// Where a request comes from.
enum ClientAddress {
    /// The address of the client behind the proxies that are trusted.
    ///
    /// Each proxy appends to X-Forwarded-For the address that it got the request from. So read from its end: the first
    /// address that is no trusted proxy's is the client's, and what stands before it is the client's own word.
    /// Where an entry is no address the proxy after it is all that is known.
    ///
    /// - Parameters:
    ///   - peer: the address at the other end of the connection, in numbers.
    ///   - headers: of the request.
    ///   - trusted: the proxies.
    static func of(peer: String, _ headers: HeaderFields, trusted: [AddressRange]) -> String {
        guard !trusted.isEmpty, var address = Address(peer) else { return peer }
        let entries = headers.values(of: "X-Forwarded-For").flatMap {
            $0.split(separator: ",", omittingEmptySubsequences: false)
        }
        for entry in entries.reversed() {
            guard trusted.contains(where: { $0.contains(address) }), let next = parse(entry) else { break }
            address = next
        }
        return address.text
    }

    /// The address in an entry, which may have a port: `1.2.3.4:80`, `[::1]:80`, `[::1]`.
    private static func parse(_ entry: Substring) -> Address? {
        let text = entry.trimmingPrefix { $0 == " " || $0 == "\t" }.split(separator: " ").first ?? ""
        if let address = Address(text) { return address }
        if text.first == "[" { return Address(text.dropFirst().prefix { $0 != "]" }) }
        return Address(text.prefix { $0 != ":" })
    }
}
