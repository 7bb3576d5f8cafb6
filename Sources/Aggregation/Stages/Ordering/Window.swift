import Documents

/// `$limit`: the first so many documents.
struct Limit: Stage {
    let count: Int

    var manner: Manner { .atMost(count) }

    func pass(_ input: [Record], to output: inout [Record], _ run: inout Run) {
        output.append(contentsOf: input.prefix(count))
    }
}

/// `$skip`: all but the first so many documents.
struct Skip: Stage {
    let count: Int

    func pass(_ input: [Record], to output: inout [Record], _ run: inout Run) {
        output.append(contentsOf: input.dropFirst(count))
    }
}

extension StageKind {
    /// Stages that order documents and pass over some.
    static let ordering: [StageKind] = [
        StageKind("$sort") { compiler, argument, place throws(CompileError) in
            let pattern = try compiler.sortPattern(argument, place)
            guard !pattern.parts.isEmpty else { throw CompileError(.invalid, place, "must name a field") }
            return Sort(pattern: pattern)
        },
        StageKind("$limit") { compiler, argument, place throws(CompileError) in
            let count = try compiler.count(argument, place)
            guard count > 0 else { throw CompileError(.invalid, place, "must be positive") }
            return Limit(count: count)
        },
        StageKind("$skip") { compiler, argument, place throws(CompileError) in
            Skip(count: try compiler.count(argument, place))
        },
    ]
}

extension Compiler {
    /// A whole number that is not negative.
    fileprivate func count(_ argument: Value, _ place: Place) throws(CompileError) -> Int {
        if case .decimal128 = argument { throw CompileError(.unsupported, place, "decimal128") }
        guard let number = argument.int64, number >= 0, let count = Int(exactly: number) else {
            throw CompileError(.invalid, place, "must be a whole number that is not negative")
        }
        return count
    }
}
