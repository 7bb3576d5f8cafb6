extension Wrapper {
    /// The wrappers whose content is a document of its own.
    func compound(_ parts: Document) throws(WrapperFault) -> Value {
        switch self {
        case .timestamp:
            guard let seconds = try part("t", of: parts).int64.flatMap({ UInt32(exactly: $0) }),
                let increment = try part("i", of: parts).int64.flatMap({ UInt32(exactly: $0) })
            else { throw WrapperFault("$timestamp components must be integers of 32 bits without sign") }
            return .timestamp(seconds: seconds, increment: increment)
        case .regularExpression:
            let pattern = try text("pattern", of: parts)
            // The specification wants the options in alphabetical order.
            var options = String.UnicodeScalarView()
            options.append(contentsOf: try text("options", of: parts).unicodeScalars.sorted())
            guard !pattern.utf8.contains(0), !options.contains("\0") else {
                throw WrapperFault("$regularExpression must not contain the NULL byte")
            }
            return .regularExpression(pattern: pattern, options: String(options))
        case .dbPointer:
            guard case .objectID(let id) = try part("$id", of: parts) else {
                throw WrapperFault("Bad $dbPointer, $id must be an ObjectId")
            }
            return .dbPointer(try text("$ref", of: parts), id)
        default:
            return try binary(try text("base64", of: parts), subtype: try text("subType", of: parts))
        }
    }

    /// Code, with or without a scope.
    func code(_ document: Document) throws(WrapperFault) -> Value {
        guard case .string(let code) = document["$code"] else { throw WrapperFault("$code must be a string") }
        let keys = document.keys
        if keys.count == 1 { return .javaScript(code) }
        guard keys.count == 2, let scope = document["$scope"] else {
            throw WrapperFault("Bad $code, extra field(s)")
        }
        guard case .document(let scope) = scope else { throw WrapperFault("$scope must be a document") }
        return .javaScriptWithScope(code, scope)
    }

    /// The form before version 2: `{"$binary": "…", "$type": "00"}`.
    func legacyBinary(_ document: Document) throws(WrapperFault) -> Value {
        guard case .string(let text) = document["$binary"], document.keys.count == 2 else {
            throw WrapperFault("Bad $binary, extra field(s)")
        }
        guard case .string(let subtype) = document["$type"] else {
            throw WrapperFault("$type must be a string")
        }
        return try binary(text, subtype: subtype)
    }

    private func binary(_ text: String, subtype: String) throws(WrapperFault) -> Value {
        let digits = subtype.utf8.compactMap(Hexadecimal.value)
        guard (1...2).contains(subtype.utf8.count), digits.count == subtype.utf8.count else {
            throw WrapperFault("$binary subType must be a string at most 2 characters")
        }
        guard var data = Base64.decode(text.utf8Span.span.bytes) else {
            throw WrapperFault("$binary base64 is not base64 with padding")
        }
        let code = digits.reduce(0) { $0 << 4 | $1 }
        if code == 2 {
            let length = UInt32(truncatingIfNeeded: data.count)
            data.insert(contentsOf: (0..<4).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) }, at: 0)
        }
        return .binary(subtype: code, data)
    }

    /// One of the two parts of a content that has no others.
    private func part(_ key: String, of parts: Document) throws(WrapperFault) -> Value {
        guard parts.keys.count == 2, let value = parts.elements.first(where: { $0.key == key })?.value else {
            throw WrapperFault("Bad \(rawValue), missing or extra field(s)")
        }
        return value
    }

    private func text(_ key: String, of parts: Document) throws(WrapperFault) -> String {
        guard let text = try part(key, of: parts).string else {
            throw WrapperFault("\(rawValue) \(key) must be a string")
        }
        return text
    }
}
