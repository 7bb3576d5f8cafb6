/// Avro's integers: zigzag, then groups of seven bits, the lowest first (specification, "Binary Encoding").
enum AvroVarint {
    /// The integer at a place where at least ten bytes are readable, and moves past it; nil where it has more
    /// than 64 bits.
    @inline(__always)
    static func read(_ cursor: inout UnsafePointer<UInt8>) -> Int64? {
        let first = UInt64(cursor.pointee)
        if first < 0x80 {
            cursor += 1
            return zigzag(first)
        }
        let word = UInt64(littleEndian: UnsafeRawPointer(cursor).loadUnaligned(as: UInt64.self))
        // The lowest byte without its high bit ends the integer.
        let stops = ~word & 0x8080_8080_8080_8080
        var bits = word & 0x7F7F_7F7F_7F7F_7F7F
        if stops != 0 {
            bits &= stops ^ (stops &- 1)
            cursor += (stops.trailingZeroBitCount &+ 1) &>> 3
            return zigzag(closed(bits))
        }
        let ninth = UInt64(cursor[8])
        let low = closed(bits) | (ninth & 0x7F) << 56
        if ninth < 0x80 {
            cursor += 9
            return zigzag(low)
        }
        let tenth = UInt64(cursor[9])
        guard tenth <= 1 else { return nil }
        cursor += 10
        return zigzag(low | tenth << 63)
    }

    /// Eight groups of seven bits, each in its byte, moved together.
    @inline(__always)
    private static func closed(_ bits: UInt64) -> UInt64 {
        let pairs = bits & 0x007F_007F_007F_007F | (bits & 0x7F00_7F00_7F00_7F00) >> 1
        let fours = pairs & 0x0000_3FFF_0000_3FFF | (pairs & 0x3FFF_0000_3FFF_0000) >> 2
        return fours & 0x0000_0000_0FFF_FFFF | (fours & 0x0FFF_FFFF_0000_0000) >> 4
    }

    /// The signed integer that a zigzag code means.
    @inline(__always)
    static func zigzag(_ code: UInt64) -> Int64 {
        Int64(bitPattern: code >> 1) ^ -Int64(bitPattern: code & 1)
    }

    /// The bytes of an integer.
    static func append(_ value: Int64, to bytes: inout [UInt8]) {
        var code = UInt64(bitPattern: value << 1 ^ value >> 63)
        while code >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: code) | 0x80)
            code >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: code))
    }
}
