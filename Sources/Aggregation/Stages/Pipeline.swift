/// Compiled stages, one after the other.
struct Pipeline: Sendable {
    let stages: [any Stage]
    /// For each stage its position in the pipeline as written; a filter taken apart is there twice.
    let origins: [Int]
    private let manners: [Manner]
    /// How many stages at least are run where no document is left.
    private let needed: Int
    /// The first stage's condition, where nothing comes of a document that does not fulfil it.
    let gate: (any Predicate)?

    init(_ stages: [any Stage], origins: [Int]? = nil) {
        self.stages = stages
        self.origins = origins ?? Array(stages.indices)
        manners = stages.map(\.manner)
        needed = (manners.lastIndex(of: .evenNone) ?? -1) + 1
        gate = needed == 0 ? (stages.first as? Match)?.predicate : nil
    }

    /// What comes out of the last stage.
    /// - Parameter first: the stage that they go into.
    func documents(
        from input: [Record], into first: Int = 0, _ run: inout Run
    ) throws(Failure) -> [Record] {
        var records = input
        // What the next stage meets if it asks for more than these documents.
        var pending: Failure?
        for index in stages.indices.dropFirst(first) {
            if records.isEmpty, pending == nil, index >= needed { return records }
            var output: [Record] = []
            switch manners[index] {
            case .oneByOne:
                do { try stages[index].pass(records, to: &output, &run) } catch { pending = error }
            case .atMost(let count):
                if records.count >= count { pending = nil }
                try stages[index].pass(records, to: &output, &run)
            case .together, .evenNone:
                if let pending { throw pending }
                try stages[index].pass(records, to: &output, &run)
            }
            for record in output { try run.admit(record.extent) }
            records = output
        }
        if let pending { throw pending }
        return records
    }
}
