/// An array with a document among its elements that fulfils a query: `$elemMatch: {magpsf: {$lt: 18}}`.
struct DocumentElementTest: ValueTest, Sendable {
    let predicate: any Predicate

    var entersArrays: Bool { false }

    func holds(for datum: Datum, _ run: inout Run) throws(Failure) -> Bool {
        guard case .array(let list) = datum else { return false }
        try run.spend(list.count)
        for position in 0..<list.count {
            switch list[position] {
            case .document(let record): if try predicate.holds(for: record, &run) { return true }
            case .array(let inner):
                if try predicate.holds(for: Self.record(inner, &run), &run) { return true }
            case .later: throw .later
            default: continue
            }
        }
        return false
    }

    /// An array as the document that it is in BSON, with its positions as names.
    private static func record(_ list: List, _ run: inout Run) throws(Failure) -> Record {
        try run.spend(list.count)
        try run.hold(64 * list.count)
        return Record((0..<list.count).map { Record.Member(Name(String($0)), list[$0]) })
    }
}

/// An array with an element that by itself fulfils all of several conditions: `$elemMatch: {$gt: 1, $lt: 2}`.
struct ValueElementTest: ValueTest, Sendable {
    let predicate: any Predicate

    var entersArrays: Bool { false }

    func holds(for datum: Datum, _ run: inout Run) throws(Failure) -> Bool {
        guard case .array(let list) = datum else { return false }
        try run.spend(list.count)
        for position in 0..<list.count where try predicate.holds(for: list[position], &run) { return true }
        return false
    }
}
