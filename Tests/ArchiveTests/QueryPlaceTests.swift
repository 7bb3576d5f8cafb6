import Documents
import Testing

@testable import Archive

@Suite struct QueryPlaceTests {
    @Test func namesStandFromTheOutermost() {
        let place = QueryPlace.part("pipeline").then("0").then("$match").then("candid")
        #expect("\(place)" == "pipeline.0.$match.candid")
        #expect("\("filter" as QueryPlace)" == "filter")
    }

    @Test func longNamesAndLongPathsAreCut() {
        let long = String(repeating: "k", count: 1_000_000)
        #expect("\("filter" as QueryPlace)".count < 10)
        #expect("\(QueryPlace.part("filter").then(long).then("$x"))".count < 130)
        var deep: QueryPlace = "filter"
        for _ in 0..<150 { deep = deep.then("a") }
        #expect("\(deep)" == "filter" + String(repeating: ".a", count: 19) + ".…")
    }

    /// A name of 400 kB above 100,000 values once made a text of 400 kB for each.
    @Test(.timeLimit(.minutes(10))) func manyValuesBelowALongNameAreChecked() throws {
        let name = String(repeating: "k", count: 400_000)
        let values = Value.list([Value](repeating: [:], count: 100_000))
        let filter: Document = [name: values, "$expr": [name: values]]
        try QueryRules.check(filter: filter, at: "filter")
        #expect(throws: RequestError.self) {
            try QueryRules.check(filter: [name: ["a": ["$unknown": 1]]], at: "filter")
        }
    }
}
