import Documents
import TestSupport

extension Case {
    /// What an expression gives for every document.
    init(_ expression: Value, on documents: [Document]) {
        self.init(pipeline: [["$replaceRoot": ["newRoot": ["r": expression]]]], documents: documents)
    }
}

extension Family {
    /// Operators on arrays.
    static let arrays = Family(
        name: "arrays",
        operators: [
            "$arrayElemAt", "$arrayToObject", "$concatArrays", "$first", "$last", "$firstN", "$lastN",
            "$maxN",
            "$minN", "$in", "$indexOfArray", "$isArray", "$range", "$reverseArray", "$size", "$slice",
            "$sortArray", "$zip",
        ]
    ) { name, source in
        let argument = source.arrayArgument(of: name)
        return Case(.document(Document(dictionaryLiteral: (name, argument))), on: source.arrayDocuments())
    }

    /// Operators on arrays as sets.
    static let sets = Family(
        name: "sets",
        operators: [
            "$setUnion", "$setIntersection", "$setDifference", "$setEquals", "$setIsSubset",
            "$anyElementTrue",
            "$allElementsTrue",
        ]
    ) { name, source in
        let argument: Value
        switch name {
        case "$setUnion", "$setIntersection":
            var arguments = (0..<(source.one(in: 8) ? 4 : 2)).map { _ in source.array() }
            if source.one(in: 4) {
                arguments.append(
                    .document(Document(dictionaryLiteral: (name, [source.array(), source.array()]))))
            }
            argument = source.one(in: 20) ? source.array() : .list(arguments)
        case "$setEquals":
            let first = source.array()
            let same: Value = source.one(in: 2) ? ["$reverseArray": first] : ["$setUnion": [first, first]]
            argument = .list(
                [first, source.one(in: 2) ? same : source.array()]
                    + (0..<Int(source.random.next() % 2)).map { _ in source.array() })
        case "$setIsSubset":
            let array = source.array()
            argument = source.one(in: 2) ? [["$slice": [array, 2]], array] : [array, source.array()]
        case "$anyElementTrue", "$allElementsTrue": argument = .list([source.array()])
        default: argument = [source.array(), source.array()]
        }
        return Case(.document(Document(dictionaryLiteral: (name, argument))), on: source.arrayDocuments())
    }
}

extension OddValues {
    fileprivate mutating func arrayArgument(of name: String) -> Value {
        switch name {
        case "$arrayElemAt": return [array(), position()]
        case "$arrayToObject": return pairs()
        case "$concatArrays":
            var arguments = (0..<Int(random.next() % 4)).map { _ in array() }
            if one(in: 4) { arguments.append(["$concatArrays": [array(), [1], [2]]]) }
            return .list(arguments)
        case "$firstN", "$lastN", "$maxN", "$minN":
            if one(in: 30) { return pick(["$x", ["input": "$x"], ["input": "$x", "n": 1, "m": 1]]) }
            let number: Value =
                one(in: 8) ? position() : pick([1, 2, 3, 20, .double(2), .int64(4), .int64(.max)])
            return ["input": array(), "n": number]
        case "$in": return [element(), array()]
        case "$indexOfArray":
            return .list([array(), element()] + (0..<Int(random.next() % 3)).map { _ in bound() })
        case "$range":
            return .list([position(), one(in: 3) ? 40 : position()] + (one(in: 2) ? [position()] : []))
                .withoutHugeRange
        case "$slice":
            return .list([array(), position()] + (one(in: 2) ? [one(in: 3) ? position() : 2] : []))
        case "$sortArray": return sorting()
        case "$zip": return zipping()
        case "$isArray": return .list([one(in: 2) ? array() : element()])
        default: return array()
        }
    }

    private mutating func bound() -> Value { one(in: 8) ? position() : .int32(Int32(random.next() % 6)) }

    private mutating func pairs() -> Value {
        let key: Value = one(in: 30) ? element() : pick(["a", "b", "c", "a.b", "$c", "", "$s"])
        switch Int(random.next() % 8) {
        case 0: return ["$objectToArray": object()]
        case 1: return array()
        case 2:
            return [
                "$map": ["input": "$x", "in": [["$arrayElemAt": [["a", "b", "c"], "$$this"]], "$$this"]]
            ]
        case 3, 4:
            let other: Value = pick(["a", "b"])
            return [[["k": ["$literal": key], "v": element()], ["v": element(), "k": other]]]
        case 5: return [.list((0..<18).map { .list([.string("k\($0 % 17)"), .int32($0)]) })]
        default: return [[["a", array()], [["$literal": key], element()], ["b", 1]]]
        }
    }

    private mutating func sorting() -> Value {
        let direction: Value = pick([1, -1, 1, -1, .double(-1)])
        let order: Value
        switch Int(random.next() % 12) {
        case 0...3: order = direction
        case 4: order = pick([2, .null, [:], ["a": 2], ["": 1], ["a.": 1], true, [1]])
        case 5: order = ["e.w.0": direction]
        case 6: order = ["e.v": direction, "t": -1]
        case 7, 8: order = ["f": direction, "m": 1]
        default: order = ["f": direction]
        }
        return ["input": one(in: 2) ? "$p" : array(), "sortBy": order]
    }

    private mutating func zipping() -> Value {
        let inputs: Value = .list((0..<(1 + Int(random.next() % 3))).map { _ in array(depth: 1) })
        switch Int(random.next() % 8) {
        case 0: return ["inputs": inputs, "defaults": [element(), element()], "useLongestLength": true]
        case 1, 2:
            return ["inputs": [array(), array()], "defaults": [element(), 0], "useLongestLength": true]
        case 3: return ["inputs": inputs, "useLongestLength": true]
        case 4: return ["inputs": inputs, "useLongestLength": pick([false, 1, .null])]
        case 5: return pick([["inputs": "$x"], ["inputs": []], "$x", ["inputs": inputs, "defaults": [1]]])
        default: return ["inputs": inputs]
        }
    }
}

extension Value {
    /// The arguments of `$range` with those that would make millions of numbers replaced.
    fileprivate var withoutHugeRange: Value {
        .list(
            (list ?? []).enumerated().map { index, argument in
                guard let number = argument.double, abs(number) > 100, abs(number) < 0x1p32, index < 2 else {
                    return argument
                }
                return .int32(30)
            })
    }
}
