extension DocumentWriter {
    /// An element.
    public mutating func append(_ key: String, _ value: Value) {
        switch value {
        case .double(let number): append(key, double: number)
        case .string(let text): append(key, string: text)
        case .document(let document): append(key, document: document)
        case .array(let document):
            output.append(.array, key)
            output.append(contentsOf: document.bytes)
        case .binary(let subtype, let data): append(key, binary: data, subtype: subtype)
        case .undefined: output.append(.undefined, key)
        case .objectID(let id): append(key, objectID: id)
        case .bool(let flag): append(key, bool: flag)
        case .datetime(let milliseconds): append(key, datetime: milliseconds)
        case .null: appendNull(key)
        case .int32(let number): append(key, int32: number)
        case .int64(let number): append(key, int64: number)
        case .javaScript(let code): append(.javaScript, key, text: code)
        case .symbol(let text): append(.symbol, key, text: text)
        case .minKey: output.append(.minKey, key)
        case .maxKey: output.append(.maxKey, key)
        case .regularExpression, .dbPointer, .javaScriptWithScope, .timestamp, .decimal128:
            appendCompound(key, value)
        }
    }

    /// The types whose value has more than one part.
    private mutating func appendCompound(_ key: String, _ value: Value) {
        switch value {
        case .regularExpression(let pattern, let options):
            output.append(.regularExpression, key)
            appendCString(pattern)
            appendCString(options)
        case .dbPointer(let name, let id):
            append(.dbPointer, key, text: name)
            output.append(contentsOf: id.array)
        case .javaScriptWithScope(let code, let scope):
            let start = output.append(.javaScriptWithScope, key, size: 8)
            output.append(code)
            output.append(0)
            let codeLength = output.count - start - 8
            output.append(contentsOf: scope.bytes)
            output.store32(UInt32(truncatingIfNeeded: output.count - start), at: start)
            output.store32(UInt32(truncatingIfNeeded: codeLength), at: start + 4)
        case .timestamp(let seconds, let increment):
            output.append(.timestamp, key, value: UInt64(seconds) << 32 | UInt64(increment), size: 8)
        case .decimal128(let high, let low):
            output.append(.decimal128, key, value: low, size: 8)
            output.append64(high)
        default: preconditionFailure("not a compound value")
        }
    }

    private mutating func appendCString(_ text: String) {
        precondition(!text.utf8.contains(0), "a BSON pattern must not contain a zero byte")
        output.append(text)
        output.append(0)
    }
}
