extension Value {
    /// Decodes a value from its bytes. Bytes too short for the type read as null.
    init(_ type: ElementType, _ bytes: ArraySlice<UInt8>) {
        let start = bytes.startIndex
        switch type {
        case .double where bytes.count >= 8: self = .double(Double(bitPattern: bytes.littleEndian64(at: start)))
        case .string: self = .string(Self.text(bytes))
        case .document: self = .document(Document(trusted: Array(bytes)))
        case .array: self = .array(Document(trusted: Array(bytes)))
        case .binary where bytes.count >= 5:
            self = .binary(subtype: bytes[start + 4], Array(bytes.dropFirst(5)))
        case .undefined: self = .undefined
        case .bool: self = .bool(bytes.first == 1)
        case .datetime where bytes.count >= 8:
            self = .datetime(Int64(bitPattern: bytes.littleEndian64(at: start)))
        case .regularExpression:
            let pattern = bytes.prefix { $0 != 0 }
            let options = bytes[(pattern.endIndex + 1)...].prefix { $0 != 0 }
            self = .regularExpression(
                pattern: String(decoding: pattern, as: UTF8.self), options: String(decoding: options, as: UTF8.self))
        case .javaScript: self = .javaScript(Self.text(bytes))
        case .symbol: self = .symbol(Self.text(bytes))
        case .int32 where bytes.count >= 4: self = .int32(Int32(bitPattern: bytes.littleEndian32(at: start)))
        case .timestamp where bytes.count >= 8:
            self = .timestamp(
                seconds: bytes.littleEndian32(at: start + 4), increment: bytes.littleEndian32(at: start))
        case .int64 where bytes.count >= 8: self = .int64(Int64(bitPattern: bytes.littleEndian64(at: start)))
        case .decimal128 where bytes.count >= 16:
            self = .decimal128(
                high: bytes.littleEndian64(at: start + 8), low: bytes.littleEndian64(at: start))
        case .minKey: self = .minKey
        case .maxKey: self = .maxKey
        default: self = Self.uncommon(type, bytes)
        }
    }

    /// The types whose decoding can fail in more than one place.
    private static func uncommon(_ type: ElementType, _ bytes: ArraySlice<UInt8>) -> Value {
        switch type {
        case .objectID:
            guard let id = ObjectID(bytes) else { return .null }
            return .objectID(id)
        case .dbPointer where bytes.count >= 17:
            guard let id = ObjectID(bytes.suffix(12)) else { return .null }
            return .dbPointer(text(bytes.dropLast(12)), id)
        case .javaScriptWithScope where bytes.count >= 14:
            let length = Int(bytes.littleEndian32(at: bytes.startIndex + 4))
            guard length <= bytes.count - 8 - 5 else { return .null }
            return .javaScriptWithScope(
                text(bytes.dropFirst(4).prefix(4 + length)), Document(trusted: Array(bytes.dropFirst(8 + length))))
        default: return .null
        }
    }

    /// The text of a length-prefixed, zero-terminated string.
    private static func text(_ bytes: ArraySlice<UInt8>) -> String {
        String(decoding: bytes.dropFirst(4).dropLast(1), as: UTF8.self)
    }
}
