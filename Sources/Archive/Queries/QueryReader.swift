public import Documents

/// Reads a request's body `{query_type, query, kwargs?}` into a query that may be run for a user.
public struct QueryReader: Sendable {
    /// Milliseconds that a query may take where it does not say.
    let defaultTime: Int64
    /// Milliseconds that a query may ask for at most.
    let longestTime: Int64

    /// - Parameters:
    ///   - defaultTime: milliseconds that a query may take where it does not say.
    ///   - longestTime: milliseconds that a query may ask for at most.
    public init(defaultTime: Int64, longestTime: Int64) {
        self.defaultTime = defaultTime
        self.longestTime = longestTime
    }

    /// The query that a body means.
    public func read(_ body: Document, for user: User) throws(RequestError) -> Query {
        guard let type = body["query_type"] else { throw .missing("query_type") }
        guard let type = type.string, Query.types.contains(type) else {
            let names = Query.types.map { "'\($0)'" }.joined(separator: ", ")
            throw RequestError(.key, "\"query_type \(text(type)) not in (\(names))\"")
        }
        guard let given = body["query"] else { throw .missing("query") }
        guard let query = given.document else { throw RequestError(.type, "query must be an object") }
        let options = try options(body["kwargs"])
        switch type {
        case "find":
            return .find(
                catalog: try catalog(query, user), filter: try filter(query, user),
                projection: try projection(query, user), options: options)
        case "find_one":
            return .findOne(
                catalog: try catalog(query, user), filter: try filter(query, user),
                projection: try projection(query, user), options: options)
        case "aggregate":
            let catalog = try catalog(query, user)
            return .aggregate(
                catalog: catalog, pipeline: try pipeline(query, on: catalog, user), options: options)
        case "count_documents":
            return .countDocuments(
                catalog: try catalog(query, user), filter: try filter(query, user), options: options)
        case "estimated_document_count":
            return .estimatedDocumentCount(catalog: try catalog(query, user), options: options)
        case "info": return .info(try info(query, user), options: options)
        case "cone_search": return .positions(try coneSearch(query, kwargs(body), options, user))
        case "near": return .positions(try near(query, kwargs(body), options, user))
        case "skymap":
            return .skymap(
                try SkymapQuery(
                    query["skymap"], catalog: try catalog(query, user), filter: try filter(query, user),
                    projection: try projection(query, user), options: options))
        default: return .drop(catalog: try catalog(query, user))
        }
    }

    private func kwargs(_ body: Document) -> Document { body["kwargs"]?.document ?? Document() }

    private func catalog(_ query: Document, _ user: User) throws(RequestError) -> String {
        guard let given = query["catalog"] else { throw .missing("catalog") }
        guard let name = given.string else { throw RequestError(.type, "catalog must be a string") }
        return try QueryRules.catalog(name, user)
    }

    /// The filter of a query or of one of its catalogues, which must be there.
    func filter(_ query: Document, _ user: User) throws(RequestError) -> Document {
        guard let given = query["filter"] else { throw .missing("filter") }
        guard let filter = try literal(given, "filter").document else {
            throw RequestError(.value, "Unsupported filter specification")
        }
        try QueryRules.check(filter: filter, at: "filter")
        return filter
    }

    /// The projection of a query or of one of its catalogues; nil for whole documents.
    func projection(_ query: Document, _ user: User) throws(RequestError) -> Document? {
        guard let given = query["projection"], given != .null else { return nil }
        guard let projection = try literal(given, "projection").document else {
            throw RequestError(.value, "Unsupported projection specification")
        }
        try QueryRules.check(projection: projection, at: "projection")
        return projection.isEmpty ? nil : projection
    }

    private func pipeline(_ query: Document, on catalog: String, _ user: User) throws(RequestError)
        -> [Document]
    {
        guard let given = query["pipeline"] else { throw .missing("pipeline") }
        guard let stages = try literal(given, "pipeline").list else {
            throw RequestError(.value, "Unsupported pipeline specification")
        }
        guard !stages.isEmpty else { throw .invalid("Query", "Pipeline must contain at least one stage") }
        var pipeline: [Document] = []
        for (index, stage) in stages.enumerated() {
            guard let stage = stage.document, !stage.isEmpty else {
                throw RequestError(.value, "pipeline.\(index) must be an object that names a stage")
            }
            pipeline.append(stage)
        }
        try QueryRules.check(pipeline, for: user, on: catalog)
        return pipeline
    }

