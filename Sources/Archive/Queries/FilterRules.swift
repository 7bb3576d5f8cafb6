import Documents

extension QueryRules {
    /// Checks a filter, and what its expressions may grow to.
    static func check(filter: Document, at place: QueryPlace) throws(RequestError) {
        try check(filter: filter.view, at: place)
        var growth = ExpressionGrowth()
        try growth.check(filter: filter.view, ExpressionGrowth.stored, at: place)
    }

    /// Checks a filter that lies in another document.
    static func check(filter: DocumentView, at place: QueryPlace) throws(RequestError) {
        for element in filter.elements { try check(term: element, at: place) }
    }

    private static func check(term element: Element, at outer: QueryPlace) throws(RequestError) {
        let name = element.key
        let place = outer.then(name)
        guard element.isOperator else { return try check(condition: element, at: place) }
        switch name {
        case "$expr": try check(expression: element, at: place)
        case "$text": try check(literal: element, at: place, QueryOperators.text)
        case _ where QueryOperators.logic.contains(name): try check(filters: element, at: place)
        case _ where QueryOperators.filterTerms.contains(name): try check(literal: element, at: place)
        default: throw refusal(name, at: outer)
        }
    }

    /// Checks the filters of an `$and`; what is no list of filters is left to the server to refuse.
    private static func check(filters list: Element, at place: QueryPlace) throws(RequestError) {
        guard let filters = list.array else { return try check(literal: list, at: place) }
        for element in filters.elements {
            guard let filter = element.object else { return try check(literal: element, at: place) }
            try check(filter: filter, at: place.then(element.key))
        }
    }

    /// Checks what a filter demands of a field: operators, where the first key is one, else a value.
    private static func check(condition element: Element, at place: QueryPlace) throws(RequestError) {
        guard let object = element.object, let first = object.first, first.isOperator,
            !QueryOperators.references.contains(first.key)
        else { return try check(literal: element, at: place) }
        for inner in object.elements { try check(demand: inner, at: place) }
    }

    private static func check(demand element: Element, at outer: QueryPlace) throws(RequestError) {
        let name = element.key
        let place = outer.then(name)
        guard element.isOperator else { return try check(literal: element, at: place) }
        switch name {
        case "$not": try check(condition: element, at: place)
        case "$elemMatch": try check(elements: element, at: place)
        case "$all":
            guard let list = element.array else { return try check(literal: element, at: place) }
            for inner in list.elements { try check(condition: inner, at: place) }
        case _ where QueryOperators.comparisons.contains(name): try check(literal: element, at: place)
        case _ where QueryOperators.geometry.contains(name):
            try check(literal: element, at: place, QueryOperators.shapes)
        default: throw refusal(name, at: outer)
        }
    }

    /// Checks an `$elemMatch`, which holds either a filter or the demands on a value.
    static func check(elements element: Element, at place: QueryPlace) throws(RequestError) {
        guard let object = element.object else { return try check(literal: element, at: place) }
        for inner in object.elements {
            if QueryOperators.logic.contains(inner.key) {
                try check(term: inner, at: place)
            } else if inner.isOperator {
                try check(demand: inner, at: place)
            } else {
                try check(condition: inner, at: place.then(inner.key))
            }
        }
    }
}
