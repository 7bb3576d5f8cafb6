/// A search for a pattern in a text, from match to match.
struct PatternSearch {
    let pattern: Pattern
    let input: String
    /// Where the search goes on.
    private var offset = 0
    /// How many code points lie before that.
    private var codePoints = 0

    init(pattern: Pattern, input: String) {
        self.pattern = pattern
        self.input = input
    }

    /// A match, and what its groups have captured.
    struct Match {
        let text: String
        /// How many code points lie before it.
        let index: Int
        /// Nil for groups that took no part.
        let captures: [String?]

        /// `{match, idx, captures}`.
        var datum: Datum {
            .document(
                Record([
                    Record.Member(Name("match"), .string(text)),
                    Record.Member(Name("idx"), .int32(Int32(clamping: index))),
                    Record.Member(
                        Name("captures"), .array(List(captures.map { $0.map(Datum.string) ?? .null }))),
                ]))
        }
    }

    /// The next match; nil where there is none.
    mutating func next(_ run: inout Run) throws(Failure) -> Match? {
        let (pattern, start, before) = (pattern, offset, codePoints)
        let groups = pattern.groupCount
        let found = try input.utf8Span.span.withUnsafeBufferPointer { (bytes) throws(Failure) in
            try pattern.match(in: bytes, from: start, &run) { bounds in
                let whole = bounds(0) ?? bytes.count..<bytes.count
                let skipped = start..<max(start, whole.lowerBound)
                let match = Match(
                    text: Self.text(bytes, whole), index: before + Self.codePoints(in: bytes, skipped),
                    captures: (0..<groups).map { group in bounds(group + 1).map { Self.text(bytes, $0) } })
                return (match, whole.lowerBound)
            }
        }
        guard let (match, position) = found else { return nil }
        try run.hold(
            128 + match.text.utf8.count + match.captures.reduce(0) { $0 + 32 + ($1?.utf8.count ?? 0) })
        offset = position
        codePoints = match.index
        return match
    }

    /// All matches that do not overlap, as documents.
    mutating func all(_ run: inout Run) throws(Failure) -> [Datum] {
        var matches: [Datum] = []
        repeat {
            guard let match = try next(&run) else { break }
            matches.append(match.datum)
            if match.text.isEmpty {
                // The same place must not match again, so the search goes on behind the next character.
                offset += Self.characterLength(input, at: offset)
                codePoints += 1
            } else {
                offset += match.text.utf8.count
                codePoints += match.text.unicodeScalars.count
            }
        } while offset < input.utf8.count
        return matches
    }

    private static func text(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> String {
        String(decoding: UnsafeBufferPointer(rebasing: bytes[range]), as: UTF8.self)
    }

    private static func codePoints(in bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Int {
        bytes[range].reduce(0) { $1 & 0xC0 == 0x80 ? $0 : $0 + 1 }
    }

    /// How many bytes the character at an offset has; one at the end.
    private static func characterLength(_ text: String, at offset: Int) -> Int {
        let utf8 = text.utf8
        guard offset < utf8.count else { return 1 }
        switch utf8[utf8.index(utf8.startIndex, offsetBy: offset)] {
        case ..<0x80: return 1
        case ..<0xE0: return 2
        case ..<0xF0: return 3
        default: return 4
        }
    }
}
