@testable import Aggregation
import Documents
import Testing

/// What a regular expression may take.
@Suite struct PatternTests {
    private func outcome(_ stage: Document, _ document: Document, _ limits: Limits = Limits()) throws
        -> String
    {
        var execution = Execution(try Program([stage]), now: 0, limits: limits)
        switch execution.outcome(on: Subject(document)) {
        case .results(let results): return "\(results.count)"
        case .exhausted: return "exhausted"
        case .failed(let code, _): return "\(code)"
        case .unsupported, .later: return "other"
        }
    }

    /// Without the last letter each of them matches; with it they try every way to divide the text.
    @Test(arguments: ["^(a+)+$", "^(a|aa)+$", "^(a|a?)+$", "^(([a-z])+.)+[A-Z]([a-z])+$"])
    func aPatternThatBacktracksWithoutEndIsStopped(_ pattern: String) throws {
        let text = String(repeating: "a", count: 60) + "!"
        let match: Document = ["$match": ["a": ["$regex": .string(pattern)]]]
        #expect(try outcome(match, ["a": .string(text)]) == "exhausted")
    }

    @Test func whatAMatchTakesIsSpent() throws {
        let text = Value.string(String(repeating: "a", count: 26) + "!")
        let match: Document = ["$match": ["a": ["$regex": "^(a+)+$"]]]
        let texts: Document = ["a": .list([Value](repeating: text, count: 1_000))]
        #expect(try outcome(match, texts, Limits(steps: 100_000)) == "exhausted")
    }

    @Test func aLongTextIsMatchedWithoutMuchStack() throws {
        let text = Value.string(String(repeating: "ab", count: 20_000))
        #expect(try outcome(["$match": ["a": ["$regex": "^(?:a|b)*$"]]], ["a": text]) == "1")
    }

    @Test func allMatchesOfALargeTextAreHeldWithinTheLimit() throws {
        let call: Value = ["$regexFindAll": ["input": "$a", "regex": "."]]
        let text = Value.string(String(repeating: "a", count: 50_000))
        let stage: Document = ["$replaceRoot": ["newRoot": ["r": call]]]
        #expect(try outcome(stage, ["a": text], Limits(bytes: 1 << 20)) == "exhausted")
    }

    @Test func faultsHaveMongoDBsNumbers() throws {
        func code(_ arguments: Value) throws -> String {
            try outcome(
                ["$replaceRoot": ["newRoot": ["r": ["$regexMatch": arguments]]]],
                ["a": 1, "b": "x", "c": "("])
        }
        #expect(try code(["input": "$a", "regex": "x"]) == "51104")
        #expect(try code(["input": "$b", "regex": "$a"]) == "51105")
        #expect(try code(["input": "$b", "regex": "$b", "options": "$a"]) == "51106")
        #expect(try code(["input": "$b", "regex": "$b", "options": "$b"]) == "1")
        #expect(try code(["input": "$b", "regex": "$b", "options": "q"]) == "51108")
        #expect(try code(["input": "$b", "regex": "$c"]) == "51111")
    }
}
