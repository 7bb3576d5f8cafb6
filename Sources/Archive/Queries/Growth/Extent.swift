/// What is known of a value before a query is run: how large it can be at most.
///
/// All that is made of extents grows with them and with no more than their sums and products, never with the smaller one of
/// two; `ExpressionGrowth.reduce` rests on that.
struct Extent: Equatable, Sendable {
    /// The values in it, itself among them, as if nothing were shared; 16 bytes of text count as one.
    var values = 1.0
    /// Its elements where it is an array.
    var length = 0.0
    /// Its bytes where it is a text.
    var text = 0.0
    /// Its absolute value where it is a number; infinite where nothing is known.
    var number = 0.0
    /// Arrays and documents inside one another, itself among them.
    var depth = 0.0
    /// Bytes that were made for it, counted as often as they stand in it; of what it shares with a stored document or a
    /// variable none.
    var own = 0.0
    /// What is known of its fields and elements.
    var inside = Inside.nothing

    /// What is known of a value's fields and elements.
    indirect enum Inside: Equatable, Sendable {
        /// It has none.
        case nothing
        /// It has none, and tells stored documents apart, or their objects.
        case identity(isUnique: Bool)
        /// Each may be as large as the whole.
        case same
        /// It is a field of a stored document.
        case stored
        /// It is an element of a stored array, or a document of values.
        case point
        case parts(Parts)
    }

    /// Fields and elements that are known one by one.
    struct Parts: Equatable, Sendable {
        var fields: [String: Extent] = [:]
        /// All other fields together, none of which is larger; nil where there are none.
        var others: Extent?
        /// Each element; nil where it is no array.
        var element: Extent?
        /// How many levels of such parts there are.
        var levels = 1
    }

    /// Levels of parts that are kept apart; deeper ones are known as a whole only.
    private static let mostLevels = 6

    /// A missing value, a null, a truth value.
    static let small = Extent()
    /// An array without elements.
    static let empty = Extent.list(of: .small, length: 0)
    /// A number of which nothing is known, a date.
    static let anyNumber = Extent(number: .infinity)
    /// A field of a stored document.
    static let stored = Extent(
        values: GrowthLimits.storedValues, length: GrowthLimits.storedLength, text: GrowthLimits.storedText,
        number: GrowthLimits.storedNumber, depth: GrowthLimits.storedDepth, inside: .stored)
    /// An element of a stored array.
    static let storedElement = Extent(
        values: GrowthLimits.elementValues, length: GrowthLimits.innerLength, text: GrowthLimits.innerText,
        number: GrowthLimits.storedNumber, depth: GrowthLimits.storedDepth - 1, inside: .point)
    /// A field of an element of a stored array.
    static let inner = Extent(
        values: GrowthLimits.innerValues, length: GrowthLimits.innerLength, text: GrowthLimits.innerText,
        number: GrowthLimits.storedNumber, depth: GrowthLimits.storedDepth - 2, inside: .same)
    /// A field that tells stored documents apart, or their objects.
    static func identity(isUnique: Bool) -> Extent {
        var identity = text(GrowthLimits.nameText)
        (identity.inside, identity.number) = (.identity(isUnique: isUnique), GrowthLimits.storedNumber)
        return identity
    }

    /// A number.
    static func number(_ most: Double) -> Extent { Extent(number: most) }

    /// A text; it may mean any number.
    /// - Parameter isMade: whether it is not the query's or a document's own.
    static func text(_ bytes: Double, isMade: Bool = false) -> Extent {
        Extent(
            values: 1 + bytes / 16, text: bytes, number: .infinity,
            own: isMade ? GrowthLimits.text + bytes : 0)
    }

    /// An array of elements that are known one by one.
    static func list(_ elements: [Extent]) -> Extent {
        guard var element = elements.first else { return .empty }
        var (values, own) = (1.0, GrowthLimits.list)
        for (index, other) in elements.enumerated() {
            values += other.values
            own += GrowthLimits.element + other.own
            if index > 0 { element.join(other) }
        }
        return list(of: element, length: Double(elements.count), values: values, own: own)
    }

