import Documents
import TestSupport

extension Family {
    /// Operators of logic, operators that choose, and variables.
    static let logic = Family(
        name: "logic",
        operators: ["$and", "$or", "$not", "$cond", "$ifNull", "$switch", "$let", "$literal", "$const"]
    ) { operation, source in
        OddValues.case(operation, source.logic(operation, depth: 2), source.documents(of: { $0.pale() }))
    }

    /// Operators that compare, on values of any type.
    static let comparison = Family(
        name: "comparison", operators: ["$eq", "$ne", "$gt", "$gte", "$lt", "$lte", "$cmp"]
    ) { operation, source in
        let value: (inout OddValues) -> Value
        switch Int(source.random.next() % 4) {
        case 0: value = { $0.value() }
        case 1: value = { $0.text() }
        default: value = { $0.one(in: 8) ? $0.value() : $0.number() }
        }
        let argument = source.list(2) { $0.argument(of: value) }
        return OddValues.case(operation, argument, source.documents(of: value))
    }
}

extension OddValues {
    /// A value that may be true or false, or nothing.
    mutating func pale() -> Value {
        switch Int(random.next() % 8) {
        case 0: .bool(random.next() % 2 == 0)
        case 1: pick([.int32(0), .double(0), .double(-0.0), .int64(0), .double(.nan)])
        case 2: .null
        case 3: scalar()
        case 4: list(depth: 1)
        default: .int32(Int32(random.next() % 4))
        }
    }

    /// An expression that is true or false, or fails.
    private mutating func test(depth: Int) -> Value {
        switch Int(random.next() % 10) {
        case 0...2:
            return OddValues.call(
                pick(["$eq", "$gt", "$lt", "$gte", "$lte", "$ne"]),
                [.string("$" + pick(Self.names)), .int32(Int32(random.next() % 3))])
        case 3 where depth > 0:
            let inner = pick(["$and", "$or", "$not", "$cond", "$ifNull", "$switch"])
            return OddValues.call(inner, logic(inner, depth: depth - 1))
        case 4 where one(in: 3): return ["$divide": [1, .string("$" + pick(Self.names))]]
        case 4 where one(in: 4): return ["$divide": [1, 0]]
        default: return argument { $0.pale() }
        }
    }

    /// The argument of an operator of logic.
    fileprivate mutating func logic(_ operation: String, depth: Int) -> Value {
        switch operation {
        case "$and", "$or": return list(Int(random.next() % 5)) { $0.test(depth: depth) }
        case "$not": return list(1) { $0.test(depth: depth) }
        case "$ifNull": return list(2 + Int(random.next() % 3)) { $0.test(depth: depth) }
        case "$cond":
            if one(in: 2) { return list(3) { $0.test(depth: depth) } }
            return ["if": test(depth: depth), "then": test(depth: depth), "else": test(depth: depth)]
        case "$switch":
            let branches = (0..<(one(in: 20) ? 0 : 1 + Int(random.next() % 3))).map { _ in
                ["case": test(depth: depth), "then": test(depth: depth)] as Value
            }
            if one(in: 4) { return ["branches": .list(branches)] }
            return ["branches": .list(branches), "default": test(depth: depth)]
        case "$let": return scope(depth: depth)
        default: return one(in: 4) ? expression(depth: 2) : value()
        }
    }

    private mutating func scope(depth: Int) -> Value {
        let name =
            one(in: 12) ? pick(["_x", "X", "a.b", "1"]) : pick(["x", "x", "y", "CURRENT", "é", "aB_1"])
        let use: Value = pick([
            .string("$$" + name), .string("$$" + name + ".a"), "$a", "$$CURRENT", "$$ROOT.a", "$$CURRENT.b",
            "$$x",
        ])
        let inner: Value =
            depth > 0 && one(in: 2) ? ["$let": scope(depth: depth - 1)] : ["$and": [use, test(depth: depth)]]
        return [
            "vars": .document(Document(dictionaryLiteral: (name, test(depth: 1)), ("z", "$b"))),
            "in": [use, "$$z", inner],
        ]
    }
}
