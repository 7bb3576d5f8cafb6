/// `$firstN` and `$lastN`; what is missing counts as null.
final class Several: Accumulation {
    private var data: [Datum] = []
    private let count: Int
    private let areFirst: Bool

    init(count: Int, areFirst: Bool) {
        self.count = count
        self.areFirst = areFirst
    }

    func add(_ datum: Datum, _ run: inout Run) throws(Failure) {
        if areFirst, data.count >= count { return }
        try run.hold(16)
        data.append(datum.isMissing ? .null : datum)
    }

    func result(_ run: inout Run) -> Datum { .array(List(Array(data.suffix(count)))) }
}

/// `$minN` and `$maxN`: the extreme values, the most extreme first; what is missing, null or undefined does not count.
final class Extremes: Accumulation {
    /// Ascending, equal ones as they came.
    private var data: [Datum] = []
    private let count: Int
    /// 1 for the least, -1 for the greatest.
    private let sense: Int

    init(count: Int, sense: Int) {
        self.count = count
        self.sense = sense
    }

    func add(_ datum: Datum, _ run: inout Run) throws(Failure) {
        guard !datum.isNullish else { return }
        if data.count == count, let worst = sense > 0 ? data.last : data.first {
            guard try Datum.compare(worst, datum) * sense > 0 else { return }
            if sense > 0 { data.removeLast() } else { data.removeFirst() }
        }
        try run.hold(16)
        let place = try data.placeBehind { (other: Datum) throws(Failure) in
            try Datum.compare(other, datum) <= 0
        }
        data.insert(datum, at: place)
    }

    func result(_ run: inout Run) -> Datum { .array(List(sense > 0 ? data : data.reversed())) }
}

extension Array {
    /// The place behind all elements that come first, where those are not scattered.
    fileprivate func placeBehind(
        _ comesFirst: (Element) throws(Failure) -> Bool
    ) throws(Failure) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if try comesFirst(self[middle]) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

/// `$top`, `$bottom`, `$topN` and `$bottomN`: what comes of the documents that are first or last in an order.
final class Ranked: Accumulation {
    private var ranked: [(key: [Datum], output: Datum)] = []
    private let count: Int
    private let pattern: SortPattern
    private let parts: [any Expression]
    private let isTop: Bool
    private let isSingle: Bool

    /// - Parameter order: the order, and what computes each part of a key.
    init(count: Int, order: (pattern: SortPattern, parts: [any Expression]), isTop: Bool, isSingle: Bool) {
        self.count = count
        pattern = order.pattern
        parts = order.parts
        self.isTop = isTop
        self.isSingle = isSingle
    }

    func add(_ datum: Datum, _ run: inout Run) throws(Failure) {
        let key = try key(&run)
        if ranked.count == count {
            guard let worst = isTop ? ranked.last : ranked.first else { return }
            let order = try pattern.compare(worst.key, key)
            guard isTop ? order > 0 : order < 0 else { return }
            if isTop { ranked.removeLast() } else { ranked.removeFirst() }
        }
        try run.hold(32 + 16 * key.count)
        let place = try ranked.placeBehind { (other: (key: [Datum], output: Datum)) throws(Failure) in
            try pattern.compare(other.key, key) <= 0
        }
        ranked.insert((key, datum.isMissing ? .null : datum), at: place)
    }

    /// What the document is ranked by. Unlike `$sort`, the accumulators compute it as expressions do, and then take an
    /// array as a whole; only an empty one comes before null, as it does everywhere.
    private func key(_ run: inout Run) throws(Failure) -> [Datum] {
        var key: [Datum] = []
        var hasArray = false
        for part in parts {
            let datum = try part.value(&run)
            switch datum {
            case .array(let list):
                guard !hasArray else {
                    throw .error(code: 2, "cannot sort with keys that are parallel arrays")
                }
                hasArray = true
                key.append(list.count == 0 ? .undefined : datum)
            case .missing: key.append(.null)
            default: key.append(datum)
            }
        }
        return key
    }

    func result(_ run: inout Run) -> Datum {
        isSingle ? ranked.first?.output ?? .null : .array(List(ranked.map(\.output)))
    }
}
