/// `$sum` and `$count`.
final class Adding: Accumulation {
    private var total = Total()

    func add(_ datum: Datum, _ run: inout Run) throws(Failure) { try total.add(datum) }
    func result(_ run: inout Run) -> Datum { total.value }
}

/// `$avg`.
final class Averaging: Accumulation {
    private var average = Average()

    func add(_ datum: Datum, _ run: inout Run) throws(Failure) { try average.add(datum) }
    func result(_ run: inout Run) -> Datum { average.value }
}

/// `$stdDevPop` and `$stdDevSamp`.
final class Deviating: Accumulation {
    private var deviation = Deviation()
    private let isSample: Bool

    init(isSample: Bool) { self.isSample = isSample }

    func add(_ datum: Datum, _ run: inout Run) throws(Failure) { try deviation.add(datum) }
    func result(_ run: inout Run) -> Datum { deviation.value(isSample: isSample) }
}

/// `$min` and `$max`: the first of the least or greatest values; what is missing, null or undefined does not count.
final class Extreme: Accumulation {
    private var extreme = Datum.missing
    /// 1 for the least, -1 for the greatest.
    private let sense: Int

    init(sense: Int) { self.sense = sense }

    func add(_ datum: Datum, _ run: inout Run) throws(Failure) {
        guard !datum.isNullish else { return }
        // Even where it is the first: what cannot be compared is to fail at once.
        if try Datum.compare(extreme, datum) * sense > 0 || extreme.isMissing { extreme = datum }
    }

    func result(_ run: inout Run) -> Datum { extreme }
}

/// `$first` and `$last`.
final class End: Accumulation {
    private var datum: Datum?
    private let isFirst: Bool

    init(isFirst: Bool) { self.isFirst = isFirst }

    func add(_ datum: Datum, _ run: inout Run) {
        if self.datum == nil || !isFirst { self.datum = datum }
    }

    func result(_ run: inout Run) -> Datum { datum ?? .null }
}

/// `$push`: all values but missing ones.
final class Pushing: Accumulation {
    private var data: [Datum] = []

    func add(_ datum: Datum, _ run: inout Run) throws(Failure) {
        guard !datum.isMissing else { return }
        try run.hold(16)
        data.append(datum)
    }

    func result(_ run: inout Run) -> Datum { .array(List(data)) }
}

/// `$addToSet`: each value once, but missing ones.
final class Collecting: Accumulation {
    private var table = GroupTable<Void>()

    func add(_ datum: Datum, _ run: inout Run) throws(Failure) {
        guard !datum.isMissing else { return }
        let count = table.groups.count
        _ = try table.place(of: [datum]) { () throws(Failure) in }
        if table.groups.count > count { try run.hold(64) }
    }

    func result(_ run: inout Run) -> Datum { .array(List(table.groups.map { $0.key[0] })) }
}

/// `$mergeObjects`: the fields of all documents, of which later ones win.
final class Merging: Accumulation {
    private var members: [Record.Member] = []
    private var places: [Name: Int] = [:]

    func add(_ datum: Datum, _ run: inout Run) throws(Failure) {
        guard !datum.isNullish else { return }
        if case .later = datum { throw .later }
        guard case .document(let record) = datum else {
            throw .error(code: 40400, "$mergeObjects takes documents, not \(datum.typeName)")
        }
        try run.spend(record.count)
        try run.hold(32 * record.count)
        for member in record.members {
            if let place = places[member.name] {
                members[place].datum = member.datum
            } else {
                places[member.name] = members.count
                members.append(member)
            }
        }
    }

    func result(_ run: inout Run) -> Datum { .document(Record(members)) }
}
