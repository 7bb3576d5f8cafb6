import Documents

/// Avro from outside: containers, schemas, bodies and framed packets; the first byte chooses which.
enum AvroFuzz {
    /// How the bytes after the first are read.
    enum Framing: UInt8, CaseIterable {
        /// A container file with its own schema.
        case container
        /// The same with the limits that are in force by default.
        case largeContainer
        /// A schema's text, a zero byte, and a record of that schema.
        case schema
        /// The index of one of `FuzzSchema.all`, and a record of that schema.
        case body
        /// A framed packet, whose number chooses one of `FuzzSchema.all`.
        case framed
    }

    /// Reads bytes in the framing that the first one chooses.
    static func test(_ bytes: [UInt8]) {
        guard let first = bytes.first,
            let framing = Framing(rawValue: first % UInt8(Framing.allCases.count))
        else { return }
        let rest = Array(bytes.dropFirst())
        switch framing {
        case .container:
            container(rest, AvroReader(limits: FuzzSchema.limits))
            container(rest, AvroReader(shape: FuzzSchema.anyShape, limits: FuzzSchema.limits))
        case .largeContainer:
            for reader in [AvroReader(), AvroReader(shape: FuzzSchema.anyShape)] {
                let records = attempt { () throws(AvroError) in try reader.records(inContainer: rest) }
                for record in (records ?? []).prefix(100) { check(record) }
            }
        case .schema: schema(rest)
        case .body:
            guard let index = rest.first else { return }
            let all = FuzzSchema.all
            body(Array(rest.dropFirst()), all[Int(index) % all.count])
        case .framed: framed(rest)
        }
    }

    /// A container, read by a reader that does not know its schema and again when it does.
    private static func container(_ bytes: [UInt8], _ reader: AvroReader) {
        let first = attempt { () throws(AvroError) in try reader.records(inContainer: bytes) }
        let second = attempt { () throws(AvroError) in try reader.records(inContainer: bytes) }
        claim(first?.count == second?.count, "a known schema changes nothing")
        for (first, second) in zip(first ?? [], second ?? []).prefix(100) {
            check(first)
            claim(AvroContents(first) == AvroContents(second), "a record is the same when it is read again")
        }
    }

    /// A schema with all that can be asked of it, and a record of it in two shapes.
    private static func schema(_ bytes: [UInt8]) {
        let cut = bytes.firstIndex(of: 0) ?? bytes.count
        let text = Array(bytes[..<cut])
        let body = Array(bytes[cut...].dropFirst())
        guard let schema = attempt({ () throws(AvroError) in try AvroSchema(json: text) }) else { return }
        _ = (schema.name, schema.fieldNames.count)
        for shape in [AvroShape(), FuzzSchema.anyShape] {
            let record = attempt { () throws(AvroError) in
                try AvroDecoder(schema: schema, shape: shape, limits: FuzzSchema.limits).record(in: body)
            }
            if let record { check(record) }
        }
    }

    /// A record, which must be the same in both shapes and wherever it lies.
    private static func body(_ bytes: [UInt8], _ schema: FuzzSchema) {
        var faults: [AvroError] = []
        let plain = attempt({ () throws(AvroError) in try schema.plain.record(in: bytes) }) {
            faults.append($0)
        }
        let apart = attempt({ () throws(AvroError) in try schema.apart.record(in: bytes) }) {
            faults.append($0)
        }
        guard let plain else {
            // Of a history the rows count neither as depth nor by their keys.
            claim(apart == nil || faults[0].isOfLimits, "both shapes refuse the same bytes: \(faults[0])")
            return
        }
        check(plain)
        let whole = plain.document()
        if let apart {
            check(apart)
            AvroContents(apart).compare(to: whole, schema.shape)
        } else {
            claim(
                faults[0].isOfLimits || faults[0].reason.contains("identifies"),
                "both shapes accept the same bytes: \(faults[0])")
        }
        twice(bytes, whole, schema)
    }

    /// A record twice in one block: the first is read where many bytes follow it, the second where none do,
    /// which are different paths through the interpreter.
    private static func twice(_ bytes: [UInt8], _ document: Document, _ schema: FuzzSchema) {
        let block = bytes + bytes
        let container =
            schema.header + varint(2) + varint(block.count) + block + FuzzSchema.marker
        do throws(AvroError) {
            let records = try schema.reader.records(inContainer: container)
            claim(records.count == 2, "a block of two records has two")
            for record in records {
                claim(record.document() == document, "a record is the same wherever it lies")
            }
        } catch {
            claim(error.isOfLimits, "a record is accepted wherever it lies: \(error)")
        }
    }

    /// A packet with its schema's number.
    private static func framed(_ packet: [UInt8]) {
        let all = FuzzSchema.all
        let reader = AvroReader()
        let record = attempt { () throws(AvroError) in
            try reader.record(inFramed: packet) { number in all[Int(number) % all.count].apart }
        }
        guard let record, let number = try? AvroReader.schemaID(inFramed: packet) else { return }
        let decoder = all[Int(number) % all.count].apart
        let body = attempt { () throws(AvroError) in try decoder.record(in: Array(packet[5...])) }
        claim(body.map(AvroContents.init) == AvroContents(record), "the frame is only a frame")
    }

    /// What must hold of every record.
    private static func check(_ record: AvroRecord) {
        AvroContents(record).check()
        for index in -1..<7 {
            let value = record.value(index)
            claim(record.string(index) == value?.string, "a captured string is the captured value")
            _ = (record.double(index), record.int64(index), record.binary(index)?.count)
        }
    }

    /// What a call returns, or nil after a look at its error.
    private static func attempt<Result>(
        _ body: () throws(AvroError) -> Result, orElse: (AvroError) -> Void = { _ in }
    ) -> Result? {
        do throws(AvroError) {
            return try body()
        } catch {
            claim(!error.reason.isEmpty && !error.description.isEmpty, "an error has a reason")
            orElse(error)
            return nil
        }
    }

    /// An Avro long that is not negative.
    static func varint(_ value: Int) -> [UInt8] {
        var code = value << 1
        var bytes: [UInt8] = []
        while code >= 0x80 {
            bytes.append(UInt8(code & 0x7F | 0x80))
            code >>= 7
        }
        return bytes + [UInt8(code)]
    }
}

extension AvroError {
    /// Whether it is the limits that refuse the bytes.
    var isOfLimits: Bool { reason.contains("limit") || reason.contains("decodes to more than") }
}
