import Documents

/// What of MongoDB's language users may use. One walk through a query knows at every place what may stand there: each
/// key that begins with `$` is in a list of `QueryOperators` for its place, and there is no JavaScript.
enum QueryRules {
    /// A collection's name as it may be queried by a user.
    static func catalog(_ given: String, _ user: User) throws(RequestError) -> String {
        let name = given.trimmed
        guard !name.isEmpty, !name.utf8.contains(0), !name.contains("$") else {
            throw RequestError(.value, "catalog must be the name of a collection")
        }
        guard user.isAdmin || !Collections.restricted.contains(name), !Collections.isHidden(name) else {
            throw .invalid("Query", "Protected collection")
        }
        return name
    }

    /// An operator that may not stand where it does.
    static func refusal(_ name: String, at place: QueryPlace) -> RequestError {
        RequestError(.value, "\(place) uses \(name), which is not allowed")
    }

    /// Checks that a value, which stands for itself, is no code.
    static func check(type element: Element, at place: QueryPlace) throws(RequestError) {
        if element.isCode { throw RequestError(.value, "\(place) is JavaScript, which is not allowed") }
    }

    /// Checks a value that stands for itself.
    /// - Parameter operators: the keys with `$` that may be in it; nil for any, where nothing reads them as operators.
    static func check(
        literal element: Element, at place: QueryPlace, _ operators: Set<String>? = QueryOperators.references
    ) throws(RequestError) {
        try check(type: element, at: place)
        guard let view = element.view else { return }
        for inner in view.elements {
            if let operators, inner.isOperator, !operators.contains(inner.key) {
                throw refusal(inner.key, at: place)
            }
            // The place of a plain value is not worth a text: a list may have a hundred thousand.
            if inner.view == nil, !inner.isCode { continue }
            try check(literal: inner, at: place.then(inner.key), operators)
        }
    }
}

extension Element {
    /// Whether the key begins with `$`.
    var isOperator: Bool { keyBytes.first == UInt8(ascii: "$") }

    /// Whether the value is JavaScript.
    var isCode: Bool { type == .javaScript || type == .javaScriptWithScope }

    /// The value as a document, not copied. An array is not one.
    var object: DocumentView? { type == .document ? view : nil }

    /// The value as an array, not copied.
    var array: DocumentView? { type == .array ? view : nil }
}

extension DocumentView {
    /// The first element.
    var first: Element? {
        var elements = self.elements
        return elements.next()
    }
}

extension String {
    /// Without white space at both ends.
    var trimmed: String {
        String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}
