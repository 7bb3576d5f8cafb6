/// `$replaceRoot` and `$replaceWith`: each document becomes what an expression makes of it.
struct ReplaceRoot: Stage {
    let root: any Expression

    func pass(_ input: [Record], to output: inout [Record], _ run: inout Run) throws(Failure) {
        for record in input {
            try run.spend()
            run.root = record
            switch try root.value(&run) {
            case .document(let made): output.append(made)
            case .later: throw .later
            case let other:
                throw .error(code: 40228, "the new root must be an object, not \(other.typeName)")
            }
        }
    }
}
