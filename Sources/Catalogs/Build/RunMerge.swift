/// Merges sorted runs: calls a function with all their rows in order.
///
/// - Parameter readers: before their first rows.
func merge(
    _ readers: [RunReader], _ body: (RawSpan, Int) throws(CatalogIndexError) -> Void
) throws(CatalogIndexError) {
    var heap: [RunReader] = []
    heap.reserveCapacity(readers.count)
    for reader in readers where try reader.advance() { heap.append(reader) }
    /// Moves a reader down to where both below it come later.
    func sink(_ start: Int) {
        var parent = start
        while true {
            var first = 2 * parent + 1
            guard first < heap.count else { return }
            if first + 1 < heap.count, heap[first + 1].precedes(heap[first]) { first += 1 }
            guard heap[first].precedes(heap[parent]) else { return }
            heap.swapAt(parent, first)
            parent = first
        }
    }
    for start in stride(from: heap.count / 2, through: 0, by: -1) { sink(start) }
    while let first = heap.first {
        try first.withRow(body)
        if try !first.advance() {
            heap.swapAt(0, heap.count - 1)
            heap.removeLast()
        }
        sink(0)
    }
}
