import Documents

extension PipelineGrowth {
    /// `$group`: an array of all documents of an object is as long as a light curve, of any other group as long as MongoDB
    /// bears.
    mutating func group(_ body: DocumentView, at place: QueryPlace) throws(RequestError) {
        guard let key = body.argument("_id") else { return }
        let isOne = !key.namesField
        try group(body.elements.filter { $0.key != "_id" }, key, at: place)
        if isOne { documents = 1 }
    }

    /// `$bucket` and `$bucketAuto`.
    mutating func buckets(_ body: DocumentView, at place: QueryPlace) throws(RequestError) {
        guard let key = body.argument("groupBy") else { return }
        let outputs = body.argument("output")?.object.map { Array($0.elements) } ?? []
        try group(outputs, key, isBucket: true, at: place)
        // Bounds of buckets are values of the key.
        document.set("_id", .document(["min": document.field("_id"), "max": document.field("_id")]))
        if outputs.isEmpty { document.set("count", .anyNumber) }
    }

    private mutating func group(
        _ fields: [Element], _ key: Element, isBucket: Bool = false, at place: QueryPlace
    ) throws(RequestError) {
        growth.steps += document.values
        let id = try growth.evaluate(key, scope, at: place.then(key.key))
        let members = isBucket ? documents : members(of: id)
        var made: [String: Extent] = ["_id": isBucket ? id.anonymous : id]
        var held = Self.bytes(id)
        for field in fields {
            let name = field.key
            guard let operation = field.object?.first else { continue }
            let value = try accumulate(operation, members: members, at: place.then(name))
            held += Self.bytes(value)
            made[name] = value
        }
        // What the documents held is not held by the groups, but for what was counted here. MongoDB bounds all groups
        // together, and each array of one that is alone.
        growth.held = outside + min(held, 2 * GrowthLimits.serversOwn)
        growth.hold(0)
        document = Extent.document(made).borrowed
    }

    /// `$setWindowFields`.
    mutating func windows(_ body: DocumentView, at place: QueryPlace) throws(RequestError) {
        growth.steps += document.values
        var partition = documents
        if let key = body.argument("partitionBy") {
            let before = growth.held
            partition = members(of: try growth.evaluate(key, scope, at: place.then("partitionBy")))
            growth.held = before
        }
        let scope = self.scope
        var held = 0.0
        for field in body.argument("output")?.object?.elements ?? Document().elements {
            guard let operators = field.object, let operation = operators.elements.first(where: \.isOperator)
            else { continue }
            let bounds = operators.argument("window")?.object?.argument("documents")?.array
            let ends = bounds?.elements.compactMap(\.double) ?? []
            let members = ends.count == 2 ? min(partition, abs(ends[1] - ends[0]) + 1) : partition
            let place = place.then("output").then(field.key)
            let value = try accumulate(operation, members: members, scope, at: place)
            held += Self.bytes(value)
            // Neighbours have it, too.
            set(field.key, value.anonymous)
        }
        growth.hold(min(held, GrowthLimits.serversOwn))
    }

    /// What an accumulator makes of so many documents.
    private mutating func accumulate(
        _ operation: Element, members: Double, _ scope: ExpressionGrowth.Scope? = nil, at place: QueryPlace
    ) throws(RequestError) -> Extent {
        guard let rule = AccumulatorGrowth.accumulators[operation.key] else {
            throw QueryRules.refusal(operation.key, at: place)
        }
        let before = growth.held
        defer { growth.held = before }
        let place = place.then(operation.key)
        let value = try growth.evaluate(operation, scope ?? self.scope, at: place)
        growth.steps += value.values
        func count() -> Double {
            // Ties and conditions may make it any number, if it is none that stands there.
            min(members, operation.object?.argument("n")?.double ?? .infinity)
        }
        switch rule {
        case .number: return .anyNumber
        case .one: return value
        case .output: return value.field("output").joined(value.field("default"))
        case .all: return Self.gathered(value, members)
        case .some: return Self.gathered(value.field("input"), count())
        case .someOutputs: return Self.gathered(value.field("output"), count())
        case .percentiles: return .list(of: .anyNumber, length: value.field("p").length)
        case .document:
            var all = value.collapsed
            all.values = min(members * value.values, GrowthLimits.mostNumbers)
            return .document([:], others: all)
        }
    }

    /// An array of so many values, or as many as MongoDB bears.
    static func gathered(_ value: Extent, _ count: Double) -> Extent {
        let most =
            switch value.inside {
            case .parts(let parts) where parts.element == nil: GrowthLimits.mostDocuments
            case .identity(isUnique: false): GrowthLimits.mostNames
            default: GrowthLimits.mostNumbers
            }
        let length = min(count, most)
        return .list(
            of: value, length: length, values: 1 + min(length * value.values, GrowthLimits.mostNumbers))
    }

    /// Bytes that are held for something that MongoDB keeps between documents.
    static func bytes(_ extent: Extent) -> Double {
        min(GrowthLimits.serversOwn, GrowthLimits.value * extent.values)
    }

    /// How many documents have the same key.
    private func members(of key: Extent) -> Double {
        key.isIdentity ? min(documents, max(GrowthLimits.storedLength, copies)) : documents
    }
}

extension Element {
    /// Whether there is any field or variable in it.
    fileprivate var namesField: Bool {
        if let string { return string.hasPrefix("$") }
        return view?.elements.contains(where: \.namesField) ?? false
    }
}
