/// A record's fields by name, and what stands for those that a document lacks.
struct AvroRecordNames {
    /// The fields in their order.
    let fields: [AvroField]
    /// For each field the default, null if there is none but the field may be null, or nil.
    let standards: [AvroSource?]
    private let places: [String: Int]

    /// The names of every record in a schema, by the index of its type.
    static func all(in schema: AvroSchema) -> [Int: AvroRecordNames] {
        var result: [Int: AvroRecordNames] = [:]
        for (index, type) in schema.types.enumerated() {
            if case .record(_, let fields) = type.kind { result[index] = AvroRecordNames(fields, schema) }
        }
        return result
    }

    private init(_ fields: [AvroField], _ schema: AvroSchema) {
        self.fields = fields
        places = Dictionary(
            fields.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
        standards = fields.map { field in
            var branches = [field.type]
            if case .union(let list) = schema.types[field.type].kind { branches = list }
            let kinds = branches.map { schema.types[$0].kind }
            let mayBeNull = kinds.contains { if case .null = $0 { true } else { false } }
            if let standard = field.standard {
                // A null where none may be (TURBO) is no default.
                if standard == .null { return mayBeNull ? AvroSource(.null) : nil }
                // The default of bytes is text whose code points are the bytes (specification, "Complex
                // Types").
                let isText = kinds.contains { if case .string = $0 { true } else { false } }
                let isBytes = kinds.contains {
                    switch $0 {
                    case .bytes, .fixed: true
                    default: false
                    }
                }
                if case .string(let text) = standard, isBytes, !isText {
                    return AvroSource(
                        .binary(subtype: 0, text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }))
                }
                return AvroSource(standard)
            }
            return mayBeNull ? AvroSource(.null) : nil
        }
    }

    /// For each field the element of its name, nil where there is none. Documents mostly have the fields'
    /// order, so that the names are looked up only where they do not.
    func sources(in document: Document) -> [AvroSource?] {
        var result = [AvroSource?](repeating: nil, count: fields.count)
        var expected = 0
        for element in document.elements {
            let key = element.key
            if expected >= fields.count || fields[expected].name != key {
                guard let place = places[key] else { continue }
                expected = place
            }
            result[expected] = AvroSource(element)
            expected += 1
        }
        // A name that the schema has twice is written twice.
        for (place, field) in fields.enumerated() where result[place] == nil {
            if let first = places[field.name], first != place { result[place] = result[first] }
        }
        return result
    }

    /// Whether every key is a field and every field that needs a value has one.
    func fit(_ keys: [String]) -> Bool {
        let keys = Set(keys)
        return keys.allSatisfy { places[$0] != nil }
            && fields.indices.allSatisfy { standards[$0] != nil || keys.contains(fields[$0].name) }
    }
}
