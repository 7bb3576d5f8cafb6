import Documents

/// `$in`: whether an array has an element equal to a value.
private struct Contains: Expression {
    let element: any Expression
    let array: any Expression

    func value(_ run: inout Run) throws(Failure) -> Datum {
        try run.spend()
        let element = try element.value(&run)
        let list = try array.value(&run).list(code: 40081, of: "$in")
        return .bool(try list.firstIndex(of: element, in: 0..<list.count, &run) != nil)
    }
}

/// `$in` with a constant array, its different elements in their order.
///
/// Is sendable for the reason that `Constant` is: the elements are decoded, nothing in them is written later.
private struct ContainsConstant: Expression, @unchecked Sendable {
    let element: any Expression
    let set: ValueSet

    func value(_ run: inout Run) throws(Failure) -> Datum {
        try run.spend()
        return .bool(try set.contains(try element.value(&run)))
    }
}

/// `$indexOfArray`: the position of the first element equal to a value within bounds, or -1.
private struct IndexOfArray: Expression {
    let arguments: [any Expression]

    func value(_ run: inout Run) throws(Failure) -> Datum {
        try run.spend()
        let array = try arguments[0].value(&run)
        if array.isNullish { return .null }
        let list = try array.list(code: 40090, of: "$indexOfArray")
        let element = try arguments[1].value(&run)
        let start = arguments.count > 2 ? try bound(arguments[2].value(&run)) : 0
        let end = arguments.count > 3 ? min(list.count, try bound(arguments[3].value(&run))) : list.count
        guard start < end, let index = try list.firstIndex(of: element, in: start..<end, &run) else {
            return .int32(-1)
        }
        return .int32(Int32(clamping: index))
    }

    private func bound(_ datum: Datum) throws(Failure) -> Int {
        let bound = try datum.position(codes: (40096, 40096), of: "$indexOfArray")
        guard bound >= 0 else { throw .error(code: 40097, "$indexOfArray takes no bound below zero") }
        return bound
    }
}

extension List {
    /// The first position among these of an element equal to a datum.
    fileprivate func firstIndex(
        of datum: Datum, in positions: Range<Int>, _ run: inout Run
    ) throws(Failure) -> Int? {
        try run.spend(positions.count)
        for index in positions where try Datum.compare(self[index], datum) == 0 { return index }
        return nil
    }
}

extension Compiler {
    /// Compiles `$in`.
    mutating func contains(_ argument: Value, _ place: Place) throws(CompileError) -> any Expression {
        let arguments = try arguments(argument, count: 2...2, of: "$in", place)
        if !(arguments[0] is Constant), let constant = arguments[1] as? Constant,
            let set = constantSet(constant.datum)
        {
            return ContainsConstant(element: arguments[0], set: set)
        }
        return try fold(Contains(element: arguments[0], array: arguments[1]), arguments, place)
    }

    /// Compiles `$indexOfArray`.
    mutating func indexOfArray(_ argument: Value, _ place: Place) throws(CompileError) -> any Expression {
        let arguments = try arguments(argument, count: 2...4, of: "$indexOfArray", place)
        if let constant = arguments[0] as? Constant, !constant.datum.isNullish {
            guard case .array = constant.datum else {
                throw CompileError(.invalid, place, "$indexOfArray takes an array")
            }
        }
        return try fold(IndexOfArray(arguments: arguments), arguments, place)
    }

    /// The elements of a constant array as a set; nil where it is none, or where they cannot be compared.
    private func constantSet(_ datum: Datum) -> ValueSet? {
        var run = Run(variables: 0, hints: 0, now: 0, limits: Limits())
        do {
            return try ValueSet(datum, code: 40081, of: "$in", &run)
        } catch {
            // Whatever it is, the plain operator meets it again when it runs.
            return nil
        }
    }
}
