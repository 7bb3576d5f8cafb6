/// A dotted path: `candidate.jd`, `prv_candidates.0.magpsf`. A number is an array's index or a key.
///
/// Holds its text as it is and is split while it is walked, so that a literal at the place of reading costs
/// nothing.
public struct Path: Sendable, Hashable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// The dotted form.
    public let description: String

    /// The path that a dotted string means.
    public init(_ dotted: String) { description = dotted }

    /// The path that a dotted literal means.
    public init(stringLiteral dotted: String) { description = dotted }

    /// Where the path leads in a document whose elements begin at `start` and whose closing zero is at `end`.
    func locate(in bytes: RawSpan, start: Int, end: Int) -> Field? {
        let path = description.utf8Span.span.bytes
        var offset = start
        var end = end
        var keyStart = 0
        while true {
            var keyEnd = keyStart
            while keyEnd < path.byteCount, path.byte(at: keyEnd) != UInt8(ascii: ".") { keyEnd &+= 1 }
            guard let field = Self.find(path, keyStart, keyEnd, in: bytes, from: offset, end: end) else {
                return nil
            }
            if keyEnd == path.byteCount { return field }
            guard field.isContainer else { return nil }
            offset = field.firstElement
            end = field.terminator
            keyStart = keyEnd &+ 1
        }
    }

    /// The first element with a key, which is a part of the path.
    @inline(__always)
    private static func find(
        _ path: RawSpan, _ keyStart: Int, _ keyEnd: Int, in bytes: RawSpan, from start: Int, end: Int
    ) -> Field? {
        let length = keyEnd &- keyStart
        let head = path.head(from: keyStart, count: min(length, 8))
        let mask = length >= 8 ? UInt64.max : (1 << UInt64(8 &* length)) &- 1
        var offset = start
        while let field = Field.at(offset, in: bytes, end: end) {
            offset = field.valueEnd
            guard field.keyEnd &- field.keyStart == length else { continue }
            if field.keyStart &+ 8 <= bytes.byteCount {
                guard (bytes.load64(at: field.keyStart) ^ head) & mask == 0 else { continue }
                if length <= 8 { return field }
            }
            if bytes.matches(path, at: field.keyStart, keyStart, count: length) { return field }
        }
        return nil
    }
}

extension RawSpan {
    /// Whether these bytes equal others of the same count.
    func equals(_ other: RawSpan) -> Bool { matches(other, at: 0, 0, count: byteCount) }

    /// Whether a part of these bytes equals a part of others.
    fileprivate func matches(_ other: RawSpan, at start: Int, _ otherStart: Int, count: Int) -> Bool {
        for index in 0..<count where byte(at: start &+ index) != other.byte(at: otherStart &+ index) {
            return false
        }
        return true
    }

    /// At most eight bytes as a number, little end first, zeros beyond.
    fileprivate func head(from start: Int, count: Int) -> UInt64 {
        var word: UInt64 = 0
        for index in 0..<count { word |= UInt64(byte(at: start + index)) << UInt64(8 * index) }
        return word
    }
}
