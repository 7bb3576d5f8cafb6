/// A request target taken apart and percent-decoded (RFC 9112 section 3.2, RFC 3986 section 2.1).
///
/// The path is decoded strictly, because it chooses what is done: a broken escape, bytes that are not UTF-8
/// or a NUL refuse the target. The query is decoded leniently as browsers and Python do it: a broken escape
/// stands for itself, `+` is a space, and bytes that are not UTF-8 become U+FFFD.
struct RequestTarget {
    let path: String
    let segments: [String]
    let query: [(name: String, value: String)]

    /// The parts of a target; nil if its path cannot be decoded.
    init?(_ target: String) {
        let bytes = Self.withoutAuthority(Array(target.utf8))
        let mark = bytes.firstIndex(of: UInt8(ascii: "?")) ?? bytes.endIndex
        let rawPath = bytes[..<mark]

        var segments: [String] = []
        let relative = rawPath.first == UInt8(ascii: "/") ? rawPath.dropFirst() : rawPath
        for raw in relative.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            guard let segment = Self.decodedStrictly(raw) else { return nil }
            segments.append(segment)
        }
        self.segments = segments.isEmpty ? [""] : segments
        path = "/" + segments.joined(separator: "/")
        query = mark == bytes.endIndex ? [] : Self.parameters(bytes[(mark + 1)...])
    }

    /// The target from its path on: a proxy's absolute form `http://host/path` loses scheme and host.
    private static func withoutAuthority(_ bytes: [UInt8]) -> ArraySlice<UInt8> {
        for scheme in ["http://", "https://"] where bytes.starts(with: scheme.utf8) {
            let rest = bytes.dropFirst(scheme.utf8.count)
            return rest.drop { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") }
        }
        return bytes[...]
    }

    private static func decodedStrictly(_ raw: ArraySlice<UInt8>) -> String? {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(raw.count)
        var index = raw.startIndex
        while index < raw.endIndex {
            var byte = raw[index]
            if byte == UInt8(ascii: "%") {
                guard let value = escape(raw, at: index) else { return nil }
                byte = value
                index += 2
            }
            if byte == 0 { return nil }
            decoded.append(byte)
            index += 1
        }
        return String(validating: decoded, as: UTF8.self)
    }

    private static func parameters(_ raw: ArraySlice<UInt8>) -> [(name: String, value: String)] {
        raw.split(separator: UInt8(ascii: "&")).map { pair in
            let equals = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
            return (
                name: decodedLeniently(pair[..<equals]), value: decodedLeniently(pair[equals...].dropFirst())
            )
        }
    }

    private static func decodedLeniently(_ raw: ArraySlice<UInt8>) -> String {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(raw.count)
        var index = raw.startIndex
        while index < raw.endIndex {
            if let value = escape(raw, at: index) {
                decoded.append(value)
                index += 3
            } else {
                decoded.append(raw[index] == UInt8(ascii: "+") ? UInt8(ascii: " ") : raw[index])
                index += 1
            }
        }
        return String(decoding: decoded, as: UTF8.self)
    }

    /// The byte that `%XY` at an index stands for; nil if no whole escape stands there.
    private static func escape(_ raw: ArraySlice<UInt8>, at index: Int) -> UInt8? {
        guard raw[index] == UInt8(ascii: "%"), index + 2 < raw.endIndex,
            let high = hexadecimalDigit(raw[index + 1]), let low = hexadecimalDigit(raw[index + 2])
        else { return nil }
        return high << 4 | low
    }

    private static func hexadecimalDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
