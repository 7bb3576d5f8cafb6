/// A decimal as BSON holds it: decimal128 where its digits fit, else the digits themselves.
enum AvroDecimal: Equatable {
    case decimal128(high: UInt64, low: UInt64)
    /// Plain notation, `-12.50`; as many digits after the point as the scale.
    case text(String)

    /// The value of a two's complement, big-endian integer divided by 10 to the power of `scale`, which keeps
    /// its trailing zeros.
    ///
    /// Decimal128 has 34 digits and exponents from -6176 (IEEE 754-2008; binary integer encoding: the
    /// exponent is biased by 6176 and lies above the 113 bits of the coefficient, the sign above both).
    static func value(_ bytes: [UInt8], scale: Int) -> AvroDecimal {
        let isNegative = (bytes.first ?? 0) >= 0x80
        let magnitude = magnitude(bytes, isNegative: isNegative)
        if magnitude.count <= 16, scale <= 6176 {
            let coefficient = magnitude.reduce(0 as UInt128) { $0 << 8 | UInt128($1) }
            if coefficient < tenToThe34 {
                let high = UInt64(truncatingIfNeeded: coefficient >> 64)
                let exponent = UInt64(6176 - scale)
                return .decimal128(
                    high: high | exponent << 49 | (isNegative ? 1 << 63 : 0),
                    low: UInt64(truncatingIfNeeded: coefficient))
            }
        }
        var digits = self.digits(magnitude)
        if scale > 0 {
            if digits.count <= scale {
                digits = String(repeating: "0", count: scale + 1 - digits.count) + digits
            }
            digits.insert(".", at: digits.index(digits.endIndex, offsetBy: -scale))
        }
        return .text((isNegative ? "-" : "") + digits)
    }

    private static let tenToThe34 = (0..<34).reduce(1 as UInt128) { power, _ in power * 10 }

    /// The absolute value, big-endian, without leading zeros.
    private static func magnitude(_ bytes: [UInt8], isNegative: Bool) -> ArraySlice<UInt8> {
        var result = bytes
        if isNegative {
            var carry = true
            for index in result.indices.reversed() {
                result[index] = ~result[index]
                if carry { (result[index], carry) = result[index].addingReportingOverflow(1) }
            }
        }
        return result.drop { $0 == 0 }
    }

    /// The decimal digits of a magnitude, found by repeated division by 10^9.
    private static func digits(_ magnitude: ArraySlice<UInt8>) -> String {
        var limbs: [UInt32] = []
        var rest = magnitude
        while !rest.isEmpty {
            limbs.insert(rest.suffix(4).reduce(0) { $0 << 8 | UInt32($1) }, at: 0)
            rest = rest.dropLast(4)
        }
        var groups: [String] = []
        while !limbs.isEmpty {
            var remainder: UInt64 = 0
            for index in limbs.indices {
                let part = remainder << 32 | UInt64(limbs[index])
                limbs[index] = UInt32(truncatingIfNeeded: part / 1_000_000_000)
                remainder = part % 1_000_000_000
            }
            if limbs.first == 0 { limbs.removeFirst() }
            let group = String(remainder)
            groups.append(limbs.isEmpty ? group : String(repeating: "0", count: 9 - group.count) + group)
        }
        return groups.isEmpty ? "0" : groups.reversed().joined()
    }
}

extension AvroDecimal {
    /// Digits after the point of a decimal128 of the common layout.
    static func scale(high: UInt64) -> Int { 6176 - Int(high >> 49 & 0x3FFF) }

    /// The two's complement, big-endian integer of a decimal128 at a scale: the shortest, or of `size` bytes.
    ///
    /// - Returns: nil for infinities and not a number, and where the value has more digits after the point
    ///   than the scale or does not fit.
    static func bytes(high: UInt64, low: UInt64, scale: Int, size: Int?) -> [UInt8]? {
        // Two set bits below the sign mean another layout, whose coefficients are beyond 34 digits and read
        // as zero, or no number at all.
        guard high >> 61 & 3 != 3 else { return nil }
        let coefficient = UInt128(high & 0x1_FFFF_FFFF_FFFF) << 64 | UInt128(low)
        guard coefficient < tenToThe34, var number = Int128(exactly: coefficient) else { return nil }
        var shift = scale - Self.scale(high: high)
        while shift > 0, number != 0 {
            let (product, overflows) = number.multipliedReportingOverflow(by: 10)
            guard !overflows else { return nil }
            number = product
            shift -= 1
        }
        while shift < 0, number != 0 {
            guard number % 10 == 0 else { return nil }
            number /= 10
            shift += 1
        }
        if high >> 63 == 1 { number = -number }
        var bytes: [UInt8] = []
        repeat {
            bytes.insert(UInt8(truncatingIfNeeded: number), at: 0)
            number >>= 8
        } while !(number == 0 && (bytes[0] < 0x80)) && !(number == -1 && bytes[0] >= 0x80)
        guard let size else { return bytes }
        guard bytes.count <= size else { return nil }
        let filler: UInt8 = bytes[0] >= 0x80 ? 0xFF : 0
        return [UInt8](repeating: filler, count: size - bytes.count) + bytes
    }
}
