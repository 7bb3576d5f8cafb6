/// Reads the rows of a sorted run from the scratch file, one after the other, through a buffer.
final class RunReader {
    private let file: OutputFile
    /// What is not yet read of the file.
    private var left: Range<Int>
    private var buffer: [UInt8] = []
    private let capacity: Int
    /// Where the current row begins in the buffer, where the bytes that were read end.
    private var offset = 0
    private var end = 0
    /// Length of the current row, 0 before the first.
    private var size = 0
    /// The current row's key.
    private(set) var key: UInt64 = 0

    /// - Parameter capacity: bytes of the buffer, which grows where a row is longer.
    init(_ file: OutputFile, _ run: Range<Int>, capacity: Int) {
        self.file = file
        self.capacity = max(capacity, RowBytes.headSize)
        left = run
    }

    /// Goes to the first or the next row; false at the end.
    func advance() throws(CatalogIndexError) -> Bool {
        offset += size
        size = 0
        try fill(RowBytes.headSize)
        guard end > offset else { return false }
        size = RowBytes.size(buffer.span.bytes, at: offset)
        try fill(size)
        key = RowBytes.key(buffer.span.bytes, at: offset)
        return true
    }

    /// Makes sure that so many bytes of the current row are in the buffer, unless the run ends before.
    private func fill(_ count: Int) throws(CatalogIndexError) {
        guard end - offset < count, !left.isEmpty else { return }
        if buffer.count < max(capacity, count) {
            buffer.append(contentsOf: repeatElement(0, count: max(capacity, count) - buffer.count))
        }
        if offset > 0 {
            buffer.replaceSubrange(0..<end - offset, with: Array(buffer[offset..<end]))
            end -= offset
            offset = 0
        }
        let size = min(left.count, buffer.count - end)
        try file.read(&buffer, from: end, count: size, at: left.lowerBound)
        left = left.lowerBound + size..<left.upperBound
        end += size
    }

    /// Lends the current row: bytes and where in them it begins.
    func withRow(_ body: (RawSpan, Int) throws(CatalogIndexError) -> Void) throws(CatalogIndexError) {
        let buffer = buffer
        try body(buffer.span.bytes, offset)
    }

    /// Whether the current row comes before another run's.
    func precedes(_ other: RunReader) -> Bool {
        if key != other.key { return key < other.key }
        let (here, there) = (buffer, other.buffer)
        return RowBytes.precedes(here.span.bytes, offset, there.span.bytes, other.offset)
    }
}
