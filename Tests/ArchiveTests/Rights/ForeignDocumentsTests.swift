import Documents
import Mongo
import Testing

@testable import Archive

/// What a user gets is what anybody would get from a database in which nothing is foreign to the user.
@Suite struct ForeignDocumentsTests {
    private static let admin = User(name: "admin", programs: [], isAdmin: true)
    private static let options = Query.Options(maximumTime: 20_000)

    /// Two databases with the same documents, one of them without what is foreign to some programs.
    private func withArchives(
        seed: UInt64, programs: [Int64], _ body: (_ whole: Database, _ own: Database) async throws -> Void
    ) async throws {
        try await withDatabase { whole in
            try await RightsArchive(seed: seed, programs: programs, keepsForeign: true).store(in: whole)
            try await withDatabase { own in
                try await RightsArchive(seed: seed, programs: programs, keepsForeign: false).store(in: own)
                try await body(whole, own)
            }
        }
    }

    /// How often something was seen.
    private struct Tally {
        var (found, narrowed, failed) = (0, 0, 0)

        mutating func count(_ outcome: Outcome, _ whole: Outcome) {
            if case .documents(let documents) = outcome, !documents.isEmpty { found += 1 }
            if case .error = outcome { failed += 1 }
            if outcome != whole { narrowed += 1 }
        }
    }

    /// Compares one query; a failure that is not the user's to see must not be seen.
    private func compare(
        _ query: Query, _ programs: [Int64], _ whole: Database, _ own: Database, _ tally: inout Tally
    ) async throws {
        let user = User(name: "reader", programs: programs, isAdmin: false)
        let outcome = try await Outcome(query, on: whole, for: user)
        let expected = try await Outcome(query, on: own, for: Self.admin)
        #expect(outcome == expected, "\(programs): \(query)")
        tally.count(outcome, try await Outcome(query, on: whole, for: Self.admin))
    }

    @Test(arguments: [([1], 1), ([1], 2), ([1, 2], 3), ([2, 3], 4), ([], 5)] as [([Int64], UInt64)])
    func pipelinesSeeNothingForeign(programs: [Int64], seed: UInt64) async throws {
        try await withArchives(seed: seed, programs: programs) { whole, own in
            var pipelines = RandomPipelines(seed: seed &* 1000 &+ UInt64(programs.count))
            var tally = Tally()
            let count = 100
            for _ in 0..<count {
                let catalog = pipelines.pick(RandomPipelines.catalogs)
                let pipeline = pipelines.pipeline(on: catalog, depth: 3)
                let user = User(name: "reader", programs: programs, isAdmin: false)
                try QueryRules.check(pipeline, for: user)
                try await compare(
                    .aggregate(catalog: catalog.name, pipeline: pipeline, options: Self.options), programs,
                    whole, own,
                    &tally)
            }
            // Else nothing was tested; without programs there is only what is public.
            #expect(
                tally.found > count / 8 && tally.narrowed > count / 4 && tally.failed < count / 10, "\(tally)"
            )
        }
    }

    @Test(arguments: [[1], [2, 3]] as [[Int64]]) func filtersSeeNothingForeign(programs: [Int64]) async throws
    {
        try await withArchives(seed: 3, programs: programs) { whole, own in
            var pipelines = RandomPipelines(seed: UInt64(programs.count))
            var tally = Tally()
            for _ in 0..<80 {
                let catalog = pipelines.pick(RandomPipelines.catalogs)
                let filter = pipelines.filter(catalog, depth: 2)
                try QueryRules.check(filter: filter, at: "filter")
                for query: Query in [
                    .find(catalog: catalog.name, filter: filter, projection: nil, options: Self.options),
                    .countDocuments(catalog: catalog.name, filter: filter, options: Self.options),
                ] { try await compare(query, programs, whole, own, &tally) }
            }
            #expect(tally.found > 20 && tally.narrowed > 30 && tally.failed < 8, "\(tally)")
        }
    }
}
