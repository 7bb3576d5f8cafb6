import Documents
import TestSupport
import Testing

/// Small pipelines that show, each by itself, what MongoDB does behind the scenes: when it filters, in which order it
/// asks, and where fields and elements stand that are not there. mongod is the judge.
@Suite struct RareCaseTests {
    /// A pipeline and what becomes of its documents.
    struct Named: Sendable, CustomTestStringConvertible {
        enum Ending: Sendable { case documents(Int), error }

        let testDescription: String
        let made: Case
        let ending: Ending

        init(_ name: String, _ pipeline: [Document], _ documents: [Document], _ ending: Ending) {
            testDescription = name
            made = Case(pipeline: pipeline, documents: documents)
            self.ending = ending
        }
    }

    /// Fails for a document without `q`.
    private static let failing: Document = ["$expr": ["$size": "$q"]]
    private static let document: [Document] = [["a": 2]]

    private static func both(_ first: Document, _ second: Document) -> Document {
        ["$match": ["$and": [.document(first), .document(second)]]]
    }

    private static func either(_ members: Document...) -> Document {
        ["$match": ["$or": .list(members.map { .document($0) })]]
    }

    private static let places = [
        Named(
            "an inclusion that computes leaves a place for what has nothing to keep",
            [["$project": ["a.d": 1, "d": "$d"]], ["$addFields": ["b.b": [], "a": []]]], [[:]], .documents(1)),
        Named(
            "also inside of documents and arrays",
            [
                ["$project": ["a.d.e": 1, "d": "$d"]], ["$addFields": ["a.b": 1]], ["$addFields": ["a.d": 1]],
            ], [["a": [:]], ["a": [[:], 1]], [:]], .documents(3)),
        Named(
            "what is taken away leaves its place", [["$unset": "b"], ["$addFields": ["c": 1, "b": 2]]],
            [["a": 1, "b": 1, "d": 1]], .documents(1)),
        Named(
            "a count has no place for an _id", [["$count": "n"], ["$addFields": ["_id": 1]]], document,
            .documents(1)),
    ]

    /// What is put together before is no BSON, and its arrays keep what is missing.
    private static let gapped: [Document] = [["$addFields": ["z": 1]], ["$project": ["d": ["x": 1]]]]

    private static let gaps = [
        Named(
            "a filter does not see a missing element", gapped + [["$match": ["d": ["$in": [nil]]]]],
            [["d": [nil]]], .documents(0)),
        Named(
            "positions close up for a filter", gapped + [["$match": ["d.0.x": 5]]], [["d": [nil, ["x": 5]]]],
            .documents(1)),
        Named(
            "and for an expression in it", gapped + [["$match": ["$expr": ["$eq": [["$size": "$d"], 1]]]]],
            [["d": [1, [:]]]], .documents(1)),
        Named(
            "what passes a filter keeps its missing elements",
            gapped + [["$match": ["a": nil]], ["$project": ["n": ["$size": "$d"]]]], [["d": [nil]]],
            .documents(1)),
        Named(
            "a sort does not see a missing element", gapped + [["$sort": ["d.0": -1]]],
            [["d": [1, ["x": 1]]], ["d": [["x": 2]]], ["d": [1, 1, ["x": 3]]]], .documents(3)),
        Named(
            "not even in an array as _id",
            [["$addFields": ["z": 1]], ["$project": ["_id": ["x": 1]]], ["$sort": ["_id": 1]]],
            [["_id": [["x": -1]]], ["_id": [1, ["x": 0]]]], .documents(2)),
        Named(
            "a group does", gapped + [["$group": ["_id": "$d"]], ["$count": "n"]], [["d": [nil]], ["d": []]],
            .documents(1)),
        Named(
            "the same array in two fields is parallel to itself",
            [["$addFields": ["a": "$d"]], ["$sort": ["a.b": 1, "d.x": -1]]], [["d": []]], .error),
    ]

