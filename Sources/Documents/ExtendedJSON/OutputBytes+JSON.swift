extension OutputBytes {
    /// A text in quotes, escaped as JSON demands: quote, backslash and control characters; the rest as it is.
    /// What is not UTF-8 becomes U+FFFD, because JSON has no way to say it.
    mutating func append(jsonString bytes: RawSpan, _ range: Range<Int>) {
        append(UInt8(ascii: "\""))
        append(escaping: bytes, range)
        append(UInt8(ascii: "\""))
    }

    /// A text in quotes, escaped.
    mutating func append(jsonString text: String) {
        let bytes = text.utf8Span.span.bytes
        append(jsonString: bytes, 0..<bytes.byteCount)
    }

    /// A key in quotes and its colon.
    mutating func append(jsonKey bytes: RawSpan, _ range: Range<Int>) {
        append(UInt8(ascii: "\""))
        append(escaping: bytes, range)
        append("\":")
    }

    private mutating func append(escaping bytes: RawSpan, _ range: Range<Int>) {
        let plain = bytes.firstSpecial(range)
        append(contentsOf: bytes.extracting(range.lowerBound..<plain))
        if plain < range.upperBound { append(escapingRest: bytes, plain..<range.upperBound) }
    }

    @inline(never)
    private mutating func append(escapingRest bytes: RawSpan, _ range: Range<Int>) {
        guard UTF8Check.firstFault(in: bytes, range) == nil else {
            let repaired = bytes.extracting(range).withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
            let valid = repaired.utf8Span.span.bytes
            return append(escapingValid: valid, 0..<valid.byteCount)
        }
        append(escapingValid: bytes, range)
    }

    private mutating func append(escapingValid bytes: RawSpan, _ range: Range<Int>) {
        var written = range.lowerBound
        for offset in range {
            let byte = bytes.byte(at: offset)
            guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else { continue }
            append(contentsOf: bytes.extracting(written..<offset))
            written = offset + 1
            switch byte {
            case UInt8(ascii: "\""): append("\\\"")
            case UInt8(ascii: "\\"): append("\\\\")
            case 0x08: append("\\b")
            case 0x09: append("\\t")
            case 0x0A: append("\\n")
            case 0x0C: append("\\f")
            case 0x0D: append("\\r")
            default:
                append("\\u00")
                append(Hexadecimal.digit(byte >> 4))
                append(Hexadecimal.digit(byte & 15))
            }
        }
        append(contentsOf: bytes.extracting(written..<range.upperBound))
    }

    /// An integer in decimal digits.
    mutating func append(decimal number: Int64) {
        append(atMost: 20) { target in
            var rest = number.magnitude
            var end = 20
            repeat {
                end -= 1
                target[end] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            } while rest > 0
            if number < 0 {
                end -= 1
                target[end] = UInt8(ascii: "-")
            }
            for index in end..<20 { target[index - end] = target[index] }
            return 20 - end
        }
    }

    /// A number with leading zeros.
    mutating func append(_ number: Int, digits: Int) {
        var divisor = 1
        for _ in 1..<digits { divisor *= 10 }
        while divisor > 0 {
            append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number / divisor % 10))
            divisor /= 10
        }
    }

    /// `2020-01-02T03:04:05.678Z`; whole seconds without the fraction, as PyMongo and the specification have
    /// it.
    mutating func append(time: CalendarTime) {
        append(time.year, digits: 4)
        append(UInt8(ascii: "-"))
        append(time.month, digits: 2)
        append(UInt8(ascii: "-"))
        append(time.day, digits: 2)
        append(UInt8(ascii: "T"))
        append(time.hour, digits: 2)
        append(UInt8(ascii: ":"))
        append(time.minute, digits: 2)
        append(UInt8(ascii: ":"))
        append(time.second, digits: 2)
        if time.millisecond > 0 {
            append(UInt8(ascii: "."))
            append(time.millisecond, digits: 3)
        }
        append(UInt8(ascii: "Z"))
    }
}

extension RawSpan {
    /// The first byte that a JSON string cannot hold as it is, or that is not ASCII; the range's end if there
    /// is none.
    @inline(__always)
    func firstSpecial(_ range: Range<Int>) -> Int {
        var index = range.lowerBound
        while index &+ 8 <= range.upperBound {
            let word = load64(at: index)
            let special = word.jsonSpecialBytes
            if special != 0 { return index &+ special.trailingZeroBitCount / 8 }
            index &+= 8
        }
        while index < range.upperBound {
            let byte = byte(at: index)
            if byte < 0x20 || byte >= 0x80 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
                break
            }
            index &+= 1
        }
        return index
    }
}

extension UInt64 {
    /// The high bit of every byte that is a control character, a quote, a backslash or not ASCII; only the
    /// lowest one is certain, as in `zeroBytes`.
    var jsonSpecialBytes: UInt64 { jsonStopBytes | self & 0x8080_8080_8080_8080 }

    /// The same without those that are not ASCII.
    var jsonStopBytes: UInt64 {
        let control = (self &- 0x2020_2020_2020_2020) & ~self & 0x8080_8080_8080_8080
        let quote = (self ^ 0x2222_2222_2222_2222).zeroBytes
        let backslash = (self ^ 0x5C5C_5C5C_5C5C_5C5C).zeroBytes
        return control | quote | backslash
    }
}
