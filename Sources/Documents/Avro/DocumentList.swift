/// Documents one after another in one piece of memory; each is made when asked for.
public struct DocumentList: Sendable, RandomAccessCollection {
    private let bytes: [UInt8]
    private let starts: [Int32]
    private let range: Range<Int>

    /// The empty list.
    public init() { self.init(bytes: [], starts: [], range: 0..<0) }

    /// - Parameters:
    ///   - bytes: the documents.
    ///   - starts: where each begins; the documents lie in this order without gaps.
    ///   - range: which of `starts` are in the list.
    init(bytes: [UInt8], starts: [Int32], range: Range<Int>) {
        self.bytes = bytes
        self.starts = starts
        self.range = range
    }

    /// Bytes of memory that the list shares with others cut from the same.
    var footprint: Int { bytes.capacity + 4 * starts.capacity }

    /// Always 0.
    public var startIndex: Int { 0 }
    /// How many documents there are.
    public var endIndex: Int { range.count }

    /// A document, copied out.
    public subscript(index: Int) -> Document { Document(trusted: Array(documentBytes(index))) }

    /// A document, not copied.
    public func view(_ index: Int) -> DocumentView {
        let slice = documentBytes(index)
        return DocumentView(bytes: bytes, start: slice.startIndex, end: slice.endIndex)
    }

    /// The documents, not copied.
    public var views: [DocumentView] { indices.map(view) }

    /// The bytes of a document, not copied.
    public func documentBytes(_ index: Int) -> ArraySlice<UInt8> {
        precondition(
            index >= 0 && index < range.count, "a list of \(range.count) documents has no index \(index)")
        let place = range.lowerBound + index
        let end = place + 1 < starts.count ? Int(starts[place + 1]) : bytes.count
        return bytes[Int(starts[place])..<end]
    }
}
