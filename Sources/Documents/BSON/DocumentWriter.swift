/// Writes a document element by element, embedded documents in place.
///
/// Keys must not contain a zero byte: BSON ends them with one. Whoever takes keys from outside checks that.
public struct DocumentWriter: Sendable {
    /// What is written so far; lengths of open documents are still zero.
    private(set) var bytes: [UInt8]
    private var starts: [Int] = [0]

    /// - Parameter capacity: bytes to make room for.
    public init(capacity: Int = 64) {
        bytes = []
        bytes.reserveCapacity(capacity)
        bytes.append(contentsOf: [0, 0, 0, 0])
    }

    /// The document; open embedded documents are closed first.
    public consuming func finish() -> Document {
        while starts.count > 1 { end() }
        close(0)
        return Document(trusted: bytes)
    }

    /// Opens an embedded document; `end` closes it.
    public mutating func beginDocument(_ key: String) { begin(.document, key) }

    /// Opens an array, whose keys are to be "0", "1", …; `end` closes it.
    public mutating func beginArray(_ key: String) { begin(.array, key) }

    /// Closes the embedded document or array opened last.
    public mutating func end() {
        guard starts.count > 1, let start = starts.popLast() else { return }
        close(start)
    }

    /// An element.
    public mutating func append(_ key: String, _ value: Value) {
        switch value {
        case .double(let number): append(key, double: number)
        case .string(let text): append(key, string: text)
        case .document(let document): append(key, document: document)
        case .array(let document):
            header(.array, key)
            bytes.append(contentsOf: document.bytes)
        case .binary(let subtype, let data): append(key, binary: data, subtype: subtype)
        case .undefined: header(.undefined, key)
        case .objectID(let id):
            header(.objectID, key)
            bytes.append(contentsOf: id.array)
        case .bool(let flag):
            header(.bool, key)
            bytes.append(flag ? 1 : 0)
        case .datetime(let milliseconds):
            header(.datetime, key)
            append64(UInt64(bitPattern: milliseconds))
        case .null: header(.null, key)
        case .regularExpression(let pattern, let options):
            header(.regularExpression, key)
            appendCString(pattern)
            appendCString(options)
        case .dbPointer(let name, let id):
            header(.dbPointer, key)
            appendString(name)
            bytes.append(contentsOf: id.array)
        case .javaScript(let code):
            header(.javaScript, key)
            appendString(code)
        case .symbol(let text):
            header(.symbol, key)
            appendString(text)
        case .javaScriptWithScope(let code, let scope):
            header(.javaScriptWithScope, key)
            append32(UInt32(truncatingIfNeeded: 4 + 4 + code.utf8.count + 1 + scope.bytes.count))
            appendString(code)
            bytes.append(contentsOf: scope.bytes)
        case .int32(let number): append(key, int32: number)
        case .timestamp(let seconds, let increment):
            header(.timestamp, key)
            append32(increment)
            append32(seconds)
        case .int64(let number): append(key, int64: number)
        case .decimal128(let high, let low):
            header(.decimal128, key)
            append64(low)
            append64(high)
        case .minKey: header(.minKey, key)
        case .maxKey: header(.maxKey, key)
        }
    }

    /// A double.
    public mutating func append(_ key: String, double value: Double) {
        header(.double, key)
        append64(value.bitPattern)
    }

    /// A string.
    public mutating func append(_ key: String, string value: String) {
        header(.string, key)
        appendString(value)
    }

    /// A 32-bit integer.
    public mutating func append(_ key: String, int32 value: Int32) {
        header(.int32, key)
        append32(UInt32(bitPattern: value))
    }

    /// A 64-bit integer.
    public mutating func append(_ key: String, int64 value: Int64) {
        header(.int64, key)
        append64(UInt64(bitPattern: value))
    }

    /// An embedded document.
    public mutating func append(_ key: String, document: Document) {
        header(.document, key)
        bytes.append(contentsOf: document.bytes)
    }

    /// An array of documents.
    public mutating func append(_ key: String, documents: some Sequence<Document>) {
        beginArray(key)
        for (index, document) in documents.enumerated() { append(String(index), document: document) }
        end()
    }

    /// Bytes; subtype 0 is generic.
    public mutating func append(_ key: String, binary data: [UInt8], subtype: UInt8 = 0) {
        header(.binary, key)
        // Subtype 2 carries its length a second time inside (bsonspec.org, "binary (old)"); `data` is then the
        // whole payload as read, so nothing is added here.
        append32(UInt32(truncatingIfNeeded: data.count))
        bytes.append(subtype)
        bytes.append(contentsOf: data)
    }

    /// An element of another document, copied as it is, under its own or another key.
    public mutating func append(_ element: Element, as key: String? = nil) {
        bytes.append(element.type.rawValue)
        if let key { appendCString(key) } else { bytes.append(contentsOf: element.bytes[element.keyStart...element.keyEnd]) }
        bytes.append(contentsOf: element.valueBytes)
    }

    /// All elements of another document, copied as they are.
    public mutating func append(contentsOf document: Document) {
        guard document.bytes.count > 5 else { return }
        bytes.append(contentsOf: document.bytes[4..<document.bytes.count - 1])
    }

    private mutating func begin(_ type: ElementType, _ key: String) {
        header(type, key)
        starts.append(bytes.count)
        bytes.append(contentsOf: [0, 0, 0, 0])
    }

    private mutating func close(_ start: Int) {
        bytes.append(0)
        let length = UInt32(truncatingIfNeeded: bytes.count - start)
        for index in 0..<4 { bytes[start + index] = UInt8(truncatingIfNeeded: length >> (8 * UInt32(index))) }
    }

    private mutating func header(_ type: ElementType, _ key: String) {
        bytes.append(type.rawValue)
        appendCString(key)
    }

    private mutating func appendCString(_ text: String) {
        precondition(!text.utf8.contains(0), "a BSON key or pattern must not contain a zero byte")
        bytes.append(contentsOf: text.utf8)
        bytes.append(0)
    }

    private mutating func appendString(_ text: String) {
        append32(UInt32(truncatingIfNeeded: text.utf8.count + 1))
        bytes.append(contentsOf: text.utf8)
        bytes.append(0)
    }

    private mutating func append32(_ value: UInt32) {
        for shift in stride(from: UInt32(0), to: 32, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: value >> shift))
        }
    }

    private mutating func append64(_ value: UInt64) {
        append32(UInt32(truncatingIfNeeded: value))
        append32(UInt32(truncatingIfNeeded: value >> 32))
    }
}
