import Documents

// MongoDB asks the parts of a filter in an order of its own choice. A part that cannot fail may be asked of what a user
// must not see, as long as the rights are asked, too; one that can fail may not, because the error quotes values.

extension Document {
    /// Whether there is an `$expr` at any depth that may fail.
    var hasUncertainExpression: Bool { view.hasUncertainExpression }

    /// This filter with every `$expr` that may fail evaluated only where a condition holds; elsewhere it is false.
    func guardingExpressions(by condition: Value) -> Document {
        guard hasUncertainExpression else { return self }
        var writer = DocumentWriter(capacity: bytes.count + 256)
        for element in elements {
            if element.key == "$expr" {
                writer.append("$expr", element.guardedExpression(by: condition))
                continue
            }
            switch element.value {
            case .document(let inner):
                writer.append(element.key, document: inner.guardingExpressions(by: condition))
            case .array(let inner):
                writer.append(element.key, .array(inner.guardingExpressions(by: condition)))
            default: writer.append(element)
            }
        }
        return writer.finish()
    }
}

extension DocumentView {
    /// Whether there is an `$expr` at any depth that may fail.
    fileprivate var hasUncertainExpression: Bool {
        elements.contains { element in
            (element.key == "$expr" && !element.isCertainExpression)
                || element.view?.hasUncertainExpression == true
        }
    }
}

extension Element {
    /// This expression, evaluated only where a condition holds if it may fail. Of an `$and` the parts that cannot fail
    /// are asked before, so that they may use indexes.
    fileprivate func guardedExpression(by condition: Value) -> Value {
        if isCertainExpression { return value }
        // Nothing but $cond promises not to evaluate what is not asked for.
        let guarded: Value = ["$cond": [condition, value, false]]
        let certain = conjunction?.elements.filter(\.isCertainExpression).map(\.value) ?? []
        return certain.isEmpty ? guarded : ["$and": .list(certain + [guarded])]
    }

    /// The parts of this expression that all must be true.
    fileprivate var conjunction: DocumentView? {
        guard let first = object?.first, first.key == "$and" else { return nil }
        return first.array
    }

    /// Whether this expression has a value for every document: made of comparisons, logic, fields, variables and
    /// values.
    fileprivate var isCertainExpression: Bool {
        guard let view else { return true }
        return view.elements.allSatisfy { part in
            guard part.isOperator else { return part.isCertainExpression }
            return part.key == "$literal"
                || (QueryOperators.certain.contains(part.key) && part.isCertainExpression)
        }
    }

    /// Whether this term of a filter can be asked of any document, once more than the user does: it cannot fail, and
    /// neither throws dice nor demands to be alone.
    var isCertain: Bool {
        switch key {
        case "$expr": isCertainExpression
        case "$text", "$sampleRate": false
        default: view?.elements.allSatisfy(\.isCertain) ?? true
        }
    }

    /// Whether this term of a filter is about `_id` alone.
    var isOnlyOfID: Bool {
        switch key {
        case "_id": true
        case "$expr": isExpressionOfID
        case _ where QueryOperators.logic.contains(key):
            array?.documents.allSatisfy { $0.elements.allSatisfy(\.isOnlyOfID) } ?? false
        default: false
        }
    }

    /// Whether this expression names no other field than `_id`, and no variable that holds a document.
    private var isExpressionOfID: Bool {
        guard let text = string else {
            return view?.elements.allSatisfy { $0.key == "$literal" || $0.isExpressionOfID } ?? true
        }
        guard text.hasPrefix("$$") else { return !text.hasPrefix("$") || text == "$_id" }
        return text.utf8.dropFirst(2).first.map { UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 } ?? false
    }
}

extension [Document] {
    /// The conditions of a pipeline's leading filters that pass a test, as a filter to be asked before; none where none
    /// does.
    func conditionsAsked(first isWanted: (Documents.Element) -> Bool) -> [Document] {
        var conditions: [Value] = []
        for stage in self {
            guard let filter = stage.document(at: "$match") else { break }
            filter.view.collect(isWanted, into: &conditions)
        }
        return conditions.isEmpty ? [] : [["$match": ["$and": .list(conditions)]]]
    }
}

extension DocumentView {
    /// The terms that all must hold and that pass a test.
    fileprivate func collect(_ isWanted: (Element) -> Bool, into conditions: inout [Value]) {
        for element in elements {
            if element.key == "$and", let filters = element.array {
                for filter in filters.documents { filter.collect(isWanted, into: &conditions) }
            } else if element.key == "$expr", let parts = element.conjunction {
                for part in parts.elements {
                    let term: Document = ["$expr": part.value]
                    term.view.collect(isWanted, into: &conditions)
                }
            } else if isWanted(element) {
                conditions.append(.document([element.key: element.value]))
            }
        }
    }
}
