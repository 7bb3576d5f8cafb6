import Documents

extension QueryRules {
    /// Checks a pipeline and the pipelines inside it, and what its expressions may grow to.
    /// - Parameter catalog: the collection that it is run on; nil for a filter of any survey's alerts.
    static func check(_ pipeline: [Document], for user: User, on catalog: String? = nil) throws(RequestError)
    {
        try check(stages: pipeline.map(\.view), at: "pipeline", user)
        try PipelineGrowth.check(pipeline, on: catalog, at: "pipeline")
    }

    /// Checks the stages of one pipeline. Those that are forbidden are named together.
    private static func check(
        stages: [DocumentView], at place: QueryPlace, _ user: User
    ) throws(RequestError) {
        let names = stages.compactMap { stage -> String? in
            var elements = stage.elements
            return elements.next()?.key
        }
        let forbidden = Set(names).subtracting(QueryOperators.stages).sorted().map { "'\($0)'" }
        guard forbidden.isEmpty else {
            throw .invalid("Query", "Pipeline uses forbidden stages: {\(forbidden.joined(separator: ", "))}")
        }
        for (index, stage) in stages.enumerated() {
            try check(stage: stage, at: place.then(String(index)), user)
        }
    }

    private static func check(stage: DocumentView, at place: QueryPlace, _ user: User) throws(RequestError) {
        var elements = stage.elements
        guard let element = elements.next(), elements.next() == nil else {
            throw RequestError(.value, "\(place) must have exactly one stage")
        }
        let name = element.key
        let place = place.then(name)
        // What must be an object and is none has at most the meaning of an expression, and the server refuses it.
        guard let body = element.object else { return try check(expression: element, at: place) }
        switch name {
        case "$match": try check(filter: body, at: place)
        case "$project": try check(projection: body, at: place, ofFind: false)
        case "$sort": try check(order: body, at: place, allowsNatural: false)
        case "$group":
            for inner in body.elements {
                let place = place.then(inner.key)
                if inner.key == "_id" {
                    try check(expression: inner, at: place)
                } else {
                    try check(fields: inner, madeBy: QueryOperators.accumulators, at: place)
                }
            }
        case "$bucket", "$bucketAuto":
            try check(body, at: place, fieldsMadeBy: QueryOperators.accumulators)
        case "$setWindowFields": try check(body, at: place, fieldsMadeBy: QueryOperators.windows)
        case "$geoNear":
            try check(body, at: place) { inner throws(RequestError) in
                guard inner.key == "query" else { return false }
                return try check(subfilter: inner, at: place.then("query"))
            }
        case "$facet":
            for inner in body.elements { try check(pipeline: inner, at: place.then(inner.key), user) }
        case "$unwind":
            try check(unwind: body, at: place)
            try check(expression: element, at: place)
        case "$lookup": try check(lookup: body, at: place, user)
        case "$graphLookup": try check(graphLookup: body, at: place, user)
        default: try check(expression: element, at: place)
        }
    }

    /// Checks the fields of a stage, all of them expressions but those that a function has checked.
    private static func check(
        _ body: DocumentView, at place: QueryPlace, but isChecked: (Element) throws(RequestError) -> Bool
    ) throws(RequestError) {
        for inner in body.elements where try !isChecked(inner) {
            if inner.isOperator { throw refusal(inner.key, at: place) }
            try check(expression: inner, at: place.then(inner.key))
        }
    }

    /// Checks a stage that has `output`, the fields that it makes.
    private static func check(
        _ body: DocumentView, at place: QueryPlace, fieldsMadeBy operators: Set<String>
    ) throws(RequestError) {
        try check(body, at: place) { inner throws(RequestError) in
            guard inner.key == "output", let fields = inner.object else { return false }
            for field in fields.elements {
                try check(fields: field, madeBy: operators, at: place.then("output").then(field.key))
            }
            return true
        }
    }

    /// Checks that the position of an element is not put above the path that is unwound, of which MongoDB 6.0.5 ends.
    private static func check(unwind body: DocumentView, at place: QueryPlace) throws(RequestError) {
        // A field that stands twice is taken from either place.
        let paths = body.elements.filter { $0.key == "path" }.compactMap { $0.string?.dropFirst() }
        for element in body.elements where element.key == "includeArrayIndex" {
            guard let position = element.string, paths.contains(where: { $0.hasPrefix(position + ".") })
            else {
                continue
            }
            throw RequestError(
                .value,
                "\(place).includeArrayIndex must not be a field in which the path lies that is unwound")
        }
    }

    private static func check(subfilter element: Element, at place: QueryPlace) throws(RequestError) -> Bool {
        guard let filter = element.object else { throw RequestError(.value, "\(place) must be an object") }
        try check(filter: filter, at: place)
        return true
    }

    private static func check(pipeline element: Element, at place: QueryPlace, _ user: User)
        throws(RequestError)
    {
        guard let stages = element.array else {
            throw RequestError(.value, "\(place) must be an array of stages")
        }
        var views: [DocumentView] = []
        for element in stages.elements {
            guard let stage = element.object else {
                throw RequestError(.value, "\(place).\(element.key) must be an object that names a stage")
            }
            views.append(stage)
        }
        try check(stages: views, at: place, user)
    }

    private static func check(lookup body: DocumentView, at place: QueryPlace, _ user: User)
        throws(RequestError)
    {
        let fields = ["from", "localField", "foreignField", "let", "pipeline", "as"]
        try check(join: body, of: fields, at: place, user)
        guard
            body.exists(at: "pipeline") || (body.exists(at: "localField") && body.exists(at: "foreignField"))
        else { throw RequestError(.value, "\(place) must have a pipeline, or localField and foreignField") }
        for inner in body.elements {
            let place = place.then(inner.key)
            switch inner.key {
            case "pipeline": try check(pipeline: inner, at: place, user)
            case "let":
                // The one variable of the server that can be given another value is what all fields are taken from.
                for variable in inner.object?.elements ?? Document().elements where variable.key == "CURRENT"
                {
                    throw refusal("CURRENT", at: place)
                }
                try check(expression: inner, at: place)
            default: try check(expression: inner, at: place)
            }
        }
    }

    private static func check(
        graphLookup body: DocumentView, at place: QueryPlace, _ user: User
    ) throws(RequestError) {
        let fields = [
            "from", "startWith", "connectFromField", "connectToField", "as", "maxDepth", "depthField",
            "restrictSearchWithMatch",
        ]
        try check(join: body, of: fields, at: place, user)
        try check(body, at: place) { inner throws(RequestError) in
            guard inner.key == "restrictSearchWithMatch" else { return false }
            return try check(subfilter: inner, at: place.then(inner.key))
        }
    }

    /// Checks that a stage has only known fields, each once, and joins a collection that the user may query.
    ///
    /// MongoDB 6.0.5 ends with a failed invariant where `from` stands twice.
    private static func check(
        join body: DocumentView, of fields: [String], at place: QueryPlace, _ user: User
    ) throws(RequestError) {
        var left = Set(fields)
        for inner in body.elements where left.remove(inner.key) == nil {
            throw RequestError(.value, "\(place).\(inner.key) is unknown or stands twice")
        }
        // An object would name another database.
        guard let target = body.string(at: "from") else {
            throw RequestError(.value, "\(place).from must be the name of a collection")
        }
        _ = try catalog(target, user)
    }
}
