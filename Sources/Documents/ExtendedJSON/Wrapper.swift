/// A type wrapper of Extended JSON, named by the key by which its object is known.
///
/// `$regex` is none, because it is a query operator, nor is `$ref`: a DBRef is a document in BSON.
enum Wrapper: String, CaseIterable {
    case objectID = "$oid"
    case date = "$date"
    case binary = "$binary"
    case uuid = "$uuid"
    case code = "$code"
    case timestamp = "$timestamp"
    case regularExpression = "$regularExpression"
    case dbPointer = "$dbPointer"
    case symbol = "$symbol"
    case undefined = "$undefined"
    case minKey = "$minKey"
    case maxKey = "$maxKey"
    case int32 = "$numberInt"
    case int64 = "$numberLong"
    case double = "$numberDouble"
    case decimal128 = "$numberDecimal"

    private static let keys = allCases.map { (wrapper: $0, bytes: Array($0.rawValue.utf8)) }

    /// The wrapper with a key; nil if there is none.
    init?(key: RawSpan) {
        guard key.byteCount > 3, key.byte(at: 0) == UInt8(ascii: "$"),
            let match = Self.keys.first(where: {
                key.byteCount == $0.bytes.count && key.equals($0.bytes.span.bytes)
            })
        else { return nil }
        self = match.wrapper
    }

    /// The text of a document's only element; nil if there are more, or it is no string.
    static func onlyText(in document: RawSpan) -> String? {
        guard let field = Field.at(4, in: document, end: document.byteCount - 1), field.isOf(.string),
            field.valueEnd == document.byteCount - 1
        else { return nil }
        return document.extracting(field.textRange).withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    }

    /// The value that a text wraps, the commonest case.
    func value(of text: String) throws(WrapperFault) -> Value {
        switch self {
        case .date: try date(.string(text))
        case .code: .javaScript(text)
        default: try simple(text)
        }
    }

    /// The value that a document wraps, whose own values are no wrappers any more.
    func value(of document: Document) throws(WrapperFault) -> Value {
        switch self {
        case .code: return try code(document)
        case .binary where document.exists(at: "$type"): return try legacyBinary(document)
        default: break
        }
        let elements = Array(document.elements)
        guard elements.count == 1 else { throw WrapperFault("Bad \(rawValue), extra field(s)") }
        let content = elements[0].value
        switch self {
        case .timestamp, .regularExpression, .dbPointer, .binary:
            guard let parts = content.document else {
                throw WrapperFault("\(rawValue) value must be a document")
            }
            return try compound(parts)
        case .date: return try date(content)
        case .minKey, .maxKey:
            guard case .int32(1) = content else { throw WrapperFault("\(rawValue) value must be 1") }
            return self == .minKey ? .minKey : .maxKey
        case .undefined:
            guard case .bool(true) = content else { throw WrapperFault("$undefined value must be true") }
            return .undefined
        default:
            guard let text = content.string else { throw WrapperFault("\(rawValue) must be a string") }
            return try simple(text)
        }
    }

    /// The wrappers of one text.
    private func simple(_ text: String) throws(WrapperFault) -> Value {
        let value: Value? =
            switch self {
            case .objectID: ObjectID(hexadecimal: text).map { .objectID($0) }
            case .symbol: .symbol(text)
            case .int32: Int32(text).map { .int32($0) }
            case .int64: Int64(text).map { .int64($0) }
            case .double: Self.double(text).map { .double($0) }
            case .decimal128: Decimal128(text).map { .decimal128(high: $0.high, low: $0.low) }
            case .uuid: Self.uuid(text).map { .binary(subtype: 4, $0) }
            default: nil
            }
        guard let value else { throw WrapperFault("\(rawValue) does not take '\(text.prefix(64))'") }
        return value
    }

    /// A decimal number or one of the three names; hexadecimal forms, which Swift would take, are none.
    private static func double(_ text: String) -> Double? {
        switch text {
        case "NaN": return .nan
        case "Infinity": return .infinity
        case "-Infinity": return -.infinity
        default:
            let isDecimal = text.utf8.allSatisfy { byte in
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "+-.eE".utf8.contains(byte)
            }
            return isDecimal ? Double(text) : nil
        }
    }

    /// The sixteen bytes of `73ffd264-44b3-4c69-90e8-e7d1dfc035d4`.
    private static func uuid(_ text: String) -> [UInt8]? {
        let characters = Array(text.utf8)
        guard characters.count == 36 else { return nil }
        var digits: [UInt8] = []
        for (index, character) in characters.enumerated() {
            if [8, 13, 18, 23].contains(index) {
                guard character == UInt8(ascii: "-") else { return nil }
            } else {
                guard let digit = Hexadecimal.value(of: character) else { return nil }
                digits.append(digit)
            }
        }
        return (0..<16).map { digits[2 * $0] << 4 | digits[2 * $0 + 1] }
    }

    /// ISO 8601 or milliseconds.
    private func date(_ content: Value) throws(WrapperFault) -> Value {
        switch content {
        case .string(let text):
            guard let milliseconds = CalendarTime.milliseconds(Array(text.utf8)) else {
                throw WrapperFault("time data '\(text.prefix(64))' does not match ISO-8601 datetime format")
            }
            return .datetime(milliseconds)
        case .int32(let milliseconds): return .datetime(Int64(milliseconds))
        case .int64(let milliseconds): return .datetime(milliseconds)
        default: throw WrapperFault("$date must be an ISO-8601 string or $numberLong")
        }
    }
}

/// What is wrong with a type wrapper, before its place is known.
struct WrapperFault: Error {
    /// What is wrong.
    let reason: String

    init(_ reason: String) { self.reason = reason }
}
