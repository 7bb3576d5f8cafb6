import Documents

/// An array while a pipeline runs: located in BSON bytes or put together, like a `Record`.
final class List: LocatedFields {
    /// The elements that were put together.
    private let put: [Datum]

    /// The array that BSON keeps as a document with the keys "0", "1", …
    convenience init(_ document: Document) { self.init(document.view) }

    /// An array inside others' bytes.
    override init(_ view: DocumentView) {
        put = []
        super.init(view)
    }

    /// An array of these; what is missing counts as null.
    convenience init(_ data: [Datum]) {
        self.init(sparse: data.contains { $0.isMissing } ? data.map { $0.isMissing ? .null : $0 } : data)
    }

    /// An array of these, in which what is missing stays missing: it counts as an element for whoever looks at the
    /// array, and is left out when the array is written. (What MongoDB's projections leave of elements that are no
    /// documents.)
    init(sparse data: [Datum]) {
        put = data
        super.init(extent: Extent(of: data))
    }

    /// How many elements there are.
    @inline(__always)
    var count: Int { isLocated ? locatedCount : put.count }

    /// The element at a position.
    @inline(__always)
    subscript(index: Int) -> Datum { isLocated ? locatedDatum(at: index) : put[index] }

    /// The elements in their order.
    var data: [Datum] {
        guard isLocated else { return put }
        return (0..<locatedCount).map { locatedDatum(at: $0) }
    }

    /// The array as the document that it is in BSON.
    var document: Document {
        if isLocated { return view.document }
        var writer = DocumentWriter(capacity: 512)
        write(to: &writer)
        return writer.finish()
    }

    /// Writes the elements into an open array.
    func write(to writer: inout DocumentWriter) {
        if isLocated {
            for element in view.elements { writer.append(element) }
            return
        }
        var index = 0
        for datum in put where !datum.isMissing {
            writer.append(String(index), datum)
            index += 1
        }
    }
}
