import Documents
import TestSupport

extension Family {
    /// Operators on strings.
    static let strings = Family(
        name: "strings",
        operators: [
            "$concat", "$indexOfBytes", "$indexOfCP", "$ltrim", "$rtrim", "$trim", "$replaceOne",
            "$replaceAll",
            "$split", "$strLenBytes", "$strLenCP", "$strcasecmp", "$substr", "$substrBytes", "$substrCP",
            "$toLower",
            "$toUpper",
        ]
    ) { operation, source in
        // Timestamps are written in the time zone of mongod's machine: only it can do that.
        let argument = source.textual(operation, depth: 2)
        let made = OddValues.case(operation, argument, source.documents { $0.phrase() })
        let hasTimestamp = (made.pipeline + made.documents).contains { $0.canonical.contains("$timestamp") }
        return hasTimestamp ? OddValues.case(operation, "$a", [["a": "x"]]) : made
    }
}

extension OddValues {
    /// A text of few different characters of one to four bytes.
    fileprivate mutating func phrase() -> Value {
        if one(in: 8) { return text() }
        let characters = (0..<Int(random.next() % 9)).map { _ in
            pick(["a", "b", "a", "b", "B", "é", "日", "😀", " ", "\n", "\u{301}", "\u{A0}", "-", "\u{0}"])
        }
        return .string(characters.joined())
    }

    private mutating func index() -> Value {
        if one(in: 12) { return argument { $0.number() } }
        let index = Int64(random.next() % 9) - (one(in: 6) ? 3 : 0)
        return pick([.int32(Int32(index)), .int32(Int32(index)), .int64(index), .double(Double(index))])
    }

    private mutating func part(_ depth: Int) -> Value {
        if depth > 0, one(in: 6) {
            let inner = pick(["$concat", "$toUpper", "$trim", "$substrCP"])
            return OddValues.call(inner, textual(inner, depth: depth - 1))
        }
        return argument { $0.one(in: 12) ? $0.plainNumber() : $0.phrase() }
    }

    /// The argument of an operator on strings.
    fileprivate mutating func textual(_ operation: String, depth: Int) -> Value {
        switch operation {
        case "$concat": return list(Int(random.next() % 6)) { $0.part(depth) }
        case "$indexOfBytes", "$indexOfCP":
            let count = Int(random.next() % 3)
            return .list([part(depth), token()] + (0..<count).map { _ in index() })
        case "$ltrim", "$rtrim", "$trim":
            return one(in: 2) ? ["input": part(depth)] : ["input": part(depth), "chars": part(depth)]
        case "$replaceAll":
            // The empty text stands between the bytes of a character, too: what mongod makes of that is no text.
            if one(in: 6) {
                return ["input": pick(["", "ab", " a-"]), "find": "", "replacement": pick(["", "x", "日本"])]
            }
            return [
                "input": part(depth), "find": pick(["a", "b", "ab", "é", "日", "aa", "-", "$zz", 1, "$_id"]),
                "replacement": part(0),
            ]
        case "$replaceOne":
            return ["input": part(depth), "find": token(), "replacement": part(0)]
        case "$split": return [part(depth), token()]
        case "$strcasecmp": return list(2) { $0.part(depth) }
        case "$substr", "$substrBytes", "$substrCP": return [part(depth), index(), index()]
        default: return list(1) { $0.part(depth) }
        }
    }

    /// A short text to look for.
    private mutating func token() -> Value {
        one(in: 8) ? part(0) : pick(["a", "b", "ab", "é", "日", "", "aa", "-", "a", "😀"])
    }
}
