@testable import Aggregation
import Documents
import Testing

/// What the judge of dates cannot say.
@Suite struct DateTests {
    private func outcome(_ expression: Value, on subject: Subject) throws -> Execution.Outcome {
        var execution = Execution(try Program([["$replaceRoot": ["newRoot": ["r": expression]]]]), now: 0)
        return execution.outcome(on: subject)
    }

    @Test(
        arguments: [
            ["$year": "$d"], ["$year": ["date": "$d", "timezone": "$d"]],
            ["$dateToString": ["date": "$d", "format": "$d"]], ["$dateFromString": ["dateString": "$d"]],
            ["$dateAdd": ["startDate": "$d", "unit": "day", "amount": 1]], ["$tsSecond": "$d"],
            ["$dateFromParts": ["year": "$d"]], ["$dateToParts": ["date": "$d", "iso8601": "$d"]],
        ] as [Value]) func fieldsThatAreNotThereYetAreAskedFor(_ expression: Value) throws
    {
        guard case .later = try outcome(expression, on: Subject([("d", .later)])) else {
            Issue.record("is not later")
            return
        }
    }

    @Test func datesOfOtherFormsAreLeftToMongoDB() throws {
        let subject = Subject(["s": "4 July 2017"])
        let expression: Value = ["$dateFromString": ["dateString": "$s", "onError": "wrong"]]
        guard case .unsupported(let what) = try outcome(expression, on: subject) else {
            Issue.record("is not unsupported")
            return
        }
        #expect(what == "a date like '4 July 2017' without a format")
    }

    @Test func decimalsAreLeftToMongoDB() throws {
        let decimal = Value.decimal128(high: 0x3040_0000_0000_0000, low: 1)
        let expression: Value = ["$dateAdd": ["startDate": "$d", "unit": "day", "amount": "$n"]]
        guard
            case .unsupported("decimal128") = try outcome(
                expression, on: Subject(["d": .datetime(0), "n": decimal]))
        else {
            Issue.record("is not unsupported")
            return
        }
    }

    @Test func longTextsCount() throws {
        let format = String(repeating: "x", count: 1000)
        let program = try Program([
            [
                "$replaceRoot": [
                    "newRoot": ["r": ["$dateToString": ["date": "$d", "format": .string(format)]]]
                ]
            ]
        ])
        var execution = Execution(program, now: 0, limits: Limits(bytes: 1000))
        guard case .exhausted = execution.outcome(on: Subject(["d": .datetime(0)])) else {
            Issue.record("is not exhausted")
            return
        }
    }

    @Test(
        arguments: [
            (["$dateToString": ["format": "%Y"]], "0.$replaceRoot.newRoot.r.$dateToString"),
            (["$hour": ["date": "$d", "zone": "UTC"]], "0.$replaceRoot.newRoot.r.$hour"),
            (["$dateTrunc": ["date": .datetime(0), "unit": "era"]], "0.$replaceRoot.newRoot.r.$dateTrunc"),
            (["$dateFromParts": ["month": 1]], "0.$replaceRoot.newRoot.r.$dateFromParts"),
        ] as [(Value, String)]) func mistakesNameTheirPlace(_ expression: Value, _ place: String) throws
    {
        let error = try #require(throws: CompileError.self) {
            try Program([["$replaceRoot": ["newRoot": ["r": expression]]]])
        }
        #expect(error.kind == .invalid)
        #expect(error.place == place)
    }
}
