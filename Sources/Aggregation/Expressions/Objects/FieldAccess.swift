import Documents

/// `$getField`: the field of a document by its name, which may have dots and dollar signs.
private struct GetField: Expression {
    let name: Name
    let input: any Expression
    let hint: Int

    func value(_ run: inout Run) throws(Failure) -> Datum {
        try run.spend()
        switch try input.value(&run) {
        case .null, .undefined: return .null
        case .document(let record):
            let datum = record.datum(named: name, hint: &run.hints[hint])
            if case .later = datum { throw .later }
            return datum
        default: return .missing
        }
    }
}

/// `$setField` and `$unsetField`: a document with one field changed, added or taken away.
private struct SetField: Expression {
    let name: Name
    let input: any Expression
    /// Nil takes the field away.
    let replacement: (any Expression)?

    func value(_ run: inout Run) throws(Failure) -> Datum {
        try run.spend()
        let input = try input.value(&run)
        if input.isNullish { return .null }
        guard case .document(let record) = input else {
            throw .error(code: 4_161_105, "a field can be set in a document only, not in \(input.typeName)")
        }
        try run.spend(record.count)
        try run.hold(32 * (record.count + 1))
        let datum = try replacement?.value(&run) ?? .missing
        var members = record.places
        if let index = members.firstIndex(where: { $0.name == name }) {
            members[index].datum = datum
        } else {
            members.append(Record.Member(name, datum))
        }
        return try run.document(members)
    }
}

extension Compiler {
    /// Compiles `$getField` in its long form, or with nothing but the name of a field of `$$CURRENT`.
    mutating func getField(_ argument: Value, _ place: Place) throws(CompileError) -> any Expression {
        if case .document(let document) = argument, document.keys.first?.hasPrefix("$") != true {
            let given = try fields(argument, ["field", "input"], [], of: "$getField", place)
            return GetField(
                name: try constantName(given["field"], place.at("field")),
                input: try expression(given["input"] ?? .null, place.at("input")), hint: hint())
        }
        return GetField(
            name: try constantName(argument, place), input: try expression("$$CURRENT", place), hint: hint())
    }

    /// Compiles `$setField`, or `$unsetField` where no value is given.
    mutating func setField(_ given: [String: Value], _ place: Place) throws(CompileError) -> any Expression {
        let name = try constantName(given["field"], place.at("field"))
        let input = try expression(given["input"] ?? .null, place.at("input"))
        let replacement = try given["value"].map { value throws(CompileError) in
            try expression(value, place.at("value"))
        }
        return SetField(name: name, input: input, replacement: replacement)
    }

    /// The name of a field as these operators take it: a string as it stands or in `$literal`, and no other
    /// expression, be it constant.
    private func constantName(_ value: Value?, _ place: Place) throws(CompileError) -> Name {
        switch value {
        case .string(let text)? where !text.hasPrefix("$"): return Name(text)
        case .document(let document)?:
            let elements = Array(document.elements)
            if elements.count == 1, ["$literal", "$const"].contains(elements[0].key),
                let text = elements[0].string
            {
                return Name(text)
            }
        default: break
        }
        throw CompileError(.invalid, place, "the name of a field must be a constant string")
    }
}
