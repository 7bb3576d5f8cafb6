import Documents

/// What records and lists have in common: where the fields of a document lie in its bytes, found in one pass.
///
/// Numbers are at hand at once; what holds other values (documents, arrays, strings, the rare types) is decoded when
/// first asked for and kept.
/// Records and lists inherit from it, and do not refer to one: that saves an object for each, and the counting of
/// references at every look.
class LocatedFields {
    private struct Slot {
        /// The first eight bytes of the name, and the last eight of a longer one: names are told apart by them.
        let head: UInt64
        let tail: UInt64
        /// The bits of a number; for what is decoded later, its place among such.
        let bits: UInt64
        let kind: Kind
        let field: Field
    }

    /// How a datum is made of a slot.
    private enum Kind {
        case double, int32, int64, bool, null, kept

        init(_ type: ElementType) {
            switch type {
            case .double: self = .double
            case .int32: self = .int32
            case .int64: self = .int64
            case .bool: self = .bool
            case .null: self = .null
            default: self = .kept
            }
        }
    }

    /// Whether the fields lie in bytes; else they were put together, and there is nothing here.
    final let isLocated: Bool
    /// How large and how deep the whole is.
    final let extent: Extent
    /// The document.
    final let view: DocumentView
    private final let slots: [Slot]
    /// What is decoded once, missing until then. (Memory of its own: an array would be checked for other users at
    /// every look.)
    private final let kept: UnsafeMutableBufferPointer<Datum>
    private final var names: [Name] = []

    /// What was put together of other values.
    init(extent: Extent) {
        isLocated = false
        self.extent = extent
        view = DocumentView()
        slots = []
        kept = UnsafeMutableBufferPointer(start: nil, count: 0)
    }

    /// The fields of a document.
    init(_ view: DocumentView) {
        isLocated = true
        extent = Extent(located: view.byteCount)
        self.view = view
        var slots: [Slot] = []
        slots.reserveCapacity(48)
        var keptCount = 0
        view.forEachField { field, marks in
            let kind = Kind(field.type)
            var bits = marks.value
            if kind == .kept {
                bits = UInt64(keptCount)
                keptCount += 1
            }
            slots.append(Slot(head: marks.head, tail: marks.tail, bits: bits, kind: kind, field: field))
        }
        self.slots = slots
        kept =
            keptCount == 0
            ? UnsafeMutableBufferPointer(start: nil, count: 0) : .allocate(capacity: keptCount)
        kept.initialize(repeating: .missing)
    }

    deinit {
        kept.deinitialize()
        kept.deallocate()
    }

    /// How many fields there are in the bytes.
    @inline(__always)
    final var locatedCount: Int { slots.count }

    /// The position of the first field with a name.
    @inline(__always)
    final func locatedIndex(of name: Name, hint: inout Int) -> Int? {
        if hint < slots.count, isNamed(name, at: hint) { return hint }
        return search(name, &hint)
    }

    /// Whether there is a field at a position whose name has these marks.
    @inline(__always)
    final func isMarked(_ marks: Name.Marks, at index: Int) -> Bool {
        index < slots.count && slots[index].head == marks.head && slots[index].tail == marks.tail
            && slots[index].field.keyCount == marks.count
    }

    @inline(__always)
    private final func isNamed(_ name: Name, at index: Int) -> Bool {
        let slot = slots[index]
        guard slot.head == name.head, slot.tail == name.tail, slot.field.keyCount == name.count else {
            return false
        }
        return name.count <= 16 || isNamed(name.text, slot.field)
    }

    @inline(never)
    private final func isNamed(_ text: String, _ field: Field) -> Bool { view.key(of: field, equals: text) }

    @inline(never)
    private final func search(_ name: Name, _ hint: inout Int) -> Int? {
        for index in slots.indices where isNamed(name, at: index) {
            hint = index
            return index
        }
        return nil
    }

    /// The field at a position.
    @inline(__always)
    final func locatedDatum(at index: Int) -> Datum {
        let bits = slots[index].bits
        switch slots[index].kind {
        case .double: return .double(Double(bitPattern: bits))
        case .int32: return .int32(Int32(truncatingIfNeeded: bits))
        case .int64: return .int64(Int64(bitPattern: bits))
        case .bool: return .bool(bits == 1)
        case .null: return .null
        case .kept:
            let datum = kept[Int(truncatingIfNeeded: bits)]
            if case .missing = datum { return decode(at: index) }
            return datum
        }
    }

    @inline(never)
    private final func decode(at index: Int) -> Datum {
        let slot = slots[index]
        let element = view.element(of: slot.field)
        let datum: Datum =
            switch (element.type, element.view) {
            case (.document, let view?): .document(Record(view))
            case (.array, let view?): .array(List(view))
            default: Datum(element.value)
            }
        kept[Int(truncatingIfNeeded: slot.bits)] = datum
        return datum
    }

    /// The name of the field at a position.
    final func locatedName(at index: Int) -> Name {
        if names.isEmpty { names = slots.map { Name(view.element(of: $0.field).key) } }
        return names[index]
    }
}
