/// `$unset`, and `$project` that names what is left out.
struct Exclusion: Stage {
    let node: ProjectionNode

    func pass(_ input: [Record], to output: inout [Record], _ run: inout Run) throws(Failure) {
        output.reserveCapacity(input.count)
        for record in input { output.append(try node.excluding(from: record, &run)) }
    }
}

extension ProjectionNode {
    /// The document without what is named; itself where it has none of it.
    fileprivate func excluding(from record: Record, _ run: inout Run) throws(Failure) -> Record {
        try run.spend(named.count)
        var members: [Record.Member] = []
        for field in named {
            guard record.index(of: field.name, hint: &run.hints[field.hint]) != nil else { continue }
            if members.isEmpty {
                try run.spend(record.count)
                try run.hold(32 * record.count)
                members = record.places
            }
            guard let index = members.index(of: field.name, hint: &run.hints[field.hint]) else { continue }
            members[index].datum =
                if let inside = field.inside { try inside.excluding(in: members[index].datum, &run) } else {
                    .missing
                }
        }
        return members.isEmpty ? record : Record(members)
    }

    private func excluding(in datum: Datum, _ run: inout Run) throws(Failure) -> Datum {
        switch datum {
        case .later: throw .later
        case .document(let record): return .document(try excluding(from: record, &run))
        case .array(let list):
            try run.spend(list.count)
            try run.hold(16 * list.count)
            var data: [Datum] = []
            data.reserveCapacity(list.count)
            for index in 0..<list.count { data.append(try excluding(in: list[index], &run)) }
            return .array(List(sparse: data))
        default: return datum
        }
    }
}
