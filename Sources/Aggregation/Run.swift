import Documents

/// What is at hand while a pipeline runs on a document: the document, the variables, and what may still be spent.
struct Run {
    /// The document that the stage looks at: `$$ROOT`.
    var root: Record
    /// The other variables, by the place that the compiler gave each.
    var variables: [Datum]
    /// Where fields were found last, by the place that the compiler gave each name; stays from document to document.
    var hints: [Int]
    /// The time that `$$NOW` means, milliseconds since 1970.
    let now: Int64
    private var steps: Int
    private var bytes: Int
    let limits: Limits

    init(variables: Int, hints: Int, now: Int64, limits: Limits) {
        root = Record([])
        self.variables = [Datum](repeating: .missing, count: variables)
        self.hints = [Int](repeating: 0, count: hints)
        self.now = now
        self.limits = limits
        steps = limits.steps
        bytes = limits.bytes
    }

    /// Begins anew with full limits.
    mutating func start(_ root: Record) {
        self.root = root
        steps = limits.steps
        bytes = limits.bytes
    }

    /// Takes steps off what may still be spent. Every operator that walks over elements calls this before it does.
    @inline(__always)
    mutating func spend(_ count: Int = 1) throws(Failure) {
        steps &-= count
        if steps < 0 { throw .exhausted("more than \(limits.steps) steps") }
    }

    /// Takes bytes off what may still be put together. Every operator that makes a string, an array or a document
    /// calls this before it does, with 16 bytes per element.
    @inline(__always)
    mutating func hold(_ count: Int) throws(Failure) {
        bytes &-= count
        if bytes < 0 { throw .exhausted("values of more than \(limits.bytes) bytes") }
    }
}
