@testable import Aggregation
import Documents
import TestSupport
import Testing

/// What mongod cannot be asked: limits, fields that are still to be fetched, and where a fault is.
@Suite struct ArrayTests {
    private func outcome(
        _ expression: Value, on document: Document = [:], limits: Limits = Limits()
    ) throws -> Execution.Outcome {
        let program = try Program([["$replaceRoot": ["newRoot": ["r": expression]]]])
        var execution = Execution(program, now: 0, limits: limits)
        return execution.outcome(on: Subject(document))
    }

    private func isExhausted(_ outcome: Execution.Outcome) -> Bool {
        if case .exhausted = outcome { true } else { false }
    }

    @Test func everyElementCostsAStep() throws {
        let loop: Value = ["$map": ["input": ["$range": ["$from", 1000]], "in": "$$this"]]
        #expect(isExhausted(try outcome(loop, on: ["from": 0], limits: Limits(steps: 1500))))
        guard case .results = try outcome(loop, on: ["from": 0], limits: Limits(steps: 5000)) else {
            Issue.record("5000 steps are enough for 1000 elements")
            return
        }
    }

    @Test func rangesAreRefusedBeforeTheyAreMade() throws {
        #expect(isExhausted(try outcome(["$range": ["$from", .int32(.max)]], on: ["from": .int32(.min)])))
    }

    @Test func largeConstantsAreMadeWhenTheyAreNeeded() throws {
        let range: Value = ["$range": [0, 1_000_000]]
        guard case .results(let results) = try outcome(["$size": range]) else {
            Issue.record("a million elements are within the limits of a run")
            return
        }
        #expect(results.documents == [["r": 1_000_000]])
        #expect(isExhausted(try outcome(["$size": range], limits: Limits(steps: 1000))))
    }

    @Test func nestedLoopsMultiplyTheirSteps() throws {
        var body: Value = "$$this"
        for _ in 0..<8 { body = ["$map": ["input": "$x", "in": body]] }
        let document: Document = ["x": .list((0..<10).map { .int32($0) })]
        #expect(isExhausted(try outcome(body, on: document, limits: Limits(steps: 100_000))))
    }

    @Test(
        arguments: [
            ["$$value", "$$value"], ["a": "$$value", "b": "$$value"],
            ["$concatArrays": [["$$value"], ["$$value"]]],
            [
                "$map": [
                    "input": [1, 2], "in": ["$reduce": ["input": [], "initialValue": "$$value", "in": 1]],
                ]
            ],
            ["$setField": ["field": "a", "input": ["b": "$$value"], "value": "$$value"]],
            ["$zip": ["inputs": [["$$value"], ["$$value"]]]],
        ] as [Value])
    func doublingInALoopEnds(_ doubling: Value) throws {
        let loop: Value = [
            "$reduce": ["input": ["$range": ["$from", 60]], "initialValue": [], "in": doubling]
        ]
        #expect(isExhausted(try outcome(loop, on: ["from": 0])))
    }

    @Test func nestingInALoopEnds() throws {
        let loop: Value = [
            "$reduce": ["input": ["$range": ["$from", 100_000]], "initialValue": 1, "in": ["$$value"]]
        ]
        #expect(isExhausted(try outcome(loop, on: ["from": 0])))
    }

    @Test func doublingFromStageToStageEnds() throws {
        let stage: Document = [
            "$replaceRoot": ["newRoot": ["a": "$a", "b": ["x": "$$ROOT", "y": "$$ROOT"]]]
        ]
        let program = try Program([Document](repeating: stage, count: 50))
        var execution = Execution(program, now: 0)
        #expect(isExhausted(execution.outcome(on: Subject(["a": 1]))))
    }

    @Test func resultsAreNoLargerThanDocumentsMayBe() throws {
        let text = Value.string(String(repeating: "x", count: 1 << 20))
        let copies: Value = ["$map": ["input": ["$range": ["$from", 17]], "in": "$s"]]
        guard case .failed(code: 10334, _) = try outcome(copies, on: ["from": 0, "s": text]) else {
            Issue.record("17 MiB are too much")
            return
        }
        guard case .results = try outcome(copies, on: ["from": 2, "s": text]) else {
            Issue.record("15 MiB are not too much")
            return
        }
    }

    @Test func fieldsToBeFetchedAreAskedFor() throws {
        let subject = Subject([("a", Subject.Part(1)), ("p", .later)])
        for expression: Value in [
            ["$filter": ["input": "$p", "cond": true]], ["$sum": "$p.m"],
            ["$size": ["$concatArrays": ["$p"]]],
            ["$bsonSize": "$$ROOT"], ["$getField": "p"], ["$objectToArray": "$$ROOT"],
            ["$mergeObjects": ["$$ROOT", ["a": 2]]],
        ] {
            var execution = Execution(
                try Program([["$replaceRoot": ["newRoot": ["r": expression]]]]), now: 0)
            guard case .later = execution.outcome(on: subject) else {
                Issue.record("\(expression) does not ask for the field")
                continue
            }
        }
        var execution = Execution(
            try Program([["$replaceRoot": ["newRoot": ["$unsetField": ["field": "p", "input": "$$ROOT"]]]]]),
            now: 0)
        guard case .results(let results) = execution.outcome(on: subject) else {
            Issue.record("a field that is dropped is not asked for")
            return
        }
        #expect(results.documents == [["a": 1]])
    }

    @Test(
        arguments: [
            (["$filter": ["input": "$a"]], "$filter"), (["$map": ["input": "$a", "in": 1, "as": "A"]], "as"),
            (["$slice": ["$a"]], "$slice"), (["$zip": ["inputs": "$a"]], "inputs"),
            (["$sortArray": ["input": "$a", "sortBy": ["b": 2]]], "sortBy.b"),
            (["$setField": ["field": "$a", "input": "$b", "value": 1]], "field"),
            (["$size": 5], "$size"), (["$reduce": ["input": "$a", "initialValue": 0, "in": "$$that"]], "in"),
        ] as [(Value, String)])
    func faultsSayWhereTheyAre(_ expression: Value, _ place: String) throws {
        let error = #expect(throws: CompileError.self) { try outcome(expression) }
        #expect(error?.kind == .invalid)
        #expect(error?.place.hasSuffix(place) == true, "\(error?.place ?? "")")
    }

    @Test func decimalsAreLeftToMongoDB() throws {
        let document: Document = ["x": [.decimal128(high: 0x3040_0000_0000_0000, low: 1), 2]]
        for expression: Value in [
            ["$sum": "$x"], ["$avg": "$x"], ["$max": "$x"], ["$stdDevPop": "$x"], ["$setUnion": ["$x"]],
            ["$in": [1, "$x"]], ["$sortArray": ["input": "$x", "sortBy": 1]],
            ["$slice": [[1], ["$arrayElemAt": ["$x", 0]]]],
        ] {
            guard case .unsupported = try outcome(expression, on: document) else {
                Issue.record("\(expression) reckons with a decimal")
                continue
            }
        }
    }
}
