import Documents
import TestSupport

extension Family {
    /// Operators that evaluate an expression for every element.
    static let loops = Family(name: "loops", operators: ["$filter", "$map", "$reduce"]) { name, source in
        Case(source.loop(name, depth: 2), on: source.arrayDocuments())
    }
}

extension OddValues {
    /// A loop, perhaps with another one inside.
    fileprivate mutating func loop(_ name: String, depth: Int) -> Value {
        let variable: Value? = one(in: 2) ? pick(["point", "this", "äx", "p_1", "CURRENT"]) : nil
        let wrong: [Value] = ["", "A", "a-b", 5, "_a", .null]
        var fields: [(String, Value)] = [("input", one(in: 3) ? "$p" : array())]
        let element = variable?.string ?? "this"
        switch name {
        case "$filter":
            fields.append(("cond", body(of: element, depth: depth)))
            if one(in: 3) {
                fields.append(("limit", one(in: 3) ? position() : pick([1, 2, 3, "$n", .null])))
            }
        case "$map": fields.append(("in", body(of: element, depth: depth)))
        default:
            fields.append(("initialValue", pick([[], 0, "$x", "$o", "$q", .null])))
            fields.append(("in", accumulation(depth: depth)))
        }
        if name != "$reduce", let variable { fields.append(("as", one(in: 20) ? pick(wrong) : variable)) }
        if one(in: 40) { fields.removeFirst() }
        if one(in: 40) { fields.append(("odd", 1)) }
        var writer = DocumentWriter()
        for (key, value) in fields { writer.append(key, value) }
        return .document(Document(dictionaryLiteral: (name, .document(writer.finish()))))
    }

    private mutating func body(of element: String, depth: Int) -> Value {
        let variable = Value.string("$$" + element)
        let field = Value.string("$$" + element + "." + pick(["m", "f", "e.v", "e.w", "t"]))
        switch Int(random.next() % 14) {
        case 0: return variable
        case 1, 2: return field
        case 3: return ["$in": [one(in: 2) ? field : variable, [1, .double(2), "a", .null]]]
        case 4: return ["$in": [variable, one(in: 2) ? "$y" : "$x"]]
        case 5: return ["$isArray": [field]]
        case 6: return ["v": field, "n": "$n", "w": variable]
        case 7: return ["$max": [field, "$n", 1]]
        case 8: return ["$sum": [field, 1]]
        case 9: return [variable, field, "$q"]
        case 10: return ["$mergeObjects": [["$arrayElemAt": ["$p", 0]], ["z": variable]]]
        case 11 where depth > 0, 12 where depth > 0:
            return loop(pick(["$filter", "$map", "$reduce"]), depth: depth - 1)
        default: return pick([field, "$v", "$$ROOT.n", "$f", "$$CURRENT.f", "$n"])
        }
    }

    private mutating func accumulation(depth: Int) -> Value {
        switch Int(random.next() % 9) {
        case 0: ["$sum": ["$$value", "$$this"]]
        case 1: ["$sum": ["$$value", "$$this.m"]]
        case 2: ["$concatArrays": ["$$value", ["$$this"]]]
        case 3: ["$concatArrays": ["$$value", ["$isArray": ["$$this"]]]]
        case 4: ["$mergeObjects": ["$$value", "$$this"]]
        case 5: ["$setUnion": ["$$value", ["$$this.f"]]]
        case 6: ["$min": ["$$value", "$$this.m"]]
        case 7: ["last": "$$this.f", "n": ["$sum": ["$$value.n", 1]]]
        default: pick(["$$value", "$$this", "$$this.f", "$q"])
        }
    }
}
