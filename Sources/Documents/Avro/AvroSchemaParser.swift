import Foundation

/// Builds a schema's table of types from its JSON.
struct AvroSchemaParser {
    /// What was found so far.
    private(set) var types: [AvroType] = []
    private var named: [String: Int] = [:]

    /// Types inside types; real schemas have five levels.
    private static let maximumDepth = 64
    /// Bytes of a field's name: it may stand in the paths of many others. Real ones have thirty.
    private static let maximumName = 1024
    /// Bytes of a schema's text; the largest real one, LSST's, has 130 kB.
    private static let maximumSize = 8 << 20
    private static let primitives: [String: AvroType.Kind] = [
        "null": .null, "boolean": .boolean, "int": .int, "long": .long, "float": .float, "double": .double,
        "bytes": .bytes, "string": .string,
    ]

    /// The index of the outermost type of a schema's text.
    mutating func parse(_ json: [UInt8]) throws(AvroError) -> Int {
        guard json.count <= Self.maximumSize else {
            throw AvroError("the schema's text has \(json.count) bytes, more than \(Self.maximumSize)")
        }
        let object: Any
        do {
            object = try JSONSerialization.jsonObject(with: Data(json), options: [.fragmentsAllowed])
        } catch {
            throw AvroError("the schema is not JSON: \(error.localizedDescription)")
        }
        return try type(object, namespace: "", path: "", depth: 0)
    }

    /// The index of the type that a piece of JSON describes.
    private mutating func type(
        _ json: Any, namespace: String, path: String, depth: Int
    ) throws(AvroError) -> Int {
        guard depth < Self.maximumDepth else {
            throw AvroError("the schema nests types deeper than \(Self.maximumDepth) levels", field: path)
        }
        if let name = json as? String { return try reference(name, namespace: namespace, path: path) }
        if let branches = json as? [Any] {
            return try union(branches, namespace: namespace, path: path, depth: depth)
        }
        guard let attributes = json as? [String: Any], let inner = attributes["type"] else {
            throw AvroError(
                "the schema has neither a name, a list nor an object with a type here", field: path)
        }
        guard let name = inner as? String else {
            return try type(inner, namespace: namespace, path: path, depth: depth + 1)
        }
        switch name {
        case "record", "error":
            return try record(attributes, namespace: namespace, path: path, depth: depth)
        case "enum":
            return try enumeration(attributes, namespace: namespace, path: path)
        case "fixed":
            return try fixed(attributes, namespace: namespace, path: path)
        case "array":
            let items = try part("items", of: attributes, path)
            return add(.array(items: try type(items, namespace: namespace, path: path, depth: depth + 1)))
        case "map":
            let values = try part("values", of: attributes, path)
            return add(.map(values: try type(values, namespace: namespace, path: path, depth: depth + 1)))
        default:
            guard let kind = Self.primitives[name] else {
                return try reference(name, namespace: namespace, path: path)
            }
            return add(kind, logical: AvroLogicalType(attributes, on: kind))
        }
    }

    private mutating func add(_ kind: AvroType.Kind, logical: AvroLogicalType? = nil) -> Int {
        types.append(AvroType(kind: kind, logical: logical))
        return types.count - 1
    }

    /// A primitive type or one named before, in the namespace at hand or in none.
    private mutating func reference(
        _ name: String, namespace: String, path: String
    ) throws(AvroError) -> Int {
        if let kind = Self.primitives[name] { return add(kind) }
        if !name.contains("."), !namespace.isEmpty, let index = named["\(namespace).\(name)"] { return index }
        guard let index = named[name] else {
            throw AvroError("the schema names the type \(name) before it defines it", field: path)
        }
        return index
    }

    private mutating func union(
        _ branches: [Any], namespace: String, path: String, depth: Int
    ) throws(AvroError) -> Int {
        var indices: [Int] = []
        for branch in branches {
            let index = try type(branch, namespace: namespace, path: path, depth: depth + 1)
            if case .union = types[index].kind {
                throw AvroError("the schema has a union directly inside a union", field: path)
            }
            indices.append(index)
        }
        guard !indices.isEmpty else {
            throw AvroError("the schema has a union without branches", field: path)
        }
        return add(.union(branches: indices))
    }

    private mutating func record(
        _ attributes: [String: Any], namespace: String, path: String, depth: Int
    ) throws(AvroError) -> Int {
        let (name, space) = try fullName(attributes, namespace: namespace, path: path)
        guard let list = attributes["fields"] as? [Any] else {
            throw AvroError("the record \(name) has no list of fields", field: path)
        }
        // Known before its fields are: one of them may be of this very type.
        let index = try define(name, .record(name: name, fields: []), path: path)
        var fields: [AvroField] = []
        for entry in list {
            guard let entry = entry as? [String: Any], let key = entry["name"] as? String, !key.isEmpty,
                key.utf8.count <= Self.maximumName, !key.utf8.contains(0), let json = entry["type"]
            else {
                throw AvroError("the record \(name) has a field without a usable name or type", field: path)
            }
            let inner = path.isEmpty ? key : "\(path).\(key)"
            let kind = try type(json, namespace: space, path: inner, depth: depth + 1)
            // "type": "int" with the logical type beside it in the field, as some schemas write it, is
            // ignored.
            fields.append(
                AvroField(name: key, type: kind, standard: entry["default"].map(Value.init(schemaDefault:))))
        }
        types[index].kind = .record(name: name, fields: fields)
        return index
    }

