import Documents

/// `$zip`: the first elements of several arrays together, then the second ones, and so on.
private struct Zip: Expression {
    let inputs: [any Expression]
    /// What stands for the elements that shorter arrays lack: one for each, or none.
    let defaults: [any Expression]
    let usesLongest: Bool

    func value(_ run: inout Run) throws(Failure) -> Datum {
        try run.spend(1 + inputs.count)
        var lists: [List] = []
        for input in inputs {
            let datum = try input.value(&run)
            if datum.isNullish { return .null }
            lists.append(try datum.list(code: 34468, of: "$zip"))
        }
        let shortest = lists.reduce(Int.max) { min($0, $1.count) }
        let longest = lists.reduce(0) { max($0, $1.count) }
        var substitutes = [Datum](repeating: .null, count: lists.count)
        if shortest != longest {
            for (index, expression) in defaults.enumerated() {
                substitutes[index] = try expression.value(&run)
            }
        }
        let rows = usesLongest ? longest : shortest
        try run.spend(rows * lists.count)
        try run.hold(16 * rows * (1 + lists.count))
        return try run.array(
            (0..<rows).map { row in
                // A default that is missing stays so.
                let elements = lists.indices.map { column in
                    row < lists[column].count ? lists[column][row] : substitutes[column]
                }
                return .array(List(sparse: elements))
            })
    }
}

extension Compiler {
    /// Compiles `$zip`. Neither its flag nor its lists may be expressions themselves, only the lists' elements.
    mutating func zip(_ argument: Value, _ place: Place) throws(CompileError) -> any Expression {
        let given = try fields(argument, ["inputs"], ["defaults", "useLongestLength"], of: "$zip", place)
        let inputs = try list(given["inputs"], place.at("inputs"))
        let defaults = try given["defaults"].map { value throws(CompileError) in
            try list(value, place.at("defaults"))
        }
        let usesLongest: Bool
        switch given["useLongestLength"] {
        case nil: usesLongest = false
        case .bool(let flag)?: usesLongest = flag
        case _?: throw CompileError(.invalid, place, "useLongestLength must be true or false")
        }
        guard !inputs.isEmpty else { throw CompileError(.invalid, place, "$zip takes at least one input") }
        if let defaults, !defaults.isEmpty {
            guard usesLongest else {
                throw CompileError(.invalid, place, "defaults need useLongestLength to be true")
            }
            guard defaults.count == inputs.count else {
                throw CompileError(.invalid, place, "there must be as many defaults as inputs")
            }
        }
        return Zip(inputs: inputs, defaults: defaults ?? [], usesLongest: usesLongest)
    }

    private mutating func list(_ value: Value?, _ place: Place) throws(CompileError) -> [any Expression] {
        guard case .array(let elements)? = value else {
            throw CompileError(.invalid, place, "must be a list of expressions")
        }
        var expressions: [any Expression] = []
        for (index, element) in elements.elements.enumerated() {
            expressions.append(try expression(element.value, place.at(String(index))))
        }
        return expressions
    }
}
