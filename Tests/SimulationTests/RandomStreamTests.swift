import Testing

@testable import Simulation

@Suite struct RandomStreamTests {
    @Test func wholeNumbersCoverTheirRangeEvenly() {
        var stream = RandomStream(seed: 5, .object)
        var counts = [Int](repeating: 0, count: 7)
        for _ in 0..<7_000 { counts[stream.integer(below: 7)] += 1 }
        // Five sigma of a binomial with n = 7000 and p = 1/7 is 146.
        #expect(counts.allSatisfy { abs($0 - 1000) < 146 })
    }

    @Test func streamsDependOnEveryPartOfTheirKey() {
        var first: Set<UInt64> = []
        for seed in [UInt64(0), 1, .max] {
            for purpose in [RandomStream.Purpose.object, .neighbours, .stamp] {
                for a in -2...2 {
                    for b in -2...2 {
                        for c in 0...2 {
                            var stream = RandomStream(seed: seed, purpose, a, b, c)
                            first.insert(stream.next())
                        }
                    }
                }
            }
        }
        #expect(first.count == 3 * 3 * 5 * 5 * 3)
    }
}
