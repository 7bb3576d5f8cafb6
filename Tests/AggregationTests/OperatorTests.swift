import Aggregation
import Documents
import Testing

/// What mongod cannot judge: fields that are fetched late, limits, decimals, and what is said about a mistake.
@Suite struct OperatorTests {
    /// The outcome of an expression on a document of parts.
    private func outcome(
        _ expression: Value, _ parts: [(name: String, part: Subject.Part)], limits: Limits = Limits()
    ) throws -> Execution.Outcome {
        let program = try Program([["$replaceRoot": ["newRoot": ["r": expression]]]])
        var execution = Execution(program, now: 0, limits: limits)
        return execution.outcome(on: Subject(parts))
    }

    @Test(
        arguments: [
            ["$and": [["$gt": ["$a", 5]], ["$gt": ["$p", 1]]]], ["$or": [["$lt": ["$a", 5]], "$p"]],
            ["$cond": [["$gt": ["$a", 5]], "$p", 0]], ["$ifNull": ["$b", "$p"]],
            ["$switch": ["branches": [["case": ["$lt": ["$a", 5]], "then": 1]], "default": "$p"]],
        ] as [Value])
    func aFieldIsFetchedOnlyWhereItDecides(_ expression: Value) throws {
        guard
            case .results = try outcome(
                expression, [("a", Subject.Part(1)), ("b", Subject.Part(2)), ("p", .later)])
        else {
            Issue.record("asks for a field that it does not need")
            return
        }
        guard case .later = try outcome(expression, [("a", Subject.Part(6)), ("p", .later)]) else {
            Issue.record("does without a field that decides")
            return
        }
    }

    @Test(
        arguments: [
            ["$concat": ["$a", "$a", "$a"]], ["$toUpper": "$a"], ["$split": ["$a", "x"]],
            ["$trim": ["input": "$a"]],
            ["$replaceAll": ["input": "$a", "find": "x", "replacement": "$a"]], ["$substrCP": ["$a", 0, 9]],
            ["$replaceAll": ["input": "$a", "find": "", "replacement": "$a"]],
            ["$substrBytes": ["$a", 0, 400]],
        ] as [Value])
    func textsAreMadeWithinTheLimit(_ expression: Value) throws {
        let text = Value.string(String(repeating: "x", count: 400))
        let outcome = try outcome(expression, [("a", Subject.Part(text))], limits: Limits(bytes: 300))
        guard case .exhausted = outcome else {
            Issue.record("\(outcome)")
            return
        }
    }

    @Test(
        arguments: [
            ["$add": ["$a", "$a", "$a", "$a"]], ["$not": [["$not": [["$not": "$a"]]]]],
            ["$abs": ["$abs": ["$abs": "$a"]]], ["$and": [["$or": [["$and": "$a"]]]]],
            ["$let": ["vars": ["x": ["$abs": "$a"], "y": ["$abs": "$a"]], "in": "$$x"]],
        ] as [Value])
    func stepsAreCounted(_ expression: Value) throws {
        let outcome = try outcome(expression, [("a", Subject.Part(1))], limits: Limits(steps: 3))
        guard case .exhausted = outcome else {
            Issue.record("\(outcome)")
            return
        }
    }

    @Test(arguments: [
        "$abs", "$add", "$multiply", "$sqrt", "$sin", "$not", "$toInt", "$toBool", "$toString", "$toUpper",
        "$round",
    ])
    func decimalsAreLeftToMongoDB(_ operation: String) throws {
        let decimal = Value.decimal128(high: 0x3040_0000_0000_0000, low: 1)
        let argument = Value.document(Document(dictionaryLiteral: (operation, "$a")))
        guard case .unsupported = try outcome(argument, [("a", Subject.Part(decimal))]) else {
            Issue.record("computes with a decimal")
            return
        }
        #expect(throws: CompileError.self) {
            try Program([["$replaceRoot": ["newRoot": ["r": ["$add": ["$a", decimal]]]]]])
        }
    }

    @Test func decimalsAreCarriedAlong() throws {
        let decimal = Value.decimal128(high: 0x3040_0000_0000_0000, low: 1)
        let expression: Value = ["$cond": [["$isNumber": "$a"], ["$ifNull": ["$b", "$a"]], 0]]
        guard case .results(let results) = try outcome(expression, [("a", Subject.Part(decimal))]) else {
            Issue.record("looks inside a decimal")
            return
        }
        #expect(results.documents == [["r": decimal]])
    }

    @Test(
        arguments: [
            (["$divide": [1, 0]], "$divide", .invalid),
            (["$add": ["$a", ["$abs": "x"]]], "$add.1.$abs", .invalid),
            (["$cond": [1, 2]], "$cond", .invalid), (["$gt": ["$a"]], "$gt", .invalid),
            (["$let": ["vars": ["X": 1], "in": 1]], "$let.vars", .invalid),
            (["$switch": ["branches": [["case": 1]]]], "$switch.branches.0", .invalid),
            (["$add": [1, ["$toDecimal": "$a"]]], "$add.1", .unsupported),
            (["$concat": ["a", 1]], "$concat", .invalid),
        ] as [(Value, String, CompileError.Kind)])
    func aMistakeIsNamedWithItsPlace(_ expression: Value, _ place: String, _ kind: CompileError.Kind) {
        let error = #expect(throws: CompileError.self) {
            try Program([["$replaceRoot": ["newRoot": ["r": expression]]]])
        }
        #expect(error?.place == "0.$replaceRoot.newRoot.r." + place)
        #expect(error?.kind == kind)
    }
}
