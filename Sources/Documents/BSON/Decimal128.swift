/// A decimal number of 34 digits: IEEE 754-2008 decimal128 in binary integer encoding, as BSON stores it.
///
/// Its text forms are those of the MongoDB specification "BSON Decimal128", which follow the General Decimal
/// Arithmetic specification's "to-scientific-string".
public struct Decimal128: Sendable, Hashable, LosslessStringConvertible {
    /// The sign, the exponent, and the upper 49 bits of the coefficient.
    public let high: UInt64
    /// The lower 64 bits of the coefficient.
    public let low: UInt64

    /// The number with these bits.
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// 10^34 - 1; the encoding has room for more, which counts as zero.
    private static let largestCoefficient: UInt128 = 9_999_999_999_999_999_999_999_999_999_999_999
    private static let exponents = -6176...6111
    private static let digits = 34
    private static let infinity: UInt64 = 0x7800_0000_0000_0000
    private static let notANumber: UInt64 = 0x7C00_0000_0000_0000
    private static let sign: UInt64 = 1 << 63

    /// The shortest text with this coefficient and exponent: `12.50`, `1E+3`, `-0`, `NaN`, `-Infinity`.
    public var description: String {
        if high & Self.notANumber == Self.notANumber { return "NaN" }
        let minus = high & Self.sign == 0 ? "" : "-"
        if high & Self.notANumber == Self.infinity { return minus + "Infinity" }
        // With both bits set the coefficient would exceed the largest and the exponent lies two bits lower.
        let isLarge = high >> 61 & 3 == 3
        let exponent = Int(high >> (isLarge ? 47 : 49) & 0x3FFF) + Self.exponents.lowerBound
        var coefficient = UInt128(high & 0x1_FFFF_FFFF_FFFF) << 64 | UInt128(low)
        if isLarge || coefficient > Self.largestCoefficient { coefficient = 0 }
        return minus + Self.text(String(coefficient), exponent)
    }

    private static func text(_ digits: String, _ exponent: Int) -> String {
        let adjusted = exponent + digits.utf8.count - 1
        if exponent > 0 || adjusted < -6 {
            let fraction = digits.dropFirst()
            let mantissa = fraction.isEmpty ? digits : "\(digits.prefix(1)).\(fraction)"
            return "\(mantissa)E\(adjusted < 0 ? "" : "+")\(adjusted)"
        }
        if exponent == 0 { return digits }
        let whole = digits.utf8.count + exponent
        if whole > 0 { return "\(digits.prefix(whole)).\(digits.dropFirst(whole))" }
        return "0." + String(repeating: "0", count: -whole) + digits
    }

    /// The number that a text means; nil if it is none or cannot be represented without rounding.
    public init?(_ text: String) {
        var rest = Array(text.utf8)[...]
        let isNegative = rest.first == UInt8(ascii: "-")
        if isNegative || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
        let sign = isNegative ? Self.sign : 0
        switch String(decoding: rest, as: UTF8.self).lowercased() {
        case "nan": self.init(high: Self.notANumber, low: 0)
        case "inf", "infinity": self.init(high: sign | Self.infinity, low: 0)
        default:
            guard let number = Self.number(rest) else { return nil }
            let biased = UInt64(number.exponent - Self.exponents.lowerBound)
            self.init(
                high: sign | biased << 49 | UInt64(truncatingIfNeeded: number.coefficient >> 64),
                low: UInt64(truncatingIfNeeded: number.coefficient))
        }
    }

    /// Digits with at most one point and an exponent, brought into the range of the format.
    private static func number(_ text: ArraySlice<UInt8>) -> (coefficient: UInt128, exponent: Int)? {
        var coefficient: UInt128 = 0
        var taken = 0
        var exponent = 0
        var hasDigit = false
        var hasPoint = false
        var index = text.startIndex
        while index < text.endIndex {
            let byte = text[index]
            if byte == UInt8(ascii: "."), !hasPoint {
                hasPoint = true
            } else if let digit = digit(byte) {
                hasDigit = true
                if taken < digits {
                    coefficient = coefficient * 10 + UInt128(digit)
                    if coefficient > 0 { taken += 1 }
                    if hasPoint { exponent -= 1 }
                } else {
                    // Digits beyond the 34th can only be dropped if they are zero.
                    guard digit == 0 else { return nil }
                    if !hasPoint { exponent += 1 }
                }
            } else {
                break
            }
            index += 1
        }
        guard hasDigit, let power = power(text[index...]) else { return nil }
        return fit(coefficient, exponent + power)
    }

    /// What follows the digits: nothing, or `e` with a number, which is cut off far outside the format's
    /// range.
    private static func power(_ text: ArraySlice<UInt8>) -> Int? {
        guard let mark = text.first else { return 0 }
        guard mark == UInt8(ascii: "e") || mark == UInt8(ascii: "E") else { return nil }
        var rest = text.dropFirst()
        let isNegative = rest.first == UInt8(ascii: "-")
        if isNegative || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
        guard !rest.isEmpty else { return nil }
        var power = 0
        for byte in rest {
            guard let digit = digit(byte) else { return nil }
            power = min(power * 10 + Int(digit), 1_000_000_000_000)
        }
        return isNegative ? -power : power
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        let digit = byte &- UInt8(ascii: "0")
        return digit < 10 ? digit : nil
    }

    /// The same number with an exponent that the format has; nil if that takes more digits or drops one.
    private static func fit(_ coefficient: UInt128, _ exponent: Int) -> (coefficient: UInt128, exponent: Int)?
    {
        if coefficient == 0 {
            return (0, min(max(exponent, exponents.lowerBound), exponents.upperBound))
        }
        var coefficient = coefficient
        var exponent = exponent
        while exponent > exponents.upperBound {
            guard coefficient <= largestCoefficient / 10 else { return nil }
            coefficient *= 10
            exponent -= 1
        }
        while exponent < exponents.lowerBound {
            guard coefficient % 10 == 0 else { return nil }
            coefficient /= 10
            exponent += 1
        }
        return (coefficient, exponent)
    }
}
