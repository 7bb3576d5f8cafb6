import Documents

/// Runs expressions on extents instead of values, to find out before a query is run what they may grow to.
///
/// It keeps count of the memory that is held at a time and of the steps that are taken, as a server would need them for one
/// document, and refuses what passes `GrowthLimits`.
struct ExpressionGrowth {
    /// What variables may hold, and the document under `CURRENT`.
    typealias Scope = [String: Extent]

    /// Bytes that are held now.
    var held = 0.0
    /// Bytes that were held at most.
    var peak = 0.0
    /// Steps that were taken.
    var steps = 0.0
    /// Expressions that may still be looked at again to see how a `$reduce` goes on; a query must be checked in a time that
    /// grows with its length.
    var rehearsals = 200_000
    /// Whether this is such a repetition.
    var isRehearsing = false
    /// Whether this is inside a `$reduce`.
    var isReducing = false

    /// What expressions see of a document of any collection.
    static let stored: Scope = ["CURRENT": .stored(in: []), "ROOT": .stored(in: [])]

    /// A query that may pass a limit.
    static func excess(_ operation: String, _ limit: String, at place: QueryPlace) -> RequestError {
        let advice =
            "a stored array counts as \(Int(GrowthLimits.storedLength)) elements; $slice, $limit and constants bound it"
        return RequestError(.value, "\(place): \(operation) may \(limit) for one document; \(advice)")
    }

    /// Refuses what passes a limit.
    func check(_ extent: Extent, _ operation: String, at place: QueryPlace) throws(RequestError) {
        // Written so that no number is within a limit that is none.
        let limit: String
        if !(max(held, peak) <= GrowthLimits.memory) {
            limit = "take more than \(Int(GrowthLimits.memory) >> 20) MB of memory"
        } else if !(extent.values <= GrowthLimits.values) {
            limit = "grow to more than \(Int(GrowthLimits.values)) values"
        } else if !(steps <= GrowthLimits.steps) {
            limit = "take more than \(Int(GrowthLimits.steps)) steps"
        } else if !(extent.depth <= GrowthLimits.depth) {
            limit = "nest more than \(Int(GrowthLimits.depth)) arrays and documents"
        } else {
            return
        }
        throw Self.excess(operation, limit, at: place)
    }

    /// Notes bytes that are held from now on.
    mutating func hold(_ bytes: Double) {
        held += bytes
        peak = max(peak, held)
    }

    /// The extent of an expression.
    mutating func evaluate(
        _ element: Element, _ scope: Scope, at place: QueryPlace
    ) throws(RequestError) -> Extent {
        if isRehearsing {
            rehearsals -= 1
            guard rehearsals >= 0 else {
                throw RequestError(
                    .value, "\(place): too many $reduce in one another to tell what they grow to")
            }
        }
        steps += 1
        switch element.type {
        case .string: return path(element, scope)
        case .document:
            guard let view = element.view else { return .small }
            if let first = view.first, first.isOperator {
                return try evaluate(operation: first, scope, at: place)
            }
            return try evaluate(document: view, scope, at: place)
        case .array:
            guard let view = element.view else { return .small }
            return try evaluate(list: view, scope, at: place)
        default: return Self.literal(element)
        }
    }

    /// An operator with its arguments. What it needed is given back where its result holds none of it.
    private mutating func evaluate(
        operation element: Element, _ scope: Scope, at place: QueryPlace
    ) throws(RequestError) -> Extent {
        let name = element.key
        let before = held
        let result: Extent
        switch name {
        case "$literal", "$const": result = Self.literal(element)
        case "$meta": result = .storedElement
        default:
            guard let rule = GrowthRule.expressions[name] else { throw QueryRules.refusal(name, at: place) }
            result = try apply(rule, to: element, scope, at: place)
        }
        try check(result, name, at: place)
        if result.isScalar { held = before }
        return result
    }

    private mutating func evaluate(
        document view: DocumentView, _ scope: Scope, at place: QueryPlace
    ) throws(RequestError) -> Extent {
        var fields: [String: Extent] = [:]
        for inner in view.elements {
            let name = fields.unused(inner.key)
            fields[name] = try evaluate(inner, scope, at: place.then(name))
            hold(GrowthLimits.field + Double(name.utf8.count))
        }
        hold(GrowthLimits.document)
        let document = Extent.document(fields)
        try check(document, "the object", at: place)
        return document
    }

    private mutating func evaluate(
        list view: DocumentView, _ scope: Scope, at place: QueryPlace
    ) throws(RequestError) -> Extent {
        var elements: [Extent] = []
        for inner in view.elements {
            // The place of a plain value is not worth a text.
            let isPlain = inner.view == nil
            elements.append(try evaluate(inner, scope, at: isPlain ? place : place.then(inner.key)))
            hold(GrowthLimits.element)
        }
        hold(GrowthLimits.list)
        let list = Extent.list(elements)
        try check(list, "the list", at: place)
        return list
    }

    /// What a text names, or the text.
    private mutating func path(_ element: Element, _ scope: Scope) -> Extent {
        let bytes = element.valueBytes.dropFirst(4)
        let dollar = UInt8(ascii: "$")
        guard bytes.first == dollar else { return Self.literal(element) }
        var names = (element.string ?? "").dropFirst().split(
            separator: ".", omittingEmptySubsequences: false)[...]
        var variable = "CURRENT"
        if names.first?.first == "$" {
            variable = String(names.removeFirst().dropFirst())
        }
        var extent: Extent
        switch (scope[variable], variable) {
        case (let known?, _): extent = known
        case (nil, "NOW"), (nil, "CLUSTER_TIME"): extent = .anyNumber
        default: extent = .small
        }
        for name in names {
            // Fields of the elements of an array make another array.
            let length = max(0, extent.length - GrowthLimits.innerLength)
            if length > 0, !extent.isScalar {
                steps += length
                hold(GrowthLimits.list + GrowthLimits.element * length)
            }
            extent = extent.field(String(name))
        }
        return extent
    }

    /// A value that stands in the query itself.
    static func literal(_ element: Element) -> Extent {
        if let number = element.double { return .number(number.isNaN ? 0 : abs(number)) }
        switch element.type {
        case .string: return .text(Double(element.valueBytes.count - 5))
        case .document:
            var fields: [String: Extent] = [:]
            for inner in element.view?.elements ?? Document().elements {
                fields[fields.unused(inner.key)] = literal(inner)
            }
            return .document(fields)
        case .array:
            return .list((element.view?.elements ?? Document().elements).map { literal($0) })
        case .bool, .null, .undefined, .minKey, .maxKey: return .small
        case .datetime, .decimal128, .timestamp: return .anyNumber
        // Identifiers, binary and the like.
        default: return .text(Double(element.valueBytes.count))
        }
    }
}

extension [String: Extent] {
    /// A field's name, or another one where it stands twice, so that both are counted.
    fileprivate func unused(_ name: String) -> String {
        self[name] == nil ? name : "\(name) \(count)"
    }
}
