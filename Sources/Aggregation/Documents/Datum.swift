import Documents

/// A value while a pipeline runs: a BSON value whose documents and arrays are located once and never copied, or the
/// absence of one.
enum Datum {
    /// There is no such field. Not null.
    case missing
    /// There is such a field, and whoever runs the pipeline has not fetched it yet.
    case later
    case undefined
    case null
    case minKey
    case maxKey
    case bool(Bool)
    case int32(Int32)
    case int64(Int64)
    case double(Double)
    /// Milliseconds since 1970-01-01T00:00:00Z.
    case datetime(Int64)
    /// Seconds in the upper half, the increment in the lower.
    case timestamp(UInt64)
    case string(String)
    case objectID(ObjectID)
    case document(Record)
    case array(List)
    /// Binary data, regular expressions, decimals, code, symbols and database pointers.
    indirect case other(Value)

    /// Whether it is missing, null or undefined: what most operators call "null".
    @inline(__always)
    var isNullish: Bool {
        switch self {
        case .missing, .null, .undefined: true
        default: false
        }
    }

    /// Whether there is nothing.
    @inline(__always)
    var isMissing: Bool { if case .missing = self { true } else { false } }

    /// Whether it counts as true where a condition is asked for: all but false, zero, null, undefined and missing.
    /// (NaN is true.)
    @inline(__always)
    func truth() throws(Failure) -> Bool {
        switch self {
        case .missing, .null, .undefined: return false
        case .bool(let flag): return flag
        case .int32(let number): return number != 0
        case .int64(let number): return number != 0
        case .double(let number): return number != 0
        case .other(.decimal128): throw .unsupported("decimal128")
        default: return true
        }
    }

    /// The number as a double, nil for other types.
    @inline(__always)
    var double: Double? {
        switch self {
        case .double(let number): number
        case .int32(let number): Double(number)
        case .int64(let number): Double(number)
        default: nil
        }
    }

    /// The number as an integer where it is a whole one in range, nil for all else.
    var int64: Int64? {
        switch self {
        case .int32(let number): Int64(number)
        case .int64(let number): number
        case .double(let number): Int64(exactly: number)
        default: nil
        }
    }

    /// The text of a string.
    var string: String? { if case .string(let text) = self { text } else { nil } }

    /// MongoDB's name of the type, as `$type` and its messages have it.
    var typeName: String {
        switch self {
        case .missing, .later: "missing"
        case .undefined: "undefined"
        case .null: "null"
        case .minKey: "minKey"
        case .maxKey: "maxKey"
        case .bool: "bool"
        case .int32: "int"
        case .int64: "long"
        case .double: "double"
        case .datetime: "date"
        case .timestamp: "timestamp"
        case .string: "string"
        case .objectID: "objectId"
        case .document: "object"
        case .array: "array"
        case .other(let value):
            switch value {
            case .binary: "binData"
            case .regularExpression: "regex"
            case .decimal128: "decimal"
            case .javaScript: "javascript"
            case .javaScriptWithScope: "javascriptWithScope"
            case .symbol: "symbol"
            default: "dbPointer"
            }
        }
    }
}
