/// A BSON value.
///
/// The rare types with two large parts are boxed, so that all others fit in 17 bytes and a list of numbers
/// allocates nothing per number.
public enum Value: Sendable, Hashable {
    case double(Double)
    case string(String)
    case document(Document)
    /// An array is a document with the keys "0", "1", …; `Value.list` makes one.
    case array(Document)
    case binary(subtype: UInt8, [UInt8])
    case undefined
    case objectID(ObjectID)
    case bool(Bool)
    /// Milliseconds since 1970-01-01T00:00:00Z.
    case datetime(Int64)
    case null
    indirect case regularExpression(pattern: String, options: String)
    indirect case dbPointer(String, ObjectID)
    case javaScript(String)
    case symbol(String)
    indirect case javaScriptWithScope(String, Document)
    case int32(Int32)
    case timestamp(seconds: UInt32, increment: UInt32)
    case int64(Int64)
    /// IEEE 754-2008 decimal in binary integer encoding.
    case decimal128(high: UInt64, low: UInt64)
    case minKey
    case maxKey

    /// An array of values.
    public static func list(_ values: some Sequence<Value>) -> Value {
        var writer = DocumentWriter()
        for (index, value) in values.enumerated() { writer.append(String(index), value) }
        return .array(writer.finish())
    }

    /// The number as a double, nil for other types.
    public var double: Double? {
        switch self {
        case .double(let number): number
        case .int32(let number): Double(number)
        case .int64(let number): Double(number)
        default: nil
        }
    }

    /// The number as an integer; a double only if it is whole and in range.
    public var int64: Int64? {
        switch self {
        case .double(let number): Int64(whole: number)
        case .int32(let number): Int64(number)
        case .int64(let number): number
        default: nil
        }
    }

    /// The text of a string, nil for other types.
    public var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// The embedded document, nil for other types.
    public var document: Document? {
        if case .document(let document) = self { document } else { nil }
    }

    /// The elements of an array, nil for other types.
    public var list: [Value]? {
        if case .array(let document) = self { document.elements.map(\.value) } else { nil }
    }
}

extension Value: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral, ExpressibleByStringLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByNilLiteral, ExpressibleByDictionaryLiteral,
    ExpressibleByArrayLiteral
{
    /// A double.
    public init(floatLiteral value: Double) { self = .double(value) }
    /// An int32 if it fits, else an int64: what drivers do with plain integers.
    public init(integerLiteral value: Int64) { self = .integer(value) }
    /// A string.
    public init(stringLiteral value: String) { self = .string(value) }
    /// A bool.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// Null.
    public init(nilLiteral: ()) { self = .null }
    /// A document with the literal's keys in their order.
    public init(dictionaryLiteral elements: (String, Value)...) {
        var writer = DocumentWriter()
        for (key, value) in elements { writer.append(key, value) }
        self = .document(writer.finish())
    }
    /// An array.
    public init(arrayLiteral elements: Value...) { self = .list(elements) }

    /// An int32 if it fits, else an int64.
    public static func integer(_ value: Int64) -> Value {
        if let small = Int32(exactly: value) { .int32(small) } else { .int64(value) }
    }
}
