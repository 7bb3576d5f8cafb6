/// Checks a document's bytes in one walk.
///
/// The documents that are open lie on a stack of its own, not on the thread's, because a caller may allow any
/// depth.
struct DocumentValidator {
    /// A document that is open.
    private struct Level {
        /// Where its closing zero is.
        let terminator: Int
        /// Where the key of the element lies that is being checked, once it is found.
        var key: Range<Int>?
    }

    private let maximumDepth: Int
    private var levels: [Level] = []
    private var offset = 0

    /// - Parameter maximumDepth: how many documents may be open at a time.
    init(maximumDepth: Int) { self.maximumDepth = maximumDepth }

    /// Checks that the bytes are one document from the first to the last.
    ///
    /// - Throws: the first fault.
    mutating func validate(_ bytes: RawSpan) throws(BSONError) {
        try open(bytes, limit: bytes.byteCount)
        guard levels[0].terminator == bytes.byteCount - 1 else {
            throw error("document ends before the bytes do", at: 0, bytes)
        }
        while let level = levels.last {
            if offset == level.terminator {
                levels.removeLast()
                offset += 1
            } else {
                try element(bytes, limit: level.terminator)
            }
        }
    }

    /// Opens the document at the offset, which must end by `limit`.
    private mutating func open(_ bytes: RawSpan, limit: Int) throws(BSONError) {
        let length = try length(bytes, limit: limit)
        guard length >= 5 else { throw error("document of \(length) bytes", at: offset, bytes) }
        guard length <= limit - offset else { throw error("document reaches too far", at: offset, bytes) }
        let terminator = offset + length - 1
        guard bytes.byte(at: terminator) == 0 else { throw error("no closing zero", at: terminator, bytes) }
        guard levels.count < maximumDepth else {
            throw error("more than \(maximumDepth) documents in one another", at: offset, bytes)
        }
        levels.append(Level(terminator: terminator, key: nil))
        offset += 4
    }

    /// Checks the element at the offset and moves behind it, or into it if it is a document.
    private mutating func element(_ bytes: RawSpan, limit: Int) throws(BSONError) {
        let code = bytes.byte(at: offset)
        levels[levels.count - 1].key = nil
        guard let type = ElementType(rawValue: code) else {
            throw error(
                code == 0 ? "document is longer than its elements" : "unknown type \(code)", at: offset, bytes
            )
        }
        offset += 1
        levels[levels.count - 1].key = try cString("key", bytes, limit: limit)
        let start = offset
        switch type {
        case .document, .array: try open(bytes, limit: limit)
        case .string, .javaScript, .symbol: try string(bytes, limit: limit)
        case .binary: try binary(bytes, limit: limit)
        case .javaScriptWithScope: try codeWithScope(bytes, limit: limit)
        case .regularExpression:
            _ = try cString("pattern", bytes, limit: limit)
            _ = try cString("options", bytes, limit: limit)
        case .dbPointer:
            try string(bytes, limit: limit)
            try skip(12, bytes, limit: limit)
        default:
            try skip(ValueSize.of(code, in: bytes, at: start, end: limit), bytes, limit: limit)
            if type == .bool, bytes.byte(at: start) > 1 {
                throw error("truth value is neither 0 nor 1", at: start, bytes)
            }
        }
    }

    private mutating func skip(_ count: Int, _ bytes: RawSpan, limit: Int) throws(BSONError) {
        guard count <= limit - offset else { throw error("value reaches too far", at: offset, bytes) }
        offset += count
    }

    /// The length at the offset, not negative.
    private func length(_ bytes: RawSpan, limit: Int) throws(BSONError) -> Int {
        guard limit - offset >= 4 else { throw error("no room for a length", at: offset, bytes) }
        let length = Int(Int32(bitPattern: bytes.load32(at: offset)))
        guard length >= 0 else { throw error("negative length", at: offset, bytes) }
        return length
    }

    /// Checks a text that ends with a zero and moves behind it; returns where it lies.
    private mutating func cString(_ name: String, _ bytes: RawSpan, limit: Int) throws(BSONError) -> Range<
        Int
    > {
        let end = bytes.firstZero(from: offset, before: limit)
        guard end < limit else { throw error("\(name) has no closing zero", at: offset, bytes) }
        let range = offset..<end
        try checkUTF8(range, bytes)
        offset = end + 1
        return range
    }

    /// Checks a text that begins with its length and moves behind it.
    private mutating func string(_ bytes: RawSpan, limit: Int) throws(BSONError) {
        let length = try length(bytes, limit: limit)
        guard length >= 1 else { throw error("string without its closing zero", at: offset, bytes) }
        let start = offset + 4
        try skip(4 + length, bytes, limit: limit)
        guard bytes.byte(at: offset - 1) == 0 else {
            throw error("string has no closing zero", at: offset - 1, bytes)
        }
        try checkUTF8(start..<(offset - 1), bytes)
    }

    private mutating func binary(_ bytes: RawSpan, limit: Int) throws(BSONError) {
        let start = offset
        let length = try length(bytes, limit: limit)
        try skip(5 + length, bytes, limit: limit)
        guard bytes.byte(at: start + 4) == 2 else { return }
        guard length >= 4, Int(bytes.load32(at: start + 5)) == length - 4 else {
            throw error("binary of subtype 2 has a wrong inner length", at: start, bytes)
        }
    }

    /// Checks the code and opens the scope, which must end where the whole value does.
    private mutating func codeWithScope(_ bytes: RawSpan, limit: Int) throws(BSONError) {
        let start = offset
        let length = try length(bytes, limit: limit)
        guard length <= limit - start else {
            throw error("code with scope reaches too far", at: start, bytes)
        }
        let end = start + length
        offset += 4
        try string(bytes, limit: end)
        try open(bytes, limit: end)
        guard let scope = levels.last, scope.terminator == end - 1 else {
            throw error("code with scope is longer than its parts", at: start, bytes)
        }
    }

    private func checkUTF8(_ range: Range<Int>, _ bytes: RawSpan) throws(BSONError) {
        if let fault = UTF8Check.firstFault(in: bytes, range) {
            throw error("invalid UTF-8", at: fault, bytes)
        }
    }

    private func error(_ reason: String, at offset: Int, _ bytes: RawSpan) -> BSONError {
        let keys = levels.compactMap(\.key).map { key in
            bytes.extracting(key).withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
        }
        return BSONError(offset: offset, path: keys.joined(separator: "."), reason: reason)
    }
}
