import CAvro

/// A BSON value to be written as Avro: its type and its bytes.
struct AvroSource {
    let type: ElementType
    let bytes: ArraySlice<UInt8>

    /// - Parameters:
    ///   - type: the value's type.
    ///   - bytes: the value's bytes, whole.
    init(type: ElementType, bytes: ArraySlice<UInt8>) {
        self.type = type
        self.bytes = bytes
    }

    /// The value of an element.
    init(_ element: Element) { self.init(type: element.type, bytes: element.valueBytes) }

    /// A value by itself.
    init?(_ value: Value) {
        let document: Document = ["": value]
        guard let element = document.elements.first(where: { _ in true }) else { return nil }
        self.init(element)
    }

    /// The embedded document or array.
    var nested: Document { Document(trusted: Array(bytes)) }

    /// How well a type without parts or an array or map holds the value: 0 not at all, 1 as another kind of
    /// number, 2 with conversion, 3 so that it is read again as it is.
    func fitness(_ target: AvroType) -> Int {
        switch (target.kind, type) {
        case (.null, .null), (.boolean, .bool), (.double, .double), (.string, .string), (.array, .array): 3
        case (.record, .document), (.map, .document): 2
        case (.int, .datetime): scaled(target.logical) == nil || target.logical != .date ? 0 : 3
        case (.long, .datetime): scaled(target.logical) == nil ? 0 : 3
        case (.int, _) where integer.flatMap(Int32.init(exactly:)) != nil:
            type == .int32 && target.logical == nil ? 3 : 1
        case (.long, _) where integer != nil:
            type == .double ? 1 : type == .int64 && target.logical == nil ? 3 : 2
        case (.float, .double): 2
        case (.float, .int32), (.float, .int64), (.double, .int32), (.double, .int64): 1
        case (.enumeration(_, let symbols), .string): symbols.contains(text) ? 2 : 0
        case (.bytes, .binary): target.logical == nil ? subtype == 0 ? 3 : 1 : 0
        case (.fixed(_, let size), .binary) where payload.count == size:
            subtype == (target.logical == .uuid ? 4 : 0) ? 3 : 1
        case (.bytes, .decimal128), (.fixed, .decimal128): decimalFitness(target)
        default: 0
        }
    }

    private func decimalFitness(_ target: AvroType) -> Int {
        guard case .decimal(let scale) = target.logical, unscaled(target) != nil else { return 0 }
        return AvroDecimal.scale(high: little(8..<16)) == scale ? 3 : 2
    }

    /// The bytes of a decimal of a type; nil where the value is no decimal or does not fit.
    private func unscaled(_ target: AvroType) -> [UInt8]? {
        guard case .decimal(let scale) = target.logical, type == .decimal128, bytes.count == 16 else {
            return nil
        }
        var size: Int?
        if case .fixed(_, let fixed) = target.kind { size = fixed }
        return AvroDecimal.bytes(high: little(8..<16), low: little(0..<8), scale: scale, size: size)
    }

    /// Puts the value into libavro's value of a type that has no parts.
    func set(_ target: avro_value_t, _ kind: AvroType, _ path: String) throws(AvroError) {
        let status: Int32
        switch kind.kind {
        case .null:
            guard type == .null else { throw mismatch("null", path) }
            status = cavro_set_null(target)
        case .boolean:
            guard type == .bool, let flag = bytes.first else { throw mismatch("boolean", path) }
            status = cavro_set_boolean(target, flag == 0 ? 0 : 1)
        case .int:
            guard let number = scaled(kind.logical), let small = Int32(exactly: number) else {
                throw mismatch("int", path)
            }
            status = cavro_set_int(target, small)
        case .long:
            guard let number = scaled(kind.logical) else { throw mismatch("long", path) }
            status = cavro_set_long(target, number)
        case .float:
            guard let number = double else { throw mismatch("float", path) }
            status = cavro_set_float(target, Float(number))
        case .double:
            guard let number = double else { throw mismatch("double", path) }
            status = cavro_set_double(target, number)
        case .string:
            guard type == .string, bytes.count >= 5 else { throw mismatch("string", path) }
            status = bytes.dropFirst(4).withUnsafeBufferPointer { text in
                text.withMemoryRebound(to: CChar.self) { cavro_set_string(target, $0.baseAddress, $0.count) }
            }
        case .enumeration(let name, let symbols):
            guard type == .string, let symbol = symbols.firstIndex(of: text) else {
                throw mismatch("symbol of \(name)", path)
            }
            status = cavro_set_enum(target, Int32(clamping: symbol))
        case .bytes, .fixed:
            try setBytes(target, kind, path)
            status = 0
        case .record, .array, .map, .union:
            throw mismatch("value without parts", path)
        }
        try AvroEncoder.check(status, "set a value", path)
    }

