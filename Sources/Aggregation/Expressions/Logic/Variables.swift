import Documents

extension Operator {
    /// Operators that name values, and `$literal`.
    static let variables: [Operator] = [
        Operator("$let") { compiler, argument, place throws(CompileError) in
            let fields = try compiler.fields(argument, ["vars", "in"], [], of: "$let", place)
            let variables: Document
            switch fields["vars"] {
            case .document(let document)?: variables = document
            // MongoDB takes an array for a document with the names "0", "1", …, of which none may be a variable's.
            case .array(let document)?: variables = document
            default: throw CompileError(.invalid, place.at("vars"), "must be an object")
            }
            var names: [String] = []
            var values: [any Expression] = []
            for element in variables.elements {
                let name = element.key
                try compiler.checkVariable(name, place.at("vars"))
                names.append(name)
                values.append(try compiler.expression(element.value, place.at("vars").at(name)))
            }
            return try compiler.with(variables: names) { compiler, places throws(CompileError) in
                let body = try compiler.expression(fields["in"] ?? .null, place.at("in"))
                return values.isEmpty ? body : Let(values: values, places: places, body: body)
            }
        },
        Operator("$literal") { compiler, argument, place throws(CompileError) in
            try compiler.literal(argument, place)
        },
        Operator("$const") { compiler, argument, place throws(CompileError) in
            try compiler.literal(argument, place)
        },
    ]
}

extension Compiler {
    /// Checks the name of a variable that a pipeline makes: it begins with a small letter or is beyond ASCII, and goes
    /// on with letters, digits and underscores. `CURRENT` may be made anew.
    func checkVariable(_ name: String, _ place: Place) throws(CompileError) {
        if name == "CURRENT" { return }
        guard let first = name.utf8.first else {
            throw CompileError(.invalid, place, "a variable's name must not be empty")
        }
        guard first >= 0x80 || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(first) else {
            throw CompileError(.invalid, place, "a variable's name must begin with a small letter: \(name)")
        }
        for byte in name.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...:
                continue
            default:
                throw CompileError(
                    .invalid, place, "a variable's name must be of letters, digits and underscores: \(name)")
            }
        }
    }

    fileprivate func literal(_ value: Value, _ place: Place) throws(CompileError) -> Constant {
        if case .decimal128 = value { throw CompileError(.unsupported, place, "decimal128") }
        return Constant(datum: Datum(constant: value))
    }
}

/// `$let`: values for variables, none of which sees the others, and an expression that sees all.
private struct Let: Expression {
    let values: [any Expression]
    let places: [Int]
    let body: any Expression

    func value(_ run: inout Run) throws(Failure) -> Datum {
        try run.spend(values.count)
        for (value, place) in zip(values, places) { run.variables[place] = try value.value(&run) }
        return try body.value(&run)
    }
}
