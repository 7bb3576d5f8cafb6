import Documents

/// The stages of a pipeline in the order in which MongoDB runs them.
///
/// MongoDB filters as early as it can: it takes `$match`, or those of its conditions that look at other fields, past
/// stages in front of it. Results stay the same; but what fails in such a stage does not fail for documents that are
/// filtered out before. The rules are those of its `Pipeline::optimizePipeline`.
struct Arrangement {
    /// A stage and its position in the pipeline as written.
    struct Item {
        let origin: Int
        let stage: Document
    }

    private(set) var items: [Item]
    /// Whether it differs from the order as written.
    private(set) var isChanged = false

    init(_ pipeline: [Document]) {
        items = pipeline.enumerated().map { Item(origin: $0, stage: $1) }
        var index = 0
        // Every change brings a filter, a window or a sort forward, so there is an end to it.
        while index + 1 < items.count {
            if advance(at: index) {
                isChanged = true
                index = max(index - 1, 0)
            } else {
                index += 1
            }
        }
    }

    /// Brings the stage behind a position forward, or a part of it.
    private mutating func advance(at index: Int) -> Bool {
        guard let (name, argument) = items[index].stage.only, let (next, detail) = items[index + 1].stage.only
        else { return false }
        switch next {
        case "$match":
            guard let effect = Effect(of: name, argument) else { return false }
            // Filters that follow one another are one to MongoDB: each may go past the stage before the first.
            for next in items.indices.dropFirst(index + 1) {
                guard let (name, detail) = items[next].stage.only, name == "$match",
                    case .document(let filter) = detail
                else { return false }
                if advance(filter, at: next, past: effect, to: index) { return true }
            }
            return false
        case "$limit", "$skip":
            guard Self.transformations.contains(name) else { return false }
            items.swapAt(index, index + 1)
            return true
        case "$sort":
            guard name == "$unwind", case .document(let keys) = detail,
                let effect = Effect(of: name, argument),
                keys.keys.allSatisfy({ !effect.setsPrefix(of: $0) })
            else { return false }
            items.swapAt(index, index + 1)
            return true
        default: return false
        }
    }

    /// Stages that make one document of each.
    private static let transformations: Set<String> = [
        "$project", "$addFields", "$set", "$unset", "$replaceRoot", "$replaceWith",
    ]

    private mutating func advance(
        _ filter: Document, at index: Int, past effect: Effect, to front: Int
    ) -> Bool {
        var early: [Document] = []
        var late: [Document] = []
        for condition in filter.conjuncts {
            if let before = effect.before(condition) { early.append(before) } else { late.append(condition) }
        }
        guard !early.isEmpty else { return false }
        let origin = items[index].origin
        items.remove(at: index)
        if !late.isEmpty { items.insert(Item(origin: origin, stage: .match(late)), at: index) }
        items.insert(Item(origin: origin, stage: .match(early)), at: front)
        return true
    }
}

extension Document {
    /// The name and argument of a stage.
    fileprivate var only: (name: String, argument: Value)? {
        let elements = Array(elements)
        return elements.count == 1 ? (elements[0].key, elements[0].value) : nil
    }

    /// Filters all of which must hold, as many as it can be taken apart into.
    fileprivate var conjuncts: [Document] {
        elements.flatMap { element -> [Document] in
            let whole = Document(dictionaryLiteral: (element.key, element.value))
            guard case .array(let list) = element.value, element.key == "$and" || element.key == "$nor" else {
                return [whole]
            }
            let members = list.elements.compactMap(\.value.document)
            guard !members.isEmpty, members.count == list.elements.count(where: { _ in true }) else {
                return [whole]
            }
            return element.key == "$and"
                ? members.flatMap(\.conjuncts)
                : members.map { Document(dictionaryLiteral: ("$nor", .list([.document($0)]))) }
        }
    }

    /// The stage of filters all of which must hold.
    fileprivate static func match(_ filters: [Document]) -> Document {
        if filters.count == 1 { return ["$match": .document(filters[0])] }
        return ["$match": ["$and": .list(filters.map { .document($0) })]]
    }
}
