import Documents

/// What of MongoDB's language users may use: lists of what is allowed, so that what a new server adds is not.
enum QueryRules {
    /// A collection's name as it may be queried by a user.
    static func catalog(_ given: String, _ user: User) throws(RequestError) -> String {
        let name = given.trimmed
        guard !name.isEmpty, !name.utf8.contains(0), !name.contains("$") else {
            throw RequestError(.value, "catalog must be the name of a collection")
        }
        guard user.isAdmin || !Collections.restricted.contains(name), !name.hasPrefix("system.") else {
            throw .invalid("Query", "Protected collection")
        }
        return name
    }

    /// Stages that only read what the caller may read.
    private static let stages: Set<String> = [
        "$addFields", "$bucket", "$bucketAuto", "$count", "$densify", "$facet", "$fill", "$geoNear", "$group",
        "$limit", "$match", "$project", "$redact", "$replaceRoot", "$replaceWith", "$sample", "$set",
        "$setWindowFields", "$skip", "$sort", "$sortByCount", "$unset", "$unwind",
    ]

    /// Stages that read other collections: for admins, because rights are not merged into them.
    private static let joins: Set<String> = ["$lookup", "$graphLookup"]

    /// Operators that run JavaScript on the server.
    private static let scripts: Set<String> = ["$where", "$function", "$accumulator"]

    /// Checks a pipeline, and the pipelines inside it.
    static func check(_ pipeline: [Document], for user: User) throws(RequestError) {
        try checkStages(pipeline.map(\.view), at: "pipeline", user)
        for (index, stage) in pipeline.enumerated() { try check(stage, at: "pipeline.\(index)") }
    }

    private static func checkStages(
        _ pipeline: [DocumentView], at place: String, _ user: User
    ) throws(RequestError) {
        for (index, stage) in pipeline.enumerated() {
            let place = "\(place).\(index)"
            var elements = stage.elements
            guard let element = elements.next(), elements.next() == nil else {
                throw RequestError(.value, "\(place) must have exactly one stage")
            }
            let name = element.key
            guard stages.contains(name) || (user.isAdmin && joins.contains(name)) else {
                throw .invalid("Query", "Pipeline uses forbidden stages: {'\(name)'}")
            }
            guard let body = element.view, element.type == .document else { continue }
            if joins.contains(name) {
                // An object would name another database.
                guard let target = body.string(at: "from") else {
                    throw RequestError(.value, "\(place).\(name).from must be the name of a collection")
                }
                _ = try catalog(target, user)
            }
            if name == "$geoNear", let query = body.element(at: "query"), query.type != .document {
                throw RequestError(.value, "\(place).$geoNear.query must be an object")
            }
            for inner in body.elements
            where name == "$facet" || (name == "$lookup" && inner.key == "pipeline") {
                guard inner.type == .array, let stages = inner.view else {
                    throw RequestError(.value, "\(place).\(name).\(inner.key) must be an array of stages")
                }
                try checkStages(Array(stages.documents), at: "\(place).\(name).\(inner.key)", user)
            }
        }
    }

    /// Checks that a filter, projection or stage runs no JavaScript at any depth.
    static func check(_ document: Document, at place: String) throws(RequestError) {
        try check(document.view, at: place)
    }

    /// Checks the same of a document that lies in another.
    static func check(_ document: DocumentView, at place: String) throws(RequestError) {
        for element in document.elements {
            switch element.type {
            case .javaScript, .javaScriptWithScope:
                throw RequestError(.value, "\(place).\(element.key) is JavaScript, which is not allowed")
            default: break
            }
            // What the server has for its own use runs JavaScript, too: $_internalJsEmit.
            if element.keyBytes.first == UInt8(ascii: "$"),
                scripts.contains(element.key) || element.key.hasPrefix("$_")
            {
                throw RequestError(.value, "\(place) uses \(element.key), which is not allowed")
            }
            if let inner = element.view { try check(inner, at: "\(place).\(element.key)") }
        }
    }
}

extension String {
    /// Without white space at both ends.
    var trimmed: String {
        String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}
