import Documents
import Service

extension YAMLNode {
    /// The text of a scalar, nil for lists, mappings and null.
    var text: String? {
        if case .scalar(let text, _) = content, !isNull { text } else { nil }
    }

    /// The value in BSON: what stands without quotes has the type that YAML's core schema gives it, and mappings like
    /// `{$date: …}` are what they are in Extended JSON.
    ///
    /// - Throws: `JSONError` where such a mapping is none.
    func value() throws(JSONError) -> Value {
        var json: [UInt8] = []
        append(to: &json)
        return try ExtendedJSON.value(from: json)
    }

    private func append(to json: inout [UInt8]) {
        switch content {
        case .scalar(let text, let isPlain):
            if isPlain, let literal = Self.literal(text) {
                json += literal.utf8
            } else {
                ExtendedJSON.append(text: text, to: &json)
            }
        case .sequence(let elements):
            json.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { json.append(UInt8(ascii: ",")) }
                element.append(to: &json)
            }
            json.append(UInt8(ascii: "]"))
        case .mapping(let entries):
            json.append(UInt8(ascii: "{"))
            for (index, entry) in entries.enumerated() {
                if index > 0 { json.append(UInt8(ascii: ",")) }
                ExtendedJSON.append(text: entry.key, to: &json)
                json.append(UInt8(ascii: ":"))
                entry.value.append(to: &json)
            }
            json.append(UInt8(ascii: "}"))
        }
    }

    /// What plain text means in JSON where it is not text (YAML 1.2.2, section 10.3.2); nil where it is.
    private static func literal(_ text: String) -> String? {
        switch text {
        case "", "~", "null", "Null", "NULL": return "null"
        case "true", "True", "TRUE": return "true"
        case "false", "False", "FALSE": return "false"
        default: break
        }
        if let integer = Int64(text) { return String(integer) }
        guard let first = text.utf8.first, text.utf8.allSatisfy({ isOfNumber($0) }),
            first != UInt8(ascii: "e"), first != UInt8(ascii: "E"), let number = Double(text), number.isFinite
        else { return nil }
        return "\(number)"
    }

    private static func isOfNumber(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "+"),
            UInt8(ascii: "e"), UInt8(ascii: "E"):
            true
        default: false
        }
    }
}
