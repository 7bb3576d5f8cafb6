import Documents

/// A document while a pipeline runs.
///
/// Either its fields lie in BSON bytes, located once when it is made, and what is inside them when it is first asked
/// for; or they were put together by a stage. A record does not change, but it remembers what it has decoded: it
/// belongs to one thread.
final class Record: LocatedFields {
    /// A field that was put there.
    struct Member {
        let name: Name
        var datum: Datum

        init(_ name: Name, _ datum: Datum) {
            self.name = name
            self.datum = datum
        }
    }

    /// The fields that were put together.
    private let put: [Member]
    /// The fields with those that are missing, nil where none is.
    private let sparse: [Member]?
    /// Whether MongoDB would have it as bytes, not as fields that a stage has put together: a stage that keeps or
    /// drops fields then makes bytes of it again, in which nothing is missing.
    let isPlain: Bool

    /// The document of BSON bytes.
    convenience init(_ document: Document) { self.init(document.view) }

    /// A document inside others' bytes.
    override init(_ view: DocumentView) {
        put = []
        sparse = nil
        isPlain = true
        super.init(view)
    }

    /// A document of these fields; missing ones are left out. Names are not to repeat.
    init(_ members: [Member], isPlain: Bool = false) {
        var extent = Extent()
        var isSparse = false
        for member in members {
            if member.datum.isMissing {
                isSparse = true
            } else {
                extent.include(member.datum, nameCount: member.name.count)
            }
        }
        put = isSparse ? members.filter { !$0.datum.isMissing } : members
        sparse = isSparse && !isPlain ? members : nil
        self.isPlain = isPlain
        super.init(extent: extent)
    }

    /// How many fields there are.
    var count: Int { isLocated ? locatedCount : put.count }

    /// The field at a position.
    func datum(at index: Int) -> Datum {
        isLocated ? locatedDatum(at: index) : put[index].datum
    }

    /// The name of the field at a position.
    func name(at index: Int) -> Name { isLocated ? locatedName(at: index) : put[index].name }

    /// The field of a name, missing where there is none. Where a name stands twice, the first counts.
    /// - Parameter hint: where such a field was found last, which saves the search where it is there again.
    @inline(__always)
    func datum(named name: Name, hint: inout Int) -> Datum {
        if isLocated {
            guard let index = locatedIndex(of: name, hint: &hint) else { return .missing }
            return locatedDatum(at: index)
        }
        guard let index = put.index(of: name, hint: &hint) else { return .missing }
        return put[index].datum
    }

    /// The field of a name at the position where such a field was found last; nil where it is not there, and where more
    /// than the marks of its name must be known.
    @inline(__always)
    func datum(marked marks: Name.Marks, at position: Int) -> Datum? {
        guard marks.areComplete else { return nil }
        if isLocated { return isMarked(marks, at: position) ? locatedDatum(at: position) : nil }
        guard position < put.count, put[position].name.head == marks.head,
            put[position].name.tail == marks.tail,
            put[position].name.count == marks.count
        else { return nil }
        return put[position].datum
    }

    /// The position of the field of a name, nil where there is none.
    /// - Parameter hint: where such a field was found last.
    @inline(__always)
    func index(of name: Name, hint: inout Int) -> Int? {
        if isLocated { return locatedIndex(of: name, hint: &hint) }
        return put.index(of: name, hint: &hint)
    }

    /// The field of a name, missing where there is none.
    func datum(named name: Name) -> Datum {
        var hint = 0
        return datum(named: name, hint: &hint)
    }

    /// The fields in their order.
    var members: [Member] {
        guard isLocated else { return put }
        return (0..<locatedCount).map { Member(locatedName(at: $0), locatedDatum(at: $0)) }
    }

    /// The fields for a stage that sets some of them: one that was put there as missing has kept its place, as in
    /// MongoDB, until the document is written.
    var places: [Member] { sparse ?? members }

    /// The document as BSON.
    var document: Document {
        if isLocated { return view.document }
        var writer = DocumentWriter(capacity: 512)
        write(to: &writer)
        return writer.finish()
    }

    /// Writes the fields into an open document.
    func write(to writer: inout DocumentWriter) {
        if isLocated {
            for element in view.elements { writer.append(element) }
        } else {
            for member in put { writer.append(member.name.text, member.datum) }
        }
    }
}

extension [Record.Member] {
    /// The position of the first field of a name, nil where there is none.
    /// - Parameter hint: where such a field was found last.
    @inline(__always)
    func index(of name: Name, hint: inout Int) -> Int? {
        if hint < count, self[hint].name == name { return hint }
        for index in indices where self[index].name == name {
            hint = index
            return index
        }
        return nil
    }
}

extension LocatedFields {
    /// Whether a field, at any depth that was put together here, is still to be fetched.
    final var awaitsLater: Bool { extent.awaitsLater }
}

extension Datum {
    /// Whether it is, or holds, a field that is still to be fetched.
    var awaitsLater: Bool {
        switch self {
        case .later: true
        case .document(let record): record.awaitsLater
        case .array(let list): list.awaitsLater
        default: false
        }
    }
}
