extension DocumentView {
    /// A view of no bytes at all, not even of an empty document's.
    package init() { self.init(bytes: [], start: 0, end: 0) }

    /// How many bytes the document has.
    package var byteCount: Int { end &- start }

    /// Calls with each field in its order, and with what it is looked for and compared by.
    package func forEachField(_ body: (Field, FieldMarks) -> Void) {
        let bytes = bytes.span.bytes
        guard end <= bytes.byteCount else { return }
        var offset = start + 4
        while let field = Field.at(offset, in: bytes, end: end - 1) {
            body(field, FieldMarks(field, in: bytes))
            offset = field.valueEnd
        }
    }

    /// A field of this document, as an element.
    package func element(of field: Field) -> Element { Element(bytes: bytes, field: field) }

    /// Whether a field of this document has this key.
    package func key(of field: Field, equals key: String) -> Bool {
        bytes.span.bytes.extracting(field.keyStart..<field.keyEnd).equals(key.utf8Span.span.bytes)
    }
}

extension Field {
    /// How many bytes the key has.
    package var keyCount: Int { keyEnd &- keyStart }
}

/// Parts of a field as whole numbers, little end first.
package struct FieldMarks {
    /// The first eight bytes of the key, zeros beyond it.
    package let head: UInt64
    /// The last eight bytes of a key that is longer; zero for others.
    package let tail: UInt64
    /// The first eight bytes of the value, zeros beyond it.
    package let value: UInt64

    @inline(__always)
    init(_ field: Field, in bytes: RawSpan) {
        head = Self.part(of: bytes, at: field.keyStart, count: field.keyCount)
        tail = field.keyCount > 8 ? bytes.load64(at: field.keyEnd &- 8) : 0
        value = Self.part(of: bytes, at: field.valueStart, count: field.valueEnd &- field.valueStart)
    }

    @inline(__always)
    private static func part(of bytes: RawSpan, at start: Int, count: Int) -> UInt64 {
        guard start &+ 8 <= bytes.byteCount else {
            var part: UInt64 = 0
            for index in 0..<min(count, 8) {
                part |= UInt64(bytes.byte(at: start &+ index)) << UInt64(8 &* index)
            }
            return part
        }
        let part = bytes.load64(at: start)
        return count >= 8 ? part : part & ((1 << UInt64(8 &* count)) &- 1)
    }
}
