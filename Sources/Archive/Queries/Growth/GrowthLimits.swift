/// What the expressions of a query may grow to for one document, and what is assumed of stored documents to tell.
///
/// MongoDB looks at its clock between documents and limits the memory of stages, but neither inside an expression: one that
/// doubles a list forty times takes all memory there is. So a query is refused if its expressions could pass these limits.
/// They lie far above what is asked of a light curve and below what a server bears.
enum GrowthLimits {
    /// Bytes that expressions may hold at a time.
    static let memory: Double = 512 * 1_048_576
    /// Values and elements that may be looked at: a minute or so of one core.
    static let steps: Double = 1e9
    /// Values in the result, those counted twice that MongoDB keeps once: who walks through it meets all of them.
    static let values: Double = 1e12
    /// Lists and documents inside one another. MongoDB stores 180, and walks through them on a stack of 1 MB.
    static let depth: Double = 250

    /// Elements of a stored array: points of a light curve that was watched for years.
    static let storedLength: Double = 1000
    /// Values in a stored field, be it an array or a document.
    static let storedValues: Double = 100_000
    /// Values in an element of a stored array, such as a point, and in an alert's `candidate`.
    static let elementValues: Double = 200
    /// Values in a field of such an element, and elements where it is an array.
    static let innerValues: Double = 10
    static let innerLength: Double = 10
    /// Bytes of a stored text.
    static let storedText: Double = 10_000
    /// Bytes of a text inside an element of a stored array.
    static let innerText: Double = 100
    /// Bytes of an object's name.
    static let nameText: Double = 40
    /// The largest stored whole number that is taken for a count. Others, such as numbers of alerts, do not fit into the
    /// 32 bits that `$range` takes.
    static let storedNumber: Double = 100_000
    /// Lists and documents inside one another in a stored field.
    static let storedDepth: Double = 20
    /// Bytes of a stored document in memory.
    static let storedDocument: Double = 50_000

    /// Bytes to which MongoDB itself limits `$range`, `$push`, the array of a `$lookup` and the like (its parameters
    /// `internalQueryMaxRangeBytes`, `internalQueryMaxPushBytes`, …).
    static let serversOwn: Double = 104_857_600
    /// Elements of an array of numbers that reaches that limit, of 16 bytes each.
    static let mostNumbers: Double = serversOwn / 16
    /// Elements of an array of texts that reaches it, of at least 32 bytes each.
    static let mostNames: Double = serversOwn / 32
    /// Elements of an array of documents that reaches it, of at least 128 bytes each.
    static let mostDocuments: Double = serversOwn / 128
    /// Documents that `$densify` may add (`internalQueryMaxAllowedDensifyDocs`).
    static let densified: Double = 500_000

    /// Elements of an array that are copied in the time of one step.
    static let copied: Double = 16

    /// Bytes of a list without its elements, and of its place for one.
    static let list: Double = 48
    static let element: Double = 16
    /// Bytes of a document without its fields, and of a field without its value.
    static let document: Double = 160
    static let field: Double = 48
    /// Bytes of a text without its characters.
    static let text: Double = 32
    /// Bytes of a value wherever it stands, at most, texts of 16 bytes each counting as one.
    static let value: Double = 64
}
