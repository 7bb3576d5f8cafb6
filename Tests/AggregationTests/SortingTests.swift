@testable import Aggregation
import TestSupport
import Testing

/// Sorting by a comparison that may fail.
@Suite struct SortingTests {
    private let lengths = [0, 1, 2, 3, 15, 16, 17, 18, 33, 100, 1000]

    @Test(arguments: 1...5) func agreesWithTheStandardLibrary(_ seed: UInt64) throws {
        var random = SplitMix(state: seed)
        for length in lengths {
            let numbers = (0..<length).map { _ in Int(random.next() % 50) }
            let stable = try numbers.enumerated().map { ($0.offset, $0.element) }
                .stablySorted { left, right throws(Failure) in left.1 < right.1 }
            #expect(stable.map(\.1) == numbers.sorted())
            #expect(zip(stable, stable.dropFirst()).allSatisfy { $0.1 != $1.1 || $0.0 < $1.0 })
            let introsorted = try numbers.introsorted { left, right throws(Failure) in left < right }
            #expect(introsorted == numbers.sorted())
        }
    }

    /// An adversary that answers so that a quicksort with any choice of pivots goes deep (McIlroy, "A killer
    /// adversary for quicksort", 1999), and counts.
    @Test func staysWithinBoundsForTheWorstInput() throws {
        let count = 4096
        var values = [Int](repeating: .max, count: count)
        var (solid, candidate, comparisons) = (0, 0, 0)
        let order = try Array(0..<count).introsorted { left, right throws(Failure) in
            comparisons += 1
            if values[left] == .max, values[right] == .max {
                values[left == candidate ? left : right] = solid
                solid += 1
            }
            if values[left] == .max { candidate = left } else if values[right] == .max { candidate = right }
            return values[left] < values[right]
        }
        #expect(Set(order).count == count)
        // Twice the logarithm levels of quicksort, each of n comparisons, then the heap's 2 n log n.
        #expect(comparisons < 5 * count * 12)
    }

    @Test func passesOnWhatAComparisonThrows() {
        #expect(throws: Failure.later) {
            try [2, 1].introsorted { _, _ throws(Failure) in throw .later }
        }
    }
}
