import Documents

/// Rewrites Python literals as JSON: Kowalski takes filters, projections and pipelines as texts, too, and reads them
/// with `ast.literal_eval`.
///
/// Understood are strings, numbers, `True`, `False`, `None`, lists, tuples and dicts. What belongs where is left to the
/// reader of the JSON; a tuple becomes an array, whose first element is the least key where tuples are marked.
struct PythonLiteral {
    /// What an array begins with that was a tuple, in JSON.
    private static let mark = Array(#"[{"$minKey":1},"#.utf8)

    /// What stands between brackets.
    private struct Level {
        /// Where a parenthesis stands in the output, blank until it turns out to be a tuple's; nil for others.
        let parenthesis: Int?
        var hasComma = false
        var isEmpty = true
    }

    private var input: ArraySlice<UInt8>
    private var output: [UInt8] = []
    private var levels = [Level(parenthesis: nil)]
    /// Where the last comma stands in the output, if nothing has come after it.
    private var openComma: Int?
    /// Where the last string ends in the output, if nothing has come after it: the next one continues it.
    private var openString: Int?
    private let marksTuples: Bool

    /// The document or array that a literal means, in a filter for instance.
    /// - Parameters:
    ///   - place: what the text is, for the error.
    ///   - marksTuples: whether an array that was a tuple begins with the least key.
    static func value(
        of text: String, _ place: String, marksTuples: Bool = false
    ) throws(RequestError) -> Value {
        var literal = PythonLiteral(input: Array(text.utf8)[...], marksTuples: marksTuples)
        if literal.rewrite(), let value = try? ExtendedJSON.value(from: literal.output) { return value }
        // What exactly is wrong where would be said of the JSON, which nobody has written.
        throw RequestError(.value, "malformed node or string: \(place) is no Python literal")
    }

    private init(input: ArraySlice<UInt8>, marksTuples: Bool) {
        self.input = input
        self.marksTuples = marksTuples
    }

    /// Rewrites all of it; false where it is no literal.
    private mutating func rewrite() -> Bool {
        var isOver = false
        while let byte = input.first {
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), 0x0C: input.removeFirst()
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                // Outside of brackets the end of a line is the end of the literal.
                if levels.count == 1, !output.isEmpty { isOver = true }
                input.removeFirst()
            case UInt8(ascii: "#"): input = input.drop { $0 != UInt8(ascii: "\n") }
            default:
                guard !isOver, token(byte) else { return false }
            }
        }
        return levels.count == 1 && openComma == nil
    }

    private mutating func token(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "["), UInt8(ascii: "{"): open(byte, isParenthesis: false)
        case UInt8(ascii: "("): open(UInt8(ascii: " "), isParenthesis: true)
        case UInt8(ascii: "]"), UInt8(ascii: "}"), UInt8(ascii: ")"): return close(byte)
        case UInt8(ascii: ","):
            guard !levels[levels.count - 1].isEmpty, openComma == nil else { return false }
            levels[levels.count - 1].hasComma = true
            put([byte])
            openComma = output.count - 1
            input.removeFirst()
        case UInt8(ascii: ":"):
            put([byte])
            input.removeFirst()
        case UInt8(ascii: "'"), UInt8(ascii: "\""): return string(isRaw: false)
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "+"):
            return number()
        default: return name()
        }
        return true
    }

    private mutating func put(_ bytes: some Collection<UInt8>) {
        levels[levels.count - 1].isEmpty = false
        openComma = nil
        openString = nil
        output.append(contentsOf: bytes)
    }

    private mutating func open(_ byte: UInt8, isParenthesis: Bool) {
        let start = output.count
        // Room for the mark, should this be a tuple.
        put(isParenthesis && marksTuples ? Array(repeating: byte, count: Self.mark.count) : [byte])
        levels.append(Level(parenthesis: isParenthesis ? start : nil))
        input.removeFirst()
    }

    private mutating func close(_ byte: UInt8) -> Bool {
        guard levels.count > 1, let level = levels.popLast() else { return false }
        guard (byte == UInt8(ascii: ")")) == (level.parenthesis != nil) else { return false }
        // A comma before the end means nothing to Python.
        if let openComma { output[openComma] = UInt8(ascii: " ") }
        input.removeFirst()
        guard let start = level.parenthesis else {
            put([byte])
            return true
        }
        guard level.hasComma || level.isEmpty else {
            put([])
            return true
        }
        if marksTuples, !level.isEmpty {
            output.replaceSubrange(start..<(start + Self.mark.count), with: Self.mark)
        } else {
            output[start] = UInt8(ascii: "[")
        }
        put([UInt8(ascii: "]")])
        return true
    }

    private mutating func name() -> Bool {
        let word = input.prefix { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"): true
            default: false
            }
        }
        let next = input[word.endIndex...].first
        if next == UInt8(ascii: "'") || next == UInt8(ascii: "\"") {
            guard ["r", "R", "u", "U"].contains(String(decoding: word, as: UTF8.self)) else { return false }
            input = input[word.endIndex...]
            return string(isRaw: word.first == UInt8(ascii: "r") || word.first == UInt8(ascii: "R"))
        }
        switch String(decoding: word, as: UTF8.self) {
        // The blank keeps words apart that Python would not take for one.
        case "True": put(" true".utf8)
        case "False": put(" false".utf8)
        case "None": put(" null".utf8)
        default: return false
        }
        input = input[word.endIndex...]
        return true
    }

    private mutating func number() -> Bool {
        var sign = ""
        if let byte = input.first, byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+") {
            if byte == UInt8(ascii: "-") { sign = "-" }
            input.removeFirst()
        }
        let word = input.prefix { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), UInt8(ascii: "."): true
            // A sign belongs to the number after an exponent only.
            default: false
            }
        }
        input = input[word.endIndex...]
        var digits = String(decoding: word, as: UTF8.self).lowercased()
        let isRadix = ["0x", "0o", "0b"].contains { digits.hasPrefix($0) }
        if digits.hasSuffix("e"), !isRadix, let sign = input.first, "+-".utf8.contains(sign) {
            let exponent = input.dropFirst().prefix { (0x30...0x39).contains($0) }
            digits += String(decoding: [sign] + exponent, as: UTF8.self)
            input = input[exponent.endIndex...]
        }
        guard let number = PythonNumber.json(digits) else { return false }
        put((" " + sign + number).utf8)
        return true
    }

    private mutating func string(isRaw: Bool) -> Bool {
        guard let (text, rest) = PythonString.read(input, isRaw: isRaw) else { return false }
        input = rest
        var quoted: [UInt8] = []
        ExtendedJSON.append(text: text, to: &quoted)
        if let openString {
            // Strings that follow one another are one.
            output.removeSubrange(openString..<output.count)
            put(quoted.dropFirst())
        } else {
            put(quoted)
        }
        openString = output.count - 1
        return true
    }
}
