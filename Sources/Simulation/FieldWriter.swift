internal import CAvro

/// Fills the fields of one of libavro's records in the order of the schema.
///
/// A failure is kept until the end, in `status`; what comes after it is not written.
struct FieldWriter {
    private let record: avro_value_t
    private var place = 0
    /// Zero, or the status of the first call that failed.
    private(set) var status: Int32 = 0

    /// A writer of the record's fields, from the first.
    init(_ record: avro_value_t) { self.record = record }

    /// A 64-bit float.
    mutating func append(_ key: StaticString, double number: Double) {
        if let field = next(key) { keep(cavro_set_double(field, number)) }
    }

    /// A 32-bit float.
    mutating func append(_ key: StaticString, float number: Double) {
        if let field = next(key) { keep(cavro_set_float(field, Float(number))) }
    }

    /// A 32-bit integer.
    mutating func append(_ key: StaticString, int32 number: Int32) {
        if let field = next(key) { keep(cavro_set_int(field, number)) }
    }

    /// A 64-bit integer.
    mutating func append(_ key: StaticString, int64 number: Int64) {
        if let field = next(key) { keep(cavro_set_long(field, number)) }
    }

    /// A string without zero bytes.
    mutating func append(_ key: StaticString, string text: String) {
        guard let field = next(key) else { return }
        keep(text.withCString { cavro_set_string(field, $0, text.utf8.count + 1) })
    }

    /// Bytes.
    mutating func append(_ key: StaticString, bytes: [UInt8]) {
        guard let field = next(key) else { return }
        keep(bytes.withUnsafeBytes { cavro_set_bytes(field, $0.baseAddress, $0.count) })
    }

    /// No value, where there may be none.
    mutating func appendNull(_ key: StaticString) { _ = next(key, branch: 0) }

    /// A record, filled by `fill`.
    mutating func append(_ key: StaticString, record fill: (inout FieldWriter) -> Void) {
        guard let field = next(key) else { return }
        var inner = FieldWriter(field)
        fill(&inner)
        keep(inner.status)
    }

    /// An array of records, one for each of the rows; null for nil.
    mutating func append<Row>(
        _ key: StaticString, records rows: [Row]?, _ fill: (Row, inout FieldWriter) -> Void
    ) {
        guard let rows else { return appendNull(key) }
        guard let field = next(key) else { return }
        for row in rows where status == 0 {
            var item = avro_value_t()
            keep(cavro_append(field, &item))
            guard status == 0 else { return }
            var inner = FieldWriter(item)
            fill(row, &inner)
            keep(inner.status)
        }
    }

    /// The place of the next field's value; in a union, that of one of its branches.
    ///
    /// - Parameters:
    ///   - key: the field's name, which is compared in debug builds only.
    ///   - branch: 0 null, 1 the other.
    private mutating func next(_ key: StaticString, branch: Int32 = 1) -> avro_value_t? {
        guard status == 0 else { return nil }
        var field = avro_value_t()
        var name: UnsafePointer<CChar>?
        keep(cavro_item(record, place, &field, &name))
        guard status == 0 else { return nil }
        assert(name.map { String(cString: $0) } == key.description, "field \(place) is not \(key)")
        place += 1
        guard cavro_type(field) == AVRO_UNION else { return field }
        var inner = avro_value_t()
        keep(cavro_set_branch(field, branch, &inner))
        return status == 0 ? inner : nil
    }

    private mutating func keep(_ status: Int32) {
        if self.status == 0 { self.status = status }
    }
}
