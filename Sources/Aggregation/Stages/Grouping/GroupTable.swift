import Documents

/// Groups by key: keys that MongoDB's order finds equal are one group, in the order in which they were first seen.
struct GroupTable<Content> {
    /// The groups.
    private(set) var groups: [(key: [Datum], content: Content)] = []
    private var places: [Int: [Int]] = [:]

    /// The place of a key's group, which is made where there is none.
    mutating func place(
        of key: [Datum], _ make: () throws(Failure) -> Content
    ) throws(Failure) -> Int {
        var hasher = Hasher()
        for datum in key { try datum.hash(into: &hasher) }
        let hash = hasher.finalize()
        for place in places[hash] ?? [] where try Self.areEqual(groups[place].key, key) { return place }
        groups.append((key, try make()))
        places[hash, default: []].append(groups.count - 1)
        return groups.count - 1
    }

    private static func areEqual(_ left: [Datum], _ right: [Datum]) throws(Failure) -> Bool {
        for (one, other) in zip(left, right) where try Datum.compare(one, other) != 0 { return false }
        return true
    }
}

extension Datum {
    /// Hashes the datum so that what MongoDB's order finds equal has the same hash.
    func hash(into hasher: inout Hasher) throws(Failure) {
        switch self {
        case .later: throw .later
        case .missing, .undefined: hasher.combine(0)
        case .null: hasher.combine(1)
        case .minKey: hasher.combine(2)
        case .maxKey: hasher.combine(3)
        case .bool(let flag): hasher.combine(flag)
        case .int32(let number): hasher.combine(Double(number))
        case .int64(let number): hasher.combine(Double(number))
        case .double(let number): hasher.combine(number.isNaN ? .nan : number)
        case .datetime(let milliseconds): hasher.combine(milliseconds)
        case .timestamp(let bits): hasher.combine(bits)
        case .string(let text), .other(.symbol(let text)): hasher.combine(text)
        case .objectID(let id): hasher.combine(id)
        case .document(let record):
            hasher.combine(record.count)
            for index in 0..<record.count {
                hasher.combine(record.name(at: index))
                try record.datum(at: index).hash(into: &hasher)
            }
        case .array(let list):
            hasher.combine(list.count)
            for index in 0..<list.count { try list[index].hash(into: &hasher) }
        case .other(.decimal128): throw .unsupported("decimal128")
        case .other(let value): hasher.combine(value)
        }
    }
}
