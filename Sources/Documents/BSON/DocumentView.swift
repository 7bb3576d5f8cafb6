/// A document inside another one's bytes, which are shared and not copied.
///
/// Reads like a `Document`. It keeps the whole outer document in memory; `document` copies it out.
public struct DocumentView: Sendable {
    let bytes: [UInt8]
    let start: Int
    let end: Int

    /// The document from one offset of the bytes up to another, its length prefix and closing zero included.
    init(bytes: [UInt8], start: Int, end: Int) {
        self.bytes = bytes
        self.start = start
        self.end = end
    }

    /// A copy of its own.
    public var document: Document { Document(trusted: Array(bytes[start..<end])) }

    /// A hash of the bytes, the same for equal bytes within one process.
    public var fingerprint: Int {
        var hasher = Hasher()
        bytes.withUnsafeBytes { hasher.combine(bytes: UnsafeRawBufferPointer(rebasing: $0[start..<end])) }
        return hasher.finalize()
    }

    /// Whether there is no element.
    public var isEmpty: Bool { end - start <= 5 }

    /// The elements in their order.
    public var elements: Elements { Elements(bytes: bytes, offset: start + 4, end: end - 1) }

    /// The embedded documents among the elements in their order; whatever is not a document is passed over.
    public var documents: DocumentViews { DocumentViews(bytes: bytes, offset: start + 4, end: end - 1) }

    /// The value at a dotted path, nil where there is none.
    public subscript(path: Path) -> Value? { element(at: path)?.value }

    /// The element at a dotted path, not decoded.
    public func element(at path: Path) -> Element? {
        guard let field = field(at: path) else { return nil }
        return Element(bytes: bytes, field: field)
    }

    /// Where the element at a dotted path lies.
    @inline(__always)
    private func field(at path: Path) -> Field? {
        path.locate(in: bytes.span.bytes, start: start + 4, end: end - 1)
    }

    /// Whether there is an element at a path, be it null.
    public func exists(at path: Path) -> Bool { field(at: path) != nil }

    /// Whether there is a null at a path.
    public func isNull(at path: Path) -> Bool { field(at: path)?.isOf(.null) ?? false }

    /// The number at a path as a double; integers are converted. Nil where there is no number.
    public func double(at path: Path) -> Double? { field(at: path)?.double(in: bytes.span.bytes) }

    /// The number at a path as an integer; a double only if it is whole and in range.
    public func int64(at path: Path) -> Int64? { field(at: path)?.int64(in: bytes.span.bytes) }

    /// The truth value at a path; nil where there is none.
    public func bool(at path: Path) -> Bool? {
        guard let field = field(at: path), field.isOf(.bool) else { return nil }
        return bytes[field.valueStart] == 1
    }

    /// The datetime at a path, milliseconds since 1970-01-01T00:00:00Z; nil where there is none.
    public func datetime(at path: Path) -> Int64? {
        guard let field = field(at: path), field.isOf(.datetime) else { return nil }
        return Int64(bitPattern: bytes.span.bytes.load64(at: field.valueStart))
    }

    /// The string at a path.
    public func string(at path: Path) -> String? { element(at: path)?.string }

    /// The object identifier at a path; nil where there is none.
    public func objectID(at path: Path) -> ObjectID? {
        guard let field = field(at: path), field.isOf(.objectID) else { return nil }
        return ObjectID(bytes[field.valueStart..<field.valueEnd])
    }

    /// The bytes of the binary at a path, whatever its subtype, not copied; nil where there is none.
    public func binary(at path: Path) -> ArraySlice<UInt8>? {
        guard let field = field(at: path), field.isOf(.binary) else { return nil }
        return bytes[(field.valueStart + 5)..<field.valueEnd]
    }

    /// The embedded document at a path, not copied. An array is not one.
    public func view(at path: Path) -> DocumentView? {
        guard let field = field(at: path), field.isOf(.document) else { return nil }
        return DocumentView(bytes: bytes, start: field.valueStart, end: field.valueEnd)
    }

    /// The embedded document at a path, copied out. An array is not one.
    public func document(at path: Path) -> Document? { view(at: path)?.document }

    /// The array at a path as the document that it is in BSON, not copied.
    public func arrayView(at path: Path) -> DocumentView? {
        guard let field = field(at: path), field.isOf(.array) else { return nil }
        return DocumentView(bytes: bytes, start: field.valueStart, end: field.valueEnd)
    }

    /// The elements of the array at a path; nil where there is no array.
    public func array(at path: Path) -> [Value]? { arrayView(at: path)?.elements.map(\.value) }

    /// The documents in the array at a path, not copied; whatever else is in it is passed over, and where
    /// there is no array there are none.
    public func documents(at path: Path) -> DocumentViews {
        guard let array = arrayView(at: path) else { return DocumentViews(bytes: bytes, offset: 0, end: 0) }
        return array.documents
    }
}
