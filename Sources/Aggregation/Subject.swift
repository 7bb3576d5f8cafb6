public import Documents

/// What a program runs on: a document whose fields are located once, for as many programs as look at it. It belongs
/// to one thread.
public struct Subject {
    let record: Record

    /// A document.
    public init(_ document: Document) { record = Record(document) }

    /// A document put together from parts, in this order.
    public init(_ parts: [(name: String, part: Part)]) {
        record = Record(parts.map { Record.Member(Name($0.name), $0.part.datum) })
    }

    /// A part of a document: shared, never copied.
    public struct Part {
        let datum: Datum

        /// A value.
        public init(_ value: Value) { datum = Datum(value) }

        /// A document inside another one.
        public init(_ view: DocumentView) { datum = .document(Record(view)) }

        /// An array of parts.
        public init(_ parts: [Part]) { datum = .array(List(parts.map(\.datum))) }

        private init(datum: Datum) { self.datum = datum }

        /// A field that is there and has not been fetched. A program that looks inside it ends with `Outcome.later`.
        public static var later: Part { Part(datum: .later) }
    }
}
