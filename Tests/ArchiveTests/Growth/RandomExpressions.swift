import Documents
import TestSupport

/// Expressions of all kinds that make something of little, and none of which fails.
struct RandomExpressions {
    private var random: SplitMix

    init(seed: UInt64) { random = SplitMix(state: seed) }

    /// An expression whose value is an array.
    mutating func array(_ depth: Int, _ names: [String] = []) -> Value {
        guard depth > 0 else {
            switch pick(4) {
            case 0 where !names.isEmpty: return asArray(variable(names))
            case 1: return ["$range": [0, .integer(Int64(pick(4)))]]
            case 2: return []
            default: return .list((0...pick(3)).map { _ in number(0, names) })
            }
        }
        let next = depth - 1
        switch pick(16) {
        case 0: return ["$concatArrays": [array(next, names), array(next, names)]]
        case 1: return ["$map": ["input": array(next, names), "as": "m", "in": any(next, names + ["m"])]]
        case 2:
            return [
                "$filter": [
                    "input": array(next, names), "as": "f",
                    "cond": ["$gt": [number(next, names + ["f"]), 1]],
                ]
            ]
        case 3, 4, 5:
            let body = array(next, names + ["value", "this"])
            return [
                "$reduce": ["input": array(min(1, next), names), "initialValue": array(0, names), "in": body]
            ]
        case 6: return ["$slice": [array(next, names), .integer(Int64(1 + pick(3)))]]
        case 7: return ["$setUnion": [array(next, names), array(next, names)]]
        case 8:
            return ["$zip": ["inputs": [array(next, names), array(next, names)], "useLongestLength": true]]
        case 9:
            return ["$cond": [["$gt": [number(next, names), 1]], array(next, names), array(next, names)]]
        case 10:
            return ["$let": ["vars": ["l": any(next, names)], "in": array(next, names + ["l"])]]
        case 11: return ["$objectToArray": document(next, names)]
        case 12: return asArray(.string("$$" + "value.a"), names)
        case 13: return ["$range": [0, ["$min": [["$size": [array(next, names)]], 20]]]]
        case 14: return ["$split": [["$concat": ["a,b,", text(next, names)]], ","]]
        default: return .list((0...pick(2)).map { _ in any(next, names) })
        }
    }

    /// An expression of any kind.
    private mutating func any(_ depth: Int, _ names: [String]) -> Value {
        switch pick(6) {
        case 0: number(depth, names)
        case 1: document(max(0, depth - 1), names)
        case 2: text(max(0, depth - 1), names)
        case 3 where !names.isEmpty: variable(names)
        default: array(max(0, depth - 1), names)
        }
    }

    private mutating func document(_ depth: Int, _ names: [String]) -> Value {
        guard depth > 0 else { return ["a": number(0, names)] }
        switch pick(4) {
        case 0: return ["$mergeObjects": [document(depth - 1, names), document(depth - 1, names)]]
        case 1:
            return [
                "$setField": [
                    "field": "b", "input": document(depth - 1, names), "value": any(depth - 1, names),
                ]
            ]
        case 2: return ["$arrayToObject": [[["k": "c", "v": ["$ifNull": [any(depth - 1, names), 0]]]]]]
        default: return ["a": any(depth - 1, names), "b": any(depth - 1, names)]
        }
    }

    private mutating func text(_ depth: Int, _ names: [String]) -> Value {
        guard depth > 0 else { return .string(["", "a", "b,c", "long enough for more"][pick(4)]) }
        switch pick(4) {
        case 0: return ["$concat": [text(depth - 1, names), text(depth - 1, names)]]
        case 1:
            return [
                "$replaceAll": [
                    "input": text(depth - 1, names), "find": "a", "replacement": text(depth - 1, names),
                ]
            ]
        case 2: return ["$toString": number(depth - 1, names)]
        default: return ["$toUpper": text(depth - 1, names)]
        }
    }

    private mutating func number(_ depth: Int, _ names: [String]) -> Value {
        guard depth > 0 else { return .integer(Int64(pick(4))) }
        switch pick(4) {
        case 0: return ["$size": [array(depth - 1, names)]]
        case 1: return ["$add": [number(depth - 1, names), number(depth - 1, names)]]
        case 2: return ["$strLenBytes": text(depth - 1, names)]
        default: return .integer(Int64(pick(4)))
        }
    }

    private mutating func variable(_ names: [String]) -> Value {
        .string("$$" + names[pick(names.count)] + ["", "", ".a", ".b.a"][pick(4)])
    }

    /// A variable, where it is an array; else an empty one.
    private func asArray(_ value: Value, _ names: [String]? = nil) -> Value {
        if let names, !names.contains("value") { return [] }
        return ["$cond": [["$isArray": [value]], value, []]]
    }

    private mutating func pick(_ count: Int) -> Int { Int.random(in: 0..<count, using: &random) }
}
