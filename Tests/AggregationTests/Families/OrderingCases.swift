import Documents
import TestSupport

extension Family {
    /// Stages that order documents, pass over some, or give them to several pipelines.
    static let orders = Family(name: "orders", operators: ["$sort", "$limit", "$skip", "$facet"]) {
        operation, source in
        var pipeline: [Document] =
            switch operation {
            case "$sort": [["$sort": .document(source.sorting())]]
            case "$facet": [["$facet": .document(source.facets())]]
            default: [Document(dictionaryLiteral: (operation, source.count()))]
            }
        // Which of equal documents are left by a sort with a limit is not defined.
        if source.one(in: 4), operation != "$sort" { pipeline.append(["$limit": source.pick([1, 2, 3])]) }
        // mongod sorts before it unwinds where it believes that this makes no difference.
        if source.one(in: 4), operation != "$sort" { pipeline.insert(["$unwind": source.unwinding()], at: 0) }
        if source.one(in: 8) { pipeline.insert(["$skip": 10], at: 0) }
        return Case(pipeline: pipeline, documents: source.documents(1...8))
    }
}

extension OddValues {
    /// What documents are sorted by.
    mutating func sorting() -> Document {
        if one(in: 40) {
            return pick([[:], ["a": 0], ["a": "x"], ["$a": 1], ["a.": 1], ["a": true], ["a": ["b": 1]]])
        }
        var writer = DocumentWriter()
        for path in paths(1 + Int(random.next() % 3)) {
            writer.append(path, pick([1, -1, 1.0, .int64(-1)]))
        }
        return writer.finish()
    }

    /// How many documents.
    mutating func count() -> Value {
        if one(in: 6) { return pick([0, -1, 1.5, "x", nil, true, .double(.nan), 1e300, .int64(.max)]) }
        return pick([1, 2, 3, 2.0, .int64(1), 100])
    }

    /// Several pipelines.
    fileprivate mutating func facets() -> Document {
        if one(in: 20) {
            return pick([
                [:], ["a": 1], ["a.b": []], ["$a": []], ["a": [5]], ["a": [[:]]],
                ["a": [["$facet": ["b": []]]]],
                ["a": [["$out": "x"]]],
            ])
        }
        var writer = DocumentWriter()
        for name in ["x", "y", "z"] where !one(in: 3) {
            let stages: [Value] = (0..<Int(random.next() % 3)).map { _ in
                switch Int(random.next() % 6) {
                case 0: ["$limit": 1]
                case 1: ["$sort": ["_id": -1]]
                case 2: ["$unwind": .string("$" + path())]
                case 3: ["$count": "n"]
                case 4: ["$project": .document(projection(.computed))]
                default: ["$skip": 1]
                }
            }
            writer.append(name, .list(stages))
        }
        return writer.finish()
    }
}
