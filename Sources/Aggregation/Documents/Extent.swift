import Documents

/// How large and how deep a document or an array is, known as soon as it is put together.
///
/// Parts are shared, so that few steps make a value that would be huge once written, or so deep that whoever walks
/// through it runs out of stack: `Run.admit` refuses such.
struct Extent {
    /// How many bytes it has as BSON.
    private(set) var bytes = 5
    /// How many documents and arrays that were put together lie in one another, itself included.
    private(set) var depth = 1
    /// Whether a field at any depth is still to be fetched.
    private(set) var awaitsLater = false
    /// Whether an array at any depth has elements that are missing.
    private(set) var hasGaps = false

    /// More than this much is not told apart; two such sums do not overflow.
    private static let most = 1 << 48

    /// The empty document or array.
    init() {}

    /// What lies in bytes.
    init(located count: Int) { bytes = count }

    /// An array; what is missing is not written.
    init(of data: [Datum]) {
        var (position, digits, next) = (0, 1, 10)
        for datum in data where !datum.isMissing {
            if position == next { (digits, next) = (digits + 1, next * 10) }
            include(datum, nameCount: digits)
            position += 1
        }
        if position < data.count { hasGaps = true }
    }

    /// Adds a field with a name of so many bytes.
    @inline(__always)
    mutating func include(_ datum: Datum, nameCount: Int) {
        bytes &+= nameCount &+ 2
        switch datum {
        case .missing, .undefined, .null, .minKey, .maxKey: break
        case .bool: bytes &+= 1
        case .int32: bytes &+= 4
        case .int64, .double, .datetime, .timestamp: bytes &+= 8
        case .objectID: bytes &+= 12
        case .string(let text): bytes &+= text.utf8.count &+ 5
        case .document(let record): include(record.extent)
        case .array(let list): include(list.extent)
        case .later: awaitsLater = true
        case .other(let value): bytes &+= value.rareByteCount
        }
    }

    private mutating func include(_ inner: Extent) {
        bytes = min(bytes &+ inner.bytes, Self.most)
        depth = max(depth, inner.depth &+ 1)
        if inner.awaitsLater { awaitsLater = true }
        if inner.hasGaps { hasGaps = true }
    }
}

extension Value {
    /// How many bytes a value of a rare type has in BSON.
    fileprivate var rareByteCount: Int {
        switch self {
        case .binary(_, let bytes): bytes.count + 5
        case .regularExpression(let pattern, let options): pattern.utf8.count + options.utf8.count + 2
        case .javaScript(let text), .symbol(let text): text.utf8.count + 5
        case .dbPointer(let text, _): text.utf8.count + 17
        case .javaScriptWithScope(let text, let scope): text.utf8.count + 9 + scope.bytes.count
        default: 16
        }
    }
}

extension Run {
    /// Refuses what is too large or too deep to be walked through. Whoever puts values of unknown size together in a
    /// loop, or several times, calls this with the result.
    @inline(__always)
    func admit(_ extent: Extent) throws(Failure) {
        if extent.bytes > limits.bytes { throw .exhausted("a value of more than \(limits.bytes) bytes") }
        if extent.depth > 400 { throw .exhausted("values nested more than 400 deep") }
    }

    /// The array of these values, unless it is too large or too deep.
    @inline(__always)
    func array(_ data: [Datum]) throws(Failure) -> Datum {
        let list = List(data)
        try admit(list.extent)
        return .array(list)
    }

    /// The document of these fields, unless it is too large or too deep.
    @inline(__always)
    func document(_ members: [Record.Member]) throws(Failure) -> Datum {
        let record = Record(members)
        try admit(record.extent)
        return .document(record)
    }
}
