import Documents

/// `$candidate.jd`, `$$this.magpsf`: a field of the document or of a variable.
///
/// On its way through an array the path is followed in every element that is a document, and the values found become
/// an array; a number in the path is the name of a field, never a position.
struct FieldReference: Expression {
    /// Where the path begins.
    enum Base: Sendable, Equatable {
        case root
        case variable(Int)
    }

    /// One name of the path.
    struct Step: Sendable {
        let name: Name
        /// Its place among the run's hints.
        let hint: Int
    }

    let base: Base
    let steps: [Step]

    func value(_ run: inout Run) throws(Failure) -> Datum {
        switch base {
        case .root:
            guard !steps.isEmpty else { return .document(run.root) }
            return try follow(0, run.root, &run)
        case .variable(let place):
            let start = run.variables[place]
            guard !steps.isEmpty else { return start }
            switch start {
            case .document(let record): return try follow(0, record, &run)
            case .array(let list): return try follow(0, list, &run)
            default: return .missing
            }
        }
    }

    private func follow(_ index: Int, _ record: Record, _ run: inout Run) throws(Failure) -> Datum {
        // Not by a copy of the step: that would count references to its name.
        let datum = record.datum(named: steps[index].name, hint: &run.hints[steps[index].hint])
        if index + 1 == steps.count {
            if case .later = datum { throw .later }
            return datum
        }
        switch datum {
        case .document(let inner): return try follow(index + 1, inner, &run)
        case .array(let list): return try follow(index + 1, list, &run)
        case .later: throw .later
        default: return .missing
        }
    }

    private func follow(_ index: Int, _ list: List, _ run: inout Run) throws(Failure) -> Datum {
        try run.spend(list.count)
        try run.hold(16 * list.count)
        var found: [Datum] = []
        for position in 0..<list.count {
            guard case .document(let record) = list[position] else { continue }
            let datum = try follow(index, record, &run)
            if !datum.isMissing { found.append(datum) }
        }
        return .array(List(found))
    }
}
