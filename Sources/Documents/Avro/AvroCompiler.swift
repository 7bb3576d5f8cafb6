/// Turns a schema and a shape into a program.
struct AvroCompiler {
    private let schema: AvroSchema
    private var program = AvroProgram()
    /// Layouts and nodes made before, by index of the type. Those on the way to a captured value are not
    /// shared: the same record may occur elsewhere (a ZTF packet has three cutouts).
    private var layouts: [Int: Int32] = [:]
    private var nodes: [Int: Int32] = [:]
    private var sizes: AvroSizes

    /// Fields and types compiled so far.
    private var parts = 0
    /// What lies on the way to a captured value is compiled anew for every branch of every union on that way:
    /// few letters of a schema can become as many parts as it likes. Real ones have a thousand.
    private static let maximumParts = 1 << 17

    /// A captured value as seen from a record: what is left of its path, and its slot.
    private struct Target {
        var keys: ArraySlice<String>
        var slot: Int32
    }

    /// The program for records of a schema.
    ///
    /// - Throws: where the outermost type is not a record, or a history is not an array of records.
    static func compile(_ schema: AvroSchema, shape: AvroShape) throws(AvroError) -> AvroProgram {
        var compiler = AvroCompiler(schema: schema)
        return try compiler.run(shape)
    }

    private init(schema: AvroSchema) {
        self.schema = schema
        sizes = AvroSizes(schema)
    }

    private mutating func run(_ shape: AvroShape) throws(AvroError) -> AvroProgram {
        guard case .record(let name, let fields) = schema.types[schema.root].kind else {
            throw AvroError("the schema's outermost type is not a record")
        }
        guard shape.identifier == nil || !fields.contains(where: { $0.name == "_id" }) else {
            throw AvroError("the record \(name) has this field and is to be given another", field: "_id")
        }
        program.histories = shape.histories.map {
            AvroHistoryRule(
                dropsNulls: $0.droppingNulls, sentinel: $0.droppingValue ?? .nan,
                integer: $0.droppingValue.flatMap(Int64.init(exactly:)))
        }
        // The identifier, if any, has the slot after those of the captures.
        let targets = (shape.captures + [shape.identifier].compactMap(\.self)).enumerated().map {
            index, path in
            Target(keys: path.description.split(separator: ".").map(String.init)[...], slot: Int32(index))
        }
        let histories = Dictionary(
            shape.histories.enumerated().map { ($1.field, Int32($0)) },
            uniquingKeysWith: { first, _ in first })
        program.root = try layout(schema.root, targets, histories: histories)
        program.minimumSize = sizes.minimum(schema.root)
        program.overhead = sizes.overhead(schema.root)
        return program
    }

    /// The layout of a record, compiled if it is not yet.
    private mutating func layout(
        _ type: Int, _ targets: [Target], histories: [String: Int32] = [:]
    ) throws(AvroError) -> Int32 {
        let isShared = targets.isEmpty && histories.isEmpty
        if isShared, let known = layouts[type] { return known }
        guard case .record(_, let fields) = schema.types[type].kind else { return 0 }
        let index = Int32(program.layouts.count)
        program.layouts.append(AvroLayout())
        // Known before its fields are: a record may hold itself.
        if isShared { layouts[type] = index }
        var list: [AvroInstruction] = []
        var reservation = 64
        let lastOfName = Dictionary(fields.enumerated().map { ($1.name, $0) }, uniquingKeysWith: max)
        for (place, field) in fields.enumerated() {
            try count()
            if lastOfName[field.name] != place {
                var instruction = try instruction(field, [])
                instruction.operation = .overridden
                reservation += Int(instruction.headerLength) + 48
                list.append(instruction)
                continue
            }
            if let history = histories[field.name] {
                try define(history, as: field)
                list.append(AvroInstruction(operation: .history, target: history))
                list[list.count - 1].headerStart = header(field.name, type: 0)
                list[list.count - 1].headerLength = Int32(field.name.utf8.count + 2)
                continue
            }
            var inner: [Target] = []
            for target in targets where target.keys.first == field.name {
                let rest = target.keys.dropFirst()
                if rest.isEmpty {
                    list.append(AvroInstruction(operation: .capture, target: target.slot))
                } else {
                    inner.append(Target(keys: rest, slot: target.slot))
                }
            }
            let instruction = try instruction(field, inner)
            reservation += Int(instruction.headerLength) + 48
            list.append(instruction)
        }
        guard let total = Int32(exactly: reservation) else {
            throw AvroError("the schema has a record with too many fields")
        }
        program.layouts[Int(index)] = AvroLayout(
            first: Int32(program.instructions.count), count: Int32(list.count), reservation: total)
        program.instructions += list
        return index
    }

    /// Counts one more field or type.
    private mutating func count() throws(AvroError) {
        parts += 1
        guard parts <= Self.maximumParts else {
            throw AvroError("the schema unfolds to more than \(Self.maximumParts) fields and types")
        }
    }

    private mutating func define(_ history: Int32, as field: AvroField) throws(AvroError) {
        var candidates = [field.type]
        if case .union(let branches) = schema.types[field.type].kind { candidates = branches }
        for candidate in candidates {
            if case .null = schema.types[candidate].kind { continue }
            guard case .array(let items) = schema.types[candidate].kind,
                case .record = schema.types[items].kind
            else { throw AvroError("the history is not an array of records", field: field.name) }
        }
        program.histories[Int(history)].node = try node(field.type, [])
    }

