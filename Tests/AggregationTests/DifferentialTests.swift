import Documents
import Foundation
import Mongo
import TestSupport
import Testing

/// Random pipelines give what mongod gives: the same documents byte for byte, or an error where it has one.
///
/// `SKIPPER_TEST_SEED` repeats or varies the cases, `SKIPPER_TEST_CASES` says how many there are of every operator,
/// `SKIPPER_TEST_FAMILIES` names the families that are tried, with commas between them.
@Suite struct DifferentialTests {
    private static let families: [String] = {
        let wanted = ProcessInfo.processInfo.environment["SKIPPER_TEST_FAMILIES"]?.split(separator: ",")
        return Family.all.map(\.name).filter { name in wanted?.contains { $0 == name } ?? true }
    }()

    @Test(arguments: families) func agreesWithMongod(_ name: String) async throws {
        let environment = ProcessInfo.processInfo.environment
        let seed = environment["SKIPPER_TEST_SEED"].flatMap { UInt64($0) } ?? 1
        let cases = environment["SKIPPER_TEST_CASES"].flatMap { Int($0) } ?? 100
        let family = try #require(Family.all.first { $0.name == name })
        try await withDatabase { database in
            for (position, operation) in family.operators.enumerated() {
                var source = OddValues(random: SplitMix(state: seed &* 1_000_003 &+ UInt64(position)))
                for number in 0..<cases {
                    let made = family.makeCase(operation, &source)
                    guard let difference = try await Difference(made, database, family.order)
                    else { continue }
                    let small = try await difference.shrunk()
                    Issue.record("\(operation), seed \(seed), case \(number):\n\(small)")
                    break
                }
            }
        }
    }
}
