/// The type byte of an element, bsonspec.org.
public enum ElementType: UInt8, Sendable {
    case double = 0x01
    case string = 0x02
    case document = 0x03
    case array = 0x04
    case binary = 0x05
    case undefined = 0x06
    case objectID = 0x07
    case bool = 0x08
    case datetime = 0x09
    case null = 0x0A
    case regularExpression = 0x0B
    case dbPointer = 0x0C
    case javaScript = 0x0D
    case symbol = 0x0E
    case javaScriptWithScope = 0x0F
    case int32 = 0x10
    case timestamp = 0x11
    case int64 = 0x12
    case decimal128 = 0x13
    case minKey = 0xFF
    case maxKey = 0x7F
}

/// One element of a document: where its key and its value lie; decoded only when asked.
public struct Element: Sendable {
    let bytes: [UInt8]
    /// The value's type.
    public let type: ElementType
    let keyStart: Int
    let keyEnd: Int
    let valueStart: Int
    let valueEnd: Int

    /// The key, decoded.
    public var key: String { String(decoding: bytes[keyStart..<keyEnd], as: UTF8.self) }

    /// Whether the key is this text, compared byte by byte.
    func hasKey(_ other: [UInt8]) -> Bool {
        guard other.count == keyEnd - keyStart else { return false }
        for index in 0..<other.count where bytes[keyStart &+ index] != other[index] { return false }
        return true
    }

    /// The value's own bytes as they lie in the document.
    public var valueBytes: ArraySlice<UInt8> { bytes[valueStart..<valueEnd] }

    /// The embedded document or array, copied out; meaningful for those two types only.
    var nested: Document { Document(trusted: Array(bytes[valueStart..<valueEnd])) }

    /// The value, decoded.
    public var value: Value { Value(type, valueBytes) }
}

/// The elements of a document in their order. Ends early where the bytes are not well-formed.
public struct Elements: Sequence, IteratorProtocol, Sendable {
    let bytes: [UInt8]
    var offset: Int
    let end: Int

    /// The next element, nil at the end.
    public mutating func next() -> Element? {
        guard offset < end, end <= bytes.count, let type = ElementType(rawValue: bytes[offset]) else { return nil }
        let keyStart = offset + 1
        var keyEnd = keyStart
        while keyEnd < end, bytes[keyEnd] != 0 { keyEnd += 1 }
        let valueStart = keyEnd + 1
        guard keyEnd < end, let size = Self.size(of: type, in: bytes, at: valueStart, end: end),
            size >= 0, size <= end - valueStart
        else { return nil }
        offset = valueStart + size
        return Element(
            bytes: bytes, type: type, keyStart: keyStart, keyEnd: keyEnd, valueStart: valueStart, valueEnd: offset)
    }

    /// How many bytes a value takes; nil where its length cannot be told or is negative.
    static func size(of type: ElementType, in bytes: [UInt8], at start: Int, end: Int) -> Int? {
        switch type {
        case .undefined, .null, .minKey, .maxKey: return 0
        case .bool: return 1
        case .int32: return 4
        case .double, .datetime, .timestamp, .int64: return 8
        case .objectID: return 12
        case .decimal128: return 16
        case .string, .javaScript, .symbol: return prefixed(plus: 4, minimum: 1)
        case .binary: return prefixed(plus: 5, minimum: 0)
        case .document, .array, .javaScriptWithScope: return prefixed(plus: 0, minimum: 5)
        case .dbPointer: return prefixed(plus: 16, minimum: 1)
        case .regularExpression:
            guard let pattern = cString(from: start), let options = cString(from: pattern) else { return nil }
            return options - start
        }
        func prefixed(plus: Int, minimum: Int32) -> Int? {
            guard end - start >= 4 else { return nil }
            let length = Int32(bitPattern: bytes.littleEndian32(at: start))
            return length < minimum ? nil : Int(length) + plus
        }
        func cString(from: Int) -> Int? {
            var index = from
            while index < end {
                index += 1
                if bytes[index - 1] == 0 { return index }
            }
            return nil
        }
    }
}

extension RandomAccessCollection where Element == UInt8, Index == Int {
    /// Four bytes as a little-endian number; the caller has checked that they are there.
    func littleEndian32(at start: Int) -> UInt32 {
        UInt32(self[start]) | UInt32(self[start + 1]) << 8 | UInt32(self[start + 2]) << 16
            | UInt32(self[start + 3]) << 24
    }

    /// Eight bytes as a little-endian number; the caller has checked that they are there.
    func littleEndian64(at start: Int) -> UInt64 {
        UInt64(littleEndian32(at: start)) | UInt64(littleEndian32(at: start + 4)) << 32
    }
}
