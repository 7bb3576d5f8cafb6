/// What PCRE2 understands differently from PCRE 8, which MongoDB 6.0 has.
enum PatternDialect {
    /// A construct in a pattern that the two understand differently, nil where there is none.
    ///
    /// These are calls of groups (which may backtrack in PCRE2 only), repeated assertions, characters as Unicode has
    /// clustered them since, what PCRE2 has added, and instructions at the beginning of a pattern.
    static func construct(in pattern: String) -> String? {
        let bytes = Array(pattern.utf8)
        var index = 0
        /// The groups around the place, and whether each is an assertion.
        var groups: [Bool] = []
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\\"):
                if bytes[index...].starts(with: "\\Q".utf8) {
                    index = end(ofQuoteAt: index, in: bytes)
                    continue
                }
                if bytes[index...].starts(with: "\\N{".utf8) { return "\\N{…}" }
                if bytes[index...].starts(with: "\\X".utf8) { return "\\X" }
                for call in ["\\g<", "\\g'"] where bytes[index...].starts(with: call.utf8) {
                    return "the call of a group"
                }
                index += 2
            case UInt8(ascii: "("):
                if let construct = construct(afterParenthesis: bytes[(index + 1)...]) { return construct }
                let assertions = ["?=", "?!", "?<=", "?<!"]
                groups.append(assertions.contains { bytes[(index + 1)...].starts(with: $0.utf8) })
                index += 1
            case UInt8(ascii: ")"):
                index += 1
                if groups.popLast() == true, index < bytes.count, "*+?{".utf8.contains(bytes[index]) {
                    return "a repeated assertion"
                }
            default: index += 1
            }
        }
        return nil
    }

    private static func end(ofQuoteAt start: Int, in bytes: [UInt8]) -> Int {
        var index = start + 2
        while index < bytes.count {
            if bytes[index...].starts(with: "\\E".utf8) { return index + 2 }
            index += 1
        }
        return index
    }

    private static func construct(afterParenthesis rest: ArraySlice<UInt8>) -> String? {
        if rest.first == UInt8(ascii: "*") {
            let verbs = ["ACCEPT", "FAIL", "F)", "COMMIT", "PRUNE", "SKIP", "THEN", "MARK", ":"]
            return verbs.contains { rest.dropFirst().starts(with: $0.utf8) } ? nil : "(*…)"
        }
        guard rest.first == UInt8(ascii: "?"), let next = rest.dropFirst().first else { return nil }
        let after = rest.dropFirst(2)
        let isCall =
            switch next {
            case UInt8(ascii: "R"), UInt8(ascii: "&"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
            case UInt8(ascii: "+"), UInt8(ascii: "-"): after.first.map { (0x30...0x39).contains($0) } ?? false
            case UInt8(ascii: "P"): after.first == UInt8(ascii: ">")
            default: false
            }
        if isCall { return "the call of a group" }
        if next == UInt8(ascii: "^") || next == UInt8(ascii: "*") { return "(?\(Unicode.Scalar(next))" }
        if next == UInt8(ascii: "<"), after.first == UInt8(ascii: "*") { return "(?<*" }
        let letters = rest.dropFirst().prefix { (0x61...0x7A).contains($0) || $0 == UInt8(ascii: "-") }
        if letters.contains(UInt8(ascii: "n")) { return "(?n)" }
        return letters.filter { $0 == UInt8(ascii: "x") }.count > 1 ? "(?xx)" : nil
    }
}
