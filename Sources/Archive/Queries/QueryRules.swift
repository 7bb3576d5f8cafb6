import Documents

/// What of MongoDB's language users may use: lists of what is allowed, so that what a new server adds is not.
enum QueryRules {
    /// A collection's name as it may be queried by a user.
    static func catalog(_ given: String, _ user: User) throws(QueryError) -> String {
        let name = given.trimmed
        guard !name.isEmpty, !name.utf8.contains(0), !name.contains("$") else {
            throw QueryError(.value, "catalog must be the name of a collection")
        }
        guard user.isAdmin || !Collections.restricted.contains(name), !name.hasPrefix("system.") else {
            throw .invalid("Protected collection")
        }
        return name
    }

    /// Stages that only read what the caller may read.
    private static let stages: Set<String> = [
        "$addFields", "$bucket", "$bucketAuto", "$count", "$densify", "$facet", "$fill", "$geoNear", "$group",
        "$limit",
        "$match", "$project", "$redact", "$replaceRoot", "$replaceWith", "$sample", "$set",
        "$setWindowFields", "$skip",
        "$sort", "$sortByCount", "$unset", "$unwind",
    ]

    /// Stages that read other collections: for admins, until their rights are checked inside as well.
    private static let joins: Set<String> = ["$lookup", "$graphLookup"]

    /// Operators that run JavaScript on the server.
    private static let scripts: Set<String> = ["$where", "$function", "$accumulator"]

    /// Checks a pipeline and the pipelines inside it.
    static func check(_ pipeline: [Document], for user: User) throws(QueryError) {
        for (index, stage) in pipeline.enumerated() {
            guard let name = stage.keys.first, stage.keys.count == 1 else {
                throw QueryError(.value, "pipeline.\(index) must have exactly one stage")
            }
            guard stages.contains(name) || (user.isAdmin && joins.contains(name)) else {
                throw .invalid("Pipeline uses forbidden stages: {'\(name)'}")
            }
            if joins.contains(name), let target = stage.string(at: Path("\(name).from")) {
                _ = try catalog(target, user)
            }
            for inner in innerPipelines(stage, name) { try check(inner, for: user) }
            try check(stage, at: "pipeline.\(index)")
        }
    }

    private static func innerPipelines(_ stage: Document, _ name: String) -> [[Document]] {
        switch name {
        case "$facet":
            return stage.document(at: "$facet")?.elements.compactMap { $0.value.list?.compactMap(\.document) }
                ?? []
        case "$lookup":
            return stage.array(at: "$lookup.pipeline").map { [$0.compactMap(\.document)] } ?? []
        default: return []
        }
    }

    /// Checks that a filter, projection or stage runs no JavaScript at any depth.
    static func check(_ document: Document, at place: String) throws(QueryError) {
        for element in document.elements {
            let key = element.key
            if scripts.contains(key) {
                throw QueryError(.value, "\(place) uses \(key), which is not allowed")
            }
            switch element.value {
            case .document(let inner), .array(let inner): try check(inner, at: "\(place).\(key)")
            case .javaScript, .javaScriptWithScope:
                throw QueryError(.value, "\(place).\(key) is JavaScript, which is not allowed")
            default: break
            }
        }
    }
}

extension String {
    /// Without white space at both ends.
    var trimmed: String {
        String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}
