/// Strings as Python spells them (The Python Language Reference, 2.4.1).
enum PythonString {
    /// The string that begins with the first byte, a quote, and what comes after it; nil where it does not end or has
    /// an escape that means nothing.
    static func read(_ input: ArraySlice<UInt8>, isRaw: Bool) -> (text: String, rest: ArraySlice<UInt8>)? {
        guard let quote = input.first else { return nil }
        let isTriple = input.starts(with: [quote, quote, quote])
        var rest = input.dropFirst(isTriple ? 3 : 1)
        var bytes: [UInt8] = []
        while let byte = rest.first {
            if byte == quote, !isTriple || rest.starts(with: [quote, quote, quote]) {
                let text = String(decoding: bytes, as: UTF8.self)
                return (text, rest.dropFirst(isTriple ? 3 : 1))
            }
            if byte == UInt8(ascii: "\n"), !isTriple { return nil }
            rest.removeFirst()
            guard byte == UInt8(ascii: "\\") else {
                bytes.append(byte)
                continue
            }
            if isRaw {
                // A quote after it does not end the string, and both stay.
                guard let next = rest.popFirst() else { return nil }
                bytes += [byte, next]
            } else {
                guard escape(&rest, &bytes) else { return nil }
            }
        }
        return nil
    }

    /// What stands after a backslash.
    private static func escape(_ rest: inout ArraySlice<UInt8>, _ bytes: inout [UInt8]) -> Bool {
        guard let letter = rest.popFirst() else { return false }
        switch letter {
        case UInt8(ascii: "\n"): break
        case UInt8(ascii: "\\"), UInt8(ascii: "'"), UInt8(ascii: "\""): bytes.append(letter)
        case UInt8(ascii: "a"): bytes.append(7)
        case UInt8(ascii: "b"): bytes.append(8)
        case UInt8(ascii: "t"): bytes.append(9)
        case UInt8(ascii: "n"): bytes.append(10)
        case UInt8(ascii: "v"): bytes.append(11)
        case UInt8(ascii: "f"): bytes.append(12)
        case UInt8(ascii: "r"): bytes.append(13)
        case UInt8(ascii: "0")...UInt8(ascii: "7"):
            let more = rest.prefix(2).prefix { (0x30...0x37).contains($0) }
            rest = rest[more.endIndex...]
            return append(String(decoding: [letter] + more, as: UTF8.self), radix: 8, &bytes)
        case UInt8(ascii: "x"): return hexadecimal(2, &rest, &bytes)
        case UInt8(ascii: "u"): return hexadecimal(4, &rest, &bytes)
        case UInt8(ascii: "U"): return hexadecimal(8, &rest, &bytes)
        case UInt8(ascii: "N"): return false
        default: bytes += [UInt8(ascii: "\\"), letter]
        }
        return true
    }

    private static func hexadecimal(
        _ count: Int, _ rest: inout ArraySlice<UInt8>, _ bytes: inout [UInt8]
    ) -> Bool {
        let digits = rest.prefix(count)
        guard digits.count == count, digits.first != UInt8(ascii: "+"), digits.first != UInt8(ascii: "-")
        else {
            return false
        }
        rest = rest.dropFirst(count)
        return append(String(decoding: digits, as: UTF8.self), radix: 16, &bytes)
    }

    /// Appends a code point; half a surrogate pair is none that UTF-8 has.
    private static func append(_ digits: String, radix: Int, _ bytes: inout [UInt8]) -> Bool {
        guard let scalar = UInt32(digits, radix: radix).flatMap(UnicodeScalar.init) else { return false }
        bytes += Array(String(scalar).utf8)
        return true
    }
}
