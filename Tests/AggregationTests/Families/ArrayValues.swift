import Documents
import TestSupport

/// Random documents with arrays in them, and expressions about those.
extension OddValues {
    /// What is likely, or once in a dozen times something else.
    mutating func mostly(_ likely: (inout OddValues) -> Value) -> Value {
        one(in: 12) ? value(depth: 2) : likely(&self)
    }

    /// A number that often equals others of another type.
    mutating func smallNumber() -> Value {
        let number = Int32(random.next() % 5)
        return pick([.int32(number), .int32(number), .int64(Int64(number)), .double(Double(number))])
    }

    /// A position, a count or a step.
    mutating func position() -> Value {
        switch Int(random.next() % 14) {
        case 0: number()
        case 1: pick(["$v", "$q", "$s", .null])
        case 2, 3: "$n"
        case 4: .double(Double(Int64(random.next() % 9) - 4))
        case 5: .int64(Int64(random.next() % 9) - 4)
        default: .int32(Int32(random.next() % 10) - 4)
        }
    }

    /// A point of a light curve, more or less.
    mutating func point() -> Value {
        var writer = DocumentWriter()
        if !one(in: 8) { writer.append("m", mostly { $0.number() }) }
        if !one(in: 8) { writer.append("f", mostly { $0.smallNumber() }) }
        if one(in: 2) { writer.append("t", text()) }
        if one(in: 3) { writer.append("e", ["v": smallNumber(), "w": list(depth: 1)]) }
        return .document(writer.finish())
    }

    /// Elements, sometimes many.
    mutating func elements(_ make: (inout OddValues) -> Value) -> Value {
        let count = one(in: 10) ? 17 + Int(random.next() % 40) : Int(random.next() % 7)
        return .list((0..<count).map { _ in make(&self) })
    }

    /// A document whose fields are mostly arrays: numbers `x`, values `y`, points `p`, besides a document `o`, a small
    /// number `n`, a text `s` and anything `v`.
    mutating func arrayDocument() -> Document {
        var writer = DocumentWriter()
        if !one(in: 12) { writer.append("x", mostly { $0.elements { $0.smallNumber() } }) }
        if !one(in: 12) { writer.append("y", mostly { $0.elements { $0.value(depth: 1) } }) }
        if !one(in: 12) { writer.append("p", mostly { $0.elements { $0.point() } }) }
        if !one(in: 12) { writer.append("o", mostly { .document($0.document()) }) }
        if !one(in: 12) { writer.append("n", mostly { $0.smallNumber() }) }
        if !one(in: 12) { writer.append("s", mostly { $0.text() }) }
        writer.append("v", value(depth: 2))
        return writer.finish()
    }

    /// A few of them.
    mutating func arrayDocuments() -> [Document] {
        (0...Int(random.next() % 3)).map { _ in arrayDocument() }
    }

    /// An expression that is mostly an array.
    mutating func array(depth: Int = 2) -> Value {
        switch Int(random.next() % 16) {
        case 0...2: return "$x"
        case 3, 4: return "$y"
        case 5, 6: return "$p"
        case 7: return pick(["$p.m", "$p.f", "$p.e.w", "$o.a"])
        case 8: return ["$literal": elements { $0.smallNumber() }]
        case 9: return .list((0..<Int(random.next() % 4)).map { _ in smallNumber() })
        case 10 where depth > 0:
            return .list((0..<Int(random.next() % 3)).map { _ in array(depth: depth - 1) })
        case 11 where depth > 0: return ["$reverseArray": array(depth: depth - 1)]
        case 12 where depth > 0: return ["$slice": [array(depth: depth - 1), position()]]
        case 13 where depth > 0:
            return ["$concatArrays": [array(depth: depth - 1), array(depth: depth - 1)]]
        case 14 where depth > 0:
            return ["$map": ["input": array(depth: depth - 1), "in": pick(["$$this", "$$this.m", "$n"])]]
        case 15: return pick(["$v", "$q", "$o", "$s"])
        default: return pick(["$x", "$y", "$p"])
        }
    }

    /// An expression that may equal an element of an array.
    mutating func element() -> Value {
        switch Int(random.next() % 8) {
        case 0...2: smallNumber()
        case 3: "$n"
        case 4: ["$arrayElemAt": [pick(["$x", "$y", "$p"]), position()]]
        case 5: ["$literal": value(depth: 1)]
        case 6: "$v"
        default: pick(["$s", "$o", "$q", "$o.a"])
        }
    }

    /// An expression that is mostly a document.
    mutating func object(depth: Int = 2) -> Value {
        switch Int(random.next() % 8) {
        case 0...2: "$o"
        case 3: ["$arrayElemAt": ["$p", position()]]
        case 4 where depth > 0: ["a": array(depth: 0), "z": object(depth: depth - 1)]
        case 5 where depth > 0: ["$mergeObjects": [object(depth: depth - 1), object(depth: depth - 1)]]
        case 6: pick(["$v", "$q", "$x", "$$ROOT"])
        default: ["$literal": .document(document())]
        }
    }
}
