import Documents

extension Operator {
    /// Operators that evaluate an expression for every element of an array.
    static let loops: [Operator] = [
        Operator("$filter") { compiler, argument, place throws(CompileError) in
            let given = try compiler.fields(
                argument, ["input", "cond"], ["as", "limit"], of: "$filter", place)
            let name = try compiler.variableName(given["as"], place.at("as"))
            let input = try compiler.expression(given["input"] ?? .null, place.at("input"))
            let limit = try given["limit"].map { value throws(CompileError) in
                try compiler.expression(value, place.at("limit"))
            }
            return try compiler.with(variables: [name]) { compiler, places throws(CompileError) in
                let condition = try compiler.expression(given["cond"] ?? .null, place.at("cond"))
                return Filter(
                    input: input, element: places[0], condition: Aggregation.condition(condition),
                    limit: limit)
            }
        },
        Operator("$map") { compiler, argument, place throws(CompileError) in
            let given = try compiler.fields(argument, ["input", "in"], ["as"], of: "$map", place)
            let name = try compiler.variableName(given["as"], place.at("as"))
            let input = try compiler.expression(given["input"] ?? .null, place.at("input"))
            return try compiler.with(variables: [name]) { compiler, places throws(CompileError) in
                let body = try compiler.expression(given["in"] ?? .null, place.at("in"))
                return Map(input: input, element: places[0], body: body)
            }
        },
        Operator("$reduce") { compiler, argument, place throws(CompileError) in
            let given = try compiler.fields(
                argument, ["input", "initialValue", "in"], [], of: "$reduce", place)
            let input = try compiler.expression(given["input"] ?? .null, place.at("input"))
            let initial = try compiler.expression(given["initialValue"] ?? .null, place.at("initialValue"))
            return try compiler.with(variables: ["this", "value"]) { compiler, places throws(CompileError) in
                let body = try compiler.expression(given["in"] ?? .null, place.at("in"))
                return Reduce(
                    input: input, initial: initial, element: places[0], accumulated: places[1], body: body)
            }
        },
    ]
}

/// `$filter`: the elements that fulfil a condition, up to a number of them.
private struct Filter: Expression {
    let input: any Expression
    /// The place of the variable that is the element.
    let element: Int
    let condition: any Condition
    /// How many elements may be returned; null stands for all.
    let limit: (any Expression)?

    func value(_ run: inout Run) throws(Failure) -> Datum {
        let input = try input.value(&run)
        if input.isNullish { return .null }
        let list = try input.list(code: 28651, of: "$filter")
        guard list.count > 0 else { return input }
        let most = try most(&run)
        try run.spend(list.count)
        var chosen: [Datum] = []
        for index in 0..<list.count {
            run.variables[element] = list[index]
            guard try condition.holds(&run) else { continue }
            try run.hold(16)
            chosen.append(run.variables[element])
            if chosen.count == most { break }
        }
        return .array(List(chosen))
    }

    private func most(_ run: inout Run) throws(Failure) -> Int {
        guard let limit else { return .max }
        let datum = try limit.value(&run)
        if datum.isNullish { return .max }
        let most = try datum.position(codes: (327_391, 327_391), of: "$filter")
        guard most > 0 else { throw .error(code: 327_392, "$filter takes a positive limit, not \(most)") }
        return most
    }
}

/// `$map`: what an expression makes of every element; null where it is missing.
private struct Map: Expression {
    let input: any Expression
    /// The place of the variable that is the element.
    let element: Int
    let body: any Expression

    func value(_ run: inout Run) throws(Failure) -> Datum {
        let input = try input.value(&run)
        if input.isNullish { return .null }
        let list = try input.list(code: 16883, of: "$map")
        guard list.count > 0 else { return input }
        try run.spend(list.count)
        try run.hold(16 * list.count)
        var mapped: [Datum] = []
        mapped.reserveCapacity(list.count)
        for index in 0..<list.count {
            run.variables[element] = list[index]
            mapped.append(try body.value(&run))
        }
        return try run.array(mapped)
    }
}

/// `$reduce`: what an expression makes of the first element and an initial value, then of the next one and that, and
/// so on.
private struct Reduce: Expression {
    let input: any Expression
    let initial: any Expression
    /// The place of the variable that is the element.
    let element: Int
    /// The place of the variable that is what has been made so far.
    let accumulated: Int
    let body: any Expression

    func value(_ run: inout Run) throws(Failure) -> Datum {
        let input = try input.value(&run)
        if input.isNullish { return .null }
        let list = try input.list(code: 40080, of: "$reduce")
        try run.spend(list.count)
        var value = try initial.value(&run)
        for index in 0..<list.count {
            run.variables[element] = list[index]
            run.variables[accumulated] = value
            value = try body.value(&run)
            switch value {
            case .document(let record): try run.admit(record.extent)
            case .array(let list): try run.admit(list.extent)
            default: break
            }
        }
        return value
    }
}

extension Compiler {
    /// The name that a loop gives to its element: `this` where it gives none. Names begin with a small letter and go
    /// on with letters, digits and `_`; `CURRENT` may be given anew.
    fileprivate func variableName(_ value: Value?, _ place: Place) throws(CompileError) -> String {
        guard let value else { return "this" }
        guard case .string(let name) = value, let first = name.utf8.first else {
            throw CompileError(.invalid, place, "must be the name of a variable")
        }
        if name == "CURRENT" { return name }
        let (small, large) = (UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"))
        guard small.contains(first) || first >= 0x80 else {
            throw CompileError(.invalid, place, "the name of a variable begins with a small letter: \(name)")
        }
        let isName = name.utf8.allSatisfy { byte in
            small.contains(byte) || large.contains(byte) || (0x30...0x39).contains(byte) || byte == 0x5F
                || byte >= 0x80
        }
        guard isName else {
            throw CompileError(.invalid, place, "the name of a variable has letters, digits and _: \(name)")
        }
        return name
    }
}
