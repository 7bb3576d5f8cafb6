import Documents

extension RareCase {
    /// Which filters and sorts go before which stages.
    static let moves = [
        RareCase(
            "a number in a path may be a position, and what is before it is changed",
            [["$set": ["c.d": ["$arrayElemAt": ["$c", 0]]]], ["$match": ["c.1": 0]]], [["c": 1]], .error),
        RareCase(
            "but not in an expression",
            [["$set": ["c.d": ["$arrayElemAt": ["$c", 0]]]], ["$match": ["$expr": "$c.1"]]], [["c": 1]],
            .documents(0)),
        RareCase(
            "filters that meet go on together",
            [
                ["$addFields": ["c": ["$arrayElemAt": ["$c", 0]]]], ["$match": [:]], ["$unset": "d"],
                ["$match": ["b": 1]],
            ], [["c": ""]], .documents(0)),
        RareCase(
            "a field set to a constant is changed", [["$set": ["z": 5]], ["$match": ["z": 5]]], document,
            .documents(1)),
        RareCase(
            "what a new name leads through is not",
            [["$addFields": ["b.c": "$a"]], ["$match": ["b": ["$exists": false]]]], document, .documents(1)),
        RareCase(
            "a path that is all of an expression keeps its name",
            [["$set": ["a": "$b", "z": ["$size": "$q"]]], ["$match": ["$expr": "$a.d"]]], [["b": []]],
            .documents(0)),
        RareCase(
            "paths inside of an expression do not",
            [["$set": ["a": "$b", "z": ["$size": "$q"]]], ["$match": ["$expr": ["$not": "$a.d"]]]],
            [["b": []]], .documents(0)),
        RareCase(
            "a path that was renamed is one into $$CURRENT",
            [
                ["$set": ["b": "$a"]],
                [
                    "$match": [
                        "$expr": ["$let": ["vars": ["CURRENT": "$c"], "in": ["$eq": ["$$ROOT.b", 5]]]]
                    ]
                ],
            ], [["a": 5, "c": ["a": 6]], ["a": 6, "c": ["a": 5]]], .documents(1)),
        RareCase(
            "a field of each element is a new name of that field",
            [
                ["$set": ["b": ["$map": ["input": "$a", "in": "$$this.d"]]]], ["$match": ["b": 1]],
            ], [["a": ["d": 2]], ["a": [["d": 1]]]], .documents(1)),
        RareCase(
            "fields of another $$CURRENT are not the document's",
            [
                ["$set": ["z": ["$size": "$q"]]],
                ["$match": ["$expr": ["$let": ["vars": ["CURRENT": "$b"], "in": "$z"]]]],
            ], document, .documents(0)),
        RareCase(
            "a name alone for $getField reads the whole document",
            [["$set": ["z": ["$size": "$q"]]], ["$match": ["$expr": ["$getField": "b"]]]], document, .error),
        RareCase(
            "a circle is looked for before",
            [
                ["$set": ["z": ["$size": "$q"]]],
                ["$match": ["a": ["$geoWithin": ["$centerSphere": [[0, 0], 1]]]]],
            ], document, .documents(0)),
        RareCase(
            "constants are not",
            [["$set": ["z": ["$size": "$q"]]], ["$match": ["a": ["$all": []]]]], document, .error),
        RareCase(
            "a condition that must stay keeps those on its path from a projection",
            [
                ["$project": ["a.b": 1, "z": ["$size": "$q"]]],
                ["$match": ["a.b": 1, "a": ["$elemMatch": ["x": 1]]]],
            ], document, .error),
        RareCase(
            "a count is asked before what it does not keep",
            [["$count": "n"], ["$match": ["$and": [["a": 1], ["$expr": ["$size": "$n"]]]]]], document, .error),
        RareCase(
            "an _id that was asked for keeps the whole filter behind a group",
            [
                ["$group": ["_id": "$a", "n": ["$sum": ["$size": ["$ifNull": ["$q", []]]]]]],
                ["$match": ["_id": ["$exists": false]]],
            ], document, .documents(0)),
        RareCase(
            "a filter is asked before a redaction too",
            [
                ["$redact": ["$cond": [["$size": "$q"], "$$KEEP", "$$PRUNE"]]],
                ["$match": ["a": 1, "b": ["$exists": true]]],
            ], document, .documents(0)),
        RareCase(
            "but not for a position or for null",
            [
                ["$redact": ["$cond": [["$size": "$q"], "$$KEEP", "$$PRUNE"]]],
                ["$match": ["a.0": 1, "b": ["$in": [1, nil]]]],
            ], document, .error),
        RareCase(
            "a sort before another is left out", [["$sort": ["a": 1, "b": 1]], ["$sort": ["c": 1]]],
            [["a": [1, 2], "b": [1, 2]]], .documents(1)),
        RareCase(
            "a sort by an element's position comes before the position",
            [["$unwind": ["path": "$a", "includeArrayIndex": "i"]], ["$sort": ["i": -1]]],
            [["a": [1, 2, 3]]],
            .documents(3)),
        RareCase(
            "a sort by what is unwound does not", [["$unwind": "$a.b"], ["$sort": ["a": -1]]],
            [["a": ["b": [1, 3]]], ["a": ["b": [4, 2]]]], .documents(4)),
    ]

    /// How many stages there may be.
    static let lengths = [
        RareCase(
            "a pipeline has a thousand stages at most",
            [Document](repeating: ["$match": ["a": 2]], count: 1001),
            document, .error),
        RareCase(
            "of which a count is two",
            [Document](repeating: ["$count": "n"], count: 501), document, .error),
        RareCase(
            "but not fewer", [Document](repeating: ["$count": "n"], count: 490), document, .documents(1)),
    ]
}
