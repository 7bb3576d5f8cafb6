import Documents

extension StageKind {
    /// Stages that look at one document at a time.
    static let shaping: [StageKind] = [
        StageKind("$match") { compiler, argument, place throws(CompileError) in
            guard case .document(let filter) = argument else {
                throw CompileError(.invalid, place, "must be an object")
            }
            return Match(predicate: try compiler.predicate(filter, place))
        },
        StageKind("$project") { compiler, argument, place throws(CompileError) in
            try compiler.projection(argument, place)
        },
        StageKind("$addFields") { compiler, argument, place throws(CompileError) in
            try compiler.addition(argument, place)
        },
        StageKind("$set") { compiler, argument, place throws(CompileError) in
            try compiler.addition(argument, place)
        },
        StageKind("$unset") { compiler, argument, place throws(CompileError) in
            try compiler.exclusion(argument, place)
        },
        StageKind("$replaceRoot") { compiler, argument, place throws(CompileError) in
            let fields = try compiler.fields(argument, ["newRoot"], [], of: "$replaceRoot", place)
            return ReplaceRoot(root: try compiler.expression(fields["newRoot"] ?? .null, place.at("newRoot")))
        },
        StageKind("$replaceWith") { compiler, argument, place throws(CompileError) in
            ReplaceRoot(root: try compiler.expression(argument, place))
        },
        StageKind("$redact") { compiler, argument, place throws(CompileError) in
            try compiler.redaction(argument, place)
        },
        StageKind("$unwind") { compiler, argument, place throws(CompileError) in
            try compiler.unwinding(argument, place)
        },
    ]
}
