/// The elements of a document in their order. Ends early where the bytes are not well-formed.
public struct Elements: Sequence, IteratorProtocol, Sendable {
    let bytes: [UInt8]
    private var offset: Int
    private let end: Int

    /// The elements from an offset up to the document's closing zero at `end`; none if that is out of bounds.
    init(bytes: [UInt8], offset: Int, end: Int) {
        self.bytes = bytes
        self.offset = offset
        self.end = end <= bytes.count ? end : 0
    }

    /// The next element, nil at the end.
    public mutating func next() -> Element? {
        guard let field = Field.at(offset, in: bytes.span.bytes, end: end) else { return nil }
        offset = field.valueEnd
        return Element(bytes: bytes, field: field)
    }
}
