import Documents

extension QueryRules {
    /// Checks an expression: a text that may name a field or a variable, an operator with its arguments, or a document
    /// or list of expressions.
    static func check(expression element: Element, at place: QueryPlace) throws(RequestError) {
        switch element.type {
        case .string: try check(variable: element.string ?? "", at: place)
        case .document, .array:
            guard let view = element.view else { return }
            for inner in view.elements { try check(part: inner, at: place) }
        default: try check(type: element, at: place)
        }
    }

    private static func check(part element: Element, at outer: QueryPlace) throws(RequestError) {
        guard element.isOperator else {
            return try check(expression: element, at: outer.then(element.key))
        }
        let name = element.key
        let place = outer.then(name)
        switch name {
        // Nothing reads this as anything but a value.
        case "$literal": try check(literal: element, at: place, nil)
        case "$meta":
            guard let data = element.string, QueryOperators.metadata.contains(data) else {
                throw refusal(element.string ?? "another type than a text", at: place)
            }
        default:
            guard QueryOperators.expressions.contains(name) else { throw refusal(name, at: outer) }
            try check(expression: element, at: place)
        }
    }

    /// Checks the variable that a text may name; whatever begins with a capital is the server's own.
    private static func check(variable text: String, at place: QueryPlace) throws(RequestError) {
        guard text.hasPrefix("$$") else { return }
        let name = text.dropFirst(2).prefix { $0 != "." }
        if QueryOperators.variables.contains(String(name)) { return }
        guard let first = name.utf8.first, first > 0x7F || UInt8(ascii: "a")...UInt8(ascii: "z") ~= first
        else {
            throw refusal("$$\(name)", at: place)
        }
    }

    /// Checks fields that are made by operators of one kind, such as `$group`'s by accumulators.
    static func check(
        fields element: Element, madeBy operators: Set<String>, at place: QueryPlace
    ) throws(RequestError) {
        guard let object = element.object else { return try check(expression: element, at: place) }
        for inner in object.elements {
            if inner.isOperator, !operators.contains(inner.key) { throw refusal(inner.key, at: place) }
            try check(expression: inner, at: place.then(inner.key))
        }
    }
}
