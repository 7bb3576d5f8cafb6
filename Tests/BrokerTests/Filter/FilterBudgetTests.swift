import Testing

@testable import Broker

/// Which filters have taken too much; rules and numbers as the settings say them.
@Suite struct FilterBudgetTests {
    private static let rules = FilterBudget.Rules(nanoseconds: 2_000_000)

    private func fault(evaluated: Int64, errors: Int64 = 0, microseconds: Int64 = 0) -> String? {
        var account = FilterBudget.Account()
        account.evaluated = evaluated
        account.errors = errors
        account.nanoseconds = microseconds * 1000
        account.lastError = "odd"
        return account.fault(Self.rules)
    }

    @Test func timeCountsInTheMean() {
        #expect(fault(evaluated: 1000, microseconds: 2_000_000) == nil)
        #expect(fault(evaluated: 1000, microseconds: 2_000_001) != nil)
    }

    /// What 500 alerts may take together, one may take.
    @Test func fewAlertsCountAsFiveHundred() {
        #expect(fault(evaluated: 1, microseconds: 1_000_000) == nil)
        #expect(fault(evaluated: 1, microseconds: 1_000_001) != nil)
        #expect(fault(evaluated: 500, microseconds: 1_000_001) != nil)
    }

    @Test func tenErrorsAndMoreThanOnePercentAreTooMany() {
        #expect(fault(evaluated: 9, errors: 9) == nil)
        #expect(fault(evaluated: 10, errors: 10)?.contains("last: odd") == true)
        #expect(fault(evaluated: 1000, errors: 10) == nil)
        #expect(fault(evaluated: 999, errors: 10) != nil)
        #expect(fault(evaluated: 5000, errors: 50) == nil)
        #expect(fault(evaluated: 5000, errors: 51) != nil)
    }
}