    private mutating func instruction(_ field: AvroField, _ targets: [Target]) throws(AvroError)
        -> AvroInstruction
    {
        var result = AvroInstruction(operation: .other)
        result.node = try node(field.type, targets)
        result.target = result.node
        var type = field.type
        if case .union(let branches) = schema.types[type].kind, branches.count == 2 {
            let nulls = branches.map { if case .null = schema.types[$0].kind { true } else { false } }
            // In a record that holds itself the union may be one that is still being compiled: its field is
            // read as any other type.
            if nulls[0] != nulls[1], program.nodes[Int(result.node)].kind == .union {
                result.isNullable = true
                result.nullByte = nulls[0] ? 0 : 2
                result.valueByte = nulls[0] ? 2 : 0
                let branch = nulls[0] ? 1 : 0
                type = branches[branch]
                result.target = program.branches[Int(program.nodes[Int(result.node)].first) + branch]
            }
        }
        let target = program.nodes[Int(result.target)]
        var bsonType: ElementType = .null
        switch target.kind {
        case .boolean: (result.operation, bsonType) = (.boolean, .bool)
        case .int: (result.operation, bsonType) = (.int, .int32)
        case .long: (result.operation, bsonType) = (.long, .int64)
        case .float: (result.operation, bsonType) = (.float, .double)
        case .double: (result.operation, bsonType) = (.double, .double)
        case .bytes: (result.operation, bsonType) = (.bytes, .binary)
        case .string: (result.operation, bsonType) = (.string, .string)
        case .record:
            (result.operation, bsonType) = (.record, .document)
            result.target = target.first
        default: break
        }
        result.headerStart = header(field.name, type: bsonType.rawValue)
        result.headerLength = Int32(field.name.utf8.count + 2)
        if result.headerLength <= 32 {
            for index in 0..<Int(result.headerLength) {
                result.header[index] = program.pool[Int(result.headerStart) + index]
            }
        } else {
            result.operation = .longHeader
        }
        return result
    }

    private mutating func header(_ name: String, type: UInt8) -> Int32 {
        let start = Int32(program.pool.count)
        program.pool.append(type)
        program.pool.append(contentsOf: name.utf8)
        program.pool.append(0)
        return start
    }

    /// The node of a type, compiled if it is not yet.
    private mutating func node(_ type: Int, _ targets: [Target]) throws(AvroError) -> Int32 {
        if targets.isEmpty, let known = nodes[type] { return known }
        try count()
        let index = Int32(program.nodes.count)
        program.nodes.append(AvroNode(kind: .null))
        if targets.isEmpty { nodes[type] = index }
        program.nodes[Int(index)] = try compiled(type, targets)
        return index
    }

    private mutating func compiled(_ type: Int, _ targets: [Target]) throws(AvroError) -> AvroNode {
        let entry = schema.types[type]
        switch entry.kind {
        case .null: return AvroNode(kind: .null)
        case .boolean: return AvroNode(kind: .boolean)
        case .int: return AvroNode(kind: entry.logical == .date ? .date : .int)
        case .long:
            switch entry.logical {
            case .timestampMilliseconds: return AvroNode(kind: .milliseconds)
            case .timestampMicroseconds: return AvroNode(kind: .microseconds)
            case .timestampNanoseconds: return AvroNode(kind: .nanoseconds)
            default: return AvroNode(kind: .long)
            }
        case .float: return AvroNode(kind: .float)
        case .double: return AvroNode(kind: .double)
        case .string: return AvroNode(kind: .string)
        case .bytes:
            guard case .decimal(let scale) = entry.logical else { return AvroNode(kind: .bytes) }
            return AvroNode(kind: .decimal, first: Int32(clamping: scale), second: -1)
        case .fixed(_, let size):
            if case .decimal(let scale) = entry.logical {
                return AvroNode(kind: .decimal, first: Int32(clamping: scale), second: Int32(clamping: size))
            }
            return AvroNode(
                kind: .fixed, first: Int32(clamping: size), second: entry.logical == .uuid ? 4 : 0)
        case .record: return AvroNode(kind: .record, first: try layout(type, targets))
        case .enumeration(_, let symbols):
            let first = Int32(program.symbols.count)
            for symbol in symbols { add(symbol: symbol) }
            return AvroNode(kind: .enumeration, first: first, second: Int32(symbols.count))
        case .array(let items):
            return AvroNode(
                kind: .array, first: try node(items, []), second: Int32(clamping: sizes.minimum(items)))
        case .map(let values):
            return AvroNode(
                kind: .map, first: try node(values, []), second: Int32(clamping: sizes.minimum(values) + 1))
        case .union(let branches):
            var indices: [Int32] = []
            for branch in branches { indices.append(try node(branch, targets)) }
            let first = Int32(program.branches.count)
            program.branches += indices
            return AvroNode(kind: .union, first: first, second: Int32(indices.count))
        }
    }

    private mutating func add(symbol: String) {
        let start = Int32(program.pool.count)
        let length = UInt32(truncatingIfNeeded: symbol.utf8.count + 1)
        for shift in stride(from: UInt32(0), to: 32, by: 8) {
            program.pool.append(UInt8(truncatingIfNeeded: length >> shift))
        }
        program.pool.append(contentsOf: symbol.utf8)
        program.pool.append(0)
        program.symbols.append(AvroSlice(start: start, count: Int32(program.pool.count) - start))
    }
}
