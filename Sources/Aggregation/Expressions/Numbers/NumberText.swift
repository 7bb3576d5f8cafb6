import Glibc

/// Numbers as text, the way the C library reads and writes them, as MongoDB does.
enum NumberText {
    /// A number with six significant digits: `1.5`, `1e+22`, `-0`, `nan`, `-inf`.
    static func short(_ number: Double) -> String { format("%g", number) }

    /// The first 34 significant digits of a positive number, rounded half to even, and the power of ten of the first.
    static func digits(of number: Double) -> (digits: [UInt8], exponent: Int) {
        let text = format("%.33e", number).utf8
        let parts = text.split(separator: UInt8(ascii: "e"))
        let digits = parts.first?.filter { $0 != UInt8(ascii: ".") } ?? []
        let exponent = parts.count > 1 ? Int(String(decoding: parts[1], as: UTF8.self)) : nil
        return (digits, exponent ?? 0)
    }

    private static func format(_ format: String, _ number: Double) -> String {
        // A sign, 34 digits, a point, and an exponent with its sign and three digits.
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { buffer in
            let count = withVaList([number]) { vsnprintf(buffer.baseAddress, buffer.count, format, $0) }
            return String(decoding: buffer.prefix(Int(count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
    }

    /// The number that a text is, nil where the text is anything else as well, or the number is too large or too small
    /// for a double with all its digits. Hexadecimal numbers begin with a sign or `0X`.
    static func double(_ text: String) -> Double? {
        var bytes = text.utf8.map { CChar(bitPattern: $0) }
        guard let first = bytes.first, isspace(Int32(first)) == 0, !text.utf8.starts(with: "0x".utf8) else {
            return nil
        }
        bytes.append(0)
        return bytes.withUnsafeBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return nil }
            var end: UnsafeMutablePointer<CChar>?
            errno = 0
            let number = strtod(start, &end)
            guard errno != ERANGE, let end, UnsafePointer(end) == start + (buffer.count - 1) else {
                return nil
            }
            return number
        }
    }

    /// The integer that a text is: an optional sign and decimal digits.
    static func integer(_ text: String) -> Int64? {
        let digits =
            text.utf8.first.map { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+") } ?? false
            ? text.utf8.dropFirst() : text.utf8[...]
        guard !digits.isEmpty, digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return nil }
        return Int64(text)
    }
}
