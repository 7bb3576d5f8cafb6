extension Value {
    /// Decodes the value of an element; a code with scope whose parts do not fit together reads as null.
    init(_ field: Field, in bytes: [UInt8]) {
        let span = bytes.span.bytes
        let start = field.valueStart
        switch field.type {
        case .double: self = .double(Double(bitPattern: span.load64(at: start)))
        case .string: self = .string(field.text(in: bytes))
        case .document: self = .document(Document(trusted: Array(bytes[start..<field.valueEnd])))
        case .array: self = .array(Document(trusted: Array(bytes[start..<field.valueEnd])))
        case .binary: self = .binary(subtype: bytes[start + 4], Array(bytes[(start + 5)..<field.valueEnd]))
        case .undefined: self = .undefined
        case .bool: self = .bool(bytes[start] == 1)
        case .datetime: self = .datetime(Int64(bitPattern: span.load64(at: start)))
        case .null: self = .null
        case .javaScript: self = .javaScript(field.text(in: bytes))
        case .symbol: self = .symbol(field.text(in: bytes))
        case .int32: self = .int32(Int32(bitPattern: span.load32(at: start)))
        case .timestamp:
            self = .timestamp(seconds: span.load32(at: start + 4), increment: span.load32(at: start))
        case .int64: self = .int64(Int64(bitPattern: span.load64(at: start)))
        case .decimal128: self = .decimal128(high: span.load64(at: start + 8), low: span.load64(at: start))
        case .minKey: self = .minKey
        case .maxKey: self = .maxKey
        case .objectID, .regularExpression, .dbPointer, .javaScriptWithScope:
            self = Self.compound(field, bytes) ?? .null
        }
    }

    /// The types whose value has more than one part.
    private static func compound(_ field: Field, _ bytes: [UInt8]) -> Value? {
        let value = bytes[field.valueStart..<field.valueEnd]
        switch field.type {
        case .objectID: return ObjectID(value).map { .objectID($0) }
        case .dbPointer:
            let name = String(decoding: value.dropFirst(4).dropLast(13), as: UTF8.self)
            return ObjectID(value.suffix(12)).map { .dbPointer(name, $0) }
        case .regularExpression:
            let pattern = value.prefix { $0 != 0 }
            let options = value[pattern.endIndex...].dropFirst().prefix { $0 != 0 }
            return .regularExpression(
                pattern: String(decoding: pattern, as: UTF8.self),
                options: String(decoding: options, as: UTF8.self))
        case .javaScriptWithScope:
            guard let parts = field.codeAndScope(in: bytes.span.bytes) else { return nil }
            return .javaScriptWithScope(
                String(decoding: bytes[parts.code], as: UTF8.self),
                Document(trusted: Array(bytes[parts.scope])))
        default: return nil
        }
    }
}

extension Field {
    /// The text of a length-prefixed, zero-terminated string, symbol or code; what is not UTF-8 is repaired.
    func text(in bytes: [UInt8]) -> String { String(decoding: bytes[textRange], as: UTF8.self) }

    /// Where that text lies.
    var textRange: Range<Int> { (valueStart &+ 4)..<(valueEnd &- 1) }

    /// Where the code's text and the scope's document lie in a code with scope; nil where they do not fill
    /// it.
    func codeAndScope(in bytes: RawSpan) -> (code: Range<Int>, scope: Range<Int>)? {
        let textStart = valueStart + 8
        guard valueEnd - textStart >= 6 else { return nil }
        let length = Int(Int32(bitPattern: bytes.load32(at: valueStart + 4)))
        guard length >= 1, length <= valueEnd - textStart - 5 else { return nil }
        return (textStart..<(textStart + length - 1), (textStart + length)..<valueEnd)
    }
}
