/// Writes a document element by element, embedded documents in place.
///
/// Keys must not contain a zero byte: BSON ends them with one, and one is refused by a trap. Whoever takes
/// keys from outside checks that.
public struct DocumentWriter: Sendable {
    /// What is written so far; lengths of open documents are not yet set.
    var output: OutputBytes
    private var starts: [Int] = []

    /// - Parameter capacity: bytes to make room for.
    public init(capacity: Int = 64) {
        output = OutputBytes(capacity: capacity)
        output.append32(0)
    }

    /// The document, after which the writer is empty; open embedded documents are closed first.
    public mutating func finish() -> Document {
        while !starts.isEmpty { end() }
        close(0)
        let document = Document(trusted: output.take())
        output.append32(0)
        return document
    }

    /// The document like `finish`, but copied out, so that the writer keeps its memory for the next one.
    public mutating func finishCopy() -> Document {
        while !starts.isEmpty { end() }
        close(0)
        let document = Document(trusted: output.copy(from: 0))
        output.truncate(to: 4)
        return document
    }

    /// Opens an embedded document; `end` closes it.
    public mutating func beginDocument(_ key: String) { begin(.document, key) }

    /// Opens an array, whose keys are to be "0", "1", …; `end` closes it.
    public mutating func beginArray(_ key: String) { begin(.array, key) }

    /// Closes the embedded document or array opened last.
    public mutating func end() {
        guard let start = starts.popLast() else { return }
        close(start)
    }

    /// A double.
    public mutating func append(_ key: String, double value: Double) {
        output.append(.double, key, value: value.bitPattern, size: 8)
    }

    /// A string.
    public mutating func append(_ key: String, string value: String) {
        append(.string, key, text: value)
    }

    /// A 32-bit integer.
    public mutating func append(_ key: String, int32 value: Int32) {
        output.append(.int32, key, value: UInt64(UInt32(bitPattern: value)), size: 4)
    }

    /// A 64-bit integer.
    public mutating func append(_ key: String, int64 value: Int64) {
        output.append(.int64, key, value: UInt64(bitPattern: value), size: 8)
    }

    /// A truth value.
    public mutating func append(_ key: String, bool value: Bool) {
        output.append(.bool, key, value: value ? 1 : 0, size: 1)
    }

    /// A datetime, milliseconds since 1970-01-01T00:00:00Z.
    public mutating func append(_ key: String, datetime milliseconds: Int64) {
        output.append(.datetime, key, value: UInt64(bitPattern: milliseconds), size: 8)
    }

    /// A null.
    public mutating func appendNull(_ key: String) { output.append(.null, key) }

    /// An object identifier.
    public mutating func append(_ key: String, objectID id: ObjectID) {
        output.append(.objectID, key)
        output.append(contentsOf: id.array)
    }

    /// An embedded document.
    public mutating func append(_ key: String, document: Document) {
        output.append(.document, key)
        output.append(contentsOf: document.bytes)
    }

    /// An embedded document, copied out of another one.
    public mutating func append(_ key: String, document: DocumentView) {
        output.append(.document, key)
        output.append(contentsOf: document.bytes[document.start..<document.end])
    }

    /// An array of documents.
    public mutating func append(_ key: String, documents: [Document]) {
        append(key, documents: documents.lazy.map(\.view))
    }

    /// An array of documents, copied from where they lie.
    public mutating func append(_ key: String, documents: some Sequence<DocumentView>) {
        beginArray(key)
        for (index, document) in documents.enumerated() { append(String(index), document: document) }
        end()
    }

    /// Bytes; subtype 0 is generic.
    ///
    /// Subtype 2 carries its length a second time inside (bsonspec.org, "binary (old)"); `data` is then the
    /// whole payload as read, so nothing is added here.
    public mutating func append(_ key: String, binary data: [UInt8], subtype: UInt8 = 0) {
        let length = UInt64(UInt32(truncatingIfNeeded: data.count))
        output.append(.binary, key, value: length | UInt64(subtype) << 32, size: 5)
        output.append(contentsOf: data)
    }

    /// An element of another document, copied as it is, under its own or another key.
    public mutating func append(_ element: Element, as key: String? = nil) {
        if let key {
            output.append(element.type, key)
            output.append(contentsOf: element.valueBytes)
        } else {
            // The type byte lies before the key, so the whole element is one piece.
            output.append(contentsOf: element.bytes[(element.field.keyStart - 1)..<element.field.valueEnd])
        }
    }

    /// All elements of another document, copied as they are.
    public mutating func append(contentsOf document: DocumentView) {
        guard !document.isEmpty else { return }
        output.append(contentsOf: document.bytes[document.start + 4..<document.end - 1])
    }

    private mutating func begin(_ type: ElementType, _ key: String) {
        starts.append(output.append(type, key, size: 4))
    }

    private mutating func close(_ start: Int) {
        output.append(0)
        output.store32(UInt32(truncatingIfNeeded: output.count - start), at: start)
    }

    /// An element whose value is a length and a text with a closing zero.
    mutating func append(_ type: ElementType, _ key: String, text: String) {
        output.append(type, key, value: UInt64(UInt32(truncatingIfNeeded: text.utf8.count + 1)), size: 4)
        output.append(text)
        output.append(0)
    }
}
