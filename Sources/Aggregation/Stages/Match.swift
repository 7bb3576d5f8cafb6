/// `$match`: the documents that fulfil a condition.
struct Match: Stage {
    let predicate: any Predicate

    func pass(_ input: [Record], to output: inout [Record], _ run: inout Run) throws(Failure) {
        for record in input {
            try run.spend()
            let closed = record.extent.hasGaps ? try record.closed(&run) : record
            run.root = closed
            if try predicate.holds(for: closed, &run) { output.append(record) }
        }
    }
}
