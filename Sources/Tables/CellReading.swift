import Documents

/// What the text of a cell means. White space around it is gone before.
enum CellReading {
    /// The integer that a text is, `[+-]?[0-9]+` of at most 64 bits; nil for anything else.
    static func integer(_ text: some Collection<UInt8>) -> Int64? {
        var digits = text[...]
        let isNegative = digits.first == UInt8(ascii: "-")
        if isNegative || digits.first == UInt8(ascii: "+") { digits.removeFirst() }
        guard !digits.isEmpty else { return nil }
        var magnitude: UInt64 = 0
        for byte in digits {
            let digit = byte &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            let (product, high) = magnitude.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(UInt64(digit))
            guard !high, !carry else { return nil }
            magnitude = sum
        }
        if isNegative { return magnitude <= 1 << 63 ? Int64(truncatingIfNeeded: 0 &- magnitude) : nil }
        return Int64(exactly: magnitude)
    }

    /// Whether a text is an integer that would lose zeros at its beginning: rather a name than a number.
    static func hasLeadingZeros(_ text: some Collection<UInt8>) -> Bool {
        let digits = text.drop { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+") }
        return digits.count > 1 && digits.first == UInt8(ascii: "0") && digits.allSatisfy { 48...57 ~= $0 }
    }

    /// Powers of ten that a double holds exactly.
    private static let powers: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17,
        1e18, 1e19,
        1e20, 1e21, 1e22,
    ]

    /// The number that a decimal text is, with or without a point and an exponent, or `inf`, `infinity` and `nan` in
    /// upper or lower case; nil for anything else, hexadecimal numbers too.
    ///
    /// Where the digits and the power of ten are both exact doubles, one multiplication or division rounds correctly
    /// (W. D. Clinger, "How to read floating point numbers accurately", 1990); else the standard library reads it.
    static func double(_ text: ArraySlice<UInt8>) -> Double? {
        var index = text.startIndex
        let end = text.endIndex
        let isNegative = index < end && text[index] == UInt8(ascii: "-")
        if isNegative || (index < end && text[index] == UInt8(ascii: "+")) { index += 1 }
        var (magnitude, isExact, count, exponent): (UInt64, Bool, Int, Int) = (0, true, 0, 0)
        var isBehindPoint = false
        while index < end {
            let byte = text[index]
            if byte == UInt8(ascii: "."), !isBehindPoint {
                isBehindPoint = true
            } else {
                let digit = byte &- UInt8(ascii: "0")
                guard digit < 10 else { break }
                if magnitude < 1 << 53 {
                    magnitude = magnitude * 10 + UInt64(digit)
                } else {
                    isExact = false
                }
                count += 1
                if isBehindPoint { exponent -= 1 }
            }
            index += 1
        }
        guard count > 0 else { return word(text[index...], isNegative) }
        if index < end, text[index] | 0x20 == UInt8(ascii: "e") {
            guard let power = integer(text[(index + 1)...]) else { return nil }
            exponent += Int(min(max(power, -100_000), 100_000))
            index = end
        }
        guard index == end else { return nil }
        guard isExact, magnitude <= 1 << 53, exponent.magnitude <= 22 else {
            return Double(String(decoding: text, as: UTF8.self))
        }
        var number = Double(magnitude)
        if exponent < 0 { number /= powers[-exponent] }
        if exponent > 0 { number *= powers[exponent] }
        return isNegative ? -number : number
    }

    private static func word(_ text: ArraySlice<UInt8>, _ isNegative: Bool) -> Double? {
        guard (3...8).contains(text.count) else { return nil }
        switch String(decoding: text, as: UTF8.self).lowercased() {
        case "nan": return .nan
        case "inf", "infinity": return isNegative ? -.infinity : .infinity
        default: return nil
        }
    }

    /// The truth value that a text is.
    static func bool(_ text: some Collection<UInt8>) -> Bool? {
        guard text.count == 4 || text.count == 5 else { return nil }
        switch String(decoding: text, as: UTF8.self).lowercased() {
        case "true": return true
        case "false": return false
        default: return nil
        }
    }

    /// A text as UTF-8; nil if it is not.
    static func string(_ text: ArraySlice<UInt8>) -> String? { String(validating: text, as: UTF8.self) }

    /// The type of a cell whose column had nothing in the sample: a number, a truth value or a text. Integers are numbers
    /// like the others, unless they have more digits than a double keeps.
    static func type(_ text: ArraySlice<UInt8>) -> ColumnType {
        if let number = integer(text) {
            return hasLeadingZeros(text) ? .string : number.magnitude <= 1 << 53 ? .double : .int
        }
        return double(text) != nil ? .double : bool(text) != nil ? .bool : .string
    }

    /// Without white space at both ends.
    static func trimmed(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var text = text
        while let last = text.last, isSpace(last) { text.removeLast() }
        while let first = text.first, isSpace(first) { text.removeFirst() }
        return text
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}

/// A value that its column's type does not fit.
struct CellFault: Error {
    let reason: String

    init(_ column: String, _ text: some StringProtocol, _ type: ColumnType) {
        let shown = text.count > 40 ? "\(text.prefix(40))…" : String(text)
        let meaning =
            switch type {
            case .int: "an integer of 64 bits"
            case .double: "a number"
            case .string: "UTF-8 text"
            case .bool: "true or false"
            }
        reason = "\(column) '\(shown)' is not \(meaning)"
    }
}
