/// Numbers as Python spells them (The Python Language Reference, 2.4.4 to 2.4.6).
enum PythonNumber {
    /// The same number in JSON, nil where the text is none; complex ones are none here.
    /// - Parameter text: without sign, in lower case.
    static func json(_ text: String) -> String? {
        guard let digits = withoutUnderscores(text) else { return nil }
        for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] where digits.hasPrefix(prefix) {
            let body = digits.dropFirst(2)
            guard body.first != "+", body.first != "-" else { return nil }
            return UInt64(body, radix: radix).map(String.init)
        }
        if digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            // 007 is none, 000 is 0.
            if digits.utf8.allSatisfy({ $0 == UInt8(ascii: "0") }) { return digits.isEmpty ? nil : "0" }
            return digits.hasPrefix("0") ? nil : digits
        }
        return floating(digits)
    }

    /// Underscores stand between digits only, one at a time.
    private static func withoutUnderscores(_ text: String) -> String? {
        guard text.contains("_") else { return text }
        if text.hasPrefix("_") || text.hasSuffix("_") || text.contains("__") || text.contains("._")
            || text.contains("_.") || text.contains("e_") && !text.hasPrefix("0x")
            || text.contains("_e") && !text.hasPrefix("0x")
        {
            return nil
        }
        return text.filter { $0 != "_" }
    }

    /// `1.`, `.5`, `1e5` with the digits that JSON wants.
    private static func floating(_ text: String) -> String? {
        let parts = text.split(separator: "e", maxSplits: 1, omittingEmptySubsequences: false)
        let mantissa = parts[0].split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let whole = mantissa[0]
        let fraction = mantissa.count > 1 ? mantissa[1] : ""
        guard isDigits(whole), isDigits(fraction), !(whole.isEmpty && fraction.isEmpty) else { return nil }
        var json = whole.drop { $0 == "0" }.isEmpty ? "0" : String(whole.drop { $0 == "0" })
        json += "." + (fraction.isEmpty ? "0" : fraction)
        guard parts.count > 1 else { return json }
        let exponent = parts[1].first == "+" || parts[1].first == "-" ? parts[1].dropFirst() : parts[1]
        guard !exponent.isEmpty, isDigits(exponent) else { return nil }
        return json + "e" + parts[1]
    }

    private static func isDigits(_ text: Substring) -> Bool {
        text.utf8.allSatisfy { (0x30...0x39).contains($0) }
    }
}
