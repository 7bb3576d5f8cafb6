/// Where one element lies in a document's bytes.
///
/// All offsets are of the same bytes and have been checked against the end of their document, so whoever
/// reads the value by them stays inside it.
struct Field: Sendable {
    /// The type byte, one of `ElementType`.
    let code: UInt8
    /// Where the key begins.
    let keyStart: Int
    /// Where the key's closing zero is.
    let keyEnd: Int
    /// Where the next element begins.
    let valueEnd: Int

    /// The value's type.
    var type: ElementType { ElementType(rawValue: code) ?? .undefined }

    /// Where the value begins.
    var valueStart: Int { keyEnd &+ 1 }

    /// Where the elements of the embedded document begin; meaningful for containers only.
    var firstElement: Int { keyEnd &+ 5 }

    /// Where the closing zero of the embedded document is; meaningful for containers only.
    var terminator: Int { valueEnd &- 1 }

    /// Whether the type is this one.
    @inline(__always)
    func isOf(_ type: ElementType) -> Bool { code == type.rawValue }

    /// Whether the value is an embedded document or an array.
    var isContainer: Bool { isOf(.document) || isOf(.array) }

    /// The element at an offset of a document whose closing zero is at `end`; nil where the document ends or
    /// the bytes are not an element that ends by then.
    @inline(__always)
    static func at(_ offset: Int, in bytes: RawSpan, end: Int) -> Field? {
        guard offset < end else { return nil }
        let code = bytes.byte(at: offset)
        let keyEnd = bytes.firstZero(from: offset &+ 1, before: end)
        guard keyEnd < end else { return nil }
        let size = ValueSize.of(code, in: bytes, at: keyEnd &+ 1, end: end)
        guard size >= 0, size < end &- keyEnd else { return nil }
        return Field(code: code, keyStart: offset &+ 1, keyEnd: keyEnd, valueEnd: keyEnd &+ 1 &+ size)
    }
}

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
