import Documents

/// Values as Python's `str` and `repr` write them: Kowalski makes the keys of its answers that way.
enum PythonText {
    /// The text of a value as it stands inside a list; nil for what is neither a number, a string, a bool, None nor a
    /// list of these. A list that begins with the least key is a tuple (`PythonLiteral`).
    static func representation(_ value: Value) -> String? {
        switch value {
        case .int32(let number): return String(number)
        case .int64(let number): return String(number)
        case .double(let number): return representation(number)
        case .string(let text): return representation(text)
        case .bool(let flag): return flag ? "True" : "False"
        case .null: return "None"
        case .array:
            guard let list = value.list else { return nil }
            let isTuple = list.first == .minKey
            let items = (isTuple ? list.dropFirst() : list[...]).map(representation)
            let texts = items.compactMap(\.self)
            guard texts.count == items.count else { return nil }
            let inner = texts.joined(separator: ", ")
            return isTuple ? "(\(inner)\(texts.count == 1 ? "," : ""))" : "[\(inner)]"
        default: return nil
        }
    }

    /// The shortest digits that mean the number, as a decimal for exponents from −4 to 15.
    private static func representation(_ number: Double) -> String {
        if number.isNaN { return "nan" }
        // Swift differs in this one span: it writes decimals up to 2^53. Doubles are whole there.
        guard number.magnitude >= 0x1p53, number.magnitude < 1e16 else { return number.description }
        return "\(Int64(number)).0"
    }

    /// A text in quotes: single ones, unless it has such and no double ones.
    private static func representation(_ text: String) -> String {
        let quote: Unicode.Scalar = text.contains("'") && !text.contains("\"") ? "\"" : "'"
        var result = String.UnicodeScalarView([quote])
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n": result.append(contentsOf: #"\n"#.unicodeScalars)
            case "\r": result.append(contentsOf: #"\r"#.unicodeScalars)
            case "\t": result.append(contentsOf: #"\t"#.unicodeScalars)
            case "\\", quote:
                result.append("\\")
                result.append(scalar)
            default:
                if isPrintable(scalar) {
                    result.append(scalar)
                } else {
                    result.append(contentsOf: escape(scalar).unicodeScalars)
                }
            }
        }
        result.append(quote)
        return String(result)
    }

    /// Python's `str.isprintable`.
    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator:
            false
        case .spaceSeparator: scalar == " "
        default: true
        }
    }

    private static func escape(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16)
        let (letter, width) = scalar.value < 0x100 ? ("x", 2) : scalar.value < 0x10000 ? ("u", 4) : ("U", 8)
        return "\\" + letter + String(repeating: "0", count: width - digits.count) + digits
    }
}
