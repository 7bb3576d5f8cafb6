import Documents

/// Stages that MongoDB makes of one: `$count`, `$sortByCount` and `$bucket`.
struct Chain: Stage {
    let pipeline: Pipeline

    var manner: Manner { .together }

    func pass(_ input: [Record], to output: inout [Record], _ run: inout Run) throws(Failure) {
        output = try pipeline.documents(from: input, &run)
    }
}

extension StageKind {
    /// Stages that bring documents together.
    static let grouping: [StageKind] = [
        StageKind("$group") { compiler, argument, place throws(CompileError) in
            try compiler.grouping(argument, place)
        },
        StageKind("$bucket") { compiler, argument, place throws(CompileError) in
            try compiler.buckets(argument, place)
        },
        StageKind("$count") { compiler, argument, place throws(CompileError) in
            guard case .string(let name) = argument, name != "_id" else {
                throw CompileError(.invalid, place, "must be the name of a field, not _id")
            }
            try compiler.checkName(name, place)
            let counting = try compiler.grouping(["_id": nil, name: ["$sum": 1]], place)
            return Chain(
                pipeline: Pipeline([counting, try compiler.projection([name: 1, "_id": 0], place)]))
        },
        StageKind("$sortByCount") { compiler, argument, place throws(CompileError) in
            guard argument.isPathOrOperator else {
                throw CompileError(.invalid, place, "must be a path or an expression")
            }
            return Chain(
                pipeline: Pipeline([
                    try compiler.grouping(["_id": argument, "count": ["$sum": 1]], place),
                    Sort(pattern: try compiler.sortPattern(["count": -1], place)),
                ]))
        },
    ]
}
