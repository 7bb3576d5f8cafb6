import Documents

extension Operator {
    /// `$switch`.
    ///
    /// What a constant condition rules out is read, so that a fault in it is found, but constants in it are not
    /// evaluated: MongoDB drops it before it gets there.
    static let chooser = Operator("$switch") { compiler, argument, place throws(CompileError) in
        let fields = try compiler.fields(argument, ["branches"], ["default"], of: "$switch", place)
        guard case .array(let list)? = fields["branches"] else {
            throw CompileError(.invalid, place, "branches must be an array")
        }
        var otherwise: (any Expression)?
        if let value = fields["default"] {
            otherwise = try compiler.expression(value, place.at("default"))
        }
        let outer = compiler.isFolding
        defer { compiler.isFolding = outer }
        var branches: [Switch.Branch] = []
        var count = 0
        var isDecided = false
        for element in list.elements {
            let place = place.at("branches").at(String(count))
            count += 1
            let branch = try compiler.fields(element.value, ["case", "then"], [], of: "a branch", place)
            compiler.isFolding = outer && !isDecided
            let test = try compiler.expression(branch["case"] ?? .null, place.at("case"))
            let constant = compiler.isFolding ? test as? Constant : nil
            var isTrue: Bool?
            if let constant { isTrue = try compiler.truth(of: constant, place.at("case")) }
            if isTrue == false { compiler.isFolding = false }
            let result = try compiler.expression(branch["then"] ?? .null, place.at("then"))
            if isDecided || isTrue == false { continue }
            if isTrue == true {
                otherwise = result
                isDecided = true
            } else {
                branches.append(Switch.Branch(condition: condition(test), result: result))
            }
        }
        guard count > 0 else { throw CompileError(.invalid, place, "branches must not be empty") }
        guard branches.isEmpty else { return Switch(branches: branches, otherwise: otherwise) }
        guard let otherwise else {
            throw CompileError(.invalid, place, "all conditions are false, and there is no default")
        }
        return otherwise
    }
}

/// The result of the first branch whose condition is true.
private struct Switch: Expression {
    struct Branch {
        let condition: any Condition
        let result: any Expression
    }

    let branches: [Branch]
    let otherwise: (any Expression)?

    func value(_ run: inout Run) throws(Failure) -> Datum {
        try run.spend()
        for branch in branches where try branch.condition.holds(&run) { return try branch.result.value(&run) }
        guard let otherwise else {
            throw .error(code: 40066, "$switch: no condition is true, and there is no default")
        }
        return try otherwise.value(&run)
    }
}
