import Documents

/// `$sortArray`: the elements of an array by themselves or by fields inside them.
struct SortArray: Expression {
    /// A field to sort by.
    struct Key: Sendable {
        let path: [Name]
        let isAscending: Bool
    }

    let input: any Expression
    /// The fields, the most important one first; none where the elements themselves are compared.
    let keys: [Key]
    /// The direction where the elements themselves are compared.
    let isAscending: Bool

    func value(_ run: inout Run) throws(Failure) -> Datum {
        try run.spend()
        let input = try input.value(&run)
        if input.isNullish { return .null }
        guard case .array(let list) = input else {
            throw .error(code: 2_942_504, "$sortArray's input must be an array, not \(input.typeName)")
        }
        guard list.count > 1 else { return input }
        try run.spend(list.count * (Int.bitWidth - list.count.leadingZeroBitCount))
        try run.hold(16 * (1 + keys.count) * list.count)
        return .array(List(keys.isEmpty ? try sortedWhole(list) : try sortedByKeys(list)))
    }

    private func sortedWhole(_ list: List) throws(Failure) -> [Datum] {
        try list.data.introsorted { left, right throws(Failure) in
            try isAscending ? Datum.compare(left, right) < 0 : Datum.compare(right, left) < 0
        }
    }

    private func sortedByKeys(_ list: List) throws(Failure) -> [Datum] {
        var keyed: [(element: Datum, values: [Datum])] = []
        keyed.reserveCapacity(list.count)
        for index in 0..<list.count {
            let element = list[index]
            var values: [Datum] = []
            values.reserveCapacity(keys.count)
            for key in keys { values.append(try element.found(at: key.path[...])) }
            keyed.append((element, values))
        }
        let sorted = try keyed.introsorted { left, right throws(Failure) in
            for (index, key) in keys.enumerated() {
                let order = try Datum.compare(left.values[index], right.values[index])
                if order != 0 { return (order < 0) == key.isAscending }
            }
            return false
        }
        return sorted.map(\.element)
    }
}

extension Datum {
    /// What a path leads to where names may be positions in arrays and arrays are not walked over; null for nothing.
    fileprivate func found(at path: ArraySlice<Name>) throws(Failure) -> Datum {
        guard let name = path.first else {
            if case .later = self { throw .later }
            return isMissing ? .null : self
        }
        switch self {
        case .document(let record): return try record.datum(named: name).found(at: path.dropFirst())
        case .array(let list):
            // The elements themselves are no documents to look into, only what is inside them.
            guard path.startIndex > 0, let index = name.arrayIndex, index < list.count else { return .null }
            return try list[index].found(at: path.dropFirst())
        case .later: throw .later
        default: return .null
        }
    }
}

extension Compiler {
    /// Compiles `$sortArray`.
    mutating func sortArray(_ argument: Value, _ place: Place) throws(CompileError) -> any Expression {
        let given = try fields(argument, ["input", "sortBy"], [], of: "$sortArray", place)
        let input = try expression(given["input"] ?? .null, place.at("input"))
        let order = given["sortBy"] ?? .null
        if case .document(let fields) = order {
            return SortArray(
                input: input, keys: try sortKeys(fields, place.at("sortBy")), isAscending: true)
        }
        return SortArray(input: input, keys: [], isAscending: try direction(order, place.at("sortBy")))
    }

    private func sortKeys(_ fields: Document, _ place: Place) throws(CompileError) -> [SortArray.Key] {
        var keys: [SortArray.Key] = []
        for field in fields.elements {
            let names = field.key.split(separator: ".", omittingEmptySubsequences: false)
            guard names.allSatisfy({ !$0.isEmpty }) else {
                throw CompileError(.invalid, place, "a name in a path must not be empty: '\(field.key)'")
            }
            keys.append(
                SortArray.Key(
                    path: names.map { Name(String($0)) },
                    isAscending: try direction(field.value, place.at(field.key))))
        }
        guard !keys.isEmpty else { throw CompileError(.invalid, place, "must name a field to sort by") }
        return keys
    }

    private func direction(_ value: Value, _ place: Place) throws(CompileError) -> Bool {
        switch value.double {
        case 1: return true
        case -1: return false
        default: throw CompileError(.invalid, place, "the direction must be 1 or -1")
        }
    }
}
