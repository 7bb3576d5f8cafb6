/// `$match`: the documents that fulfil a condition.
struct Match: Stage {
    let predicate: any Predicate

    func pass(_ input: [Record], to output: inout [Record], _ run: inout Run) throws(Failure) {
        for record in input {
            try run.spend()
            run.root = record
            if try predicate.holds(for: record, &run) { output.append(record) }
        }
    }
}
