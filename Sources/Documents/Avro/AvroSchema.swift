/// An Avro schema (specification 1.12), parsed: a table of types that refer to each other by index.
///
/// Recursion is a reference to an index seen before. Defaults are kept, not judged: real surveys declare null
/// for fields that cannot be null (TURBO 0.1) and defaults of a union's second branch (ZTF 3.3). A record may
/// have two fields of one name, as WINTER's early ones do: the last one counts. Aliases, order and attributes
/// that the specification does not know are ignored.
public struct AvroSchema: Sendable {
    /// Every type that occurs, in the order of its first mention.
    let types: [AvroType]
    /// The index of the outermost type.
    let root: Int

    /// Parses a schema.
    ///
    /// - Parameter json: the schema's text, UTF-8.
    public init(json: some Sequence<UInt8>) throws(AvroError) {
        var parser = AvroSchemaParser()
        root = try parser.parse(Array(json))
        types = parser.types
    }

    /// Parses a schema.
    ///
    /// - Parameter text: the schema's JSON.
    public init(_ text: String) throws(AvroError) { try self.init(json: text.utf8) }

    /// The outermost record's full name, `ztf.alert`; nil where the outermost type has no name.
    public var name: String? {
        switch types[root].kind {
        case .record(let name, _), .enumeration(let name, _), .fixed(let name, _): name
        default: nil
        }
    }

    /// The names of the outermost record's fields in their order; empty where it is not a record.
    public var fieldNames: [String] {
        if case .record(_, let fields) = types[root].kind { fields.map(\.name) } else { [] }
    }
}

/// One type of a schema.
struct AvroType: Sendable {
    /// What is encoded.
    var kind: Kind
    /// What the encoded value means, where the schema says so in a way that the specification knows.
    var logical: AvroLogicalType?

    /// What is encoded. Integers are indices of other types in the schema's table.
    enum Kind: Sendable {
        case null, boolean, int, long, float, double, bytes, string
        case record(name: String, fields: [AvroField])
        case enumeration(name: String, symbols: [String])
        case array(items: Int)
        case map(values: Int)
        case union(branches: [Int])
        case fixed(name: String, size: Int)
    }
}

/// A field of a record.
struct AvroField: Sendable {
    /// The name; it holds no zero byte, because it becomes a BSON key.
    let name: String
    /// The index of its type.
    let type: Int
    /// What stands for a missing value when writing, as the schema's JSON has it; nil where there is none.
    let standard: Value?
}

/// A logical type that changes how a value is stored. Others (time-millis, duration, uuid strings, unknown
/// names) leave the value as its plain type.
enum AvroLogicalType: Sendable, Equatable {
    /// Two's complement, big-endian, divided by 10 to the power of the scale.
    case decimal(scale: Int)
    /// A fixed of 16 bytes.
    case uuid
    /// Days since 1970-01-01.
    case date
    case timestampMilliseconds
    case timestampMicroseconds
    case timestampNanoseconds
}
