extension RawSpan {
    /// The byte at an offset; out of bounds is a programming error and traps.
    @inline(__always)
    func byte(at offset: Int) -> UInt8 { unsafeLoad(fromByteOffset: offset, as: UInt8.self) }

    /// Four bytes, little end first. The load is checked against the bounds, and any bytes are an integer.
    @inline(__always)
    func load32(at offset: Int) -> UInt32 {
        UInt32(littleEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }

    /// Eight bytes, little end first.
    @inline(__always)
    func load64(at offset: Int) -> UInt64 {
        UInt64(littleEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    /// The offset of the first zero byte in a range, looked for eight bytes at a time; `end` or more if there
    /// is none.
    @inline(__always)
    func firstZero(from start: Int, before end: Int) -> Int {
        var index = start
        while index &+ 8 <= byteCount {
            let zeros = load64(at: index).zeroBytes
            if zeros != 0 { return index &+ zeros.trailingZeroBitCount / 8 }
            index &+= 8
            if index >= end { return index }
        }
        while index < end, byte(at: index) != 0 { index &+= 1 }
        return index
    }
}

extension UInt64 {
    /// The high bit of every zero byte; above the lowest one there may be false ones (a borrow), so only "is
    /// there one" and "where is the first" can be told from it.
    var zeroBytes: UInt64 { (self &- 0x0101_0101_0101_0101) & ~self & 0x8080_8080_8080_8080 }
}
