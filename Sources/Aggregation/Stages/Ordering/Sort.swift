/// `$sort`: the documents in an order; equal ones stay in the order in which they come.
struct Sort: Stage {
    let pattern: SortPattern

    var manner: Manner { .together }

    func pass(_ input: [Record], to output: inout [Record], _ run: inout Run) throws(Failure) {
        var keyed: [Keyed] = []
        keyed.reserveCapacity(input.count)
        try run.hold(32 * input.count * (1 + pattern.parts.count))
        for record in input { keyed.append(Keyed(key: try pattern.key(of: record, &run), record: record)) }
        let sorted = try mergeSorted(keyed, &run) { (left: Keyed, right: Keyed) throws(Failure) in
            try pattern.compare(left.key, right.key)
        }
        output = sorted.map(\.record)
    }

    private struct Keyed {
        let key: [Datum]
        let record: Record
    }
}

/// The elements in an order, equal ones as they stood. (The library's sort cannot keep the type of an error.)
func mergeSorted<Element>(
    _ elements: [Element], _ run: inout Run, by compare: (Element, Element) throws(Failure) -> Int
) throws(Failure) -> [Element] {
    var sorted = elements
    var width = 1
    while width < sorted.count {
        try run.spend(sorted.count)
        var merged: [Element] = []
        merged.reserveCapacity(sorted.count)
        var start = 0
        while start < sorted.count {
            let middle = min(start + width, sorted.count)
            let end = min(middle + width, sorted.count)
            var (left, right) = (start, middle)
            while left < middle, right < end {
                if try compare(sorted[left], sorted[right]) <= 0 {
                    merged.append(sorted[left])
                    left += 1
                } else {
                    merged.append(sorted[right])
                    right += 1
                }
            }
            merged.append(contentsOf: sorted[left..<middle])
            merged.append(contentsOf: sorted[right..<end])
            start = end
        }
        sorted = merged
        width *= 2
    }
    return sorted
}
