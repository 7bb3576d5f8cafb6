import Documents

/// `$firstN`, `$lastN`, `$minN` and `$maxN` of an array: so many of its elements.
private struct ElementsOfN: Expression {
    let input: any Expression
    let number: any Expression
    let body: Operator.Choice

    func value(_ run: inout Run) throws(Failure) -> Datum {
        try run.spend()
        let number = try number.value(&run).count()
        let list = try input.value(&run).list(code: 5_788_200, of: "n elements")
        try run.spend(list.count)
        try run.hold(16 * list.count)
        return .array(List(try body(list, number, &run)))
    }
}

extension Datum {
    /// The `n` of such an operator.
    fileprivate func count() throws(Failure) -> Int {
        guard double != nil else {
            if case .other(.decimal128) = self { throw .unsupported("decimal128") }
            throw .error(code: 5_787_902, "n must be a whole number, not \(typeName)")
        }
        guard let number = int64 else { throw .error(code: 5_787_903, "n must be a whole number") }
        guard number > 0 else { throw .error(code: 5_787_908, "n must be positive, not \(number)") }
        return Int(number)
    }
}

extension Operator {
    /// What chooses so many elements of a list.
    typealias Choice = @Sendable (_ list: List, _ count: Int, _ run: inout Run) throws(Failure) -> [Datum]

    /// An operator that chooses some elements of an array. It is not evaluated ahead, be its arguments constant.
    static func elements(_ name: String, _ body: @escaping Choice) -> Operator {
        Operator(name) { compiler, argument, place throws(CompileError) in
            let given = try compiler.namedArguments(argument, ["input", "n"], [], of: name, place)
            let missing = Constant(datum: .missing)
            return ElementsOfN(input: given["input"] ?? missing, number: given["n"] ?? missing, body: body)
        }
    }
}

extension List {
    /// So many of the smallest elements in ascending, or of the largest in descending order; null does not count.
    ///
    /// mongod keeps a sorted collection, puts an element behind its equals, and drops the last for a smaller or the
    /// first for a larger one; hence which of equal elements are left.
    func extremes(_ number: Int, isMinimum: Bool, _ run: inout Run) throws(Failure) -> [Datum] {
        try run.spend(count * (Int.bitWidth - count.leadingZeroBitCount))
        var best: [Datum] = []
        for index in 0..<count {
            let datum = self[index]
            if datum.isNullish { continue }
            if best.count >= number {
                let isBetter =
                    isMinimum
                    ? try Datum.compare(datum, best[best.count - 1]) < 0
                    : try Datum.compare(datum, best[0]) > 0
                guard isBetter else { continue }
                best.remove(at: isMinimum ? best.count - 1 : 0)
            }
            // Moving the others costs one step per eight of them, about.
            try run.spend(best.count / 8)
            best.insert(datum, at: try best.position(after: datum))
        }
        return isMinimum ? best : best.reversed()
    }
}

extension [Datum] {
    /// Where a datum goes in a sorted array, behind its equals.
    fileprivate func position(after datum: Datum) throws(Failure) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if try Datum.compare(datum, self[middle]) < 0 { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
