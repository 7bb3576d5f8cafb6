import Documents

extension ExpressionGrowth {
    /// Refuses a filter with an `$expr` that may pass `GrowthLimits`.
    mutating func check(filter: DocumentView, _ scope: Scope, at place: QueryPlace) throws(RequestError) {
        for term in filter.elements where term.isOperator {
            let place = place.then(term.key)
            if term.key == "$expr" {
                let before = held
                _ = try evaluate(term, scope, at: place)
                held = before
                try check(.small, "$expr", at: place)
            }
            guard QueryOperators.logic.contains(term.key), let filters = term.array else { continue }
            for inner in filters.elements {
                if let filter = inner.object { try check(filter: filter, scope, at: place.then(inner.key)) }
            }
        }
    }

    /// Refuses a projection of `find` with expressions that may pass `GrowthLimits`.
    mutating func check(projection: DocumentView, at place: QueryPlace) throws(RequestError) {
        for field in projection.elements {
            let place = place.then(field.key)
            guard let object = field.object, let first = object.first else {
                _ = try evaluate(field, Self.stored, at: place)
                continue
            }
            // What picks elements by a filter adds nothing.
            if first.key == "$elemMatch" { continue }
            if first.isOperator {
                _ = try evaluate(field, Self.stored, at: place)
            } else {
                try check(projection: object, at: place)
            }
        }
        try check(.small, "the projection", at: place)
    }
}
