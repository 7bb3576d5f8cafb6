import Documents

extension Operator {
    /// Operators that look at arrays as sets: equal elements count once, and their order does not matter.
    static let sets: [Operator] = [
        .associative(Union.self), .associative(Intersection.self),
        .nary("$setDifference", 2...2) { arguments, run throws(Failure) in
            if arguments[0].isNullish || arguments[1].isNullish { return .null }
            let list = try arguments[0].list(code: 17048, of: "$setDifference")
            let without = try ValueSet(arguments[1], code: 17049, of: "$setDifference", &run)
            return .array(List(try list.distinct(without: without, &run)))
        },
        .nary("$setIsSubset", 2...2) { arguments, run throws(Failure) in
            let left = try ValueSet(arguments[0], code: 17046, of: "$setIsSubset", &run)
            let right = try ValueSet(arguments[1], code: 17042, of: "$setIsSubset", &run)
            return .bool(try left.intersection(right).count == left.count)
        },
        Operator("$setEquals") { compiler, argument, place throws(CompileError) in
            let arguments = try compiler.arguments(argument, count: 2...Int.max, of: "$setEquals", place)
            for case let constant as Constant in arguments {
                guard case .array = constant.datum else {
                    throw CompileError(.invalid, place, "$setEquals takes arrays")
                }
            }
            return try compiler.fold(SetEquals(arguments: arguments), arguments, place)
        },
        .nary("$anyElementTrue", 1...1) { arguments, run throws(Failure) in
            let list = try arguments[0].list(code: 17041, of: "$anyElementTrue")
            try run.spend(list.count)
            for index in 0..<list.count where try list[index].truth() { return .bool(true) }
            return .bool(false)
        },
        .nary("$allElementsTrue", 1...1) { arguments, run throws(Failure) in
            let list = try arguments[0].list(code: 17040, of: "$allElementsTrue")
            try run.spend(list.count)
            for index in 0..<list.count where try !list[index].truth() { return .bool(false) }
            return .bool(true)
        },
    ]
}

/// `$setUnion`: the different elements of all arrays in MongoDB's order; null as soon as one of them is null.
private struct Union: Associative {
    static let name = "$setUnion"
    static let isCommutative = true
    let parts: [any Expression]

    init(parts: [any Expression]) { self.parts = parts }

    func value(_ run: inout Run) throws(Failure) -> Datum {
        try run.spend(1 + parts.count)
        var union = ValueSet()
        for part in parts {
            let datum = try part.value(&run)
            if datum.isNullish { return .null }
            try union.formUnion(ValueSet(datum, code: 17043, of: Self.name, &run))
        }
        return .array(List(union.data))
    }
}

/// `$setIntersection`: the elements that all arrays have, in MongoDB's order; null as soon as one of them is null.
private struct Intersection: Associative {
    static let name = "$setIntersection"
    static let isCommutative = true
    let parts: [any Expression]

    init(parts: [any Expression]) { self.parts = parts }

    func value(_ run: inout Run) throws(Failure) -> Datum {
        try run.spend(1 + parts.count)
        var intersection: ValueSet?
        for part in parts {
            let datum = try part.value(&run)
            if datum.isNullish { return .null }
            let next = try ValueSet(datum, code: 17047, of: Self.name, &run)
            guard let former = intersection else {
                intersection = next
                continue
            }
            // Of equal values those of the smaller set stay.
            intersection =
                next.count < former.count ? try next.intersection(former) : try former.intersection(next)
        }
        return .array(List(intersection?.data ?? []))
    }
}

/// `$setEquals`: compares each of the sets with the first constant one, or else the first one, and stops at a
/// difference.
private struct SetEquals: Expression {
    let arguments: [any Expression]

    func value(_ run: inout Run) throws(Failure) -> Datum {
        try run.spend(1 + arguments.count)
        let first = arguments.firstIndex { $0 is Constant } ?? 0
        let set = try self.set(first, &run)
        for index in arguments.indices where index != first {
            let other = try self.set(index, &run)
            guard set.count == other.count, try set.intersection(other).count == set.count else {
                return .bool(false)
            }
        }
        return .bool(true)
    }

    private func set(_ index: Int, _ run: inout Run) throws(Failure) -> ValueSet {
        try ValueSet(try arguments[index].value(&run), code: 17044, of: "$setEquals", &run)
    }
}
