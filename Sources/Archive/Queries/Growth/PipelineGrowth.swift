import Documents

/// Follows what documents can grow to through the stages of a pipeline.
struct PipelineGrowth {
    /// What has been counted so far, and is held.
    var growth = ExpressionGrowth()
    /// A document as it comes from the last stage.
    var document: Extent
    /// How many documents there are at most; infinite where nothing is known.
    var documents = Double.infinity
    /// How many documents one stored document has become at most, by `$unwind`.
    var copies = 1.0
    /// Bytes that are held around, whatever happens here: by the documents that a `$lookup` is for.
    var outside = 0.0
    /// The variables of the `$lookup` around.
    var variables: ExpressionGrowth.Scope = [:]

    /// Follows pipelines on documents.
    init(of document: Extent) { self.document = document }

    /// Refuses a pipeline that may pass `GrowthLimits`.
    /// - Parameter catalog: the collection that it is run on; nil for filters of any survey's alerts.
    static func check(
        _ stages: [Document], on catalog: String?, at place: QueryPlace
    ) throws(RequestError) {
        var growth = PipelineGrowth(of: catalog.map(Extent.stored) ?? .stored(in: Archive.surveys))
        try growth.run(stages.map(\.view), at: place)
    }

    /// The variables that expressions see.
    var scope: ExpressionGrowth.Scope {
        var scope = variables
        scope["ROOT"] = document
        scope["CURRENT"] = document
        return scope
    }

    /// Follows the stages of a pipeline.
    mutating func run(_ stages: [DocumentView], at place: QueryPlace) throws(RequestError) {
        for (index, stage) in stages.enumerated() {
            guard let element = stage.first else { continue }
            let place = place.then(String(index))
            guard let rule = StageGrowth.stages[element.key] else {
                throw QueryRules.refusal(element.key, at: place)
            }
            // MongoDB looks at its clock between stages.
            growth.steps = 0
            try follow(rule, element, at: place.then(element.key))
            try growth.check(document, element.key, at: place)
        }
    }

    private mutating func follow(
        _ rule: StageGrowth, _ element: Element, at place: QueryPlace
    ) throws(RequestError) {
        let body = element.object ?? Document().view
        switch rule {
        case .filter:
            try growth.check(filter: body, scope, at: place)
            documents = min(documents, matches(body))
        case .limit: documents = min(documents, element.double ?? .infinity)
        case .sample: documents = min(documents, body.argument("size")?.double ?? .infinity)
        case .skip: break
        case .order: growth.steps += document.values
        case .fields: try assign(body, at: place)
        case .projection: try project(body, at: place)
        case .removal:
            for name in element.array?.elements.compactMap(\.string) ?? [element.string ?? ""] {
                remove(name)
            }
        case .root: try replaceRoot(element, at: place)
        case .redaction: try redact(element, at: place)
        case .group: try group(body, at: place)
        case .buckets: try buckets(body, at: place)
        case .countByValue:
            let value = try growth.evaluate(element, scope, at: place)
            document = Extent.document(["_id": value, "count": .anyNumber]).borrowed
        case .count:
            document = Extent.document([element.string ?? "": .anyNumber]).borrowed
            documents = 1
        case .unwinding: unwind(element)
        case .facets: try facets(body, at: place)
        case .join: try join(body, at: place)
        case .recursiveJoin: try joinRecursively(body, at: place)
        case .windows: try windows(body, at: place)
        case .positions:
            if let query = body.argument("query")?.object {
                try growth.check(filter: query, scope, at: place.then("query"))
            }
            for name in ["distanceField", "includeLocs"] {
                if let field = body.argument(name)?.string { set(field, .storedElement) }
            }
        case .densification:
            (documents, copies) = (.infinity, copies + GrowthLimits.densified)
        case .filling: try fill(body, at: place)
        }
    }

    /// Evaluates an expression whose result is not kept.
    mutating func pass(_ element: Element?, at place: QueryPlace) throws(RequestError) {
        guard let element else { return }
        let before = growth.held
        _ = try growth.evaluate(element, scope, at: place.then(element.key))
        growth.held = before
    }

    private mutating func redact(_ element: Element, at place: QueryPlace) throws(RequestError) {
        let (stepsBefore, heldBefore) = (growth.steps, growth.held)
        growth.steps = 0
        _ = try growth.evaluate(element, scope, at: place)
        // It is asked of every document inside, where it says so: as many as points, and what was added.
        let parts = GrowthLimits.storedLength + max(0, document.values - GrowthLimits.storedValues)
        growth.steps = stepsBefore + growth.steps * (element.names("$$DESCEND") ? parts : 1)
        growth.held = heldBefore
    }

    private mutating func unwind(_ element: Element) {
        let body = element.object
        guard let path = element.string ?? body?.argument("path")?.string, path.hasPrefix("$") else { return }
        let names = path.dropFirst().split(separator: ".").map(String.init)
        var field = document
        for name in names { field = field.field(name) }
        let length = max(1, field.length)
        documents *= length
        copies *= length
        // An array gives way to its elements; what is none stays.
        var element = field.element
        if field.length == 0 { element.join(field) }
        set(names.joined(separator: "."), element)
        if let index = body?.argument("includeArrayIndex")?.string { set(index, .anyNumber) }
    }

    private mutating func fill(_ body: DocumentView, at place: QueryPlace) throws(RequestError) {
        try pass(body.argument("partitionBy"), at: place)
        for output in body.argument("output")?.object?.elements ?? Document().elements {
            guard let value = output.object?.argument("value") else { continue }
            let filled = try growth.evaluate(value, scope, at: place.then("output").then(output.key))
            set(output.key, filled.joined(document.field(output.key)))
        }
    }
}

extension Element {
    /// Whether a text in it is this.
    fileprivate func names(_ text: String) -> Bool {
        if let string { return string == text }
        return view?.elements.contains { $0.names(text) } ?? false
    }
}
