import Documents

extension QueryRules {
    /// Checks a projection of `find`, and what its expressions may grow to.
    static func check(projection: Document, at place: QueryPlace) throws(RequestError) {
        try check(projection: projection.view, at: place, ofFind: true)
        var growth = ExpressionGrowth()
        try growth.check(projection: projection.view, at: place)
    }

    /// Checks a projection.
    /// - Parameter ofFind: whether it may pick elements by a filter, as find's can and `$project` cannot.
    static func check(projection: DocumentView, at place: QueryPlace, ofFind: Bool) throws(RequestError) {
        for element in projection.elements {
            if element.isOperator { throw refusal(element.key, at: place) }
            let place = place.then(element.key)
            guard let object = element.object, let first = object.first else {
                try check(expression: element, at: place)
                continue
            }
            if !first.isOperator {
                try check(projection: object, at: place, ofFind: ofFind)
            } else if ofFind, first.key == "$elemMatch" {
                for inner in object.elements {
                    guard inner.key == "$elemMatch" else { throw refusal(inner.key, at: place) }
                    try check(elements: inner, at: place.then("$elemMatch"))
                }
            } else {
                try check(expression: element, at: place)
            }
        }
    }

    /// Checks `sort` or `hint`: fields with directions, and the order of storage.
    static func check(order: DocumentView, at place: QueryPlace, allowsNatural: Bool = true)
        throws(RequestError)
    {
        for element in order.elements {
            if element.isOperator, !allowsNatural || element.key != "$natural" {
                throw refusal(element.key, at: place)
            }
            // A direction is a number or `{$meta: …}`.
            try check(expression: element, at: place.then(element.key))
        }
    }
}