    private func setBytes(_ target: avro_value_t, _ kind: AvroType, _ path: String) throws(AvroError) {
        var size: Int?
        if case .fixed(_, let fixed) = kind.kind { size = fixed }
        var content = payload
        if let unscaled = unscaled(kind) {
            content = unscaled[...]
        } else if type != .binary {
            throw mismatch("bytes", path)
        }
        guard size == nil || size == content.count else {
            throw AvroError("the fixed has \(size ?? 0) bytes and the value \(content.count)", field: path)
        }
        let status = content.withUnsafeBufferPointer { content in
            size == nil
                ? cavro_set_bytes(target, content.baseAddress, content.count)
                : cavro_set_fixed(target, content.baseAddress, content.count)
        }
        try AvroEncoder.check(status, "set bytes", path)
    }

    /// The error of a value that its type cannot hold.
    func mismatch(_ wanted: String, _ path: String) -> AvroError {
        AvroError("a \(type) is no \(wanted)", field: path)
    }

    private var text: String { String(decoding: bytes.dropFirst(4).dropLast(1), as: UTF8.self) }

    /// The bytes of a binary.
    private var payload: ArraySlice<UInt8> { type == .binary ? bytes.dropFirst(5) : [] }

    private var subtype: UInt8? { bytes.count > 4 ? bytes[bytes.startIndex + 4] : nil }

    /// A little-endian number; 0 where the bytes are too few, which well-formed BSON never has.
    private func little(_ range: Range<Int>) -> UInt64 {
        guard bytes.count >= range.upperBound else { return 0 }
        var result: UInt64 = 0
        for index in range.reversed() { result = result << 8 | UInt64(bytes[bytes.startIndex + index]) }
        return result
    }

    /// The number as an integer; a double only if it is whole and in range.
    private var integer: Int64? {
        switch type {
        case .int32: Int64(Int32(truncatingIfNeeded: little(0..<4)))
        case .int64: Int64(bitPattern: little(0..<8))
        case .double: Int64(exactly: Double(bitPattern: little(0..<8)))
        default: nil
        }
    }

    private var double: Double? {
        type == .double ? Double(bitPattern: little(0..<8)) : integer.map(Double.init)
    }

    /// The integer that stands for the value: a number itself, a datetime in the logical type's unit.
    private func scaled(_ logical: AvroLogicalType?) -> Int64? {
        guard type == .datetime else { return integer }
        let milliseconds = Int64(bitPattern: little(0..<8))
        switch logical {
        case .date:
            let (days, rest) = milliseconds.quotientAndRemainder(dividingBy: 86_400_000)
            return rest == 0 ? days : nil
        case .timestampMilliseconds: return milliseconds
        case .timestampMicroseconds: return Self.product(milliseconds, 1_000)
        case .timestampNanoseconds: return Self.product(milliseconds, 1_000_000)
        default: return nil
        }
    }

    private static func product(_ left: Int64, _ right: Int64) -> Int64? {
        let (product, overflows) = left.multipliedReportingOverflow(by: right)
        return overflows ? nil : product
    }
}
