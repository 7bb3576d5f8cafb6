extension Document {
    /// How deep documents may lie in one another: MongoDB's documented limit (manual, "MongoDB Limits and
    /// Thresholds", nested depth for BSON documents), the outermost being level 1. The server itself gives up
    /// at 180 to 200.
    public static let maximumDepth = 100

    /// A document from bytes of unknown origin, all of them checked.
    ///
    /// - Throws: what the first fault is and where, see `validate`.
    public init(validating bytes: [UInt8], maximumDepth: Int = Document.maximumDepth) throws(BSONError) {
        try Self.validate(bytes, maximumDepth: maximumDepth)
        self.init(trusted: bytes)
    }

    /// Checks that bytes are one BSON document from the first to the last.
    ///
    /// Lengths and closing zeros of the document and all that is in it, types, truth values, UTF-8 of keys
    /// and texts, the inner length of binaries of subtype 2, and the depth are checked; an array's keys are
    /// not.
    public static func validate(
        _ bytes: [UInt8], maximumDepth: Int = Document.maximumDepth
    ) throws(BSONError) {
        var validator = DocumentValidator(maximumDepth: maximumDepth)
        try validator.validate(bytes.span.bytes)
    }

    /// Checks a slice like an array; the error's offset counts from the slice's beginning.
    public static func validate(
        _ bytes: ArraySlice<UInt8>, maximumDepth: Int = Document.maximumDepth
    ) throws(BSONError) {
        var validator = DocumentValidator(maximumDepth: maximumDepth)
        try validator.validate(bytes.span.bytes)
    }
}
