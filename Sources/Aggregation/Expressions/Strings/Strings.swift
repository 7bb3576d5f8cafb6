import Documents

extension Operator {
    /// Operators on strings.
    static let strings: [Operator] = [
        .associative(Concatenation.self), split, replacing("$replaceOne", all: false),
        replacing("$replaceAll", all: true), indexOfBytes, indexOfCharacters, substringOfBytes("$substr"),
        substringOfBytes("$substrBytes"), substringOfCharacters, trimming("$trim", .both),
        trimming("$ltrim", .left), trimming("$rtrim", .right),
        .unary("$strLenBytes") { datum throws(Failure) in
            guard case .string(let text) = datum else { throw datum.refused(by: "$strLenBytes", code: 34473) }
            return .narrow(Int64(text.utf8.count))
        },
        .nary("$strLenCP", 1...1) { arguments, run throws(Failure) in
            guard case .string(let text) = arguments[0] else {
                throw arguments[0].refused(by: "$strLenCP", code: 34471)
            }
            try run.spend(text.utf8.count / 16)
            return .narrow(Int64(text.unicodeScalars.count))
        },
        .nary("$toLower", 1...1) { arguments, run throws(Failure) in
            try changed(arguments[0], &run) { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
        },
        .nary("$toUpper", 1...1) { arguments, run throws(Failure) in
            try changed(arguments[0], &run) { (0x61...0x7A).contains($0) ? $0 & 0xDF : $0 }
        },
        .nary("$strcasecmp", 2...2) { arguments, run throws(Failure) in
            let left = try changed(arguments[0], &run) { (0x61...0x7A).contains($0) ? $0 & 0xDF : $0 }
            let right = try changed(arguments[1], &run) { (0x61...0x7A).contains($0) ? $0 & 0xDF : $0 }
            return .int32(Int32(try Datum.compare(left, right).signum()))
        },
    ]

    /// The text of a value with each byte changed: letters beyond ASCII stay as they are.
    private static func changed(
        _ datum: Datum, _ run: inout Run, _ change: (UInt8) -> UInt8
    ) throws(Failure) -> Datum {
        let text = try datum.text()
        try run.hold(text.utf8.count)
        return .string(String(decoding: text.utf8.map(change), as: UTF8.self))
    }
}

/// `$concat`: null where one of them is.
struct Concatenation: Associative {
    static let name = "$concat"
    static let isCommutative = false
    let parts: [any Expression]

    init(parts: [any Expression]) { self.parts = parts }

    func value(_ run: inout Run) throws(Failure) -> Datum {
        try run.spend(parts.count)
        var whole = ""
        for part in parts {
            let datum = try part.value(&run)
            guard case .string(let text) = datum else {
                if datum.isNullish { return .null }
                throw datum.refused(by: "$concat", code: 16702)
            }
            try run.hold(text.utf8.count)
            whole += text
        }
        return .string(whole)
    }
}

extension Datum {
    /// The value as the text that operators on strings take it for: nothing for null; numbers and dates as they are
    /// written; an error for most other types.
    func text() throws(Failure) -> String {
        switch self {
        case .string(let text), .other(.symbol(let text)), .other(.javaScript(let text)): return text
        case .missing, .null, .undefined: return ""
        case .double(let number): return NumberText.short(number)
        case .int32(let number): return String(number)
        case .int64(let number): return String(number)
        case .datetime(let milliseconds): return try ConversionTarget.text(of: milliseconds)
        // MongoDB writes it in the time zone of its machine.
        case .timestamp: throw .unsupported("a timestamp as text")
        default: throw refused(by: "an operator on strings", code: 16007)
        }
    }
}
