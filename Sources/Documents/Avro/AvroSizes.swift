/// What can be said of a value's size before its bytes are seen. Each type is worked out once.
struct AvroSizes {
    private let schema: AvroSchema
    private var minima: [Int: Int] = [:]
    private var overheads: [Int: Int] = [:]

    /// The sizes of a schema's types.
    init(_ schema: AvroSchema) { self.schema = schema }

    /// The least bytes that a value takes; for a type that holds itself without an end, some lower bound.
    mutating func minimum(_ type: Int) -> Int {
        if let known = minima[type] { return known }
        minima[type] = 0
        var bytes: Int
        switch schema.types[type].kind {
        case .null: bytes = 0
        case .boolean, .int, .long, .bytes, .string, .enumeration, .array, .map: bytes = 1
        case .float: bytes = 4
        case .double: bytes = 8
        case .fixed(_, let size): bytes = size
        case .union(let branches):
            bytes = .max
            for branch in branches { bytes = min(bytes, minimum(branch)) }
            bytes += 1
        case .record(_, let fields):
            bytes = 0
            // Records that hold the same record many times over could overflow the sum.
            for field in fields { bytes = min(bytes + minimum(field.type), 1 << 30) }
        }
        minima[type] = bytes
        return bytes
    }

    /// What the fixed parts of a value add to its encoded size at most, if it holds no array and no map: an
    /// estimate for the first allocation, no bound.
    mutating func overhead(_ type: Int) -> Int {
        if let known = overheads[type] { return known }
        overheads[type] = 64
        var bytes = 0
        switch schema.types[type].kind {
        case .record(_, let fields):
            bytes = 64
            for field in fields {
                bytes = min(bytes + field.name.utf8.count + 18 + overhead(field.type), 1 << 16)
            }
        case .union(let branches):
            for branch in branches { bytes = max(bytes, overhead(branch)) }
        case .enumeration(_, let symbols):
            for symbol in symbols { bytes = max(bytes, symbol.utf8.count) }
        default: break
        }
        overheads[type] = bytes
        return bytes
    }
}
