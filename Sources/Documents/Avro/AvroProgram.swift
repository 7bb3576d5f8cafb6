/// A schema and a shape, compiled to flat tables: what the interpreter reads for every packet.
///
/// Tables refer to each other by index. All of them hold plain values, so that a pointer to their elements is
/// all that the interpreter needs.
struct AvroProgram: Sendable {
    /// The instructions of all layouts, each layout's in one piece.
    var instructions: [AvroInstruction] = []
    /// How to read each record.
    var layouts: [AvroLayout] = []
    /// How to read any other value.
    var nodes: [AvroNode] = []
    /// Node indices of unions' branches.
    var branches: [Int32] = []
    /// Where in `pool` each enum symbol lies, encoded as a BSON string value.
    var symbols: [AvroSlice] = []
    /// Element headers and symbols, ready to be copied.
    var pool: [UInt8] = []
    /// How to read each history, in the order of the shape.
    var histories: [AvroHistoryRule] = []
    /// The layout of the outermost record, made for the shape.
    var root: Int32 = 0
    /// A lower bound of the bytes that an outermost record takes.
    var minimumSize = 0
    /// An upper bound of what the main document adds to the bytes of a packet that has no arrays and no maps
    /// there.
    var overhead = 0
}

/// A piece of the pool.
struct AvroSlice: Sendable {
    var start: Int32
    var count: Int32
}

/// A record: its fields in the order of their encoding.
struct AvroLayout: Sendable {
    var first: Int32 = 0
    var count: Int32 = 0
    /// Bytes of output that all fields of fixed size take together, with room for writing past the end of
    /// each.
    var reservation: Int32 = 0
}

/// One step of reading a record. Sixty-four bytes: one line of the cache.
struct AvroInstruction: Sendable {
    /// The element's type byte, its key and the closing zero, padded; meaningful if `headerLength` is at most
    /// 32.
    var header = SIMD32<UInt8>()
    var operation: AvroOperation
    /// Whether the type is a union of null and the operation's own type.
    var isNullable = false
    /// The encoded index of the null branch: 0 or 2.
    var nullByte: UInt8 = 0
    /// The encoded index of the other branch: 2 or 0.
    var valueByte: UInt8 = 0
    var headerLength: Int32 = 0
    /// Where the header lies in the pool.
    var headerStart: Int32 = 0
    /// How to read the whole value, union included, the careful way.
    var node: Int32 = 0
    /// A layout, a node, a slot or a history, as the operation has it.
    var target: Int32 = 0
}

/// What an instruction does. All but the last four write one element.
enum AvroOperation: UInt8, Sendable {
    case boolean, int, long, float, double, bytes, string
    /// A record in its place: `target` is the layout.
    case record
    /// Anything else, by `target`, a node.
    case other
    /// The same, with a header too long for its place in the instruction.
    case longHeader
    /// Reads a value and leaves it out: a field of the same name follows.
    case overridden
    /// Remembers in slot `target` where the next element begins; reads nothing.
    case capture
    /// Reads history `target`.
    case history
}

/// A value that an instruction, an array, a map or a union refers to. `first` and `second` are, by kind:
/// record: layout · enumeration: first symbol, count · array: node of the items, least bytes of an item ·
/// map: node of the values, least bytes of an entry · union: first branch, count · fixed: size, BSON subtype
/// · decimal: scale, size (-1 where the bytes carry their length).
struct AvroNode: Sendable {
    var kind: Kind
    var first: Int32 = 0
    var second: Int32 = 0

    enum Kind: UInt8, Sendable {
        case null, boolean, int, long, float, double, bytes, string
        case record, enumeration, array, map, union, fixed, decimal
        case date, milliseconds, microseconds, nanoseconds
    }
}

/// What of a history's elements is kept, and how they are read.
struct AvroHistoryRule: Sendable {
    /// The node of the field; -1 where the schema lacks it.
    var node: Int32 = -1
    var dropsNulls: Bool
    /// Not a number where nothing is dropped: nothing equals it.
    var sentinel: Double
    /// The sentinel as an integer, where it is one.
    var integer: Int64?
}
