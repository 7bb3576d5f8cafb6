/// Where one element lies in a document's bytes.
///
/// All offsets are of the same bytes and have been checked against the end of their document, so whoever
/// reads the value by them stays inside it.
package struct Field: Sendable {
    /// The type byte, one of `ElementType`.
    let code: UInt8
    /// Where the key begins.
    let keyStart: Int
    /// Where the key's closing zero is.
    let keyEnd: Int
    /// Where the next element begins.
    let valueEnd: Int

    /// The value's type.
    package var type: ElementType { ElementType(rawValue: code) ?? .undefined }

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
