import Glibc

/// An Internet address in numbers.
struct Address: Equatable {
    /// 4 bytes of IPv4 or 16 of IPv6, the first the most significant. IPv4 addresses in IPv6's form
    /// (`::ffff:1.2.3.4`) are IPv4's.
    let bytes: [UInt8]

    /// An address of 4 or 16 bytes.
    init(bytes: [UInt8]) { self.bytes = bytes }

    /// The address that a text is; nil for anything else, names included.
    init?(_ text: some StringProtocol) {
        let text = String(text)
        var four = in_addr()
        var six = in6_addr()
        if inet_pton(AF_INET, text, &four) == 1 {
            bytes = withUnsafeBytes(of: four) { Array($0) }
        } else if inet_pton(AF_INET6, text, &six) == 1 {
            let all = withUnsafeBytes(of: six) { Array($0) }
            let isMapped = all[..<10].allSatisfy { $0 == 0 } && all[10] == 0xFF && all[11] == 0xFF
            bytes = isMapped ? Array(all[12...]) : all
        } else {
            return nil
        }
    }

    /// The address in its usual form.
    var text: String {
        let family = bytes.count == 4 ? AF_INET : AF_INET6
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(INET6_ADDRSTRLEN)) { buffer in
            guard let start = buffer.baseAddress,
                inet_ntop(family, bytes, start, socklen_t(buffer.count)) != nil
            else { return "" }
            return String(cString: start)
        }
    }
}

/// Addresses that begin alike: `10.0.0.0/8`, `fd00::/8`, or a single one.
public struct AddressRange: Sendable, Equatable {
    private let bytes: [UInt8]
    private let prefix: Int

    /// The range that a text is, an address with or without the number of bits that count (RFC 4632 section 3.1);
    /// nil for anything else.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let address = Address(parts[0]) else { return nil }
        bytes = address.bytes
        let all = bytes.count * 8
        guard parts.count == 2 else {
            prefix = all
            return
        }
        // An IPv4 range in IPv6's form would count other bits than those it is compared by.
        guard let prefix = Int(parts[1]), (0...all).contains(prefix), String(prefix) == parts[1],
            all == 32 ? !parts[0].contains(":") : true
        else { return nil }
        self.prefix = prefix
    }

    /// Whether an address lies in it.
    func contains(_ address: Address) -> Bool {
        guard address.bytes.count == bytes.count else { return false }
        let (whole, rest) = prefix.quotientAndRemainder(dividingBy: 8)
        guard address.bytes[..<whole] == bytes[..<whole] else { return false }
        if rest == 0 { return true }
        return (address.bytes[whole] ^ bytes[whole]) >> UInt8(8 - rest) == 0
    }
}
