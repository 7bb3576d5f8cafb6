import Documents

extension PipelineGrowth {
    /// `$facet`: pipelines of their own, each of whose documents make an array.
    mutating func facets(_ body: DocumentView, at place: QueryPlace) throws(RequestError) {
        var made: [String: Extent] = [:]
        var held = 0.0
        for facet in body.elements {
            var inner = self
            try inner.run(facet.array.map { Array($0.documents) } ?? [], at: place.then(facet.key))
            growth.rehearsals = inner.growth.rehearsals
            made[facet.key] = Self.gathered(inner.document, inner.documents)
            held += Self.held(inner)
        }
        // All together are no larger than MongoDB bears.
        growth.held = outside + min(held, GrowthLimits.serversOwn)
        growth.hold(0)
        document = Extent.document(made).borrowed
        (documents, copies) = (1, 1)
    }

    /// `$lookup`: an array of other documents, or of what a pipeline makes of them.
    mutating func join(_ body: DocumentView, at place: QueryPlace) throws(RequestError) {
        guard let name = body.argument("as")?.string else { return }
        let before = growth.held
        var inner = PipelineGrowth(of: .stored(in: body.argument("from")?.string?.trimmed ?? ""))
        inner.growth = growth
        inner.variables = variables
        for variable in body.argument("let")?.object?.elements ?? Document().elements {
            let place = place.then("let").then(variable.key)
            let value = try inner.growth.evaluate(variable, scope, at: place)
            // It is the same for all documents of the pipeline.
            inner.variables[variable.key] = value.anonymous.borrowed
        }
        if let foreign = body.argument("foreignField")?.string,
            let local = body.argument("localField")?.string
        {
            inner.documents = found(inner.document.field(path: foreign), document.field(path: local))
        }
        inner.outside = inner.growth.held
        let stages = body.argument("pipeline")?.array.map { Array($0.documents) } ?? []
        try inner.run(stages, at: place.then("pipeline"))
        growth.rehearsals = inner.growth.rehearsals
        growth.peak = max(growth.peak, inner.growth.peak)
        growth.held = before
        growth.hold(Self.held(inner))
        growth.steps += inner.document.values
        set(name, Self.gathered(inner.document, inner.documents))
    }

    /// `$graphLookup`.
    mutating func joinRecursively(_ body: DocumentView, at place: QueryPlace) throws(RequestError) {
        guard let name = body.argument("as")?.string else { return }
        try pass(body.argument("startWith"), at: place)
        if let filter = body.argument("restrictSearchWithMatch")?.object {
            try growth.check(filter: filter, scope, at: place.then("restrictSearchWithMatch"))
        }
        growth.hold(GrowthLimits.serversOwn)
        set(name, Self.gathered(.stored(in: []), .infinity))
    }

    /// Bytes that are held for the documents that a pipeline has made.
    private static func held(_ flow: PipelineGrowth) -> Double {
        let stored = min(GrowthLimits.value * flow.document.values, GrowthLimits.storedDocument)
        let added = max(0, flow.document.values - GrowthLimits.storedValues) * GrowthLimits.value
        return min(GrowthLimits.serversOwn, flow.documents * (stored + added))
    }

    /// How many documents have the values of a field in another: of an identity one, or as many as an object has.
    private func found(_ foreign: Extent, _ local: Extent) -> Double {
        guard case .identity(let isUnique) = foreign.inside else { return .infinity }
        return max(1, local.length) * (isUnique ? 1 : GrowthLimits.storedLength)
    }

    /// How many documents a filter can match: infinite where it says nothing of an identity.
    func matches(_ filter: DocumentView) -> Double {
        var most = Double.infinity
        for term in filter.elements {
            switch term.key {
            case "$and":
                for inner in term.array.map({ Array($0.documents) }) ?? [] {
                    most = min(most, matches(inner))
                }
            case "$expr": most = min(most, matches(expression: term))
            case let name:
                if let each = each(name) { most = min(most, term.valueCount * each) }
            }
        }
        return most
    }

    /// How many documents have the same value of an identity at a path; nil where there is none.
    private func each(_ path: String) -> Double? {
        guard case .identity(let isUnique) = document.field(path: path).inside else { return nil }
        return isUnique ? copies : max(GrowthLimits.storedLength, copies)
    }

    /// The same for an expression: `$and`, or an identity that equals a value or a variable of the `$lookup` around.
    private func matches(expression: Element) -> Double {
        guard let operation = expression.object?.first, let arguments = operation.array else {
            return .infinity
        }
        let parts = Array(arguments.elements)
        if operation.key == "$and" { return parts.map { matches(expression: $0) }.min() ?? .infinity }
        guard parts.count == 2, operation.key == "$eq" || operation.key == "$in" else { return .infinity }
        for (field, value) in [(parts[0], parts[1]), (parts[1], parts[0])] {
            guard let path = field.string, path.hasPrefix("$"), let each = each(String(path.dropFirst()))
            else {
                continue
            }
            if let count = values(value, areListed: operation.key == "$in") { return count * each }
            if operation.key == "$in" { return .infinity }
        }
        return .infinity
    }

    /// How many values an expression stands for that does not depend on the document; nil where it may.
    private func values(_ element: Element, areListed: Bool) -> Double? {
        if let text = element.string, text.hasPrefix("$") {
            guard text.hasPrefix("$$"), let variable = variables[String(text.dropFirst(2))] else {
                return nil
            }
            return areListed ? max(1, variable.length) : 1
        }
        guard element.object == nil else { return nil }
        guard let list = element.array else { return areListed ? nil : 1 }
        let isPlain = list.elements.allSatisfy { $0.view == nil && $0.string?.hasPrefix("$") != true }
        return isPlain ? (areListed ? max(1, Double(Array(list.elements).count)) : 1) : nil
    }
}

extension Extent {
    /// What is at a path.
    fileprivate func field(path: String) -> Extent {
        path.split(separator: ".").reduce(self) { $0.field(String($1)) }
    }
}

extension Element {
    /// How many values a filter's condition on a field allows.
    fileprivate var valueCount: Double {
        guard let object else { return type == .regularExpression ? .infinity : 1 }
        guard let first = object.first, first.isOperator else { return 1 }
        var most = Double.infinity
        for demand in object.elements {
            if demand.key == "$eq" { most = min(most, 1) }
            guard demand.key == "$in", let list = demand.array else { continue }
            let values = Array(list.elements)
            if values.contains(where: { $0.type == .regularExpression }) { continue }
            most = min(most, max(1, Double(values.count)))
        }
        return most
    }
}
