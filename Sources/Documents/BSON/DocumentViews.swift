/// Documents inside another one's bytes, one after the other: the points of a light curve.
public struct DocumentViews: Sequence, IteratorProtocol, Sendable {
    private let bytes: [UInt8]
    private var offset: Int
    private let end: Int

    /// The documents among the elements from an offset up to a closing zero at `end`; none if that is out of
    /// bounds.
    init(bytes: [UInt8], offset: Int, end: Int) {
        self.bytes = bytes
        self.offset = offset
        self.end = end <= bytes.count ? end : 0
    }

    /// The next document, nil at the end.
    public mutating func next() -> DocumentView? {
        while let field = Field.at(offset, in: bytes.span.bytes, end: end) {
            offset = field.valueEnd
            if field.isOf(.document) {
                return DocumentView(bytes: bytes, start: field.valueStart, end: field.valueEnd)
            }
        }
        return nil
    }
}
