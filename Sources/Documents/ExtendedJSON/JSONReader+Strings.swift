extension JSONReader {
    /// Writes the text of the string whose opening quote is here, and moves behind its closing one.
    mutating func string(_ text: RawSpan) throws(JSONError) {
        let begin = index
        index += 1
        while true {
            let stop = text.firstStop(from: index)
            output.append(contentsOf: text.extracting(index..<stop))
            index = stop
            guard stop < text.byteCount else {
                throw error(.syntax, "Unterminated string starting at", at: begin, text)
            }
            let byte = text.byte(at: stop)
            if byte == UInt8(ascii: "\"") {
                index += 1
                return
            }
            guard byte == UInt8(ascii: "\\") else {
                throw error(.syntax, "Invalid control character at", at: stop, text)
            }
            try escape(text, begin)
        }
    }

    /// Writes what an escape means, whose backslash is here.
    private mutating func escape(_ text: RawSpan, _ begin: Int) throws(JSONError) {
        guard index + 1 < text.byteCount else {
            throw error(.syntax, "Unterminated string starting at", at: begin, text)
        }
        switch text.byte(at: index + 1) {
        case UInt8(ascii: "\""): output.append(UInt8(ascii: "\""))
        case UInt8(ascii: "\\"): output.append(UInt8(ascii: "\\"))
        case UInt8(ascii: "/"): output.append(UInt8(ascii: "/"))
        case UInt8(ascii: "b"): output.append(0x08)
        case UInt8(ascii: "f"): output.append(0x0C)
        case UInt8(ascii: "n"): output.append(0x0A)
        case UInt8(ascii: "r"): output.append(0x0D)
        case UInt8(ascii: "t"): output.append(0x09)
        case UInt8(ascii: "u"): return try unicodeEscape(text)
        default: throw error(.syntax, "Invalid \\escape", at: index, text)
        }
        index += 2
    }

    /// Writes the character of `\uXXXX`, or of two of them if they are a surrogate pair.
    private mutating func unicodeEscape(_ text: RawSpan) throws(JSONError) {
        let start = index
        let unit = try codeUnit(text, at: start)
        index += 6
        var scalar = Unicode.Scalar(unit)
        if scalar == nil, unit < 0xDC00, index + 1 < text.byteCount,
            text.byte(at: index) == UInt8(ascii: "\\"),
            text.byte(at: index + 1) == UInt8(ascii: "u")
        {
            let low = try codeUnit(text, at: index)
            if (0xDC00...0xDFFF).contains(low) {
                scalar = Unicode.Scalar(0x10000 + (UInt32(unit) - 0xD800) << 10 + (UInt32(low) - 0xDC00))
                index += 6
            }
        }
        guard let scalar else { throw error(.encoding, "surrogates not allowed", at: start, text) }
        for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter { output.append(byte) }
    }

    /// The four hexadecimal digits of the escape whose backslash is at an offset.
    private func codeUnit(_ text: RawSpan, at start: Int) throws(JSONError) -> UInt16 {
        var unit: UInt16 = 0
        for offset in (start + 2)..<(start + 6) {
            guard offset < text.byteCount, let digit = Hexadecimal.value(of: text.byte(at: offset)) else {
                throw error(.syntax, "Invalid \\uXXXX escape", at: start + 1, text)
            }
            unit = unit << 4 | UInt16(digit)
        }
        // CPython wants one more character to be there, or it blames the escape and not the missing quote.
        guard start + 6 < text.byteCount else {
            throw error(.syntax, "Invalid \\uXXXX escape", at: start + 1, text)
        }
        return unit
    }
}

extension RawSpan {
    /// The first byte from an offset on that ends a run of plain characters in a JSON string: a quote, a
    /// backslash or a control character.
    @inline(__always)
    fileprivate func firstStop(from start: Int) -> Int {
        var index = start
        while index &+ 8 <= byteCount {
            let stops = load64(at: index).jsonStopBytes
            if stops != 0 { return index &+ stops.trailingZeroBitCount / 8 }
            index &+= 8
        }
        while index < byteCount {
            let byte = byte(at: index)
            if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { break }
            index &+= 1
        }
        return index
    }
}
