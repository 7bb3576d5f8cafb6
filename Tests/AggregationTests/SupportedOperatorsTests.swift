import Aggregation
import Foundation
import Testing

/// What is published as evaluated in memory is what the engine has, and is tried against mongod.
@Suite struct SupportedOperatorsTests {
    private static let guide = URL(fileURLWithPath: #filePath).appending(path: "../../../docs/filters.md")
        .standardized

    @Test func theGuideHasTheEnginesTable() throws {
        let text = try String(contentsOf: Self.guide, encoding: .utf8)
        let parts = text.components(separatedBy: "<!-- operators -->\n")
        #expect(
            parts.last?.components(separatedBy: "<!-- /operators -->").first == SupportedOperators.table,
            "put what `skipper filter operators` prints between the marks")
    }

    @Test func everyOperatorIsTriedAgainstMongod() {
        let tried = Set(Family.all.flatMap(\.operators).map { $0.split(separator: " ")[0] }.map(String.init))
        for (kind, names) in SupportedOperators.kinds {
            // Part of every case of a query, of a projection, of an accumulator, or of `$regex`.
            let implied: Set = ["$match", "$project", "$group", "$options"]
            #expect(Set(names).subtracting(tried).subtracting(implied) == [], "\(kind)")
        }
    }
}
