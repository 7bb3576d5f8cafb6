/// Base64 of RFC 4648, section 4, with padding.
///
/// Both directions go through tables that are made once: two characters for twelve bits one way, each
/// character's six bits at its place the other way. Stamps are most of an alert's bytes, so this decides how
/// fast one is written.
enum Base64 {
    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    static let padding = UInt8(ascii: "=")

    /// For every 12 bits their two characters, the first in the low byte.
    fileprivate static let pairs: [UInt16] = (0..<4096).map {
        UInt16(alphabet[$0 >> 6]) | UInt16(alphabet[$0 & 63]) << 8
    }

    /// For every byte the six bits that it stands for; `invalid` if none.
    private static let values: [UInt32] = {
        var values = [UInt32](repeating: invalid, count: 256)
        for (value, character) in alphabet.enumerated() { values[Int(character)] = UInt32(value) }
        return values
    }()
    private static let invalid: UInt32 = 1 << 31

    /// How many characters so many bytes become.
    static func encodedCount(_ count: Int) -> Int { (count + 2) / 3 * 4 }

    /// The bytes that a text means; nil if it is not base64 with padding. Bits that the padding leaves over
    /// are ignored, as Python does.
    static func decode(_ text: RawSpan) -> [UInt8]? {
        guard text.byteCount % 4 == 0 else { return nil }
        var count = text.byteCount
        while count > 0, text.byteCount - count < 2, text.byte(at: count - 1) == padding { count -= 1 }
        let total = count / 4 * 3 + max(count % 4 - 1, 0)
        // An array without room is the standard library's one empty array, to which its count would be written.
        guard total > 0 else { return count == 0 ? [] : nil }
        var faults: UInt32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: total) { target, written in
            // Every store is below `total`: three bytes for four characters, and the rest counted one by one.
            values.withUnsafeBufferPointer { values in
                var output = 0
                var input = 0
                while input &+ 4 <= count {
                    let word = text.load32(at: input)
                    let bits =
                        values[Int(word & 0xFF)] << 18 | values[Int(word >> 8 & 0xFF)] << 12
                        | values[Int(word >> 16 & 0xFF)] << 6 | values[Int(word >> 24)]
                    faults |=
                        values[Int(word & 0xFF)] | values[Int(word >> 8 & 0xFF)]
                        | values[Int(word >> 16 & 0xFF)]
                    faults |= bits
                    target[output] = UInt8(truncatingIfNeeded: bits >> 16)
                    target[output &+ 1] = UInt8(truncatingIfNeeded: bits >> 8)
                    target[output &+ 2] = UInt8(truncatingIfNeeded: bits)
                    input &+= 4
                    output &+= 3
                }
                var bits: UInt32 = 0
                for index in input..<count {
                    let value = values[Int(text.byte(at: index))]
                    faults |= value
                    bits |= value << UInt32(18 - 6 * (index - input))
                }
                for index in output..<total {
                    target[index] = UInt8(truncatingIfNeeded: bits >> UInt32(16 - 8 * (index - output)))
                }
                written = total
            }
        }
        return faults & invalid == 0 ? bytes : nil
    }
}

extension OutputBytes {
    /// Bytes as base64.
    mutating func append(base64 bytes: RawSpan, _ range: Range<Int>) {
        append(atMost: Base64.encodedCount(range.count)) { target in
            let raw = UnsafeMutableRawPointer(target)
            return Base64.pairs.withUnsafeBufferPointer { pairs in
                var input = range.lowerBound
                var output = 0
                // Six bytes become eight characters; eight are loaded, so two must follow.
                while input &+ 8 <= range.upperBound {
                    let word = bytes.load64(at: input).byteSwapped
                    let characters =
                        UInt64(pairs[Int(word >> 52)]) | UInt64(pairs[Int(word >> 40 & 0xFFF)]) << 16
                        | UInt64(pairs[Int(word >> 28 & 0xFFF)]) << 32 | UInt64(
                            pairs[Int(word >> 16 & 0xFFF)]) << 48
                    raw.storeBytes(of: characters.littleEndian, toByteOffset: output, as: UInt64.self)
                    input &+= 6
                    output &+= 8
                }
                while input < range.upperBound {
                    let left = min(range.upperBound - input, 3)
                    var bits = 0
                    for index in 0..<3 {
                        bits = bits << 8 | (index < left ? Int(bytes.byte(at: input + index)) : 0)
                    }
                    let characters = UInt32(pairs[bits >> 12]) | UInt32(pairs[bits & 0xFFF]) << 16
                    raw.storeBytes(of: characters.littleEndian, toByteOffset: output, as: UInt32.self)
                    if left < 3 { target[output + 3] = Base64.padding }
                    if left < 2 { target[output + 2] = Base64.padding }
                    input += left
                    output += 4
                }
                return output
            }
        }
    }
}