    /// The value itself, or what it means where it is a text.
    private func literal(_ given: Value, _ name: String) throws(RequestError) -> Value {
        guard case .string(let text) = given else { return given }
        return try PythonLiteral.value(of: text, name)
    }

    private func info(_ query: Document, _ user: User) throws(RequestError) -> Query.Info {
        guard let given = query["command"] else { throw .missing("command") }
        if let catalog = query["catalog"], catalog != .null, catalog.string == nil {
            throw RequestError(.type, "catalog must be a string")
        }
        switch given.string {
        case "catalog_names": return .catalogNames
        case "catalog_info": return .catalog(try catalog(query, user))
        case "index_info": return .indexes(try catalog(query, user))
        case "db_info": return .database
        default:
            throw RequestError(
                .key,
                "\"command \(text(given)) not in ('catalog_names', 'catalog_info', 'index_info', 'db_info')\""
            )
        }
    }

    private func options(_ given: Value?) throws(RequestError) -> Query.Options {
        var options = Query.Options(maximumTime: defaultTime)
        guard let given, given != .null else { return options }
        guard let kwargs = given.document else { throw RequestError(.type, "kwargs must be an object") }
        if let time = kwargs["max_time_ms"], time != .null {
            guard let milliseconds = time.int64, milliseconds >= 1, time != .bool(true) else {
                throw RequestError(.value, "max_time_ms must be int >= 1")
            }
            options.maximumTime = min(milliseconds, longestTime)
        }
        for name in ["sort", "hint"] {
            if let given = kwargs.element(key: name)?.view {
                try QueryRules.check(order: given, at: "kwargs.\(name)")
            }
        }
        options.skip = try natural(kwargs, "skip")
        options.limit = try natural(kwargs, "limit")
        if let hint = kwargs["hint"], hint != .null {
            guard hint.string != nil || hint.document != nil else {
                throw RequestError(.type, "hint must be the name of an index")
            }
            options.hint = hint
        }
        options.sort = try sort(kwargs["sort"])
        if let disk = kwargs["allowDiskUse"], disk != .null {
            guard case .bool(let allowed) = disk else {
                throw RequestError(.type, "allowDiskUse must be a bool")
            }
            options.allowDiskUse = allowed
        }
        return options
    }

    private func natural(_ kwargs: Document, _ name: String) throws(RequestError) -> Int? {
        guard let given = kwargs[Path(name)], given != .null else { return nil }
        guard let number = given.int64.flatMap(Int.init(exactly:)), number >= 0 else {
            throw RequestError(.value, "\(name) must be int >= 0")
        }
        return number
    }

    /// `[[field, ±1], …]`, as PyMongo takes it; a single pair's and an object's meaning is plain too.
    private func sort(_ given: Value?) throws(RequestError) -> Document? {
        guard let given, given != .null else { return nil }
        if let object = given.document { return object.isEmpty ? nil : object }
        guard let pairs = given.list else {
            throw RequestError(.type, "sort must be a list of [field, 1 or -1]")
        }
        var writer = DocumentWriter()
        for (index, pair) in pairs.enumerated() {
            guard let pair = pair.list, pair.count == 2, let field = pair[0].string, !field.utf8.contains(0),
                pair[1].int64 == 1 || pair[1].int64 == -1 || pair[1].document != nil
            else { throw RequestError(.value, "sort.\(index) must be [field, 1 or -1]") }
            writer.append(field, pair[1])
        }
        let sort = writer.finish()
        return sort.isEmpty ? nil : sort
    }

    private func text(_ value: Value) -> String {
        switch value {
        case .string(let text): text
        case .null: "None"
        default: value.int64.map(String.init) ?? value.double.map { "\($0)" } ?? "of another type"
        }
    }
}
