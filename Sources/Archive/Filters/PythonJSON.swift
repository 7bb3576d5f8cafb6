import Documents

/// Extended JSON as Kowalski stores pipelines: relaxed, and spelled as Python's `json.dumps` does it, with `", "` and
/// `": "` between the parts and every character beyond ASCII escaped.
enum PythonJSON {
    /// The text of a value.
    static func text(of value: Value) -> String {
        var compact: [UInt8] = []
        ExtendedJSON.append(value, to: &compact, mode: .relaxed)
        var text = ""
        text.reserveCapacity(compact.count + compact.count / 8)
        var isInString = false
        var isEscaped = false
        for scalar in String(decoding: compact, as: UTF8.self).unicodeScalars {
            // Nothing beyond ASCII stands outside of a string.
            guard (0x20...0x7E).contains(scalar.value) else {
                for unit in String(scalar).utf16 { text += escape(unit) }
                continue
            }
            text.unicodeScalars.append(scalar)
            switch scalar {
            case "\"": if !isEscaped { isInString.toggle() }
            case ",", ":": if !isInString { text += " " }
            default: break
            }
            isEscaped = scalar == "\\" && !isEscaped
        }
        return text
    }

    private static func escape(_ unit: UInt16) -> String {
        let digits = String(unit, radix: 16)
        return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }
}
