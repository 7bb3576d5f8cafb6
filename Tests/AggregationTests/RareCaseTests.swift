import Documents
import TestSupport
import Testing

/// Small pipelines that show, each by itself, what MongoDB does behind the scenes: when it filters, in which order it
/// asks, and where fields and elements stand that are not there. mongod is the judge.
@Suite struct RareCaseTests {
    @Test(
        arguments: [RareCase.places, RareCase.gaps, RareCase.moves, RareCase.orders, RareCase.lengths]
            .flatMap(\.self))
    func agreesWithMongod(_ named: RareCase) async throws {
        try await withDatabase { database in
            let theirs = try await named.made.verdict(of: database)
            switch (named.ending, theirs) {
            case (.documents(let count), .documents(let documents)): #expect(documents.count == count)
            case (.error, .error): break
            default: Issue.record("mongod ends otherwise: \(theirs)")
            }
            let ours = named.made.ours
            #expect(ours.agrees(with: theirs, .defined), "ours: \(ours)\nmongod's: \(theirs)")
        }
    }
}
