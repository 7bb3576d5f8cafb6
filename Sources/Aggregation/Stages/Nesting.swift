import Documents

/// `$facet`: several pipelines over the same documents; a document with what came out of each.
struct Facet: Stage {
    let facets: [(name: Name, pipeline: Pipeline)]

    var manner: Manner { .evenNone }

    func pass(_ input: [Record], to output: inout [Record], _ run: inout Run) throws(Failure) {
        var members: [Record.Member] = []
        for (name, pipeline) in facets {
            let records = try pipeline.documents(from: input, &run)
            try run.hold(32 + 16 * records.count)
            members.append(Record.Member(name, .array(List(records.map { .document($0) }))))
        }
        output.append(Record(members))
    }
}

extension StageKind {
    /// Stages with pipelines inside.
    static let nesting: [StageKind] = [
        StageKind("$facet") { compiler, argument, place throws(CompileError) in
            guard case .document(let specification) = argument, !specification.isEmpty else {
                throw CompileError(.invalid, place, "must be an object that names a pipeline")
            }
            var facets: [(name: Name, pipeline: Pipeline)] = []
            for element in specification.elements {
                let place = place.at(element.key)
                try compiler.checkName(element.key, place)
                facets.append((Name(element.key), try compiler.facet(element.value, place)))
            }
            return Facet(facets: facets)
        }
    ]

    /// Stages that MongoDB refuses inside `$facet`.
    private static let neverInFacets: Set<String> = [
        "$changeStream", "$collStats", "$currentOp", "$documents", "$facet", "$indexStats",
        "$listLocalSessions", "$listSessions", "$merge", "$out", "$planCacheStats", "$search",
    ]

    fileprivate static func isRefusedInFacets(_ name: String) -> Bool { neverInFacets.contains(name) }
}

extension Compiler {
    fileprivate mutating func facet(_ value: Value, _ place: Place) throws(CompileError) -> Pipeline {
        guard case .array(let list) = value else {
            throw CompileError(.invalid, place, "must be an array of stages")
        }
        var stages: [Document] = []
        for element in list.elements {
            guard case .document(let stage) = element.value, !stage.isEmpty else {
                throw CompileError(.invalid, place, "must be an array of stages")
            }
            if let name = stage.keys.first, StageKind.isRefusedInFacets(name) {
                throw CompileError(.invalid, place, "\(name) cannot be used inside $facet")
            }
            stages.append(stage)
        }
        return try pipeline(stages, place)
    }
}
