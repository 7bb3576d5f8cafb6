extension Extent {
    /// Where one gets from one extent to another in a step, and then takes so many equal ones: `first + times · (second −
    /// first)`. Where the two are not built alike they are looked at as wholes.
    static func extrapolated(_ first: Extent, _ second: Extent, _ times: Double) -> Extent {
        guard first.isBuilt(like: second) else {
            return extrapolated(first.whole, second.whole, times)
        }
        func line(_ part: KeyPath<Extent, Double>) -> Double {
            let (start, end) = (first[keyPath: part], second[keyPath: part])
            return end > start ? start + times * (end - start) : end
        }
        var result = second
        result.values = line(\.values)
        result.length = line(\.length)
        result.text = line(\.text)
        result.number = line(\.number)
        result.own = line(\.own)
        result.depth = line(\.depth)
        guard case .parts(let one) = first.inside, case .parts(var other) = second.inside else {
            return result
        }
        for (name, field) in one.fields {
            if let next = other.fields[name] { other.fields[name] = extrapolated(field, next, times) }
        }
        if let mine = one.others, let next = other.others { other.others = extrapolated(mine, next, times) }
        if let mine = one.element, let next = other.element {
            other.element = extrapolated(mine, next, times)
        }
        result.inside = .parts(other)
        return result
    }

    /// Whether the same is known of both, so that only numbers differ.
    private func isBuilt(like other: Extent) -> Bool {
        switch (inside, other.inside) {
        case (.nothing, .nothing), (.same, .same), (.stored, .stored), (.point, .point),
            (.identity, .identity):
            true
        case (.parts(let one), .parts(let two)):
            one.fields.count == two.fields.count && one.fields.keys.allSatisfy { two.fields[$0] != nil }
                && (one.others == nil) == (two.others == nil) && (one.element == nil) == (two.element == nil)
        default: false
        }
    }

    private var whole: Extent {
        var whole = collapsed
        whole.inside = .same
        return whole
    }

    /// Whether it is nowhere larger than another. Of what is not known of the other in parts the whole counts.
    func isWithin(_ other: Extent) -> Bool {
        guard values <= other.values, length <= other.length, text <= other.text, number <= other.number,
            depth <= other.depth, own <= other.own
        else { return false }
        switch (inside, other.inside) {
        case (.nothing, _), (.identity, _), (.stored, .stored), (.point, .point): return true
        case (.parts(let mine), .parts(let others)): return Self.isWithin(mine, others)
        case (_, .same):
            let whole = collapsed
            return whole.length <= other.length && whole.text <= other.text && whole.number <= other.number
        default: return false
        }
    }

    private static func isWithin(_ mine: Parts, _ other: Parts) -> Bool {
        func isWithin(_ part: Extent?, _ limit: Extent?) -> Bool {
            guard let part else { return true }
            return limit.map(part.isWithin) ?? false
        }
        return mine.fields.allSatisfy { isWithin($0.value, other.fields[$0.key] ?? other.others) }
            // A field of the other that is kept apart there may be among the others here.
            && (mine.others == nil || other.fields.keys.allSatisfy { mine.fields[$0] != nil })
            && isWithin(mine.others, other.others) && isWithin(mine.element, other.element)
    }

    /// Itself, with nothing known of numbers that are larger than before.
    func widened(from before: Extent) -> Extent {
        var widened = self
        if number > before.number { widened.number = .infinity }
        guard case .parts(var parts) = inside, case .parts(let earlier) = before.inside else {
            return widened
        }
        for (name, field) in parts.fields {
            if let earlier = earlier.fields[name] ?? earlier.others {
                parts.fields[name] = field.widened(from: earlier)
            }
        }
        if let others = parts.others, let earlier = earlier.others {
            parts.others = others.widened(from: earlier)
        }
        if let element = parts.element, let earlier = earlier.element {
            parts.element = element.widened(from: earlier)
        }
        widened.inside = .parts(parts)
        return widened
    }
}
