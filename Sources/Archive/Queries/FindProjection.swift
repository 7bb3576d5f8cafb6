import Documents

/// A projection in the language of `find` as stages of a pipeline, for collections that MongoDB cannot run `find` on:
/// views, and those whose rights need a pipeline.
///
/// `$slice` and `$elemMatch` mean what they mean there, for fields that are not inside others. What depends on the
/// element that a filter has found does not survive the way.
struct FindProjection {
    /// The stages that do what the projection does.
    private(set) var stages: [Document] = []
    /// The fields that are left of the projection.
    private var rest = DocumentWriter()

    /// - Throws: what has no counterpart, by its name.
    init(_ projection: Document) throws(RequestError) {
        let isInclusion = projection.isInclusion
        for element in projection.elements {
            let key = element.key
            if key.hasSuffix(".$") || key.contains(".$.") {
                throw RequestError(
                    .value,
                    "projection.\(key) is not possible in this collection; $elemMatch picks an element")
            }
            guard let body = element.object, let (name, arguments) = body.pick else {
                rest.append(element)
                continue
            }
            guard !key.contains("."), body.elements.dropFirst().allSatisfy({ _ in false }) else {
                throw RequestError(
                    .value, "projection.\(key): \(name) is possible in this collection for whole fields only")
            }
            stages += name == "$slice" ? Self.slice(key, arguments) : try Self.pick(key, arguments)
            if isInclusion { rest.append(key, int32: 1) }
        }
        let rest = rest.finish()
        if !rest.isEmpty { stages.append(["$project": .document(rest)]) }
    }

    /// Whether `find` has to be run as a pipeline for it: where MongoDB would take it for an expression.
    static func isNeeded(for projection: Document) -> Bool {
        projection.elements.contains { $0.key.contains(".$") || $0.object?.pick != nil }
    }

    /// What is no list stays as it is.
    private static func slice(_ key: String, _ arguments: Value) -> [Document] {
        let field = Value.string("$\(key)")
        let slice: Value = ["$slice": .list([field] + (arguments.list ?? [arguments]))]
        return [["$set": .document([key: ["$cond": [["$isArray": [field]], slice, field]]])]]
    }

    /// The first element that a filter finds. Where there is none, the field is absent.
    private static func pick(_ key: String, _ filter: Value) throws(RequestError) -> [Document] {
        guard let filter = filter.document, filter.view.first?.isElementDemand != true else {
            throw RequestError(
                .value, "projection.\(key).$elemMatch must be a filter on documents in this collection")
        }
        let field = Value.string("$\(key)")
        let elements: Value = [
            "$cond": [
                ["$isArray": [field]],
                ["$filter": ["input": field, "cond": ["$eq": [["$type": "$$this"], "object"]]]], [],
            ]
        ]
        let pipeline: Value = [["$documents": "$$elements"], ["$match": .document(filter)], ["$limit": 1]]
        return [
            ["$lookup": ["let": ["elements": elements], "pipeline": pipeline, "as": .string(key)]],
            ["$set": .document([key: ["$cond": [["$eq": [field, []]], "$$REMOVE", field]]])],
        ]
    }
}

extension Element {
    /// Whether this is a demand on an element that is no document.
    fileprivate var isElementDemand: Bool { isOperator && !QueryOperators.logic.contains(key) }
}

extension DocumentView {
    /// The operator of `find`'s own that this is, with its arguments; `$slice` with a field is an expression.
    fileprivate var pick: (name: String, arguments: Value)? {
        guard let first else { return nil }
        let value = first.value
        switch first.key {
        case "$elemMatch": return (first.key, value)
        case "$slice" where (value.list ?? [value]).allSatisfy { $0.double != nil }: return (first.key, value)
        default: return nil
        }
    }
}

extension Document {
    /// Whether a projection names what to keep, as opposed to what to drop: as its plain fields say. Without one,
    /// slices keep everything and elements only themselves.
    fileprivate var isInclusion: Bool {
        var (isPlain, hasSlices) = (false, false)
        for element in elements {
            let drops = element.value == .bool(false) || element.double == 0
            switch element.object?.pick?.name {
            case "$slice": hasSlices = true
            case "$elemMatch": continue
            default:
                if drops, element.key != "_id" { return false }
                if !drops { isPlain = true }
            }
        }
        return isPlain || !hasSlices
    }
}