    private mutating func enumeration(
        _ attributes: [String: Any], namespace: String, path: String
    ) throws(AvroError) -> Int {
        let (name, _) = try fullName(attributes, namespace: namespace, path: path)
        guard let symbols = attributes["symbols"] as? [String], !symbols.isEmpty else {
            throw AvroError("the enum \(name) has no list of symbols", field: path)
        }
        return try define(name, .enumeration(name: name, symbols: symbols), path: path)
    }

    private mutating func fixed(
        _ attributes: [String: Any], namespace: String, path: String
    ) throws(AvroError) -> Int {
        let (name, _) = try fullName(attributes, namespace: namespace, path: path)
        guard let size = (attributes["size"] as? NSNumber).flatMap({ Int(exactly: $0.doubleValue) }),
            (0...Int(Int32.max)).contains(size)
        else { throw AvroError("the fixed \(name) has no usable size", field: path) }
        let kind = AvroType.Kind.fixed(name: name, size: size)
        let index = try define(name, kind, path: path)
        types[index].logical = AvroLogicalType(attributes, on: kind)
        return index
    }

    private mutating func define(_ name: String, _ kind: AvroType.Kind, path: String) throws(AvroError) -> Int
    {
        guard named[name] == nil else { throw AvroError("the schema defines \(name) twice", field: path) }
        let index = add(kind)
        named[name] = index
        return index
    }

    /// The full name and the namespace for what is defined inside: a dotted name overrides `namespace`, which
    /// overrides the surrounding one (specification, "Names").
    private func fullName(
        _ attributes: [String: Any], namespace: String, path: String
    ) throws(AvroError) -> (name: String, space: String) {
        guard let name = attributes["name"] as? String, !name.isEmpty else {
            throw AvroError("the schema has a record, enum or fixed without a name", field: path)
        }
        if let dot = name.lastIndex(of: ".") { return (name, String(name[..<dot])) }
        let space = attributes["namespace"] as? String ?? namespace
        return (space.isEmpty ? name : "\(space).\(name)", space)
    }

    private func part(_ key: String, of attributes: [String: Any], _ path: String) throws(AvroError) -> Any {
        guard let value = attributes[key] else { throw AvroError("the schema lacks \(key)", field: path) }
        return value
    }
}

extension AvroLogicalType {
    /// The logical type of an annotated type; nil where there is none, where it is unknown, where it does not
    /// fit the type or where its attributes are invalid: the specification wants such annotations ignored.
    init?(_ attributes: [String: Any], on kind: AvroType.Kind) {
        switch (attributes["logicalType"] as? String, kind) {
        case ("decimal", .bytes), ("decimal", .fixed):
            // More digits than ten thousand are nobody's data, and each zero of a scale is to be written.
            let scale = attributes["scale"] == nil ? 0 : Self.integer(attributes["scale"])
            guard let scale, let precision = Self.integer(attributes["precision"]),
                (1...10_000).contains(precision), (0...precision).contains(scale)
            else { return nil }
            self = .decimal(scale: scale)
        case ("uuid", .fixed(_, 16)): self = .uuid
        case ("date", .int): self = .date
        case ("timestamp-millis", .long), ("local-timestamp-millis", .long): self = .timestampMilliseconds
        case ("timestamp-micros", .long), ("local-timestamp-micros", .long): self = .timestampMicroseconds
        case ("timestamp-nanos", .long), ("local-timestamp-nanos", .long): self = .timestampNanoseconds
        default: return nil
        }
    }

    private static func integer(_ json: Any?) -> Int? {
        (json as? NSNumber).flatMap { Int(exactly: $0.doubleValue) }
    }
}

extension Value {
    /// A default as `JSONSerialization` gives it; integers become int64, keys of objects are sorted.
    init(schemaDefault json: Any) {
        switch json {
        case let text as String: self = .string(text)
        case let list as [Any]: self = .list(list.map(Value.init(schemaDefault:)))
        case let object as [String: Any]:
            var writer = DocumentWriter()
            for key in object.keys.sorted() where !key.utf8.contains(0) {
                writer.append(key, object[key].map(Value.init(schemaDefault:)) ?? .null)
            }
            self = .document(writer.finish())
        case let number as NSNumber:
            // A JSON true and a JSON 1 are both NSNumber; the encoding of the C type tells them apart.
            switch String(cString: number.objCType) {
            case "c", "B": self = .bool(number.boolValue)
            case "d", "f": self = .double(number.doubleValue)
            default: self = .int64(number.int64Value)
            }
        default: self = .null
        }
    }
}
