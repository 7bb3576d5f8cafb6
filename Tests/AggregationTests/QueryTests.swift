@testable import Aggregation
import Documents
import Testing

/// What queries do that a comparison with mongod cannot say.
@Suite struct QueryTests {
    private func outcome(_ filter: Document, _ subject: Subject) throws -> String {
        // What comes out must not hold the light curve, or that would be asked for.
        let program = try Program([["$match": .document(filter)], ["$replaceRoot": ["newRoot": [:]]]])
        var execution = Execution(program, now: 0)
        switch execution.outcome(on: subject) {
        case .results(let results): return results.count == 0 ? "fails" : "passes"
        case .later: return "later"
        case .failed, .unsupported, .exhausted: return "other"
        }
    }

    private let alert = Subject([
        ("candid", .init(.int64(5))),
        ("candidate", .init(["drb": 0.97, "isdiffpos": "t"])),
        ("prv_candidates", .later),
    ])

    @Test(
        arguments: [
            (["candid": 6, "prv_candidates.magpsf": 1], "fails"),
            (["prv_candidates.magpsf": 1, "candid": 6], "fails"),
            (["prv_candidates.magpsf": 1, "candid": 5], "later"),
            (["$and": [["prv_candidates": ["$size": 2]], ["candidate.drb": ["$lt": 0.9]]]], "fails"),
            (["$or": [["prv_candidates": ["$size": 2]], ["candidate.drb": ["$gt": 0.9]]]], "passes"),
            (["$or": [["prv_candidates": ["$size": 2]], ["candidate.drb": ["$lt": 0.9]]]], "later"),
            (["$nor": [["prv_candidates": ["$size": 2]], ["candid": 5]]], "fails"),
            (["candid": 6, "$or": [["prv_candidates.jd": 1], ["candid": 7]]], "fails"),
            (["prv_candidates": ["$exists": true]], "passes"),
            (["prv_candidates": ["$exists": false]], "fails"),
            (["prv_candidates": nil], "later"),
            (["prv_candidates.jd": ["$exists": true]], "later"),
        ] as [(Document, String)])
    func whatDecidesWithoutTheLightCurveDoesNotAskForIt(_ filter: Document, _ expected: String) throws {
        #expect(try outcome(filter, alert) == expected)
    }

    @Test(
        arguments: [
            (["a": ["$near": [1, 2]]], "0.$match.a.$near: operator $near"),
            (
                ["a": ["$geoWithin": ["$geometry": ["type": "Polygon"]]]],
                "0.$match.a.$geoWithin: operator $geometry"
            ),
            (["$and": [["$where": "1"]]], "0.$match.$and.0.$where: operator $where"),
            (["$text": ["$search": "x"]], "0.$match.$text: operator $text"),
            (["$jsonSchema": [:]], "0.$match.$jsonSchema: operator $jsonSchema"),
            (["a": .decimal128(high: 0, low: 1)], "0.$match.a: decimal128"),
            (["a": ["$regex": "(a)(?1)"]], "0.$match.a.$regex: the call of a group in a regular expression"),
        ] as [(Document, String)])
    func whatOnlyMongoDBCanDoIsNamed(_ filter: Document, _ description: String) throws {
        let error = #expect(throws: CompileError.self) { try Program([["$match": .document(filter)]]) }
        #expect(error?.kind == .unsupported)
        #expect(error?.description == description)
    }

    @Test func decimalsAreLeftToMongoDBOnlyWhereTheyMatter() throws {
        let subject = Subject(["a": .decimal128(high: 0x3040_0000_0000_0000, low: 1)])
        #expect(try outcome(["a": 1], subject) == "other")
        #expect(try outcome(["a": "x"], subject) == "fails")
        #expect(try outcome(["a": ["$type": "decimal"]], subject) == "passes")
    }

    @Test func aQueryMayNotBeNestedWithoutEnd() throws {
        var filter: Document = ["a": 1]
        for _ in 0..<150 { filter = ["$and": [.document(filter)]] }
        _ = try Program([["$match": .document(filter)]])
        for _ in 0..<100 { filter = ["$and": [.document(filter)]] }
        #expect(throws: CompileError.self) { try Program([["$match": .document(filter)]]) }
    }

    @Test func theValuesThatAConditionLooksAtCanBeSeen() throws {
        let record = Record(["a": [["b": 1], 5, ["b": [2, 3]], [:]], "c": nil])
        let seen = try values(at: "a.b", in: record).map { $0.value }
        #expect(seen == [1, 2, 3, [2, 3], nil])
        #expect(try values(at: "c", in: record).map { $0.value } == [.null])
        #expect(try values(at: "d.e", in: record).map { $0.value } == [nil])
        #expect(try values(at: "a.1", in: record).map { $0.value } == [nil, 5, nil, nil])
    }

    @Test func largeIntegersAreComparedExactly() throws {
        let subject = Subject(["a": .int64((1 << 53) + 1)])
        #expect(try outcome(["a": .int64(1 << 53)], subject) == "fails")
        #expect(try outcome(["a": .double(0x1p53)], subject) == "fails")
        #expect(try outcome(["a": ["$in": [.double(0x1p53)]]], subject) == "fails")
        #expect(try outcome(["a": ["$gt": .double(0x1p53)]], subject) == "passes")
    }

    @Test func stringsThatLookAlikeAreDifferent() throws {
        // The same two accents in either order: equal to Swift, and as many bytes.
        let (one, other) = ("a\u{301}\u{323}", "a\u{323}\u{301}")
        let subject = Subject(["a": .string(one)])
        #expect(one == other)
        #expect(try outcome(["a": .string(one)], subject) == "passes")
        #expect(try outcome(["a": .string(other)], subject) == "fails")
    }
}
