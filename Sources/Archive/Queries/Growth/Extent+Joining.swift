extension Extent {
    /// Fields of two documents that are known one by one when it is not known which of the two it is.
    private static let mostFields = 200

    /// Makes it either of two.
    mutating func join(_ other: Extent) {
        let joined = Self.joined(self, other)
        if joined == .same {
            let (mine, others) = (collapsed, other.collapsed)
            (length, text, number) = (
                max(mine.length, others.length), max(mine.text, others.text), max(mine.number, others.number)
            )
        }
        inside = joined
        values = max(values, other.values)
        length = max(length, other.length)
        text = max(text, other.text)
        number = max(number, other.number)
        own = max(own, other.own)
        depth = max(depth, other.depth)
    }

    /// Either of two.
    func joined(_ other: Extent) -> Extent {
        var joined = self
        joined.join(other)
        return joined
    }

    private static func joined(_ first: Extent, _ second: Extent) -> Inside {
        switch (first.inside, second.inside) {
        case (.identity(true), .identity(true)): .identity(isUnique: true)
        case (.identity, .identity): .identity(isUnique: false)
        case (.nothing, .identity), (.identity, .nothing): .nothing
        case (.nothing, let inside), (let inside, .nothing): inside
        case (.identity, let inside), (let inside, .identity): inside
        case (.stored, .stored), (.stored, .point), (.point, .stored): .stored
        case (.point, .point): .point
        case (.parts(let one), .parts(let other)): joined(one, other)
        case (.parts(let parts), .stored), (.stored, .parts(let parts)):
            joined(parts, Parts(others: .stored, element: .storedElement))
        case (.parts(let parts), .point), (.point, .parts(let parts)):
            joined(parts, Parts(others: .inner, element: .inner))
        default: .same
        }
    }

    private static func joined(_ first: Parts, _ second: Parts) -> Inside {
        if first == second { return .parts(first) }
        guard first.fields.count + second.fields.count <= mostFields else { return .same }
        var joined = first
        for (name, field) in first.fields where second.fields[name] == nil {
            if let others = second.others { joined.fields[name] = field.joined(others) }
        }
        for (name, field) in second.fields {
            guard let mine = first.fields[name] ?? first.others else {
                joined.fields[name] = field
                continue
            }
            joined.fields[name] = mine.joined(field)
        }
        joined.others = either(first.others, second.others)
        joined.element = either(first.element, second.element)
        joined.levels = max(first.levels, second.levels)
        return .parts(joined)
    }

    private static func either(_ first: Extent?, _ second: Extent?) -> Extent? {
        guard let first else { return second }
        return second.map(first.joined) ?? first
    }

    /// Itself, known as a whole only: as long as the longest array in it, and so on.
    var collapsed: Extent {
        guard case .parts(let parts) = inside else {
            var collapsed = self
            switch inside {
            case .stored, .point: collapsed.inside = .same
            case .identity: collapsed.inside = .nothing
            case .nothing, .same, .parts: break
            }
            return collapsed
        }
        var collapsed = self
        collapsed.inside = .same
        for part in Array(parts.fields.values) + [parts.others, parts.element].compactMap(\.self) {
            let part = part.collapsed
            collapsed.length = max(collapsed.length, part.length)
            collapsed.text = max(collapsed.text, part.text)
            collapsed.number = max(collapsed.number, part.number)
        }
        return collapsed
    }

    /// All fields of this, each of which is like another extent.
    private func with(values field: Extent) -> Extent {
        var fields = field
        (fields.values, fields.own) = (values, own)
        return fields
    }

    /// Itself as the document that it may be: nothing of an array.
    var documentParts: Parts {
        switch inside {
        case .nothing, .identity: return Parts()
        case .same, .stored: return Parts(others: self, levels: 1)
        case .point: return Parts(others: with(values: .inner), levels: 1)
        case .parts(var parts):
            parts.element = nil
            return parts
        }
    }

    /// Both documents in one: of a field that both have the second's, where that is not missing.
    func merged(with other: Extent) -> Extent {
        let (first, second) = (documentParts, other.documentParts)
        var fields = first.fields
        for (name, field) in second.fields {
            fields[name] = (first.fields[name] ?? first.others)?.joined(field) ?? field
        }
        if let others = second.others {
            for (name, field) in first.fields where second.fields[name] == nil {
                fields[name] = field.joined(others)
            }
        }
        guard var others = first.others, let more = second.others else {
            return .document(fields, others: first.others ?? second.others)
        }
        let (values, own) = (others.values + more.values, others.own + more.own)
        others = others.joined(more).collapsed
        (others.values, others.own) = (values, own)
        return .document(fields, others: others)
    }

    /// A document with one more field, or another value of it.
    func setting(_ name: String, _ field: Extent) -> Extent {
        let parts = documentParts
        var fields = parts.fields
        fields[name] = field
        return .document(fields, others: parts.others)
    }
}
