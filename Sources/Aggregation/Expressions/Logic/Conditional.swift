import Documents

extension Operator {
    /// Operators that choose.
    static let conditional: [Operator] = [
        Operator("$cond") { compiler, argument, place throws(CompileError) in
            let parts: [any Expression]
            if case .document = argument {
                let named = try compiler.namedArguments(
                    argument, ["if", "then", "else"], [], of: "$cond", place)
                parts = ["if", "then", "else"].compactMap { named[$0] }
            } else {
                parts = try compiler.arguments(argument, count: 3...3, of: "$cond", place)
            }
            // All three are compiled, and so may fail, also where the first one is constant.
            if let constant = parts[0] as? Constant {
                return try compiler.truth(of: constant, place) ? parts[1] : parts[2]
            }
            return Conditional(condition: condition(parts[0]), whenTrue: parts[1], whenFalse: parts[2])
        },
        Operator("$ifNull") { compiler, argument, place throws(CompileError) in
            let arguments = try compiler.arguments(argument, count: 2...Int.max, of: "$ifNull", place)
            var kept: [any Expression] = []
            for (index, part) in arguments.enumerated() {
                if let constant = part as? Constant {
                    if constant.datum.isNullish, index + 1 < arguments.count { continue }
                    kept.append(part)
                    if !constant.datum.isNullish { break }
                } else {
                    kept.append(part)
                }
            }
            return kept.count == 1 ? kept[0] : IfNull(parts: kept)
        },
        chooser,
    ]
}

extension Compiler {
    /// Whether a constant counts as true.
    func truth(of constant: Constant, _ place: Place) throws(CompileError) -> Bool {
        do { return try constant.datum.truth() } catch {
            throw CompileError(.unsupported, place, "decimal128")
        }
    }
}

private struct Conditional: Expression {
    let condition: any Condition
    let whenTrue: any Expression
    let whenFalse: any Expression

    func value(_ run: inout Run) throws(Failure) -> Datum {
        try run.spend()
        return try condition.holds(&run) ? try whenTrue.value(&run) : try whenFalse.value(&run)
    }
}

/// The first value that is not null, else the last one, be it null or missing.
private struct IfNull: Expression {
    let parts: [any Expression]

    func value(_ run: inout Run) throws(Failure) -> Datum {
        try run.spend()
        var value = Datum.missing
        for part in parts {
            value = try part.value(&run)
            if !value.isNullish { return value }
        }
        return value
    }
}
