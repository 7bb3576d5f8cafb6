import Documents

/// The stages of a pipeline in the order in which MongoDB runs them.
///
/// MongoDB filters as early as it can: it takes `$match`, or those of its conditions that look at other fields, past
/// stages in front of it. Results mostly stay the same; but what fails in such a stage does not fail for documents
/// that are filtered out before. The rules, and the order in which they are tried, are those of its
/// `Pipeline::optimizePipeline`.
struct Arrangement {
    /// A stage and its position in the pipeline as written; filters made one have that of the first.
    struct Item {
        let origin: Int
        let stage: Document
    }

    private(set) var items: [Item]
    /// Whether it differs from the order as written.
    private(set) var isChanged = false
    /// The bytes of filters that were looked at so far.
    private var work = 0

    /// MongoDB's limit for the stages of a pipeline.
    static let mostStages = 1000
    /// About a second's work, and more than anybody needs: a filter of a hundred kilobytes that moves past a hundred
    /// stages.
    private static let mostWork = 1 << 24

    /// Nil where it would take too long.
    init?(_ pipeline: [Document]) {
        items = pipeline.enumerated().flatMap { origin, stage in
            stage.parts.map { Item(origin: origin, stage: $0) }
        }
        var index = 0
        // Every change brings a filter, a window or a sort forward, or takes a stage away, so there is an end to it.
        while index + 1 < items.count {
            index = improve(at: index)
            if work > Self.mostWork { return nil }
        }
    }

    /// How many stages MongoDB makes of a pipeline.
    static func stageCount(of pipeline: [Document]) -> Int { pipeline.reduce(0) { $0 + $1.partCount } }

    /// Looks at a stage and the one behind it.
    /// - Returns: the stage to look at next.
    private mutating func improve(at index: Int) -> Int {
        guard let (name, argument) = items[index].stage.only, let (next, detail) = items[index + 1].stage.only
        else { return index + 1 }
        switch (name, next) {
        case ("$match", "$match"): return join(at: index)
        case ("$redact", "$match"):
            guard case .document(let filter) = detail, let safe = filter.safeBeforeRedaction else { break }
            items.insert(Item(origin: items[index + 1].origin, stage: ["$match": .document(safe)]), at: index)
            isChanged = true
            return index + 2
        case (_, "$match"):
            work += items[index].stage.bytes.count
            guard case .document(let filter) = detail, let effect = Effect(of: name, argument) else { break }
            return advance(filter, past: effect, at: index) ? max(index - 1, 0) : index + 1
        case (_, "$limit"), (_, "$skip"):
            guard Self.transformations.contains(name) else { break }
            return swap(at: index)
        case ("$unwind", "$sort"):
            guard case .document(let keys) = detail, let path = Effect.unwoundPath(argument),
                !keys.keys.contains(where: { PathSet([path]).touches($0) })
            else { break }
            return swap(at: index)
        case ("$sort", "$sort"):
            items.remove(at: index)
            isChanged = true
            return index
        default: break
        }
        return index + 1
    }

    /// Stages that make one document of each.
    private static let transformations: Set<String> = [
        "$project", "$addFields", "$set", "$unset", "$replaceRoot", "$replaceWith",
    ]

    private mutating func swap(at index: Int) -> Int {
        items.swapAt(index, index + 1)
        isChanged = true
        return max(index - 1, 0)
    }

    /// Makes one filter of two that follow one another.
    private mutating func join(at index: Int) -> Int {
        guard let first = items[index].stage.document(at: "$match"),
            let second = items[index + 1].stage.document(at: "$match")
        else { return index + 1 }
        work += first.bytes.count + second.bytes.count
        let members = [first, second].flatMap(\.membersToJoin)
        items.remove(at: index + 1)
        items[index] = Item(
            origin: items[index].origin, stage: ["$match": ["$and": .list(members)]])
        isChanged = true
        return max(index - 1, 0)
    }

    /// Brings the filter behind a stage in front of it, or those of its conditions that may go there.
    private mutating func advance(_ filter: Document, past effect: Effect, at index: Int) -> Bool {
        work += filter.bytes.count
        guard effect.admits(filter) else { return false }
        let tree = FilterTree(filter)
        let modified = effect.modified(of: tree.reads)
        let (early, late) = tree.split { $0.isIndependent(of: modified) }
        guard let early else { return false }
        let origin = items[index + 1].origin
        items.remove(at: index + 1)
        if let late {
            items.insert(Item(origin: origin, stage: ["$match": .document(late.document)]), at: index + 1)
        }
        let isWhole = late == nil && effect.renamed.isEmpty
        let moved = isWhole ? filter : early.renamed(effect.renamed).document
        items.insert(Item(origin: origin, stage: ["$match": .document(moved)]), at: index)
        isChanged = true
        return true
    }
}

extension Document {
    /// The name and argument of a stage.
    fileprivate var only: (name: String, argument: Value)? {
        let elements = Array(elements)
        return elements.count == 1 ? (elements[0].key, elements[0].value) : nil
    }

    /// How many stages MongoDB makes of one.
    fileprivate var partCount: Int {
        switch only?.name {
        case "$count", "$sortByCount", "$bucket": 2
        default: 1
        }
    }

    /// The stages that MongoDB makes of one, where filters may go in between.
    fileprivate var parts: [Document] {
        switch only {
        case ("$count", .string(let name))?:
            [["$group": ["_id": nil, name: ["$sum": 1]]], ["$project": [name: 1, "_id": 0]]]
        case ("$sortByCount", let key)?:
            [["$group": ["_id": key, "count": ["$sum": 1]]], ["$sort": ["count": -1]]]
        default: [self]
        }
    }

    /// The members of the `$and` that this filter makes with another.
    fileprivate var membersToJoin: [Value] {
        if isEmpty { return [.document(self)] }
        return elements.flatMap { element -> [Value] in
            if element.key == "$and", let members = element.value.list { return members }
            return [.document(Document(dictionaryLiteral: (element.key, element.value)))]
        }
    }
}
