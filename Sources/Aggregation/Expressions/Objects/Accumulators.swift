import Documents

extension Operator {
    /// The accumulators of `$group` as expressions: of their arguments, or of the elements of one array.
    static let accumulators: [Operator] = [
        .associative(Sum.self), .associative(Minimum.self), .associative(Maximum.self),
        accumulator("$avg") { Mean(parts: $0) },
        accumulator("$stdDevPop") { Spread(parts: $0, isSample: false) },
        accumulator("$stdDevSamp") { Spread(parts: $0, isSample: true) },
    ]

    private static func accumulator<Call: Expression>(
        _ name: String, _ call: @escaping @Sendable ([any Expression]) -> Call
    ) -> Operator {
        Operator(name) { compiler, argument, place throws(CompileError) in
            let arguments = try compiler.arguments(argument, count: 0...Int.max, of: name, place)
            return try compiler.fold(call(arguments), arguments, place)
        }
    }
}

private struct Sum: Associative {
    static let name = "$sum"
    static let isCommutative = true
    static let takesOneList = true
    let parts: [any Expression]

    init(parts: [any Expression]) { self.parts = parts }

    func value(_ run: inout Run) throws(Failure) -> Datum {
        var total = Total()
        try parts.forEachOperand(&run) { datum, _ throws(Failure) in try total.add(datum) }
        return total.value
    }
}

private struct Minimum: Associative {
    static let name = "$min"
    static let isCommutative = true
    static let takesOneList = true
    let parts: [any Expression]

    init(parts: [any Expression]) { self.parts = parts }

    func value(_ run: inout Run) throws(Failure) -> Datum {
        try parts.extreme(&run) { datum, best throws(Failure) in try Datum.compare(datum, best) < 0 }
    }
}

private struct Maximum: Associative {
    static let name = "$max"
    static let isCommutative = true
    static let takesOneList = true
    let parts: [any Expression]

    init(parts: [any Expression]) { self.parts = parts }

    func value(_ run: inout Run) throws(Failure) -> Datum {
        try parts.extreme(&run) { datum, best throws(Failure) in try Datum.compare(datum, best) > 0 }
    }
}

/// `$avg`.
private struct Mean: Expression {
    let parts: [any Expression]

    func value(_ run: inout Run) throws(Failure) -> Datum {
        var average = Average()
        try parts.forEachOperand(&run) { datum, _ throws(Failure) in try average.add(datum) }
        return average.value
    }
}

/// `$stdDevPop` and `$stdDevSamp`.
private struct Spread: Expression {
    let parts: [any Expression]
    let isSample: Bool

    func value(_ run: inout Run) throws(Failure) -> Datum {
        var deviation = Deviation()
        try parts.forEachOperand(&run) { datum, _ throws(Failure) in try deviation.add(datum) }
        return deviation.value(isSample: isSample)
    }
}

extension [any Expression] {
    /// Calls with the value of each, or with the elements where the only one is an array.
    @inline(__always)
    func forEachOperand(
        _ run: inout Run, _ body: (Datum, inout Run) throws(Failure) -> Void
    ) throws(Failure) {
        try run.spend(1 + count)
        guard count == 1 else {
            for argument in self { try body(try argument.value(&run), &run) }
            return
        }
        let datum = try self[0].value(&run)
        guard case .array(let list) = datum else { return try body(datum, &run) }
        try run.spend(list.count)
        for index in 0..<list.count { try body(list[index], &run) }
    }

    /// The first operand to which no other is preferred; null does not count, and is what remains of nothing.
    @inline(__always)
    fileprivate func extreme(
        _ run: inout Run, isPreferred: (Datum, Datum) throws(Failure) -> Bool
    ) throws(Failure) -> Datum {
        var best = Datum.missing
        try forEachOperand(&run) { datum, _ throws(Failure) in
            if datum.isNullish { return }
            // Compared with itself the first one, too, shows whether it can be compared at all.
            let isBetter = try isPreferred(datum, best.isMissing ? datum : best)
            if isBetter || best.isMissing { best = datum }
        }
        return best.isMissing ? .null : best
    }
}
