/// A BSON document: its bytes, as bsonspec.org version 1.1 lays them out.
///
/// Nothing is decoded until it is asked for. Reading is safe on any bytes: what is not well-formed reads as
/// absent; `init(validating:)` says what is wrong with it.
public struct Document: Sendable, Hashable {
    /// The whole document, length prefix and closing zero included.
    public let bytes: [UInt8]

    /// The empty document.
    public init() { bytes = [5, 0, 0, 0, 0] }

    /// A document from bytes that a BSON library or `init(validating:)` has made or checked before.
    public init(trusted bytes: [UInt8]) { self.bytes = bytes }

    /// Whether there is no element.
    public var isEmpty: Bool { bytes.count <= 5 }

    /// The elements in their order.
    public var elements: Elements { Elements(bytes: bytes, offset: 4, end: bytes.count - 1) }

    /// The keys in their order.
    public var keys: [String] { elements.map { $0.key } }

    /// The value at a dotted path, nil where there is none. A number in the path is an array's index or a key.
    public subscript(path: Path) -> Value? { element(at: path)?.value }

    /// The element at a dotted path, not decoded.
    public func element(at path: Path) -> Element? {
        var start = 4
        var end = bytes.count - 1
        var found: Element?
        for (depth, key) in path.keys.enumerated() {
            var elements = Elements(bytes: bytes, offset: start, end: end)
            found = nil
            while let element = elements.next() {
                if element.hasKey(key) {
                    found = element
                    break
                }
            }
            guard let element = found else { return nil }
            if depth + 1 < path.keys.count {
                guard element.type == .document || element.type == .array else { return nil }
                start = element.valueStart + 4
                end = element.valueEnd - 1
            }
        }
        return found
    }

    /// The number at a path as a double; integers are converted. Nil where there is no number.
    public func double(at path: Path) -> Double? { self[path]?.double }

    /// The number at a path as an integer; a double only if it is whole and in range.
    public func int64(at path: Path) -> Int64? { self[path]?.int64 }

    /// The string at a path.
    public func string(at path: Path) -> String? { self[path]?.string }

    /// The bytes of the binary value at a path, whatever its subtype.
    public func binary(at path: Path) -> [UInt8]? {
        if case .binary(_, let data) = self[path] { data } else { nil }
    }

    /// The embedded document at a path, copied out. An array is not one.
    public func document(at path: Path) -> Document? {
        guard let element = element(at: path), element.type == .document else { return nil }
        return element.nested
    }

    /// The elements of the array at a path; nil where there is no array.
    public func array(at path: Path) -> [Value]? {
        guard let element = element(at: path), element.type == .array else { return nil }
        return element.nested.elements.map(\.value)
    }
}

/// A dotted path, split once: `candidate.jd`, `prv_candidates.0.magpsf`.
public struct Path: Sendable, Hashable, ExpressibleByStringLiteral, CustomStringConvertible {
    let keys: [[UInt8]]

    /// The path that a dotted string means.
    public init(_ dotted: String) {
        keys = dotted.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).map(Array.init)
    }

    /// The path of a single key, which may contain dots.
    public init(key: String) { keys = [Array(key.utf8)] }

    /// The path that a dotted literal means.
    public init(stringLiteral dotted: String) { self.init(dotted) }

    /// The dotted form.
    public var description: String {
        keys.map { String(decoding: $0, as: UTF8.self) }.joined(separator: ".")
    }
}

extension Document: ExpressibleByDictionaryLiteral {
    /// A document with the literal's keys in their order.
    public init(dictionaryLiteral elements: (String, Value)...) {
        var writer = DocumentWriter()
        for (key, value) in elements { writer.append(key, value) }
        self = writer.finish()
    }
}
