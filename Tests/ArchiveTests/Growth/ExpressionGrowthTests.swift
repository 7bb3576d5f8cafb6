import Documents
import Testing

@testable import Archive

/// What an expression may grow to: the numbers of arithmetic, and which are refused.
@Suite struct ExpressionGrowthTests {
    private func evaluate(_ json: String) throws -> (extent: Extent, growth: ExpressionGrowth) {
        let document = try ExtendedJSON.document(from: #"{"x": \#(json)}"#)
        var growth = ExpressionGrowth()
        let element = try #require(document.element(key: "x"))
        return (try growth.evaluate(element, ExpressionGrowth.stored, at: "x"), growth)
    }

    private func refusal(_ json: String) -> String? {
        do {
            _ = try evaluate(json)
            return nil
        } catch { return (error as? RequestError)?.reason ?? "\(error)" }
    }

    @Test(arguments: [
        (#"[]"#, 0), (#"[1, 2, 3]"#, 3), (#"{"$range": [0, 40]}"#, 41), (#"{"$range": [10, 30, 5]}"#, 5),
        (#"{"$range": [30, 10, -5]}"#, 5), (#"{"$range": [0, {"$multiply": [10, 10]}]}"#, 101),
        (#"{"$range": [0, {"$size": {"$range": [0, 9]}}]}"#, 11),
        (#"{"$concatArrays": [[1, 2], {"$range": [0, 9]}, [3]]}"#, 13), ("\"$prv_candidates\"", 1000),
        (#"{"$slice": ["$prv_candidates", -7]}"#, 7), (#"{"$slice": ["$prv_candidates", 3, 7]}"#, 7),
        (#"{"$firstN": {"n": 5, "input": "$prv_candidates"}}"#, 5),
        (#"{"$map": {"input": {"$range": [0, 9]}, "in": "$$this"}}"#, 10),
        (#"{"$filter": {"input": [1, 2, 3], "cond": true}}"#, 3),
        (#"{"$zip": {"inputs": [[1, 2], [3, 4, 5]], "useLongestLength": true}}"#, 3),
        (#"{"$setUnion": [[1, 2], [2, 3]]}"#, 4), (#"{"$setIntersection": [[1, 2], [2, 3, 4]]}"#, 2),
        (#"{"$cond": [true, [1], [1, 2, 3]]}"#, 3), (#"{"$ifNull": ["$x", []]}"#, 1000),
        (
            #"{"$switch": {"branches": [{"case": 1, "then": [1]}, {"case": 2, "then": [1, 2]}], "default": 1}}"#,
            2
        ),
        (#"{"$let": {"vars": {"a": [1, 2]}, "in": {"$concatArrays": ["$$a", "$$a"]}}}"#, 4),
        (#"{"$objectToArray": {"a": 1, "b": 2}}"#, 2), (#"{"$literal": ["$a", "$b"]}"#, 2),
        (#"{"$arrayElemAt": [[[1, 2], [3]], 0]}"#, 2), (#"{"$split": ["a,b", ","]}"#, 4),
        (#"{"$getField": {"field": "a", "input": {"a": [1, 2]}}}"#, 2),
        (#"{"$mergeObjects": [{"a": [1]}, {"b": [1, 2]}]}"#, 0),
    ]) func arraysAreAsLongAsTheirPartsSay(expression: String, length: Double) throws {
        #expect(try evaluate(expression).extent.length == length, "\(expression)")
    }

    @Test(arguments: [
        (#""abc""#, 3), (#"{"$concat": ["abc", "de", "$$NOW"]}"#, 5), (#"{"$toUpper": "ab"}"#, 64),
        // Between three characters, and at both ends, four times two more.
        (#"{"$replaceAll": {"input": "abc", "find": "", "replacement": "xy"}}"#, 11),
        (#"{"$concat": ["$a", "b"]}"#, 10_001),
    ]) func textsAreAsLongAsTheirPartsSay(expression: String, bytes: Double) throws {
        #expect(try evaluate(expression).extent.text == bytes)
    }

    @Test(arguments: [
        // One to nine, and a list around.
        (#"{"$map": {"input": [1, 2, 3], "in": ["$$this", "$$this"]}}"#, 1 + 3 * 3.0),
        (#"[[1, 2], [3]]"#, 6), (#"{"$concatArrays": [[1], [2], [3]]}"#, 4),
    ]) func valuesAreCounted(expression: String, values: Double) throws {
        #expect(try evaluate(expression).extent.values == values)
    }

    /// `$$value` after so many rounds.
    @Test(arguments: [
        // Appending: one more in each.
        (
            #"{"$reduce": {"input": {"$range": [0, 99]}, "initialValue": [], "in": {"$concatArrays": ["$$value", ["$$this"]]}}}"#,
            100.0, 102.0
        ),
        // Two lists, each by itself.
        (
            #"{"$getField": {"field": "a", "input": {"$reduce": {"input": {"$range": [0, 999]}, "initialValue": {"a": [], "b": []}, "in": {"a": {"$concatArrays": ["$$value.a", [1, 2]]}, "b": "$$value.b"}}}}}"#,
            2000, 2004
        ),
        // Doubling five times.
        (
            #"{"$reduce": {"input": [1, 2, 3, 4, 5], "initialValue": [1], "in": {"$concatArrays": ["$$value", "$$value"]}}}"#,
            32, 32
        ),
        // A constant size.
        (#"{"$reduce": {"input": {"$range": [0, 1000000]}, "initialValue": [], "in": ["$$this"]}}"#, 1, 1),
        // As many as one of many rounds adds.
        (
            #"{"$reduce": {"input": {"$range": [0, 9]}, "initialValue": [], "in": {"$cond": [{"$gt": ["$$this", 3]}, {"$concatArrays": ["$$value", [1, 2, 3]]}, "$$value"]}}}"#,
            30, 36
        ),
    ]) func reductionsEndWhereTheyDo(expression: String, least: Double, most: Double) throws {
        let length = try evaluate(expression).extent.length
        #expect(least <= length && length <= most, "\(length)")
    }

    @Test func stepsOfLoopsMultiply() throws {
        let inner = #"{"$map": {"input": {"$range": [1, 200]}, "in": 1}}"#
        let once = try evaluate(inner).growth.steps
        #expect(once >= 200)
        let twice = try evaluate(#"{"$map": {"input": {"$range": [1, 300]}, "in": \#(inner)}}"#).growth.steps
        #expect(twice >= 300 * once && twice < 310 * once)
    }

    @Test func onlyTheLargestAlternativeIsHeld() throws {
        let large = #"{"$range": [1, 1000000]}"#
        let held = try evaluate(large).growth.held
        #expect(held >= 16_000_000 && held < 17_000_000)
        let one = try evaluate(#"{"$cond": ["$a", \#(large), \#(large)]}"#).growth.held
        #expect(one == held)
        #expect(try evaluate(#"[\#(large), \#(large)]"#).growth.held > 2 * held)
        // A number holds nothing of what it was made of.
        #expect(try evaluate(#"{"$size": \#(large)}"#).growth.held == 0)
        #expect(try evaluate(#"{"$size": \#(large)}"#).growth.peak == held)
    }

    private static func reduce(_ initial: String, _ body: String, _ input: String = #"{"$range": [0, 40]}"#)
        -> String
    {
        #"{"$reduce": {"input": \#(input), "initialValue": \#(initial), "in": \#(body)}}"#
    }

    @Test(arguments: [
        reduce("[1]", #"{"$concatArrays": ["$$value", "$$value"]}"#),
        reduce(#""x""#, #"{"$concat": ["$$value", "$$value"]}"#),
        reduce("[1]", #"["$$value", "$$value"]"#), reduce("[1]", #"{"a": "$$value", "b": "$$value"}"#),
        reduce(
            #"{"a": [1], "b": [1]}"#,
            #"{"a": {"$concatArrays": ["$$value.a", "$$value.b"]}, "b": {"$concatArrays": ["$$value.b", "$$value.a"]}}"#
        ),
        // Fibonacci's.
        reduce(
            #"{"a": [1], "b": [1]}"#,
            #"{"a": "$$value.b", "b": {"$concatArrays": ["$$value.a", "$$value.b"]}}"#),
        reduce("[1]", #"{"$let": {"vars": {"v": "$$value"}, "in": {"$concatArrays": ["$$v", "$$v"]}}}"#),
        reduce(
            "[1]",
            #"{"$cond": [{"$gt": ["$$this", 3]}, {"$concatArrays": ["$$value", "$$value"]}, "$$value"]}"#),
        reduce("[1, 1]", #"{"$map": {"input": "$$value", "in": "$$value"}}"#),
        reduce("[1]", #"{"$concatArrays": {"$literal": 1}}"#).replacing(
            #"{"$literal": 1}"#, with: #"["$$value", {"$map": {"input": "$$value", "in": 1}}]"#),
        reduce(
            "[[1]]",
            #"{"$reduce": {"input": "$$value", "initialValue": "$$value", "in": {"$concatArrays": ["$$value", ["$$this"]]}}}"#
        ),
        reduce(#""x""#, #"{"$replaceAll": {"input": "$$value", "find": "x", "replacement": "xx"}}"#),
        reduce(#"{"a": 1}"#, #"{"$mergeObjects": ["$$value", {"b": "$$value", "c": "$$value"}]}"#),
        reduce(
            "[1]",
            #"{"$setUnion": ["$$value", {"$map": {"input": "$$value", "in": {"$add": ["$$this", {"$size": "$$value"}]}}}]}"#
        ),
        reduce("[1]", #"{"$range": [0, {"$multiply": [2, {"$size": "$$value"}]}]}"#),
        reduce("[1]", #"{"$zip": {"inputs": ["$$value", "$$value"]}}"#),
        reduce("[1]", #"{"$concatArrays": ["$$value", {"$slice": ["$$value", {"$size": "$$value"}]}]}"#),
        reduce(
            #"{"a": [1]}"#,
            #"{"$setField": {"field": "a", "input": "$$value", "value": {"$concatArrays": ["$$value.a", "$$value.a"]}}}"#
        ),
        reduce(
            #"{"a": [1]}"#,
            #"{"$arrayToObject": {"$concatArrays": [{"$objectToArray": "$$value"}, [{"k": "b", "v": "$$value"}]]}}"#
        ),
        // Deeper and deeper.
        reduce("1", #"["$$value"]"#, #"{"$range": [0, 5000]}"#),
        reduce("1", #"{"a": "$$value"}"#, "\"$prv_candidates\""),
        // After a slow start.
        reduce(
            "[1]",
            #"{"$concatArrays": ["$$value", {"$range": [0, {"$divide": [{"$multiply": [{"$size": "$$value"}, {"$size": "$$value"}]}, 50]}]}]}"#,
            #"{"$range": [0, 100000]}"#),
    ]) func whatDoublesIsRefused(expression: String) {
        let refusal = refusal(expression)
        #expect(refusal?.hasPrefix("x: $reduce may ") == true, "\(refusal ?? "passes")")
    }

    @Test(arguments: [
        #"{"$range": [0, 100000000]}"#, #"{"$range": [0, {"$multiply": [1e4, 1e4]}]}"#,
        #"{"$map": {"input": {"$range": [0, 100000]}, "in": {"$range": [0, 100000]}}}"#,
        #"{"$map": {"input": {"$range": [0, 10000]}, "in": {"$map": {"input": {"$range": [0, 10000]}, "in": 1}}}}"#,
        // Only a number is left, after 10^12 steps.
        #"{"$sum": {"$map": {"input": {"$range": [0, 10000]}, "in": {"$sum": {"$map": {"input": {"$range": [0, 10000]}, "in": {"$sum": {"$range": [0, 10000]}}}}}}}}"#,
        #"{"$size": {"$filter": {"input": {"$range": [0, 1000000]}, "cond": {"$in": ["$$this", {"$range": [0, 1000000]}]}}}}"#,
        // Numbers that are not known.
        #"{"$map": {"input": {"$range": [0, {"$toInt": {"$concat": ["99", "99999"]}}]}, "in": {"$range": [0, {"$pow": [10, 6]}]}}}"#,
        #"{"$map": {"input": "$a", "in": {"$map": {"input": "$a", "in": {"$map": {"input": "$a", "in": {"$map": {"input": "$a", "in": 1}}}}}}}}"#,
        #"{"$map": {"input": {"$range": [0, 1000000]}, "in": {"$concat": ["$name", "$name"]}}}"#,
        #"{"$map": {"input": {"$split": ["$a", ""]}, "in": {"$split": ["$a", ""]}}}"#,
        #"{"$map": {"input": {"$range": [0, 100000]}, "in": {"$regexFindAll": {"input": "$a", "regex": "(((())))"}}}}"#,
        #"{"$map": {"input": {"$range": [0, 1000000]}, "in": {"$sortArray": {"input": "$a", "sortBy": 1}}}}"#,
        #"{"$zip": {"inputs": [{"$range": [0, 6000000]}, {"$range": [0, 6000000]}, {"$range": [0, 6000000]}]}}"#,
        #"{"$let": {"vars": {"r": {"$range": [0, 100000]}}, "in": {"$map": {"input": "$$r", "in": {"$map": {"input": "$$r", "in": 1}}}}}}"#,
        #"{"$replaceAll": {"input": {"$replaceAll": {"input": "$a", "find": "", "replacement": "$a"}}, "find": "", "replacement": "$a"}}"#,
        #"{"$and": [{"$gt": [{"$size": {"$range": [0, 90000000]}}, 1]}]}"#,
    ]) func largeLoopsAreRefused(expression: String) {
        #expect(
            refusal(expression)?.contains(" may take more than ") == true,
            "\(refusal(expression) ?? "passes")")
    }

    @Test func nestedReductionsAreCheckedInBoundedTime() {
        var expression = #"["$$value"]"#
        for _ in 0..<50 {
            expression = Self.reduce(
                "[]", #"{"$concatArrays": ["$$value", \#(expression)]}"#, #"{"$range": [0, 1]}"#)
        }
        #expect(refusal(expression) != nil)
    }
}
