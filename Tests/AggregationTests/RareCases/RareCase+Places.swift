import Documents

extension RareCase {
    /// Where fields stand that are not there yet.
    static let places = [
        RareCase(
            "an inclusion that computes leaves a place for what has nothing to keep",
            [["$project": ["a.d": 1, "d": "$d"]], ["$addFields": ["b.b": [], "a": []]]], [[:]], .documents(1)),
        RareCase(
            "also inside of documents and arrays",
            [
                ["$project": ["a.d.e": 1, "d": "$d"]], ["$addFields": ["a.b": 1]], ["$addFields": ["a.d": 1]],
            ], [["a": [:]], ["a": [[:], 1]], [:]], .documents(3)),
        RareCase(
            "what is taken away leaves its place", [["$unset": "b"], ["$addFields": ["c": 1, "b": 2]]],
            [["a": 1, "b": 1, "d": 1]], .documents(1)),
        RareCase(
            "a count has no place for an _id", [["$count": "n"], ["$addFields": ["_id": 1]]], document,
            .documents(1)),
    ]

    /// What is put together before is no BSON, and its arrays keep what is missing.
    static let gapped: [Document] = [["$addFields": ["z": 1]], ["$project": ["d": ["x": 1]]]]

    /// What the elements are that are missing.
    static let gaps = [
        RareCase(
            "a filter does not see a missing element", gapped + [["$match": ["d": ["$in": [nil]]]]],
            [["d": [nil]]], .documents(0)),
        RareCase(
            "positions close up for a filter", gapped + [["$match": ["d.0.x": 5]]], [["d": [nil, ["x": 5]]]],
            .documents(1)),
        RareCase(
            "and for an expression in it", gapped + [["$match": ["$expr": ["$eq": [["$size": "$d"], 1]]]]],
            [["d": [1, [:]]]], .documents(1)),
        RareCase(
            "what passes a filter keeps its missing elements",
            gapped + [["$match": ["a": nil]], ["$project": ["n": ["$size": "$d"]]]], [["d": [nil]]],
            .documents(1)),
        RareCase(
            "a sort does not see a missing element", gapped + [["$sort": ["d.0": -1]]],
            [["d": [1, ["x": 1]]], ["d": [["x": 2]]], ["d": [1, 1, ["x": 3]]]], .documents(3)),
        RareCase(
            "not even in an array as _id",
            [["$addFields": ["z": 1]], ["$project": ["_id": ["x": 1]]], ["$sort": ["_id": 1]]],
            [["_id": [["x": -1]]], ["_id": [1, ["x": 0]]]], .documents(2)),
        RareCase(
            "a group does", gapped + [["$group": ["_id": "$d"]], ["$count": "n"]], [["d": [nil]], ["d": []]],
            .documents(1)),
        RareCase(
            "the same array in two fields is parallel to itself",
            [["$addFields": ["a": "$d"]], ["$sort": ["a.b": 1, "d.x": -1]]], [["d": []]], .error),
    ]
}