    private static let moves = [
        Named(
            "a number in a path may be a position, and what is before it is changed",
            [["$set": ["c.d": ["$arrayElemAt": ["$c", 0]]]], ["$match": ["c.1": 0]]], [["c": 1]], .error),
        Named(
            "but not in an expression",
            [["$set": ["c.d": ["$arrayElemAt": ["$c", 0]]]], ["$match": ["$expr": "$c.1"]]], [["c": 1]],
            .documents(0)),
        Named(
            "filters that meet go on together",
            [
                ["$addFields": ["c": ["$arrayElemAt": ["$c", 0]]]], ["$match": [:]], ["$unset": "d"],
                ["$match": ["b": 1]],
            ], [["c": ""]], .documents(0)),
        Named(
            "a field set to a constant is changed", [["$set": ["z": 5]], ["$match": ["z": 5]]], document,
            .documents(1)),
        Named(
            "what a new name leads through is not",
            [["$addFields": ["b.c": "$a"]], ["$match": ["b": ["$exists": false]]]], document, .documents(1)),
        Named(
            "a path that is all of an expression keeps its name",
            [["$set": ["a": "$b", "z": ["$size": "$q"]]], ["$match": ["$expr": "$a.d"]]], [["b": []]],
            .documents(0)),
        Named(
            "paths inside of an expression do not",
            [["$set": ["a": "$b", "z": ["$size": "$q"]]], ["$match": ["$expr": ["$not": "$a.d"]]]],
            [["b": []]], .documents(0)),
        Named(
            "a path that was renamed is one into $$CURRENT",
            [
                ["$set": ["b": "$a"]],
                [
                    "$match": [
                        "$expr": ["$let": ["vars": ["CURRENT": "$c"], "in": ["$eq": ["$$ROOT.b", 5]]]]
                    ]
                ],
            ], [["a": 5, "c": ["a": 6]], ["a": 6, "c": ["a": 5]]], .documents(1)),
        Named(
            "a field of each element is a new name of that field",
            [
                ["$set": ["b": ["$map": ["input": "$a", "in": "$$this.d"]]]], ["$match": ["b": 1]],
            ], [["a": ["d": 2]], ["a": [["d": 1]]]], .documents(1)),
        Named(
            "fields of another $$CURRENT are not the document's",
            [
                ["$set": ["z": ["$size": "$q"]]],
                ["$match": ["$expr": ["$let": ["vars": ["CURRENT": "$b"], "in": "$z"]]]],
            ], document, .documents(0)),
        Named(
            "a name alone for $getField reads the whole document",
            [["$set": ["z": ["$size": "$q"]]], ["$match": ["$expr": ["$getField": "b"]]]], document, .error),
        Named(
            "a circle is looked for before",
            [
                ["$set": ["z": ["$size": "$q"]]],
                ["$match": ["a": ["$geoWithin": ["$centerSphere": [[0, 0], 1]]]]],
            ], document, .documents(0)),
        Named(
            "constants are not",
            [["$set": ["z": ["$size": "$q"]]], ["$match": ["a": ["$all": []]]]], document, .error),
        Named(
            "a condition that must stay keeps those on its path from a projection",
            [
                ["$project": ["a.b": 1, "z": ["$size": "$q"]]],
                ["$match": ["a.b": 1, "a": ["$elemMatch": ["x": 1]]]],
            ], document, .error),
        Named(
            "a count is asked before what it does not keep",
            [["$count": "n"], ["$match": ["$and": [["a": 1], ["$expr": ["$size": "$n"]]]]]], document, .error),
        Named(
            "an _id that was asked for keeps the whole filter behind a group",
            [
                ["$group": ["_id": "$a", "n": ["$sum": ["$size": ["$ifNull": ["$q", []]]]]]],
                ["$match": ["_id": ["$exists": false]]],
            ], document, .documents(0)),
        Named(
            "a filter is asked before a redaction too",
            [
                ["$redact": ["$cond": [["$size": "$q"], "$$KEEP", "$$PRUNE"]]],
                ["$match": ["a": 1, "b": ["$exists": true]]],
            ], document, .documents(0)),
        Named(
            "but not for a position or for null",
            [
                ["$redact": ["$cond": [["$size": "$q"], "$$KEEP", "$$PRUNE"]]],
                ["$match": ["a.0": 1, "b": ["$in": [1, nil]]]],
            ], document, .error),
        Named(
            "a sort before another is left out", [["$sort": ["a": 1, "b": 1]], ["$sort": ["c": 1]]],
            [["a": [1, 2], "b": [1, 2]]], .documents(1)),
        Named(
            "a sort by an element's position comes before the position",
            [["$unwind": ["path": "$a", "includeArrayIndex": "i"]], ["$sort": ["i": -1]]],
            [["a": [1, 2, 3]]],
            .documents(3)),
        Named(
            "a sort by what is unwound does not", [["$unwind": "$a.b"], ["$sort": ["a": -1]]],
            [["a": ["b": [1, 3]]], ["a": ["b": [4, 2]]]], .documents(4)),
    ]

