import Documents

/// What documents are sorted by: paths, each upwards or downwards.
struct SortPattern: Sendable {
    /// A path and its direction.
    struct Part: Sendable {
        let path: [Name]
        let isAscending: Bool
        /// The places of the names among the run's hints.
        let hints: [Int]
    }

    let parts: [Part]

    /// The order of two keys: negative, zero or positive.
    func compare(_ left: [Datum], _ right: [Datum]) throws(Failure) -> Int {
        for (index, part) in parts.enumerated() where index < left.count && index < right.count {
            let order = try Datum.compare(left[index], right[index])
            if order != 0 { return part.isAscending ? order : -order }
        }
        return 0
    }

    /// What a document is sorted by. What is missing counts as null.
    func key(of record: Record, _ run: inout Run) throws(Failure) -> [Datum] {
        try run.spend(parts.count)
        var key: [Datum] = []
        key.reserveCapacity(parts.count)
        for part in parts {
            guard let datum = try plain(part, record, &run) else {
                // Somewhere is an array: it is sorted by its least element, or by its greatest if downwards.
                return try keyThroughArrays(of: record, &run)
            }
            key.append(datum.isMissing ? .null : datum)
        }
        return key
    }

    /// The value at the path; nil where an array is met.
    private func plain(_ part: Part, _ record: Record, _ run: inout Run) throws(Failure) -> Datum? {
        var datum = Datum.document(record)
        for (name, hint) in zip(part.path, part.hints) {
            guard case .document(let inner) = datum else { return .missing }
            datum = inner.datum(named: name, hint: &run.hints[hint])
            switch datum {
            case .array: return nil
            case .later: throw .later
            default: break
            }
        }
        return datum
    }

    private func keyThroughArrays(of record: Record, _ run: inout Run) throws(Failure) -> [Datum] {
        let record = try record.closed(&run)
        // An `_id` alone is taken as it is: MongoDB does not expect arrays there.
        if parts.count == 1, parts[0].path.count == 1, parts[0].path[0].text == "_id" {
            return [record.datum(named: parts[0].path[0])]
        }
        var expansion = KeyExpansion(parts.map(\.path))
        try expansion.expand(record, &run)
        var least: [Datum] = []
        for key in expansion.keys {
            let isLess = try compare(key, least) < 0
            if isLess || least.isEmpty { least = key }
        }
        return least
    }
}

extension Compiler {
    /// Compiles what documents are sorted by.
    mutating func sortPattern(_ argument: Value, _ place: Place) throws(CompileError) -> SortPattern {
        guard case .document(let specification) = argument else {
            throw CompileError(.invalid, place, "must be an object")
        }
        var parts: [SortPattern.Part] = []
        for element in specification.elements {
            let place = place.at(element.key)
            let names = try path(element.key, place)
            let direction: Double
            switch element.value {
            case .int32, .int64, .double: direction = element.value.double?.rounded(.towardZero) ?? 0
            case .decimal128: throw CompileError(.unsupported, place, "decimal128")
            case .document(let inner) where inner.keys == ["$meta"]:
                throw CompileError(.unsupported, place, "$meta")
            default: throw CompileError(.invalid, place, "must be 1 or -1")
            }
            guard abs(direction) == 1 else { throw CompileError(.invalid, place, "must be 1 or -1") }
            parts.append(
                SortPattern.Part(
                    path: names.map { Name($0) }, isAscending: direction > 0,
                    hints: names.map { _ in hint() }))
        }
        return SortPattern(parts: parts)
    }
}
