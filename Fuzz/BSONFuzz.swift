import Documents

/// BSON from outside: what nobody has checked is read without a trap, and what the validator accepts is
/// exactly what the writer would have written.
enum BSONFuzz {
    /// How far into documents inside documents the accessors are tried; garbage may be deep.
    private static let depth = 20

    /// Reads bytes as a document in every way there is.
    static func test(_ bytes: [UInt8]) {
        let document = Document(trusted: bytes)
        read(document)
        read(document.view, depth: 0)
        let rewritten = rewritten(document.view, depth: 0)
        do throws(BSONError) {
            try Document.validate(bytes)
            claim(rewritten?.bytes == bytes, "a valid document is the same when its values are written again")
            claim(Document.isSound(bytes), "a slice is judged like an array")
            if let rewritten { claim(rewritten == document, "equal bytes are equal documents") }
        } catch {
            claim(!error.description.isEmpty, "an error has a description")
            // What the writer cannot produce: depth is no matter to it, nor what is inside a binary.
            if rewritten?.bytes == bytes {
                claim(
                    error.reason.contains("in one another") || error.reason.contains("subtype 2"),
                    "what the writer writes is valid: \(error)")
            }
        }
        for mode in [ExtendedJSON.Mode.relaxed, .canonical] {
            let text = ExtendedJSON.bytes(of: document, mode: mode)
            do throws(JSONError) {
                _ = try ExtendedJSON.document(from: text, wrappers: .literal)
            } catch {
                claim(error.kind == .depth, "whatever the bytes are, JSON comes out: \(error)")
            }
        }
    }

    /// The accessors of a whole document.
    private static func read(_ document: Document) {
        for key in document.keys.prefix(8) {
            let path = Path(key)
            _ = document.exists(at: path)
            _ = document.isNull(at: path)
            _ = document.double(at: path)
            _ = document.int64(at: path)
            _ = document.bool(at: path)
            _ = document.datetime(at: path)
            _ = document.objectID(at: path)?.description
            _ = document.binary(at: path)?.count
            _ = document.string(at: path)
            _ = document.document(at: path)?.hashValue
            _ = document.array(at: path)?.count
            for view in document.documents(at: path) { _ = view.isEmpty }
            if let inner = document.view(at: path) ?? document.arrayView(at: path) {
                for key in inner.elements.prefix(3).map(\.key) {
                    _ = document[Path("\(path).\(key)")]?.hashValue
                }
            }
            // A key that is not UTF-8 is repaired when it is decoded and may then be like another.
            if !key.contains("."), let found = document.element(at: path),
                let first = document.element(key: key),
                String(validating: first.keyBytes, as: UTF8.self) != nil
            {
                claim(
                    first.valueBytes == found.valueBytes,
                    "a path of one key leads to the first element with it")
            }
        }
        for path in ["", ".", "0", "a.0", "a.b.c"] as [Path] { _ = document[path]?.int64 }
        _ = document.description
    }

    /// The accessors of a view and of everything in it.
    private static func read(_ view: DocumentView, depth: Int) {
        _ = view.isEmpty
        for element in view.elements {
            let value = element.value
            claim(
                element.double?.bitPattern == value.double?.bitPattern, "an element's double is its value's")
            claim(element.int64 == value.int64, "an element's integer is its value's")
            claim(element.string == value.string, "an element's string is its value's")
            _ = (element.keyBytes.count, element.valueBytes.count, element.type, value.list?.count)
            if let inner = element.view, depth < Self.depth {
                claim(inner.document.bytes.elementsEqual(element.valueBytes), "a view lies at its value")
                read(inner, depth: depth + 1)
            }
        }
        for inner in view.documents { _ = inner.document.isEmpty }
    }

    /// A document of the same values, each decoded and written again; nil where it is too deep.
    private static func rewritten(_ view: DocumentView, depth: Int) -> Document? {
        guard depth < 2 * Document.maximumDepth else { return nil }
        var writer = DocumentWriter()
        for element in view.elements {
            switch element.value {
            case .document:
                guard let inner = element.view.flatMap({ rewritten($0, depth: depth + 1) }) else {
                    return nil
                }
                writer.append(element.key, document: inner)
            case .array:
                guard let inner = element.view.flatMap({ rewritten($0, depth: depth + 1) }) else {
                    return nil
                }
                writer.append(element.key, .array(inner))
            case .javaScriptWithScope(let code, let scope):
                guard let inner = rewritten(scope.view, depth: depth + 1) else { return nil }
                writer.append(element.key, .javaScriptWithScope(code, inner))
            case let value: writer.append(element.key, value)
            }
        }
        return writer.finish()
    }

    /// A document with a value of each type, and some that are parts of it.
    static var seeds: [[UInt8]] {
        let small: Document = ["a": 1, "b": [1.5, "x", nil], "c": ["d": ["e": true]]]
        let id = ObjectID(0..<12)
        var all: [(String, Value)] = [
            ("double", 1.5), ("string", "é\u{1F52D}"), ("document", .document(small)),
            ("array", [1, [2, []]]),
            ("binary", .binary(subtype: 0, [1, 2, 3])), ("old", .binary(subtype: 2, [2, 0, 0, 0, 7, 8])),
            ("undefined", .undefined), ("bool", true), ("datetime", .datetime(1_700_000_000_000)),
            ("null", nil), ("regex", .regularExpression(pattern: "^a", options: "im")),
            ("code", .javaScript("f()")), ("symbol", .symbol("s")),
            ("scope", .javaScriptWithScope("g()", small)), ("int32", 7),
            ("timestamp", .timestamp(seconds: 5, increment: 6)), ("int64", .int64(1 << 53)),
            ("decimal", .decimal128(high: 0x303A_0000_0000_0000, low: 123)), ("min", .minKey),
            ("max", .maxKey),
        ]
        if let id { all += [("id", .objectID(id)), ("pointer", .dbPointer("c", id))] }
        var writer = DocumentWriter()
        for (key, value) in all { writer.append(key, value) }
        return [writer.finish().bytes, small.bytes, Document().bytes]
            + all.map { key, value in
                var writer = DocumentWriter()
                writer.append(key, value)
                return writer.finish().bytes
            }
    }
}

extension Document {
    /// Whether bytes are one document, judged as a slice of more bytes.
    static func isSound(_ bytes: [UInt8]) -> Bool {
        do throws(BSONError) {
            try validate(([0xFF] + bytes + [0xFF])[1...bytes.count], maximumDepth: .max)
            return true
        } catch { return false }
    }
}
