import Documents

/// A user's rights to all collections that a pipeline reaches: each `$lookup` and `$graphLookup`, at any depth, sees its
/// target through the rights to that.
struct PipelineRights {
    private let user: User
    private let surveys: [Survey]

    /// - Parameters:
    ///   - user: who asks.
    ///   - surveys: the surveys whose collections have programs.
    init(of user: User, surveys: [Survey]) {
        self.user = user
        self.surveys = surveys
    }

    /// A user's pipeline, which has passed `QueryRules`, on what the user may see.
    /// - Throws: what cannot be kept to the rights.
    func pipeline(_ stages: [Document], on catalog: String) throws(RequestError) -> [Document] {
        if user.isAdmin { return stages }
        return try pipeline(stages, on: catalog, at: "pipeline")
    }

    private func pipeline(
        _ stages: [Document], on catalog: String, at place: QueryPlace
    ) throws(RequestError) -> [Document] {
        AccessRights(of: user, to: catalog, surveys: surveys).pipeline(try joined(stages, at: place))
    }

    /// Stages whose joins are kept to the rights.
    private func joined(_ stages: [Document], at place: QueryPlace) throws(RequestError) -> [Document] {
        var joined: [Document] = []
        for (index, stage) in stages.enumerated() {
            joined.append(try self.joined(stage, at: place.then(String(index))))
        }
        return joined
    }

    private func joined(_ stage: Document, at place: QueryPlace) throws(RequestError) -> Document {
        guard let (name, body) = stage.onlyObject else { return stage }
        let place = place.then(name)
        var writer = DocumentWriter()
        writer.beginDocument(name)
        switch name {
        case "$facet":
            for element in body.elements {
                let facet = try joined(element.stages, at: place.then(element.key))
                writer.append(element.key, documents: facet)
            }
        case "$lookup" where body.exists(at: "from"): try append(lookup: body, at: place, to: &writer)
        case "$lookup":
            // Without a collection there are only documents that the pipeline has made itself: `FindProjection`.
            for element in body.elements where element.key != "pipeline" { writer.append(element) }
            let stages = body.element(at: "pipeline")?.stages ?? []
            writer.append("pipeline", documents: try joined(stages, at: place.then("pipeline")))
        case "$graphLookup": try append(graphLookup: body, at: place, to: &writer)
        default: return stage
        }
        writer.end()
        return writer.finish()
    }

    /// A collection that is joined, by the name under which it was checked, and the rights to it.
    private func target(_ body: DocumentView, at place: QueryPlace) throws(RequestError) -> (
        String, AccessRights
    ) {
        guard let given = body.string(at: "from") else {
            throw RequestError(.value, "\(place).from must be the name of a collection")
        }
        let name = try QueryRules.catalog(given, user)
        return (name, AccessRights(of: user, to: name, surveys: surveys))
    }

    /// What `localField` and `foreignField` demand is asked before the pipeline, so that it may use indexes.
    private func append(
        lookup body: DocumentView, at place: QueryPlace, to writer: inout DocumentWriter
    ) throws(RequestError) {
        let (name, rights) = try target(body, at: place)
        if let field = body.string(at: "foreignField"), !rights.allowsJoin(on: field) {
            throw RequestError(
                .value, "\(place).foreignField cannot be \(field), of which you may see only a part")
        }
        writer.append("from", string: name)
        for element in body.elements where element.key != "from" && element.key != "pipeline" {
            writer.append(element)
        }
        let stages = try pipeline(
            body.element(at: "pipeline")?.stages ?? [], on: name, at: place.then("pipeline"))
        // MongoDB is faster without a pipeline than with an empty one.
        if !stages.isEmpty || body.exists(at: "pipeline") { writer.append("pipeline", documents: stages) }
    }

    private func append(
        graphLookup body: DocumentView, at place: QueryPlace, to writer: inout DocumentWriter
    ) throws(RequestError) {
        let (name, rights) = try target(body, at: place)
        guard let restriction = rights.filter(body.document(at: "restrictSearchWithMatch") ?? [:]) else {
            throw RequestError(
                .value, "\(place) cannot search \(name), of which you may see only a part; use $lookup")
        }
        writer.append("from", string: name)
        for element in body.elements where element.key != "from" && element.key != "restrictSearchWithMatch" {
            writer.append(element)
        }
        if !restriction.isEmpty { writer.append("restrictSearchWithMatch", document: restriction) }
    }
}

extension Document {
    /// The one element's key and value where that is an object.
    fileprivate var onlyObject: (String, DocumentView)? {
        var elements = self.elements
        guard let element = elements.next(), elements.next() == nil, let body = element.object else {
            return nil
        }
        return (element.key, body)
    }
}

extension Element {
    /// The stages of a pipeline; whatever is no document has not passed `QueryRules`.
    fileprivate var stages: [Document] { array?.documents.map(\.document) ?? [] }
}
