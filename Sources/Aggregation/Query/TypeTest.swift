import Documents

/// The type of a value: `$type`.
struct TypeTest: ValueTest {
    /// One bit for each code of a type, as BSON numbers them; minKey and maxKey have bits beyond.
    private let types: UInt32

    private static let names: [String: Int64] = [
        "double": 1, "string": 2, "object": 3, "array": 4, "binData": 5, "undefined": 6, "objectId": 7,
        "bool": 8,
        "date": 9, "null": 10, "regex": 11, "dbPointer": 12, "javascript": 13, "symbol": 14,
        "javascriptWithScope": 15, "int": 16, "timestamp": 17, "long": 18, "decimal": 19, "minKey": -1,
        "maxKey": 127,
    ]

    /// - Throws: `CompileError` where the argument names no type.
    init(_ argument: Value, _ place: Place) throws(CompileError) {
        var types: UInt32 = 0
        for name in argument.list ?? [argument] { types |= try Self.bits(name, place) }
        if types == 0 { throw CompileError(.invalid, place, "$type takes at least one type") }
        self.types = types
    }

    private static func bits(_ name: Value, _ place: Place) throws(CompileError) -> UInt32 {
        let code: Int64
        switch name {
        case .string("number"): return 1 << 1 | 1 << 16 | 1 << 18 | 1 << 19
        case .string(let name):
            guard let known = names[name] else {
                throw CompileError(.invalid, place, "there is no type of the name \(name)")
            }
            code = known
        case .int32, .int64, .double:
            guard let number = name.int64 else {
                throw CompileError(.invalid, place, "a type's code is a whole number")
            }
            code = number
        default: throw CompileError(.invalid, place, "a type is given by its name or its code")
        }
        switch code {
        case 1...19: return 1 << UInt32(code)
        case -1: return 1 << minKey
        case 127: return 1 << maxKey
        default: throw CompileError(.invalid, place, "there is no type of the code \(code)")
        }
    }

    private static let minKey: UInt32 = 20
    private static let maxKey: UInt32 = 21

    func holds(for datum: Datum, _ run: inout Run) -> Bool {
        let bit: UInt32? =
            switch datum {
            case .missing, .later: nil
            case .double: 1
            case .string: 2
            case .document: 3
            case .array: 4
            case .undefined: 6
            case .objectID: 7
            case .bool: 8
            case .datetime: 9
            case .null: 10
            case .int32: 16
            case .timestamp: 17
            case .int64: 18
            case .minKey: Self.minKey
            case .maxKey: Self.maxKey
            case .other(let value):
                switch value {
                case .binary: 5
                case .regularExpression: 11
                case .dbPointer: 12
                case .javaScript: 13
                case .symbol: 14
                case .javaScriptWithScope: 15
                default: 19
                }
            }
        return bit.map { types & 1 << $0 != 0 } ?? false
    }
}
