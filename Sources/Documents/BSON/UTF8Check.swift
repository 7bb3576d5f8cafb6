/// Whether bytes are UTF-8.
enum UTF8Check {
    /// The offset of the first byte that is not UTF-8; nil if all are. ASCII is passed over eight bytes at a
    /// time, the rest is the standard library's judgement.
    static func firstFault(in bytes: RawSpan, _ range: Range<Int>) -> Int? {
        let start = firstNonASCII(in: bytes, range)
        if start == range.upperBound { return nil }
        return bytes.extracting(start..<range.upperBound).withUnsafeBytes { rest in
            do throws(UTF8.ValidationError) {
                _ = try UTF8Span(validating: rest.assumingMemoryBound(to: UInt8.self).span)
                return nil
            } catch {
                return start + error.byteOffsets.lowerBound
            }
        }
    }

    /// The offset of the first byte above 127; the range's end if there is none.
    static func firstNonASCII(in bytes: RawSpan, _ range: Range<Int>) -> Int {
        var index = range.lowerBound
        while index &+ 8 <= range.upperBound {
            let high = bytes.load64(at: index) & 0x8080_8080_8080_8080
            if high != 0 { return index &+ high.trailingZeroBitCount / 8 }
            index &+= 8
        }
        while index < range.upperBound, bytes.byte(at: index) < 0x80 { index &+= 1 }
        return index
    }
}
