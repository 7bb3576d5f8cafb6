import Testing

@testable import Archive

/// Nothing that users may use is without a rule for what it may grow to.
@Suite struct GrowthRuleTests {
    @Test func everyOperatorHasARule() {
        #expect(Set(GrowthRule.expressions.keys) == QueryOperators.expressions)
    }

    @Test func everyStageHasARule() {
        #expect(Set(StageGrowth.stages.keys) == QueryOperators.stages)
    }

    @Test func everyAccumulatorHasARule() {
        let accumulators = QueryOperators.accumulators.union(QueryOperators.windows)
        #expect(Set(AccumulatorGrowth.accumulators.keys) == accumulators)
    }
}
