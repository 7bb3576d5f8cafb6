import Documents

extension ExpressionGrowth {
    /// Documents that are made of documents.
    mutating func fields(_ rule: GrowthRule, _ arguments: Arguments, _ element: Element, _ scope: Scope)
        -> Extent
    {
        let first = arguments[0]
        switch rule {
        case .merge:
            steps += arguments.all.reduce(0) { $0 + $1.fieldCount }
            var merged = first.merged(with: .document([:]))
            for other in arguments.all.dropFirst() { merged = merged.merged(with: other) }
            // One array of documents is as good as the documents.
            if arguments.all.count == 1, first.length > 0 { merged.join(collapsed(first)) }
            hold(GrowthLimits.document + GrowthLimits.field * merged.fieldCount)
            return merged
        case .pairsToDocument:
            steps += first.values
            let bytes = GrowthLimits.document + GrowthLimits.value * first.values
            hold(bytes)
            var document = collapsed(first)
            document.own += bytes
            return document
        case .documentToPairs:
            let count = first.fieldCount
            steps += count
            let bytes = count * (GrowthLimits.element + GrowthLimits.document + 2 * GrowthLimits.field)
            hold(bytes)
            let value = collapsed(first)
            let name = max(value.text, GrowthLimits.innerText)
            return .list(
                of: .document(["k": .text(name), "v": value]), length: count,
                values: 1 + count * (5 + name / 16) + first.values, own: bytes + first.own)
        case .fieldGet:
            let input = arguments.names["input"] ?? scope["CURRENT"] ?? .small
            let field =
                element.object?.first?.isOperator == false ? element.object?.argument("field") : element
            return field?.name.map(input.field) ?? collapsed(input)
        default:
            let input = arguments.named("input")
            steps += input.fieldCount
            hold(GrowthLimits.document + GrowthLimits.field * (1 + input.fieldCount))
            let value = rule.setsField ? arguments.named("value") : .small
            guard let name = element.object?.argument("field")?.name else {
                return collapsed(input.merged(with: .document(["": value])))
            }
            return rule.setsField ? input.setting(name, value) : input.merged(with: .document([:]))
        }
    }

    /// A document of which nothing is known but how large it is.
    private func collapsed(_ extent: Extent) -> Extent {
        var document = extent.collapsed
        document.values += 3
        if document.inside == .nothing { document.inside = .same }
        return document
    }
}

extension GrowthRule {
    fileprivate var setsField: Bool { if case .fieldSet = self { true } else { false } }
}

extension Element {
    /// The name of a field that stands in the query itself.
    fileprivate var name: String? {
        if let name = string { return name.hasPrefix("$") ? nil : name }
        guard let first = object?.first, first.key == "$literal" || first.key == "$const" else { return nil }
        return first.string
    }
}
