extension ExtendedJSON {
    /// What becomes of objects like `{"$oid": "…"}`.
    public enum Wrappers: Sendable {
        /// They are values of their type; faulty ones are errors. Query operators such as `{"$gt": 1}` and
        /// `{"$regex": "x", "$options": "i"}` stay documents.
        case recognised
        /// They are documents like any other: plain JSON.
        case literal
    }

    /// How deep objects and arrays may lie in one another.
    public static let maximumDepth = 200

    /// The document that a JSON object means.
    ///
    /// Integers become 32 or 64 bits wide, whichever they fit; numbers with a point or an exponent become
    /// doubles; `NaN`, `Infinity` and `-Infinity` are accepted; of equal keys the last value counts, at the
    /// place of the first: all as Python's `json` and PyMongo have it. A lone surrogate (`\ud800`) is an
    /// error, because UTF-8 has none.
    ///
    /// - Throws: what is wrong with the text, or that it is not an object.
    public static func document(
        from text: [UInt8], wrappers: Wrappers = .recognised
    ) throws(JSONError) -> Document {
        var reader = JSONReader(capacity: text.count, wrappers: wrappers)
        let type = try reader.read(text.span.bytes)
        guard type == .document else {
            throw JSONError(.value, "expected an object", at: 0, in: text.span.bytes, path: "")
        }
        return Document(trusted: reader.output.take())
    }

    /// The document that a JSON object means.
    ///
    /// - Throws: what is wrong with the text, or that it is not an object.
    public static func document(
        from text: String, wrappers: Wrappers = .recognised
    ) throws(JSONError) -> Document {
        try document(from: Array(text.utf8), wrappers: wrappers)
    }

    /// The value that any JSON text means.
    ///
    /// - Throws: what is wrong with the text.
    public static func value(from text: [UInt8], wrappers: Wrappers = .recognised) throws(JSONError) -> Value
    {
        var reader = JSONReader(capacity: text.count, wrappers: wrappers)
        let type = try reader.read(text.span.bytes)
        let bytes = reader.output.take()
        // The bytes are the value alone; a key before it would have ended at -1.
        return Value(Field(code: type.rawValue, keyStart: -1, keyEnd: -1, valueEnd: bytes.count), in: bytes)
    }

    /// The value that any JSON text means.
    ///
    /// - Throws: what is wrong with the text.
    public static func value(from text: String, wrappers: Wrappers = .recognised) throws(JSONError) -> Value {
        try value(from: Array(text.utf8), wrappers: wrappers)
    }
}
