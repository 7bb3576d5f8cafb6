/// A BSON document: its bytes, as bsonspec.org version 1.1 lays them out.
///
/// Nothing is decoded until it is asked for. Reading is safe on any bytes: what is not well-formed reads as
/// absent; `init(validating:)` says what is wrong with it. Reading by path walks the bytes once and copies
/// nothing but the value itself; where a key stands twice, the first counts.
public struct Document: Sendable, Hashable {
    /// The whole document, length prefix and closing zero included.
    public let bytes: [UInt8]

    /// The empty document.
    public init() { bytes = [5, 0, 0, 0, 0] }

    /// A document from bytes that a BSON library or `init(validating:)` has made or checked before.
    public init(trusted bytes: [UInt8]) { self.bytes = bytes }

    /// The document as a view on its own bytes.
    public var view: DocumentView { DocumentView(bytes: bytes, start: 0, end: bytes.count) }

    /// Mixes in the bytes, all at once: an array's own way takes them one by one.
    public func hash(into hasher: inout Hasher) { bytes.withUnsafeBytes { hasher.combine(bytes: $0) } }

    /// Whether there is no element.
    public var isEmpty: Bool { bytes.count <= 5 }

    /// The elements in their order.
    public var elements: Elements { Elements(bytes: bytes, offset: 4, end: bytes.count - 1) }

    /// The keys in their order.
    public var keys: [String] { elements.map(\.key) }

    /// The value at a dotted path, nil where there is none. A number in the path is an array's index or a
    /// key.
    public subscript(path: Path) -> Value? { view[path] }

    /// The element at a dotted path, not decoded.
    public func element(at path: Path) -> Element? { view.element(at: path) }

    /// Whether there is an element at a path, be it null.
    public func exists(at path: Path) -> Bool { view.exists(at: path) }

    /// Whether there is a null at a path.
    public func isNull(at path: Path) -> Bool { view.isNull(at: path) }

    /// The number at a path as a double; integers are converted. Nil where there is no number.
    public func double(at path: Path) -> Double? { view.double(at: path) }

    /// The number at a path as an integer; a double only if it is whole and in range.
    public func int64(at path: Path) -> Int64? { view.int64(at: path) }

    /// The truth value at a path; nil where there is none.
    public func bool(at path: Path) -> Bool? { view.bool(at: path) }

    /// The datetime at a path, milliseconds since 1970-01-01T00:00:00Z; nil where there is none.
    public func datetime(at path: Path) -> Int64? { view.datetime(at: path) }

    /// The string at a path.
    public func string(at path: Path) -> String? { view.string(at: path) }

    /// The object identifier at a path; nil where there is none.
    public func objectID(at path: Path) -> ObjectID? { view.objectID(at: path) }

    /// The first element with a key, which may contain dots.
    public func element(key: String) -> Element? { elements.first { $0.key == key } }

    /// The bytes of the binary at a path, whatever its subtype, not copied; nil where there is none.
    public func binary(at path: Path) -> ArraySlice<UInt8>? { view.binary(at: path) }

    /// The embedded document at a path, not copied. An array is not one.
    public func view(at path: Path) -> DocumentView? { view.view(at: path) }

    /// The embedded document at a path, copied out. An array is not one.
    public func document(at path: Path) -> Document? { view.document(at: path) }

    /// The array at a path as the document that it is in BSON, not copied.
    public func arrayView(at path: Path) -> DocumentView? { view.arrayView(at: path) }

    /// The elements of the array at a path; nil where there is no array.
    public func array(at path: Path) -> [Value]? { view.array(at: path) }

    /// The documents in the array at a path, not copied; whatever else is in it is passed over, and where
    /// there is no array there are none.
    public func documents(at path: Path) -> DocumentViews { view.documents(at: path) }
}

extension Document: ExpressibleByDictionaryLiteral {
    /// A document with the literal's keys in their order.
    public init(dictionaryLiteral elements: (String, Value)...) {
        var writer = DocumentWriter()
        for (key, value) in elements { writer.append(key, value) }
        self = writer.finish()
    }
}
