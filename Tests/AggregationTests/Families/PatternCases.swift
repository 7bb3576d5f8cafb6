import Documents
import TestSupport

extension Family {
    /// Operators of regular expressions, and `$regex` with the same patterns.
    static let patterns = Family(
        name: "patterns", operators: ["$regexMatch", "$regexFind", "$regexFindAll", "$regex"]
    ) { operation, source in
        let count = operation == "$regex" ? 4 : 1
        let documents: [Document] = (0..<count).map { number in
            Document(pairs: [
                ("_id", .int32(Int32(number))), ("a", source.subject()),
                ("b", source.one(in: 8) ? source.scalar() : .string(source.pattern())),
                (
                    "c",
                    source.one(in: 10)
                        ? source.scalar() : .string(source.pick(["", "i", "m", "s", "x", "u", "ix"]))
                ),
            ])
        }
        guard operation != "$regex" else {
            let options: Value = .string(source.pick(["", "i", "m", "s", "x", "u", "imsxu"]))
            return Case(
                pipeline: [["$match": ["a": ["$regex": .string(source.pattern()), "$options": options]]]],
                documents: documents)
        }
        var arguments: [(String, Value)] = [("input", source.one(in: 6) ? source.subject() : "$a")]
        switch Int(source.random.next() % 6) {
        case 0: arguments.append(("regex", "$b"))
        case 1:
            arguments.append(
                (
                    "regex",
                    .regularExpression(
                        pattern: source.pattern(), options: source.pick(["", "i", "im", "sx"]))
                ))
        default: arguments.append(("regex", .string(source.pattern())))
        }
        switch Int(source.random.next() % 6) {
        case 0: arguments.append(("options", "$c"))
        case 1, 2: arguments.append(("options", .string(source.pick(["", "i", "m", "s", "x", "u", "ims"]))))
        case 3 where source.one(in: 3): arguments.append(("options", source.scalar()))
        default: break
        }
        if source.one(in: 30) { arguments.remove(at: Int(source.random.next() % UInt64(arguments.count))) }
        let call = Value.document(Document(pairs: [(operation, .document(Document(pairs: arguments)))]))
        return Case(pipeline: [["$replaceRoot": ["newRoot": ["r": call]]]], documents: documents)
    }
}

extension OddValues {
    /// A text to look for patterns in.
    fileprivate mutating func subject() -> Value {
        if one(in: 10) { return scalar() }
        let count = Int(random.next() % 9)
        let letters = ["a", "b", "B", "c", " ", "\n", "é", "É", "日", "😀", "1", "-", "_", "ß", "a\u{301}"]
        return .string((0..<count).map { _ in pick(letters) }.joined())
    }

    /// A pattern, put together of parts so that most are valid.
    fileprivate mutating func pattern() -> String {
        if one(in: 12) {
            return pick(["(", "[", "a{2,1}", "*", "\\u", "(?<n", "a**", "\\", "[[:alpha", ")", "\\j", "(?z)"])
        }
        let atoms = [
            "a", "b", "B", "c", ".", "\\w", "\\d", "\\s", "[a-c]", "[^a]", "(a)", "(b|c)", "(?:ab)", "é", "日",
            "\\p{L}",
            "(?=b)", "(?!a)", "(?<=a)", "(?<x>b)", "\\b", "^", "$", "(a)?", "()", "#c", " ", "(?i)", "\\R",
            "[[:upper:]]",
            "(a|(b))", "\\x{1F600}", "\\W", "(?>a+)", "\\h", "(?#x)", "\\1", "\\Qa.\\E", "\\A", "\\z", "\\n",
        ]
        let quantifiers = ["", "", "", "", "*", "+", "?", "{2}", "{1,2}", "*?", "++"]
        return (0..<Int(random.next() % 4)).map { _ in
            let atom = pick(atoms)
            // Only MongoDB can tell what a repeated assertion means.
            return ["(?=", "(?!", "(?<="].contains { atom.hasPrefix($0) } ? atom : atom + pick(quantifiers)
        }.joined()
    }
}
