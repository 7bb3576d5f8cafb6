import CAvro

/// Encodes documents after a schema: owns libavro's schema, class and one value that each document fills
/// anew.
struct AvroEncoder: ~Copyable {
    private let schema: AvroSchema
    private let records: [Int: AvroRecordNames]
    private let native: avro_schema_t
    private let type: UnsafeMutablePointer<avro_value_iface_t>
    private let value: avro_value_t

    /// Values inside values; BSON itself knows no bound.
    private static let maximumDepth = 64

    /// - Parameter json: the schema's text.
    init(json: [UInt8]) throws(AvroError) {
        let schema = try AvroSchema(json: json)
        var native: avro_schema_t?
        let status = json.withUnsafeBufferPointer { json in
            json.withMemoryRebound(to: CChar.self) {
                avro_schema_from_json_length($0.baseAddress, $0.count, &native)
            }
        }
        guard status == 0, let native else { throw Self.failure("read the schema") }
        guard let type = avro_generic_class_from_schema(native) else {
            avro_schema_decref(native)
            throw Self.failure("make a class of the schema")
        }
        var value = avro_value_t()
        guard avro_generic_value_new(type, &value) == 0 else {
            cavro_class_release(type)
            avro_schema_decref(native)
            throw Self.failure("make a value of the schema")
        }
        self.schema = schema
        records = AvroRecordNames.all(in: schema)
        self.native = native
        self.type = type
        self.value = value
    }

    deinit {
        var value = value
        avro_value_decref(&value)
        cavro_class_release(type)
        avro_schema_decref(native)
    }

    /// The Avro bytes of a document.
    borrowing func encode(_ document: Document) throws(AvroError) -> [UInt8] {
        try Self.check(cavro_reset(value), "reset the record", "")
        try set(value, schema.root, AvroSource(type: .document, bytes: document.bytes[...]), "", 0)
        var filled = value
        var size = 0
        try Self.check(avro_value_sizeof(&filled, &size), "measure the record", "")
        var status: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: size + 1) { buffer, count in
            buffer.withMemoryRebound(to: CChar.self) { text in
                guard let writer = avro_writer_memory(text.baseAddress, Int64(text.count)) else {
                    status = 1
                    return
                }
                status = avro_value_write(writer, &filled)
                count = status == 0 ? Int(avro_writer_tell(writer)) : 0
                avro_writer_free(writer)
            }
        }
        try Self.check(status, "write the record", "")
        return bytes
    }

    /// Puts a BSON value into libavro's value of a type.
    private borrowing func set(
        _ target: avro_value_t, _ index: Int, _ source: AvroSource, _ path: String, _ depth: Int
    ) throws(AvroError) {
        guard depth < Self.maximumDepth else {
            throw AvroError("the document is nested deeper than \(Self.maximumDepth) levels", field: path)
        }
        let type = schema.types[index]
        switch type.kind {
        case .record:
            guard source.type == .document, let names = records[index] else {
                throw source.mismatch("record", path)
            }
            try setFields(target, names, source, path, depth)
        case .array(let items):
            guard source.type == .array else { throw source.mismatch("array", path) }
            for element in source.nested.elements {
                var item = avro_value_t()
                try Self.check(cavro_append(target, &item), "append an item", path)
                try set(item, items, AvroSource(element), path, depth + 1)
            }
        case .map(let values):
            guard source.type == .document else { throw source.mismatch("map", path) }
            for element in source.nested.elements {
                var entry = avro_value_t()
                try Self.check(cavro_add(target, element.key, &entry), "add an entry", path)
                try set(entry, values, AvroSource(element), path, depth + 1)
            }
        case .union(let branches):
            guard let branch = bestBranch(branches, source) else {
                throw AvroError("no branch of the union takes a \(source.type)", field: path)
            }
            var inner = avro_value_t()
            try Self.check(cavro_set_branch(target, Int32(clamping: branch), &inner), "choose a branch", path)
            try set(inner, branches[branch], source, path, depth + 1)
        default:
            try source.set(target, type, path)
        }
    }

    private borrowing func setFields(
        _ target: avro_value_t, _ names: AvroRecordNames, _ source: AvroSource, _ path: String, _ depth: Int
    ) throws(AvroError) {
        let sources = names.sources(in: source.nested)
        for (place, field) in names.fields.enumerated() {
            var value = avro_value_t()
            try Self.check(cavro_item(target, place, &value, nil), "reach a field", path)
            if let source = sources[place] ?? names.standards[place] {
                // The path is written out only where it is needed: nesting or failure.
                do throws(AvroError) {
                    try set(value, field.type, source, "", depth + 1)
                } catch {
                    let inner = error.field.isEmpty ? field.name : "\(field.name).\(error.field)"
                    throw AvroError(error.reason, field: path.isEmpty ? inner : "\(path).\(inner)")
                }
            } else {
                throw AvroError(
                    "the field is missing and has neither a default nor null",
                    field: path.isEmpty ? field.name : "\(path).\(field.name)")
            }
        }
    }

    /// The branch that fits a value best, the first of equals; nil where none does.
    private borrowing func bestBranch(_ branches: [Int], _ source: AvroSource) -> Int? {
        var best: (place: Int, score: Int)?
        for (place, branch) in branches.enumerated() {
            var score = source.fitness(schema.types[branch])
            if score > 0, let names = records[branch] {
                score = names.fit(source.nested.keys) ? 3 : 1
            }
            if score > best?.score ?? 0 { best = (place, score) }
        }
        return best?.place
    }

    /// Throws where libavro reports a failure.
    static func check(_ status: Int32, _ attempt: String, _ path: String) throws(AvroError) {
        guard status == 0 else { throw failure(attempt, path) }
    }

    private static func failure(_ attempt: String, _ path: String = "") -> AvroError {
        AvroError("libavro could not \(attempt): \(String(cString: avro_strerror()))", field: path)
    }
}
