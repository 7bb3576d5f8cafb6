import Documents
import TestSupport

extension OddValues {
    /// A few documents whose fields are mostly of one kind, sometimes missing, null or anything else.
    mutating func documents(of value: (inout OddValues) -> Value) -> [Document] {
        (0..<Int(1 + random.next() % 3)).map { index in
            var writer = DocumentWriter()
            writer.append("_id", int32: Int32(index))
            for name in Self.names where !one(in: 16) {
                writer.append(name, one(in: 20) ? self.value() : one(in: 20) ? .null : value(&self))
            }
            return writer.finish()
        }
    }

    /// An argument: mostly a field, else a constant of one kind, seldom anything.
    mutating func argument(of value: (inout OddValues) -> Value) -> Value {
        switch Int(random.next() % 24) {
        case 0: expression(depth: 1)
        case 1...12: .string("$" + pick(Self.names))
        case 13: pick([nil, "$$REMOVE", "$zz"])
        default: ["$literal": value(&self)]
        }
    }

    /// The argument list of an operator; one of one may stand without brackets.
    mutating func list(_ count: Int, of argument: (inout OddValues) -> Value) -> Value {
        if one(in: 60) { return .list((0..<Int(random.next() % 4)).map { _ in argument(&self) }) }
        if count == 1, one(in: 2) { return argument(&self) }
        return .list((0..<count).map { _ in argument(&self) })
    }

    /// A case that puts an expression into a document.
    static func `case`(_ operation: String, _ argument: Value, _ documents: [Document]) -> Case {
        let made = Value.document(Document(dictionaryLiteral: (operation, argument)))
        return Case(pipeline: [["$replaceRoot": ["newRoot": ["r": made]]]], documents: documents)
    }

    /// An operator with its argument as a value.
    static func call(_ operation: String, _ argument: Value) -> Value {
        .document(Document(dictionaryLiteral: (operation, argument)))
    }
}
