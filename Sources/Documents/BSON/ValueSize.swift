/// How many bytes a value takes.
enum ValueSize {
    /// For every type byte below 20 three bits: 0 where the size is not fixed (or there is no such type),
    /// else a place in `fixed`. A shift costs less than the jump of a `switch` in the loop over all elements.
    private static let places: UInt64 = 0xd23000062a40020

    /// The sizes 0, 1, 4, 8, 12, 16 at places 1 to 6, one byte each.
    private static let fixed: UInt64 = 0x0010_0C08_0401_0000

    /// The size of a value of the type with this byte; negative where it cannot be told or there is no such
    /// type.
    @inline(__always)
    static func of(_ code: UInt8, in bytes: RawSpan, at start: Int, end: Int) -> Int {
        if code < 20 {
            let place = (places &>> (3 &* UInt64(code))) & 7
            if place != 0 { return Int(truncatingIfNeeded: (fixed &>> (8 &* place)) & 0xFF) }
        }
        return variable(code, in: bytes, at: start, end: end)
    }

    /// The size of a value that begins with its length, of a regular expression, or of the two types beyond
    /// the table.
    @inline(never)
    private static func variable(_ code: UInt8, in bytes: RawSpan, at start: Int, end: Int) -> Int {
        guard let type = ElementType(rawValue: code) else { return -1 }
        switch type {
        case .minKey, .maxKey: return 0
        case .regularExpression:
            let pattern = bytes.firstZero(from: start, before: end)
            guard pattern < end else { return -1 }
            let options = bytes.firstZero(from: pattern + 1, before: end)
            return options < end ? options + 1 - start : -1
        default: break
        }
        guard end - start >= 4 else { return -1 }
        let length = Int(Int32(bitPattern: bytes.load32(at: start)))
        switch type {
        case .string, .javaScript, .symbol: return length < 1 ? -1 : length + 4
        case .binary: return length < 0 ? -1 : length + 5
        case .dbPointer: return length < 1 ? -1 : length + 16
        default: return length < 5 ? -1 : length
        }
    }
}