    private static let orders = [
        Named(
            "conjunctions inside a conjunction are asked last",
            [["$match": ["$and": [["$and": [["a": 1], ["b": 1]]], .document(failing)]]]], document, .error),
        Named(
            "also where they are brought forward",
            [
                ["$sort": ["_id": 1]],
                ["$match": ["$and": [["$and": [["a": 1], ["b": 1]]], .document(failing)]]],
            ], document, .error),
        Named(
            "what is left of them is no conjunction any more",
            [
                ["$set": ["z": 1]],
                ["$match": ["$and": [["$expr": "$z"], ["$and": [.document(failing), ["c": 4]]]]]],
                ["$match": ["d": 3]],
            ], document, .error),
        Named(
            "a comparison in an expression is a conjunction",
            [both(["$expr": ["$gt": ["$a", 5]]], failing)], document, .error),
        Named(
            "a constant expression is asked in its turn", [both(failing, ["$expr": false])], document, .error),
        Named("and decides there", [both(["$expr": false], failing)], document, .documents(0)),
        Named("so is an empty list", [both(failing, ["a": ["$in": []]])], document, .error),
        Named("what is always false is not", [both(failing, ["$alwaysFalse": 1])], document, .documents(0)),
        Named(
            "except where none may hold", [["$match": ["$nor": [.document(failing), ["$alwaysTrue": 1]]]]],
            document,
            .error),
        Named(
            "equalities on one path are asked first", [either(failing, ["a": 1], ["a": 2])], document,
            .documents(1)),
        Named("one alone is not", [either(failing, ["a": 2], ["b": 2])], document, .error),
        Named(
            "a list of one and a pattern are equalities",
            [either(failing, ["a": ["$regex": "x"]], ["a": ["$in": [2]]])], document, .documents(1)),
        Named(
            "lists of several are none", [either(failing, ["a": ["$in": [1, 2]]], ["a": 3])], document, .error
        ),
        Named(
            "equalities that were made one are no equality",
            [either(failing, ["$or": [["a": 2], ["a": 3]]], ["a": 4])], document, .error),
        Named(
            "a comparison with a field of $$ROOT is derived as well",
            [["$match": ["$expr": ["$and": [["$size": "$q"], ["$gt": ["$$ROOT.a", 5]]]]]]], document,
            .documents(0)),
    ]

    private static let lengths = [
        Named(
            "a pipeline has a thousand stages at most",
            [Document](repeating: ["$match": ["a": 2]], count: 1001),
            document, .error),
        Named(
            "of which a count is two",
            [Document](repeating: ["$count": "n"], count: 501), document, .error),
        Named(
            "but not fewer", [Document](repeating: ["$count": "n"], count: 490), document, .documents(1)),
    ]

    @Test(arguments: places + gaps + moves + orders + lengths)
    func agreesWithMongod(_ named: Named) async throws {
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
