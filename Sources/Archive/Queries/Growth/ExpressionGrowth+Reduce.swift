import Documents

extension ExpressionGrowth {
    /// Times that `in` is tried one after the other before a `$reduce` is taken for one that grows without bound.
    private static let mostRounds = 2000

    /// `$reduce`: as large as `$$value` gets.
    ///
    /// `in` is run on extents, round after round, until its result grows no more, or by the same amount with each round, or
    /// until there are no more elements. That it goes on by the same amount is tried at the last round: since extents are
    /// made by sums and products only, what does not exceed a straight line at both ends does not exceed it in between.
    mutating func reduce(
        _ element: Element, _ scope: Scope, at outer: QueryPlace
    ) throws(RequestError) -> Extent {
        let place = outer.then("$reduce")
        guard let body = element.object, let inner = body.argument("in"),
            let first = body.argument("initialValue"), let input = body.argument("input")
        else { return .small }
        let list = try evaluate(input, scope, at: place.then("input"))
        let initial = try evaluate(first, scope, at: place.then("initialValue"))
        // What is outside is held whatever happens here; inside another `$reduce` it may become a part of its value.
        var scope = isReducing ? scope : scope.mapValues(\.borrowed)
        scope["this"] = isReducing ? list.element : list.element.borrowed
        let loop = Loop(body: inner, scope: scope, place: place.then("in"), rounds: list.length)
        // A fault that shows at once is that of what stands inside.
        _ = try rehearse(loop, initial)
        let value: Extent
        do {
            value = try last(loop, initial)
        } catch {
            guard rehearsals >= 0 else { throw error }
            throw Self.excess("$reduce", error.limit, at: outer)
        }
        return try run(loop, value, at: outer)
    }

    /// What a `$reduce` repeats.
    private struct Loop {
        let body: Element
        let scope: Scope
        let place: QueryPlace
        /// How often, at most.
        let rounds: Double
    }

    /// The result of one round, which counts for nothing.
    private mutating func rehearse(_ loop: Loop, _ value: Extent) throws(RequestError) -> Extent {
        var trial = self
        (trial.isRehearsing, trial.isReducing) = (true, true)
        var scope = loop.scope
        scope["value"] = value
        defer { rehearsals = trial.rehearsals }
        return try trial.evaluate(loop.body, scope, at: loop.place)
    }

    /// `$$value` after the last round, or after any before it.
    private mutating func last(_ loop: Loop, _ initial: Extent) throws(RequestError) -> Extent {
        var value = initial
        var nextTrial = 2
        for round in 1...Self.mostRounds {
            var next = value.joined(try rehearse(loop, value))
            if next == value || Double(round) >= loop.rounds { return next }
            // How large numbers get matters little, and they may grow in other ways.
            if round > 1 { next = next.widened(from: value) }
            if round == nextTrial {
                if let end = try line(loop, value, next) { return end }
                nextTrial *= 2
            }
            value = next
        }
        throw Self.excess("$reduce", "grow faster and faster", at: loop.place)
    }

    /// Where the way from one extent to the next leads to; nil where it is not known to be straight.
    private mutating func line(
        _ loop: Loop, _ value: Extent, _ next: Extent
    ) throws(RequestError) -> Extent? {
        for times in [1, loop.rounds] {
            let start = Extent.extrapolated(value, next, times)
            let result: Extent
            do { result = start.joined(try rehearse(loop, start)) } catch {
                if rehearsals < 0 { throw error }
                return nil
            }
            guard result.isWithin(.extrapolated(value, next, times + 1)) else { return nil }
        }
        return .extrapolated(value, next, loop.rounds + 1)
    }

    /// Counts all rounds, each as large as the last.
    private mutating func run(
        _ loop: Loop, _ value: Extent, at place: QueryPlace
    ) throws(RequestError) -> Extent {
        let (heldBefore, peakBefore, stepsBefore) = (held, peak, steps)
        var scope = loop.scope
        scope["value"] = value
        (peak, steps) = (held, 0)
        let wasReducing = isReducing
        isReducing = true
        defer { isReducing = wasReducing }
        do { _ = try evaluate(loop.body, scope, at: loop.place) } catch {
            throw Self.excess("$reduce", error.limit, at: place)
        }
        let (each, most) = (held - heldBefore, peak - heldBefore)
        // Of all that was made on the way only what is in the last value is held, and what made it.
        held = heldBefore + value.own + each
        peak = max(peakBefore, held + most)
        steps = stepsBefore + loop.rounds * (1 + steps)
        return value
    }
}

extension RequestError {
    /// What an excess said of the limit that was passed.
    fileprivate var limit: String {
        guard let start = reason.firstRange(of: " may ")?.upperBound,
            let end = reason.firstRange(of: " for one document")?.lowerBound, start < end
        else { return "grow without bound" }
        return String(reason[start..<end])
    }
}
