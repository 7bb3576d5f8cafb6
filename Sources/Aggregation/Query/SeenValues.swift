/// Collects what a condition looks at; belongs to one thread.
private final class Collector: ValueTest {
    private(set) var seen: [Datum] = []

    var needsValue: Bool { false }

    func holds(for datum: Datum, _ run: inout Run) -> Bool {
        seen.append(datum)
        return false
    }
}

extension QueryPath {
    /// The values in a document that a condition on the path looks at, in this order: of an array first the elements,
    /// then the array itself. What is not there is `.missing`; inside an array without documents nothing is seen.
    func values(in record: Record, _ run: inout Run) throws(Failure) -> [Datum] {
        let collector = Collector()
        _ = try any(in: record, collector, &run)
        return collector.seen
    }
}

/// The values in a document that a condition on a dotted path looks at, for explaining it.
/// - Throws: `Failure.later` where the path leads into a field that is still to be fetched.
func values(at path: String, in record: Record) throws(Failure) -> [Datum] {
    var compiler = Compiler()
    let path = QueryPath(path, &compiler)
    var run = Run(variables: 0, hints: compiler.hintCount, now: 0, limits: Limits())
    return try path.values(in: record, &run)
}