    /// An array of so many elements.
    /// - Parameters:
    ///   - values: the values in it; nil for all elements being as large as they can.
    ///   - own: its own bytes; nil for those of so many elements.
    static func list(of element: Extent, length: Double, values: Double? = nil, own: Double? = nil) -> Extent
    {
        let element = element.limited.anonymous
        return Extent(
            values: values ?? 1 + length * element.values, length: length, depth: 1 + element.depth,
            own: own ?? GrowthLimits.list + length * (GrowthLimits.element + element.own),
            inside: .parts(Parts(element: element, levels: 1 + element.levels)))
    }

    /// A document.
    static func document(_ fields: [String: Extent], others: Extent? = nil) -> Extent {
        var document = Extent(
            values: 3 + (others?.values ?? 0), depth: 1 + (others?.depth ?? 0),
            own: GrowthLimits.document + (others.map { $0.own + GrowthLimits.field * $0.fieldCount } ?? 0))
        var parts = Parts(others: others)
        for (name, field) in fields {
            let field = field.limited
            document.values += Self.values(ofField: name, field)
            document.own += GrowthLimits.field + Double(name.utf8.count) + field.own
            document.depth = max(document.depth, 1 + field.depth)
            parts.fields[name] = field
            parts.levels = max(parts.levels, 1 + field.levels)
        }
        document.inside = .parts(parts)
        return document
    }

    /// The values that a field adds to its document.
    static func values(ofField name: String, _ field: Extent) -> Double {
        field.values + Double(name.utf8.count) / 16
    }

    /// Whether it is a number or the like, and so keeps nothing else in memory.
    var isScalar: Bool { inside == .nothing && text == 0 }

    /// Each element, where it is an array.
    var element: Extent {
        switch inside {
        case .nothing, .identity: .small
        case .same: self
        case .stored: .storedElement
        case .point: .inner
        case .parts(let parts): parts.element ?? .small
        }
    }

    /// Each number in it, where it is a number or an array.
    var innerNumber: Double { max(number, element.number) }

    /// The field of a name where it is a document; the fields of its elements where it is an array of them.
    func field(_ name: String) -> Extent {
        let parts: Parts
        switch inside {
        case .nothing, .identity: return .small
        case .same, .stored: return self
        case .point: return .inner
        case .parts(let known): parts = known
        }
        var field = parts.fields[name] ?? parts.others ?? .small
        if let element = parts.element {
            // What is no document has no field and leaves nothing in the array.
            field.join(element.isScalar ? .empty : .list(of: element.field(name), length: length))
        }
        return field
    }

    var levels: Int { if case .parts(let parts) = inside { parts.levels } else { 0 } }

    /// Itself as a part of something: without more levels than are kept apart.
    var limited: Extent { levels < Self.mostLevels ? self : collapsed }

    /// How many fields it has where it is a document.
    var fieldCount: Double {
        switch inside {
        case .nothing, .identity: 0
        case .same, .point: values
        case .stored: GrowthLimits.storedLength
        case .parts(let parts): Double(parts.fields.count) + (parts.others?.fieldCount ?? 0)
        }
    }

    /// Itself as something that stands elsewhere, and is counted there.
    var borrowed: Extent { own == 0 ? self : with { $0.own = 0 } }

    /// Itself, telling nothing apart: where it is one of many, or the same for all documents.
    var anonymous: Extent {
        with { if case .identity = $0.inside { $0.inside = .nothing } }
    }

    /// Itself with a change at every level.
    private func with(_ change: (inout Extent) -> Void) -> Extent {
        var changed = self
        change(&changed)
        guard case .parts(var parts) = inside else { return changed }
        parts.fields = parts.fields.mapValues { $0.with(change) }
        parts.others = parts.others?.with(change)
        parts.element = parts.element?.with(change)
        changed.inside = .parts(parts)
        return changed
    }
}
