import Documents

extension Datum {
    /// The datum of a value.
    init(_ value: Value) {
        switch value {
        case .double(let number): self = .double(number)
        case .string(let text): self = .string(text)
        case .document(let document): self = .document(Record(document))
        case .array(let document): self = .array(List(document))
        case .undefined: self = .undefined
        case .objectID(let id): self = .objectID(id)
        case .bool(let flag): self = .bool(flag)
        case .datetime(let milliseconds): self = .datetime(milliseconds)
        case .null: self = .null
        case .int32(let number): self = .int32(number)
        case .timestamp(let seconds, let increment):
            self = .timestamp(UInt64(seconds) << 32 | UInt64(increment))
        case .int64(let number): self = .int64(number)
        case .minKey: self = .minKey
        case .maxKey: self = .maxKey
        case .binary, .regularExpression, .dbPointer, .javaScript, .symbol, .javaScriptWithScope, .decimal128:
            self = .other(value)
        }
    }

    /// The value, nil where there is none.
    var value: Value? {
        switch self {
        case .missing, .later: nil
        case .undefined: .undefined
        case .null: .null
        case .minKey: .minKey
        case .maxKey: .maxKey
        case .bool(let flag): .bool(flag)
        case .int32(let number): .int32(number)
        case .int64(let number): .int64(number)
        case .double(let number): .double(number)
        case .datetime(let milliseconds): .datetime(milliseconds)
        case .timestamp(let bits):
            .timestamp(
                seconds: UInt32(truncatingIfNeeded: bits >> 32), increment: UInt32(truncatingIfNeeded: bits))
        case .string(let text): .string(text)
        case .objectID(let id): .objectID(id)
        case .document(let record): .document(record.document)
        case .array(let list): .array(list.document)
        case .other(let value): value
        }
    }
}

extension DocumentWriter {
    /// An element, or nothing where it is missing.
    mutating func append(_ key: String, _ datum: Datum) {
        switch datum {
        case .missing, .later: return
        case .document(let record):
            beginDocument(key)
            record.write(to: &self)
            end()
        case .array(let list):
            beginArray(key)
            list.write(to: &self)
            end()
        default:
            if let value = datum.value { append(key, value) }
        }
    }
}
