import Documents

extension ExpressionGrowth {
    /// `$map`.
    mutating func map(
        _ element: Element, _ scope: Scope, at outer: QueryPlace
    ) throws(RequestError) -> Extent {
        let place = outer.then("$map")
        guard let body = element.object, let inner = body.argument("in") else { return .small }
        let input = try input(body, scope, at: place)
        var scope = scope
        scope[body.variable] = input.element
        let result = try each(input.length, inner, scope, at: place.then("in"))
        return .list(of: result, length: input.length)
    }

    /// `$filter`.
    mutating func filter(
        _ element: Element, _ scope: Scope, at outer: QueryPlace
    ) throws(RequestError) -> Extent {
        let place = outer.then("$filter")
        guard let body = element.object, let condition = body.argument("cond") else { return .small }
        let input = try input(body, scope, at: place)
        if let limit = body.argument("limit") { _ = try evaluate(limit, scope, at: place.then("limit")) }
        var inside = scope
        inside[body.variable] = input.element
        let before = held
        _ = try each(input.length, condition, inside, at: place.then("cond"))
        held = before
        hold(GrowthLimits.list + GrowthLimits.element * input.length)
        return input
    }

    /// What loops run over.
    private mutating func input(
        _ body: DocumentView, _ scope: Scope, at place: QueryPlace
    ) throws(RequestError) -> Extent {
        guard let input = body.argument("input") else { return .small }
        return try evaluate(input, scope, at: place.then("input"))
    }

    /// Evaluates an expression for each element of an array. What each holds is held so many times.
    private mutating func each(
        _ count: Double, _ element: Element, _ scope: Scope, at place: QueryPlace
    ) throws(RequestError) -> Extent {
        let (heldBefore, peakBefore, stepsBefore) = (held, peak, steps)
        (peak, steps) = (held, 0)
        let result = try evaluate(element, scope, at: place)
        let (each, most) = (held - heldBefore, peak - heldBefore)
        let all = each * count + GrowthLimits.list + GrowthLimits.element * count
        held = heldBefore + all
        peak = max(peakBefore, held + most)
        steps = stepsBefore + count * (1 + steps)
        return result
    }

    /// `$let`.
    mutating func bind(
        _ element: Element, _ scope: Scope, at place: QueryPlace
    ) throws(RequestError) -> Extent {
        guard let body = element.object, let inner = body.argument("in") else { return .small }
        var inside = scope
        for variable in body.argument("vars")?.object?.elements ?? Document().elements {
            let name = variable.key
            inside[name] = try evaluate(variable, scope, at: place.then("vars").then(name))
        }
        return try evaluate(inner, inside, at: place.then("in"))
    }

    /// `$cond`, `$switch` and `$ifNull`: any of what they may give.
    mutating func choice(
        _ rule: GrowthRule, _ element: Element, _ scope: Scope, at place: QueryPlace
    ) throws(RequestError) -> Extent {
        var results: [Element] = []
        var conditions: [Element] = []
        switch rule {
        case .condition:
            if let list = element.array.map({ Array($0.elements) }) {
                conditions = Array(list.prefix(1))
                results = Array(list.dropFirst())
            } else if let body = element.object {
                conditions = [body.argument("if")].compactMap(\.self)
                results = [body.argument("then"), body.argument("else")].compactMap(\.self)
            }
        case .cases:
            let branches = element.object?.argument("branches")?.array?.elements.map(\.object) ?? []
            conditions = branches.compactMap { $0?.argument("case") }
            results = branches.compactMap { $0?.argument("then") }
            if let other = element.object?.argument("default") { results.append(other) }
        default: results = element.array.map { Array($0.elements) } ?? []
        }
        for condition in conditions {
            let before = held
            _ = try evaluate(condition, scope, at: place.then(condition.key))
            held = before
        }
        var (chosen, most, before) = (Extent?.none, 0.0, held)
        for element in results {
            let result = try evaluate(element, scope, at: place.then(element.key))
            chosen = chosen?.joined(result) ?? result
            most = max(most, held - before)
            held = before
        }
        held = before + most
        return chosen ?? .small
    }
}

extension DocumentView {
    /// The name of the variable that a loop sets.
    fileprivate var variable: String { argument("as")?.string ?? "this" }
}
