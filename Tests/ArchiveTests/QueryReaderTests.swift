import Documents
import Testing

@testable import Archive

@Suite struct QueryReaderTests {
    private static let reader = QueryReader(defaultTime: 300_000, longestTime: 3_600_000)
    private static let user = User(name: "ada", programs: [1], isAdmin: false)

    private func options(_ kwargs: Value) throws -> Query.Options {
        let query: Document = [
            "query_type": "find", "query": ["catalog": " stars ", "filter": [:]], "kwargs": kwargs,
        ]
        guard case .find("stars", [:], nil, let options) = try Self.reader.read(query, for: Self.user) else {
            throw RequestError(.general, "not the query that was asked")
        }
        return options
    }

    @Test func timeIsTheUsualOneAndNeverTooLong() throws {
        #expect(try options([:]).maximumTime == 300_000)
        #expect(try options(nil).maximumTime == 300_000)
        #expect(try options(["max_time_ms": nil]).maximumTime == 300_000)
        #expect(try options(["max_time_ms": 1]).maximumTime == 1)
        #expect(try options(["max_time_ms": 400_000]).maximumTime == 400_000)
        #expect(try options(["max_time_ms": .int64(.max)]).maximumTime == 3_600_000)
    }

    @Test func sortIsADocumentInTheGivenOrder() throws {
        #expect(try options(["sort": [["b", 1], ["a", -1]]]).sort == ["b": 1, "a": -1])
        #expect(try options(["sort": ["b": 1, "a": -1]]).sort == ["b": 1, "a": -1])
        #expect(
            try options(["sort": [["score", ["$meta": "textScore"]]]]).sort == [
                "score": ["$meta": "textScore"]
            ])
        #expect(try options(["sort": []]).sort == nil)
        #expect(try options([:]).sort == nil)
    }

    @Test func limitsAreNumbers() throws {
        let given = try options(["skip": 3, "limit": .double(4), "hint": "by_group", "allowDiskUse": false])
        #expect(given.skip == 3)
        #expect(given.limit == 4)
        #expect(given.hint == "by_group")
        #expect(given.allowDiskUse == false)
        #expect(try options([:]).allowDiskUse)
    }

    /// White space of any kind around a name is not part of it, so that it protects nobody's collection.
    @Test(arguments: ["users", " users", "users\u{A0}", "\u{2003}users\r\n", "\u{85}users\u{3000}"])
    func protectedNamesAreFoundInWhiteSpace(name: String) throws {
        #expect(throws: RequestError.invalid("Query", "Protected collection")) {
            try QueryRules.catalog(name, Self.user)
        }
        let admin = User(name: "admin", programs: [], isAdmin: true)
        #expect(try QueryRules.catalog(name, admin) == "users")
    }

    @Test func errorsNamePlaces() {
        func pipeline(_ stages: [Document]) throws { try QueryRules.check(stages, for: Self.user) }
        #expect(throws: RequestError(.value, "pipeline.1.$set.x.1 uses $function, which is not allowed")) {
            try pipeline([["$limit": 1], ["$set": ["x": [1, ["$function": [:]]]]]])
        }
        #expect(throws: RequestError(.value, "pipeline.0.$facet.a.1 must have exactly one stage")) {
            try pipeline([["$facet": ["a": [["$limit": 1], [:]]]]])
        }
        #expect(throws: RequestError(.value, "filter.a.$in.0 is JavaScript, which is not allowed")) {
            try QueryRules.check(filter: ["a": ["$in": [.javaScript("1")]]] as Document, at: "filter")
        }
    }

    /// A field whose name only resembles an operator's is no operator.
    @Test(arguments: ["where", "_id", "x$where", "function"]) func fieldsAreNoOperators(
        name: String
    ) {
        #expect(throws: Never.self) { try QueryRules.check(filter: [name: 1] as Document, at: "filter") }
    }
}
