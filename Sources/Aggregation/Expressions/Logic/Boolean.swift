import Documents

extension Operator {
    /// Operators of logic.
    static let boolean: [Operator] = [
        Operator("$and") { compiler, argument, place throws(CompileError) in
            let arguments = try compiler.arguments(argument, count: 0...Int.max, of: "$and", place)
            let deciding = try compiler.constant(arguments, in: place) { !$0 }
            if let deciding { return Constant(datum: .bool(!deciding)) }
            return And(conditions: arguments.filter { !($0 is Constant) }.map(condition))
        },
        Operator("$or") { compiler, argument, place throws(CompileError) in
            let arguments = try compiler.arguments(argument, count: 0...Int.max, of: "$or", place)
            let deciding = try compiler.constant(arguments, in: place) { $0 }
            if let deciding { return Constant(datum: .bool(deciding)) }
            return Or(conditions: arguments.filter { !($0 is Constant) }.map(condition))
        },
        Operator("$not") { compiler, argument, place throws(CompileError) in
            let arguments = try compiler.arguments(argument, count: 1...1, of: "$not", place)
            return try compiler.fold(Not(inner: condition(arguments[0])), arguments, place)
        },
    ]
}

extension Compiler {
    /// Whether the constants among the arguments of `$and` or `$or` decide the result without the others: true where
    /// one of them is deciding, false where all arguments are constants and none is, nil where the others must be
    /// asked. MongoDB asks the constants first, wherever they stand: what would fail besides a deciding one does not.
    fileprivate func constant(
        _ arguments: [any Expression], in place: Place, isDeciding: (Bool) -> Bool
    ) throws(CompileError) -> Bool? {
        var constants = 0
        for argument in arguments {
            guard let constant = argument as? Constant else { continue }
            constants += 1
            do {
                if isDeciding(try constant.datum.truth()) { return true }
            } catch {
                throw CompileError(.unsupported, place, "decimal128")
            }
        }
        return constants == arguments.count ? false : nil
    }
}

private struct And: Condition {
    let conditions: [any Condition]

    func holds(_ run: inout Run) throws(Failure) -> Bool {
        try run.spend()
        for condition in conditions where !(try condition.holds(&run)) { return false }
        return true
    }
}

private struct Or: Condition {
    let conditions: [any Condition]

    func holds(_ run: inout Run) throws(Failure) -> Bool {
        try run.spend()
        for condition in conditions where try condition.holds(&run) { return true }
        return false
    }
}

private struct Not: Condition {
    let inner: any Condition

    func holds(_ run: inout Run) throws(Failure) -> Bool {
        try run.spend()
        return !(try inner.holds(&run))
    }
}
