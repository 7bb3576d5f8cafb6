/// `$addFields` and `$set`: the document with fields computed from it.
struct AddFields: Stage {
    let node: ProjectionNode

    func pass(_ input: [Record], to output: inout [Record], _ run: inout Run) throws(Failure) {
        output.reserveCapacity(input.count)
        for record in input {
            guard node.computes else {
                output.append(record)
                continue
            }
            run.root = record
            try run.spend(record.count)
            try run.hold(32 * record.count)
            var members = record.places
            try node.compute(&members, &run)
            output.append(Record(members))
        }
    }
}
