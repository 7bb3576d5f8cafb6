import Documents

extension PipelineGrowth {
    /// `$addFields`: every expression sees the document as it was.
    mutating func assign(_ body: DocumentView, at place: QueryPlace) throws(RequestError) {
        let scope = self.scope
        for element in body.elements { try assign(element, [], scope, at: place) }
    }

    /// One field of `$addFields`; an object without operators names fields inside.
    private mutating func assign(
        _ element: Element, _ outer: [String], _ scope: ExpressionGrowth.Scope, at place: QueryPlace
    ) throws(RequestError) {
        let name = element.key
        let place = place.then(name)
        let path = outer + name.split(separator: ".").map(String.init)
        if let object = element.object, let first = object.first, !first.isOperator {
            for inner in object.elements { try assign(inner, path, scope, at: place) }
            return
        }
        set(path, try growth.evaluate(element, scope, at: place))
        try growth.check(document, "this field", at: place)
    }

    /// `$project`.
    mutating func project(_ body: DocumentView, at place: QueryPlace) throws(RequestError) {
        let scope = self.scope
        guard body.elements.contains(where: \.isKept) else {
            for element in body.elements where !element.key.contains(".") && element.object == nil {
                remove(element.key)
            }
            return
        }
        let before = document
        document = .document([:]).borrowed
        if body.argument("_id")?.isDropped != true { document.set("_id", before.field("_id")) }
        var begun: Set<String> = []
        for element in body.elements where !element.isDropped {
            guard let top = element.key.split(separator: ".").first.map(String.init) else { continue }
            // What a path keeps of a field is no larger than the field.
            if element.keepsStored {
                if !begun.contains(top) { document.set(top, before.field(top)) }
            } else {
                // What is made of a part of a field goes into the field as it was.
                let isPart = element.key.contains(".") || element.object?.first?.isOperator == false
                if isPart, !begun.contains(top) { document.set(top, before.field(top)) }
                try assign(computed: element, [], scope, at: place)
            }
            begun.insert(top)
        }
    }

    /// The expressions among the fields of a projection.
    private mutating func assign(
        computed element: Element, _ outer: [String], _ scope: ExpressionGrowth.Scope, at place: QueryPlace
    ) throws(RequestError) {
        if element.keepsStored || element.isDropped { return }
        guard let object = element.object, let first = object.first, !first.isOperator else {
            let path = outer + element.key.split(separator: ".").map(String.init)
            set(path, try growth.evaluate(element, scope, at: place.then(element.key)))
            return
        }
        let path = outer + element.key.split(separator: ".").map(String.init)
        for inner in object.elements {
            try assign(computed: inner, path, scope, at: place.then(element.key))
        }
    }

    /// `$replaceRoot` and `$replaceWith`.
    mutating func replaceRoot(_ element: Element, at place: QueryPlace) throws(RequestError) {
        let isNamed = element.key == "$replaceRoot"
        guard let root = isNamed ? element.object?.argument("newRoot") : element else { return }
        let new = try growth.evaluate(root, scope, at: isNamed ? place.then("newRoot") : place)
        document = Extent.document([:]).merged(with: new).borrowed
    }

    /// Takes a field away.
    mutating func remove(_ name: String) {
        if !name.contains(".") { document.set(name, .small) }
    }

    /// Gives a field, which may lie inside others, another value.
    mutating func set(_ path: String, _ value: Extent) {
        set(path.split(separator: ".").map(String.init), value)
    }

    private mutating func set(_ path: [String], _ value: Extent) {
        guard let top = path.first else { return }
        if path.count > 1 {
            // Each document in an array is made anew.
            let count = max(1, document.field(top).length)
            growth.steps += count
            growth.hold(count * (GrowthLimits.document + GrowthLimits.field))
        }
        let old = document.field(top)
        document.set(top, path.count == 1 ? value : old.setting(path.dropFirst(), value))
    }
}

extension Extent {
    /// Gives a document's field another value, in place.
    mutating func set(_ name: String, _ value: Extent) {
        guard case .parts(var parts) = inside, parts.element == nil else {
            self = setting(name, value)
            return
        }
        inside = .nothing
        let value = value.limited.borrowed
        if let old = parts.fields[name] { values -= Self.values(ofField: name, old) }
        values += Self.values(ofField: name, value)
        depth = max(depth, 1 + value.depth)
        parts.fields[name] = value
        parts.levels = max(parts.levels, 1 + value.levels)
        inside = .parts(parts)
    }

    /// With another value at a path inside, in every element where it is an array.
    func setting(_ path: ArraySlice<String>, _ value: Extent) -> Extent {
        guard let name = path.first else { return value }
        switch inside {
        case .nothing, .identity:
            return Extent.document([:]).setting(name, Extent.small.setting(path.dropFirst(), value))
        case .same:
            var set = collapsed.joined(value.collapsed)
            set.inside = .same
            set.values = values * (2 + value.values)
            set.depth = depth + value.depth + Double(path.count)
            return set
        case .stored, .point, .parts:
            let inner = field(name).setting(path.dropFirst(), value)
            let document = setting(name, inner)
            guard length > 0 else { return document }
            return document.joined(.list(of: element.setting(path, value), length: length))
        }
    }
}

extension Element {
    /// Whether a projection drops the field.
    fileprivate var isDropped: Bool { value == .bool(false) || double == 0 }

    /// Whether a projection keeps the field as it is.
    fileprivate var keepsStored: Bool { !isDropped && (double != nil || value == .bool(true)) }

    /// Whether this is anything but dropped: a projection with such a field has only what it names. `_id` says nothing.
    fileprivate var isKept: Bool {
        if key == "_id", object == nil, string == nil { return false }
        guard let object, let first = object.first, !first.isOperator else { return !isDropped }
        return object.elements.contains { $0.isKept }
    }
}
