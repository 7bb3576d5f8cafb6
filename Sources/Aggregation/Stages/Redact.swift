import Documents

/// `$redact`: keeps, drops or looks into each document and those inside it, as an expression says that sees the
/// document in question as `$$CURRENT`.
struct Redact: Stage {
    let verdict: any Expression
    /// Where the run keeps `$$CURRENT`.
    let current: Int
    /// Where the run keeps each of the constants that the expression may name.
    let constants: [(place: Int, text: String)]

    func pass(_ input: [Record], to output: inout [Record], _ run: inout Run) throws(Failure) {
        for constant in constants { run.variables[constant.place] = .string(constant.text) }
        for record in input {
            run.root = record
            if let kept = try redacted(record, 0, &run) { output.append(kept) }
        }
    }

    private func redacted(_ record: Record, _ depth: Int, _ run: inout Run) throws(Failure) -> Record? {
        try run.spend()
        guard depth < 500 else { throw .exhausted("documents nested more than 500 deep") }
        run.variables[current] = .document(record)
        let said = try verdict.value(&run)
        switch said {
        case .string("keep"): return record
        case .string("prune"): return nil
        case .string("descend"):
            try run.spend(record.count)
            try run.hold(32 * record.count)
            var members = record.members
            for index in members.indices {
                members[index].datum = try redacted(members[index].datum, depth + 1, &run)
            }
            return Record(members.filter { !$0.datum.isMissing })
        default:
            throw .error(
                code: 17053, "$redact must come to $$KEEP, $$PRUNE or $$DESCEND, not \(said.typeName)")
        }
    }

    private func redacted(_ datum: Datum, _ depth: Int, _ run: inout Run) throws(Failure) -> Datum {
        switch datum {
        case .later: throw .later
        case .document(let record): return try redacted(record, depth, &run).map { .document($0) } ?? .missing
        case .array(let list):
            guard depth < 500 else { throw .exhausted("documents nested more than 500 deep") }
            try run.spend(list.count)
            try run.hold(16 * list.count)
            var data: [Datum] = []
            for index in 0..<list.count {
                switch list[index] {
                case .document, .array:
                    let made = try redacted(list[index], depth + 1, &run)
                    if !made.isMissing { data.append(made) }
                default: data.append(list[index])
                }
            }
            return .array(List(sparse: data))
        default: return datum
        }
    }
}

extension Compiler {
    /// Compiles the argument of `$redact`.
    mutating func redaction(_ argument: Value, _ place: Place) throws(CompileError) -> any Stage {
        let names = ["CURRENT", "DESCEND", "PRUNE", "KEEP"]
        return try with(variables: names) { compiler, places throws(CompileError) in
            let verdict = try compiler.expression(argument, place)
            return Redact(
                verdict: verdict, current: places[0],
                constants: [(places[1], "descend"), (places[2], "prune"), (places[3], "keep")])
        }
    }
}
