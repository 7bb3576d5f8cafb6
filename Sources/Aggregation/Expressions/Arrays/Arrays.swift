import Documents

extension Operator {
    /// Operators on arrays.
    static let arrays: [Operator] = [
        .unary("$isArray") { datum in
            if case .array = datum { return .bool(true) }
            return .bool(false)
        },
        .unary("$size") { datum throws(Failure) in
            .int32(Int32(clamping: try datum.list(code: 17124, of: "$size").count))
        },
        .binary("$arrayElemAt") { array, index throws(Failure) in
            if array.isNullish || index.isNullish { return .null }
            let list = try array.list(code: 28689, of: "$arrayElemAt")
            let position = try index.position(codes: (28690, 28691), of: "$arrayElemAt")
            return list.element(at: position)
        },
        .unary("$first") { array throws(Failure) in
            array.isNullish ? .null : try array.list(code: 28689, of: "$first").element(at: 0)
        },
        .unary("$last") { array throws(Failure) in
            array.isNullish ? .null : try array.list(code: 28689, of: "$last").element(at: -1)
        },
        .nary("$reverseArray", 1...1) { arguments, run throws(Failure) in
            if arguments[0].isNullish { return .null }
            let list = try arguments[0].list(code: 34435, of: "$reverseArray")
            try run.spend(list.count)
            try run.hold(16 * list.count)
            return .array(List(list.data.reversed()))
        },
        .nary("$slice", 2...3) { arguments, run throws(Failure) in try slice(arguments, &run) },
        .nary("$range", 2...3) { arguments, run throws(Failure) in try range(arguments, &run) },
        .nary("$arrayToObject", 1...1) { arguments, run throws(Failure) in
            try document(of: arguments[0], &run)
        },
        .associative(ArrayConcatenation.self),
        Operator("$in") { compiler, argument, place throws(CompileError) in
            try compiler.contains(argument, place)
        },
        Operator("$indexOfArray") { compiler, argument, place throws(CompileError) in
            try compiler.indexOfArray(argument, place)
        },
        Operator("$zip") { compiler, argument, place throws(CompileError) in
            try compiler.zip(argument, place)
        },
        Operator("$sortArray") { compiler, argument, place throws(CompileError) in
            try compiler.sortArray(argument, place)
        },
        .elements("$firstN") { list, count, _ in list.data(from: 0, count: count) },
        .elements("$lastN") { list, count, _ in
            list.data(from: Swift.max(0, list.count - count), count: count)
        },
        .elements("$minN") { list, count, run throws(Failure) in
            try list.extremes(count, isMinimum: true, &run)
        },
        .elements("$maxN") { list, count, run throws(Failure) in
            try list.extremes(count, isMinimum: false, &run)
        },
    ]

    /// `$slice`: so many elements from the front, or from the end where the count is negative, or from a position.
    private static func slice(_ arguments: [Datum], _ run: inout Run) throws(Failure) -> Datum {
        if arguments[0].isNullish || arguments[1].isNullish { return .null }
        let list = try arguments[0].list(code: 28724, of: "$slice")
        let second = try arguments[1].position(codes: (28725, 28726), of: "$slice")
        let start: Int
        let count: Int
        if arguments.count == 2 {
            start = second < 0 ? Swift.max(0, list.count + second) : 0
            count = second < 0 ? list.count : second
        } else {
            if arguments[2].isNullish { return .null }
            start = second < 0 ? Swift.max(0, list.count + second) : Swift.min(second, list.count)
            count = try arguments[2].position(codes: (28727, 28728), of: "$slice")
            guard count > 0 else { throw .error(code: 28729, "$slice takes a positive count, not \(count)") }
        }
        try run.spend(Swift.min(count, list.count))
        try run.hold(16 * Swift.min(count, list.count))
        return .array(List(list.data(from: start, count: count)))
    }

    /// `$range`: whole numbers from one up to, and without, another.
    private static func range(_ arguments: [Datum], _ run: inout Run) throws(Failure) -> Datum {
        let start = try arguments[0].position(codes: (34443, 34444), of: "$range")
        let end = try arguments[1].position(codes: (34445, 34446), of: "$range")
        let step = arguments.count > 2 ? try arguments[2].position(codes: (34447, 34448), of: "$range") : 1
        guard step != 0 else { throw .error(code: 34449, "$range takes a step that is not zero") }
        let numbers = stride(from: start, to: end, by: step)
        // All are 32-bit numbers, so nothing here can overflow.
        let distance = step > 0 ? end - start : start - end
        let count = distance <= 0 ? 0 : (distance - 1) / abs(step) + 1
        try run.spend(count)
        try run.hold(16 * count)
        return .array(List(numbers.map { .int32(Int32(truncatingIfNeeded: $0)) }))
    }

    /// `$arrayToObject`: a document of pairs `[name, value]` or of documents `{k: name, v: value}`.
    private static func document(of datum: Datum, _ run: inout Run) throws(Failure) -> Datum {
        if datum.isNullish { return .null }
        let list = try datum.list(code: 40386, of: "$arrayToObject")
        try run.spend(list.count)
        try run.hold(32 * list.count)
        var fields = FieldsByName(capacity: list.count)
        guard list.count > 0 else { return .document(Record([])) }
        // The first element says which of the two they all must be.
        let arePairs: Bool
        switch list[0] {
        case .array: arePairs = true
        case .document: arePairs = false
        case .later: throw .later
        default: throw .error(code: 40398, "$arrayToObject takes pairs or documents")
        }
        for index in 0..<list.count {
            let (key, value) = arePairs ? try list[index].pair() : try list[index].keyAndValue()
            guard case .string(let name) = key else {
                throw .error(
                    code: arePairs ? 40395 : 40394, "$arrayToObject takes strings as names of fields")
            }
            guard !name.utf8.contains(0) else {
                throw .error(code: 4_940_400, "$arrayToObject takes no name of a field with a zero byte")
            }
            fields.set(Name(name), value)
        }
        return try run.document(fields.members)
    }
}

extension Datum {
    fileprivate func pair() throws(Failure) -> (Datum, Datum) {
        let pair = try list(code: 40396, of: "$arrayToObject")
        guard pair.count == 2 else { throw .error(code: 40397, "$arrayToObject takes pairs") }
        return (pair[0], pair[1])
    }

    fileprivate func keyAndValue() throws(Failure) -> (Datum, Datum) {
        guard case .document(let record) = self else {
            throw .error(code: 40391, "$arrayToObject takes documents after the first one")
        }
        guard record.count == 2 else {
            throw .error(code: 40392, "$arrayToObject takes documents of two fields")
        }
        let (key, value) = (record.datum(named: Name("k")), record.datum(named: Name("v")))
        guard !key.isMissing, !value.isMissing else {
            throw .error(code: 40393, "$arrayToObject takes documents with the fields k and v")
        }
        return (key, value)
    }
}

extension List {
    /// The element at a position, counted from the end where it is negative; missing where there is none.
    func element(at position: Int) -> Datum {
        let index = position < 0 ? count + position : position
        return index >= 0 && index < count ? self[index] : .missing
    }

    /// At most so many elements from a position on.
    func data(from start: Int, count: Int) -> [Datum] {
        guard start < self.count, count > 0 else { return [] }
        return (start..<(start + Swift.min(count, self.count - start))).map { self[$0] }
    }
}
