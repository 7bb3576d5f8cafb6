/// `$project` that names what is kept or computed: what is kept comes in the order of the document, what is computed
/// after it in the order of the stage.
struct Inclusion: Stage {
    let node: ProjectionNode

    func pass(_ input: [Record], to output: inout [Record], _ run: inout Run) throws(Failure) {
        output.reserveCapacity(input.count)
        for record in input {
            run.root = record
            let isPlain = record.isPlain && !node.computes
            var members = try node.included(from: record, isPlain, &run)
            if node.computes { try node.compute(&members, &run) }
            output.append(Record(members, isPlain: isPlain))
        }
    }
}

extension ProjectionNode {
    /// The fields that are named. Those that are whole are not looked into.
    /// - Parameter isPlain: whether what is missing is dropped at once.
    fileprivate func included(
        from record: Record, _ isPlain: Bool, _ run: inout Run
    ) throws(Failure) -> [Record.Member] {
        try run.spend(named.count)
        try run.hold(32 * named.count)
        var members: [Record.Member] = []
        members.reserveCapacity(named.count + computed.count)
        // Documents are alike: the fields mostly come in the order in which they came in the last one.
        var last = -1
        for rank in order.indices {
            // A hint that was never set says that the rank is the field's own.
            let field = named[run.hints[order[rank]] ^ rank]
            guard let index = record.index(of: field.name, hint: &run.hints[field.hint]) else { continue }
            guard index > last else {
                try arrange(by: record, &run)
                return try included(from: record, isPlain, &run)
            }
            last = index
            try append(field, record.datum(at: index), to: &members, isPlain, &run)
        }
        return members
    }

    private func append(
        _ field: Field, _ datum: Datum, to members: inout [Record.Member], _ isPlain: Bool, _ run: inout Run
    ) throws(Failure) {
        guard let inside = field.inside else {
            members.append(Record.Member(field.name, datum))
            return
        }
        // Also where nothing is left of it: what is computed there later shall stand where the field stood, unless the
        // record is plain.
        members.append(Record.Member(field.name, try inside.included(in: datum, isPlain, &run)))
    }

    /// Brings the fields into the order of a document, those that it does not have last.
    private func arrange(by record: Record, _ run: inout Run) throws(Failure) {
        try run.spend(named.count)
        var positions: [(position: Int, field: Int)] = []
        for (field, named) in named.enumerated() {
            positions.append((record.index(of: named.name, hint: &run.hints[named.hint]) ?? .max, field))
        }
        positions.sort { $0 < $1 }
        for (rank, position) in positions.enumerated() { run.hints[order[rank]] = position.field ^ rank }
    }

    private func included(in datum: Datum, _ isPlain: Bool, _ run: inout Run) throws(Failure) -> Datum {
        switch datum {
        case .later: throw .later
        case .document(let record):
            return .document(Record(try included(from: record, isPlain, &run), isPlain: isPlain))
        case .array(let list):
            try run.spend(list.count)
            try run.hold(16 * list.count)
            var data: [Datum] = []
            data.reserveCapacity(list.count)
            for index in 0..<list.count {
                let element = try included(in: list[index], isPlain, &run)
                if !isPlain || !element.isMissing { data.append(element) }
            }
            return .array(List(sparse: data))
        default: return .missing
        }
    }
}
