extension JSONReader {
    /// Writes the number that begins here; returns its type. The rule is Python's:
    /// `-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?`, and what does not fit any more is left for the next to
    /// complain about.
    mutating func number(_ text: RawSpan) throws(JSONError) -> ElementType {
        let start = index
        let isNegative = text.byte(at: index) == UInt8(ascii: "-")
        if isNegative { index += 1 }
        var digits = Digits()
        if peek(text) == UInt8(ascii: "0") {
            index += 1
        } else if !take(&digits, text) {
            throw error(.syntax, "Expecting value", at: start, text)
        }
        var isInteger = true
        if peek(text) == UInt8(ascii: ".") {
            let point = index
            index += 1
            let before = digits.count
            if take(&digits, text) {
                digits.exponent -= digits.count - before
                isInteger = false
            } else {
                index = point
            }
        }
        if peek(text) | 0x20 == UInt8(ascii: "e"), takeExponent(&digits, text) { isInteger = false }
        return try isInteger
            ? writeInteger(digits, isNegative, start, text) : writeDouble(digits, isNegative, start, text)
    }

    /// The digits of a number without its point, as far as they fit in 64 bits.
    private struct Digits {
        var magnitude: UInt64 = 0
        var overflows = false
        var count = 0
        var exponent = 0
    }

    /// Takes digits as long as there are some; false if there is none.
    private mutating func take(_ digits: inout Digits, _ text: RawSpan) -> Bool {
        let start = index
        while index < text.byteCount {
            let digit = text.byte(at: index) &- UInt8(ascii: "0")
            guard digit < 10 else { break }
            // Nineteen digits fit whatever they are.
            if digits.magnitude < 1_000_000_000_000_000_000 {
                digits.magnitude = digits.magnitude &* 10 &+ UInt64(digit)
            } else {
                let (product, high) = digits.magnitude.multipliedReportingOverflow(by: 10)
                let (sum, carry) = product.addingReportingOverflow(UInt64(digit))
                if high || carry { digits.overflows = true }
                digits.magnitude = sum
            }
            index &+= 1
        }
        digits.count += index - start
        return index > start
    }

    /// Takes `e`, a sign and digits; takes nothing and says false if the digits are missing.
    private mutating func takeExponent(_ digits: inout Digits, _ text: RawSpan) -> Bool {
        let mark = index
        index += 1
        let sign = peek(text)
        if sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { index += 1 }
        var power = Digits()
        guard take(&power, text) else {
            index = mark
            return false
        }
        // Beyond this the standard library reads the text and only its sign matters here.
        let size = power.overflows ? 1_000_000 : Int(min(power.magnitude, 1_000_000))
        digits.exponent += sign == UInt8(ascii: "-") ? -size : size
        return true
    }

    private mutating func writeInteger(
        _ digits: Digits, _ isNegative: Bool, _ start: Int, _ text: RawSpan
    ) throws(JSONError) -> ElementType {
        let limit = UInt64(Int64.max) + (isNegative ? 1 : 0)
        guard !digits.overflows, digits.magnitude <= limit else {
            throw error(.overflow, "MongoDB can only handle up to 8-byte ints", at: start, text)
        }
        let number = Int64(truncatingIfNeeded: isNegative ? 0 &- digits.magnitude : digits.magnitude)
        if let small = Int32(exactly: number) {
            output.append32(UInt32(bitPattern: small))
            return .int32
        }
        output.append64(UInt64(bitPattern: number))
        return .int64
    }

    /// Powers of ten that a double holds exactly.
    private static let powers: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17,
        1e18, 1e19,
        1e20, 1e21, 1e22,
    ]

    /// Where the digits and the power of ten are both exact doubles, one multiplication or division rounds
    /// correctly (W. D. Clinger, "How to read floating point numbers accurately", 1990); else the standard
    /// library reads it.
    private mutating func writeDouble(
        _ digits: Digits, _ isNegative: Bool, _ start: Int, _ text: RawSpan
    ) throws(JSONError) -> ElementType {
        var number: Double
        if !digits.overflows, digits.magnitude <= 1 << 53, digits.exponent.magnitude <= 22 {
            number = Double(digits.magnitude)
            if digits.exponent < 0 { number /= Self.powers[-digits.exponent] }
            if digits.exponent > 0 { number *= Self.powers[digits.exponent] }
            if isNegative { number = -number }
        } else {
            let digits = text.extracting(start..<index).withUnsafeBytes {
                String(decoding: $0, as: UTF8.self)
            }
            guard let parsed = Double(digits) else {
                throw error(.syntax, "Expecting value", at: start, text)
            }
            number = parsed
        }
        output.append64(number.bitPattern)
        return .double
    }
}
