/// One element of a document: where its key and its value lie; decoded only when asked.
public struct Element: Sendable {
    let bytes: [UInt8]
    let field: Field
    /// The value's type.
    public let type: ElementType

    init(bytes: [UInt8], field: Field) {
        self.bytes = bytes
        self.field = field
        type = field.type
    }

    /// The key, decoded.
    public var key: String { String(decoding: keyBytes, as: UTF8.self) }

    /// The key's own bytes as they lie in the document, its closing zero left out.
    public var keyBytes: ArraySlice<UInt8> { bytes[field.keyStart..<field.keyEnd] }

    /// The value's own bytes as they lie in the document.
    public var valueBytes: ArraySlice<UInt8> { bytes[field.valueStart..<field.valueEnd] }

    /// The value, decoded.
    public var value: Value { Value(field, in: bytes) }

    /// The number as a double, as `Value.double` has it.
    public var double: Double? { field.double(in: bytes.span.bytes) }

    /// The number as an integer, as `Value.int64` has it.
    public var int64: Int64? { field.int64(in: bytes.span.bytes) }

    /// The text of a string, nil for other types.
    public var string: String? { type == .string ? field.text(in: bytes) : nil }

    /// The embedded document or array, not copied; nil for other types.
    public var view: DocumentView? {
        field.isContainer ? DocumentView(bytes: bytes, start: field.valueStart, end: field.valueEnd) : nil
    }
}

extension Field {
    /// The number as a double, nil for other types.
    @inline(__always)
    func double(in bytes: RawSpan) -> Double? {
        switch code {
        case ElementType.double.rawValue: Double(bitPattern: bytes.load64(at: valueStart))
        case ElementType.int32.rawValue: Double(Int32(bitPattern: bytes.load32(at: valueStart)))
        case ElementType.int64.rawValue: Double(Int64(bitPattern: bytes.load64(at: valueStart)))
        default: nil
        }
    }

    /// The number as an integer; a double only if it is whole and in range.
    @inline(__always)
    func int64(in bytes: RawSpan) -> Int64? {
        switch code {
        case ElementType.int32.rawValue: Int64(Int32(bitPattern: bytes.load32(at: valueStart)))
        case ElementType.int64.rawValue: Int64(bitPattern: bytes.load64(at: valueStart))
        case ElementType.double.rawValue: Int64(whole: Double(bitPattern: bytes.load64(at: valueStart)))
        default: nil
        }
    }
}

extension Int64 {
    /// A double's value if it is whole and in range. `init(exactly:)` would ask the C library for `trunc`.
    init?(whole number: Double) {
        guard number >= -0x1p63, number < 0x1p63 else { return nil }
        let truncated = Int64(number)
        guard Double(truncated) == number else { return nil }
        self = truncated
    }
}
