import Documents

extension RareCase {
    /// In which order conditions are asked.
    static let orders = [
        RareCase(
            "conjunctions inside a conjunction are asked last",
            [["$match": ["$and": [["$and": [["a": 1], ["b": 1]]], .document(failing)]]]], document, .error),
        RareCase(
            "also where they are brought forward",
            [
                ["$sort": ["_id": 1]],
                ["$match": ["$and": [["$and": [["a": 1], ["b": 1]]], .document(failing)]]],
            ], document, .error),
        RareCase(
            "what is left of them is no conjunction any more",
            [
                ["$set": ["z": 1]],
                ["$match": ["$and": [["$expr": "$z"], ["$and": [.document(failing), ["c": 4]]]]]],
                ["$match": ["d": 3]],
            ], document, .error),
        RareCase(
            "a comparison in an expression is a conjunction",
            [both(["$expr": ["$gt": ["$a", 5]]], failing)], document, .error),
        RareCase(
            "a constant expression is asked in its turn", [both(failing, ["$expr": false])], document, .error),
        RareCase("and decides there", [both(["$expr": false], failing)], document, .documents(0)),
        RareCase("so is an empty list", [both(failing, ["a": ["$in": []]])], document, .error),
        RareCase(
            "what is always false is not", [both(failing, ["$alwaysFalse": 1])], document, .documents(0)),
        RareCase(
            "except where none may hold", [["$match": ["$nor": [.document(failing), ["$alwaysTrue": 1]]]]],
            document,
            .error),
        RareCase(
            "equalities on one path are asked first", [either(failing, ["a": 1], ["a": 2])], document,
            .documents(1)),
        RareCase("one alone is not", [either(failing, ["a": 2], ["b": 2])], document, .error),
        RareCase(
            "a list of one and a pattern are equalities",
            [either(failing, ["a": ["$regex": "x"]], ["a": ["$in": [2]]])], document, .documents(1)),
        RareCase(
            "lists of several are none", [either(failing, ["a": ["$in": [1, 2]]], ["a": 3])], document, .error
        ),
        RareCase(
            "equalities that were made one are no equality",
            [either(failing, ["$or": [["a": 2], ["a": 3]]], ["a": 4])], document, .error),
        RareCase(
            "a comparison with a field of $$ROOT is derived as well",
            [["$match": ["$expr": ["$and": [["$size": "$q"], ["$gt": ["$$ROOT.a", 5]]]]]]], document,
            .documents(0)),
    ]
}
