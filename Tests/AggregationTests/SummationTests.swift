@testable import Aggregation
import Testing

/// Sums against arithmetic.
@Suite struct SummationTests {
    private func total(_ data: [Datum]) throws -> Datum {
        var total = Total()
        for datum in data { try total.add(datum) }
        return total.value
    }

    @Test func integersAreExactToTheLimits() throws {
        guard case .int64(.max) = try total([.int64(.max), .int64(.max), .int64(-.max)]) else {
            Issue.record("the sum is Int64.max")
            return
        }
        guard case .int64(.min) = try total([.int64(.min), .int64(1), .int64(-1)]) else {
            Issue.record("the sum is Int64.min")
            return
        }
        guard case .int64(2_147_483_648) = try total([.int32(.max), .int32(1)]) else {
            Issue.record("int32 becomes int64")
            return
        }
        guard case .double(0x1p63) = try total([.int64(.max), .int64(1)]) else {
            Issue.record("int64 becomes a double")
            return
        }
    }

    /// mongod gives these two for Neumaier's example: what is left over joins the sum with the next number only.
    @Test func smallNumbersAreKeptBesideLargeOnes() throws {
        let numbers: [Datum] = [.double(1), .double(1e100), .double(1), .double(-1e100)]
        guard case .double(0) = try total(numbers), case .double(2) = try total(numbers + [.double(0)]) else {
            Issue.record("the sums are 0 and 2")
            return
        }
    }
}
