import Documents
import TestSupport

extension Family {
    /// Operators on documents.
    static let objects = Family(
        name: "objects",
        operators: [
            "$mergeObjects", "$objectToArray", "$getField", "$setField", "$unsetField", "$bsonSize",
            "$binarySize",
        ]
    ) { name, source in
        let argument = source.objectArgument(of: name)
        return Case(.document(Document(dictionaryLiteral: (name, argument))), on: source.arrayDocuments())
    }

    /// Accumulators as expressions.
    static let accumulators = Family(
        name: "accumulators", operators: ["$avg", "$sum", "$min", "$max", "$stdDevPop", "$stdDevSamp"]
    ) { name, source in
        func numbers(_ source: inout OddValues) -> Value {
            switch Int(source.random.next() % 6) {
            case 0: source.number()
            case 1: "$n"
            case 2: source.pick(["$v", "$q", "$s", "$o.a"])
            case 3: ["$literal": source.value(depth: 1)]
            case 4: .document(Document(dictionaryLiteral: (name, [source.number(), "$n", source.number()])))
            default: .double(Double(Int64(random64: source.random.next())) * 0x1p-60)
            }
        }
        let argument: Value
        switch Int(source.random.next() % 6) {
        case 0, 1: argument = source.array()
        case 2: argument = .list([source.array()])
        case 3:
            argument = ["$literal": .list((0..<12).map { _ in source.number() })]
        default: argument = .list((0..<Int(source.random.next() % 6)).map { _ in numbers(&source) })
        }
        return Case(.document(Document(dictionaryLiteral: (name, argument))), on: source.numberDocuments())
    }
}

extension Int64 {
    fileprivate init(random64 bits: UInt64) { self = Int64(bitPattern: bits) }
}

extension OddValues {
    fileprivate mutating func objectArgument(of name: String) -> Value {
        switch name {
        case "$mergeObjects":
            switch Int(random.next() % 6) {
            case 0: return array()
            case 1: return "$p"
            default: return .list((0..<Int(random.next() % 4)).map { _ in object() })
            }
        case "$getField":
            switch Int(random.next() % 6) {
            case 0:
                return pick([
                    "x", "o", "zz", "$o", 5, ["a"], ["$literal": "o"], ["$concat": ["a", "b"]], [:],
                ])
            default: return ["field": fieldName(), "input": object()]
            }
        case "$setField":
            if one(in: 20) {
                return pick([["field": "a", "input": "$o"], "$o", ["field": "a", "value": 1]])
            }
            return ["field": fieldName(), "input": object(), "value": one(in: 5) ? "$$REMOVE" : element()]
        case "$unsetField": return ["field": fieldName(), "input": object()]
        case "$binarySize":
            return one(in: 4) ? element() : pick(["$s", "日本", ["$literal": .binary(subtype: 0, [1, 2, 3])]])
        default: return object()
        }
    }

    private mutating func fieldName() -> Value {
        one(in: 20)
            ? pick(["$a", 5, .null, ["$literal": 5], ["a"]])
            : pick(["a", "b", "c", "z", "e", "", "a.b", ["$literal": "$x"], ["$const": "d"]])
    }

    fileprivate mutating func numberDocuments() -> [Document] {
        arrayDocuments().map { document in
            var writer = DocumentWriter()
            for element in document.elements {
                writer.append(
                    element.key, element.key == "x" && one(in: 2) ? elements { $0.number() } : element.value)
            }
            return writer.finish()
        }
    }
}
