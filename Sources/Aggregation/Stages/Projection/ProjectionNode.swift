/// One level of a projection: which fields of a document are named, which are computed, and what lies deeper.
final class ProjectionNode: Sendable {
    /// A field that is named, or whose parts are.
    struct Field: Sendable {
        let name: Name
        /// Its place among the run's hints.
        let hint: Int
        /// Nil where the whole field is named.
        let inside: ProjectionNode?
    }

    /// A field that is computed, or whose parts are.
    struct Computation: Sendable {
        enum Source: Sendable {
            case value(any Expression)
            case inside(ProjectionNode)
            /// Nothing: but where there is no such field, what a later stage puts there stands here.
            case nothing
        }

        let name: Name
        /// Its place among the run's hints.
        let hint: Int
        let source: Source
    }

    let named: [Field]
    let computed: [Computation]
    /// The places among the run's hints where an inclusion keeps which field came at each rank of the last document.
    let order: [Int]

    /// Whether anything in it is computed.
    let computes: Bool

    init(named: [Field], computed: [Computation], order: [Int]) {
        self.named = named
        self.computed = computed
        self.order = order
        computes = computed.contains { computation in
            switch computation.source {
            case .value: true
            case .inside(let node): node.computes
            case .nothing: false
            }
        }
    }
}

// MARK: - What is computed

extension ProjectionNode {
    /// Puts what is computed into the fields of a document. Fields that are there keep their place, new ones are
    /// added at the end.
    func compute(_ members: inout [Record.Member], _ run: inout Run) throws(Failure) {
        try run.spend(computed.count)
        try run.hold(32 * computed.count)
        for computation in computed {
            switch computation.source {
            case .value(let expression):
                let datum = try expression.value(&run)
                if let index = members.index(of: computation.name, hint: &run.hints[computation.hint]) {
                    members[index].datum = datum
                } else {
                    members.append(Record.Member(computation.name, datum))
                }
            case .inside(let node):
                if let index = members.index(of: computation.name, hint: &run.hints[computation.hint]) {
                    members[index].datum = try node.computed(in: members[index].datum, &run)
                } else {
                    members.append(
                        Record.Member(computation.name, try node.computed(in: .missing, &run)))
                }
            case .nothing:
                if members.index(of: computation.name, hint: &run.hints[computation.hint]) == nil {
                    members.append(Record.Member(computation.name, .missing))
                }
            }
        }
    }

    /// The value with what is computed in it. Every element of an array gets it; what is no document becomes one.
    private func computed(in datum: Datum, _ run: inout Run) throws(Failure) -> Datum {
        switch datum {
        case .later: throw .later
        case .array(let list):
            try run.spend(list.count)
            try run.hold(16 * list.count)
            var data: [Datum] = []
            data.reserveCapacity(list.count)
            for index in 0..<list.count { data.append(try computed(in: list[index], &run)) }
            return .array(List(sparse: data))
        case .document(let record):
            try run.spend(record.count)
            try run.hold(32 * record.count)
            var members = record.places
            try compute(&members, &run)
            return .document(Record(members))
        default:
            guard computes else { return datum }
            var members: [Record.Member] = []
            try compute(&members, &run)
            return .document(Record(members))
        }
    }
}
