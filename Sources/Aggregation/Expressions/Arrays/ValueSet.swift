/// Different values in MongoDB's order. Of equal ones the first stays.
struct ValueSet {
    /// The values.
    private(set) var data: [Datum] = []

    /// The empty set.
    init() {}

    /// The elements of an array.
    /// - Parameters:
    ///   - code: the number of MongoDB's error where it is no array.
    ///   - name: the operator whose argument it is.
    init(_ datum: Datum, code: Int, of name: String, _ run: inout Run) throws(Failure) {
        let list = try datum.list(code: code, of: name)
        try run.spend(list.count * (Int.bitWidth - list.count.leadingZeroBitCount))
        try run.hold(16 * list.count)
        let sorted = try list.data.stablySorted { left, right throws(Failure) in
            try Datum.compare(left, right) < 0
        }
        data.reserveCapacity(sorted.count)
        for datum in sorted {
            if let last = data.last, try Datum.compare(last, datum) == 0 { continue }
            data.append(datum)
        }
        // A single value has not been compared with anything, and may be one that cannot be.
        if data.count == 1 { _ = try Datum.compare(data[0], data[0]) }
    }

    /// How many values there are.
    var count: Int { data.count }

    /// Whether there is a value equal to this one.
    func contains(_ datum: Datum) throws(Failure) -> Bool {
        var (low, high) = (0, data.count)
        while low < high {
            let middle = (low + high) / 2
            let order = try Datum.compare(data[middle], datum)
            if order == 0 { return true }
            if order < 0 { low = middle + 1 } else { high = middle }
        }
        return false
    }

    /// Adds the values of another set.
    mutating func formUnion(_ other: ValueSet) throws(Failure) {
        var union: [Datum] = []
        union.reserveCapacity(count + other.count)
        var (left, right) = (0, 0)
        while left < count, right < other.count {
            let order = try Datum.compare(data[left], other.data[right])
            union.append(order <= 0 ? data[left] : other.data[right])
            if order <= 0 { left += 1 }
            if order >= 0 { right += 1 }
        }
        data = union + data[left...] + other.data[right...]
    }

    /// Those of its values to which there are equal ones in another set.
    func intersection(_ other: ValueSet) throws(Failure) -> ValueSet {
        var common = ValueSet()
        var (left, right) = (0, 0)
        while left < count, right < other.count {
            let order = try Datum.compare(data[left], other.data[right])
            if order == 0 { common.data.append(data[left]) }
            if order <= 0 { left += 1 }
            if order >= 0 { right += 1 }
        }
        return common
    }
}

extension List {
    /// The different elements in their order, the first of equal ones, without those in a set.
    func distinct(without excluded: ValueSet, _ run: inout Run) throws(Failure) -> [Datum] {
        try run.spend(count * (Int.bitWidth - count.leadingZeroBitCount))
        try run.hold(32 * count)
        var sorted: [(datum: Datum, position: Int)] = []
        for position in 0..<count {
            let datum = self[position]
            if try !excluded.contains(datum) { sorted.append((datum, position)) }
        }
        sorted = try sorted.stablySorted { left, right throws(Failure) in
            try Datum.compare(left.datum, right.datum) < 0
        }
        var first: [(datum: Datum, position: Int)] = []
        for candidate in sorted {
            if let last = first.last, try Datum.compare(last.datum, candidate.datum) == 0 { continue }
            first.append(candidate)
        }
        return first.sorted { $0.position < $1.position }.map(\.datum)
    }
}
