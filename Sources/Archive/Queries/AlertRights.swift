import Documents

/// The rights to the alerts of some programs.
struct AlertRights {
    /// The condition on an alert, for filters.
    let condition: Document
    /// The same as an expression.
    private var isVisible: Value { isVisible(programid: "$candidate.programid") }
    private let programs: Value

    /// A stage that changes nothing and that MongoDB moves no `$match` across: it stands for all fields.
    private static let barrier: Document = ["$replaceWith": "$$ROOT"]

    /// - Parameter programs: the programs.
    init(programs: [Int64]) {
        self.programs = .list(programs.map { .integer($0) })
        condition = ["candidate.programid": ["$in": self.programs]]
    }

    /// The expression that tells whether a programid is among the programs.
    func isVisible(programid: Value) -> Value { ["$in": [programid, programs]] }

    /// The filter that finds what both a user's filter and the rights let through.
    func filter(_ filter: Document) -> Document {
        ["$and": [.document(condition), .document(filter.guardingExpressions(by: isVisible))]]
    }

    /// A user's pipeline on the visible alerts.
    ///
    /// The condition comes first. Filters right behind it become one with it, so that they may use indexes. MongoDB
    /// would move later ones there as well, expressions included, which is what the barrier is for.
    func pipeline(_ stages: [Document]) -> [Document] {
        var stages = stages[...]
        var pipeline: [Document] = []
        if let near = stages.first?.document(at: "$geoNear") {
            // It must be the first stage, and has a filter of its own.
            pipeline.append(["$geoNear": .document(filtered(near))])
            stages = stages.dropFirst()
        } else {
            pipeline.append(["$match": .document(condition)])
        }
        while let match = stages.first?.document(at: "$match") {
            pipeline.append(["$match": .document(match.guardingExpressions(by: isVisible))])
            stages = stages.dropFirst()
        }
        for stage in stages {
            if stage.document(at: "$match")?.hasExpression == true { pipeline.append(Self.barrier) }
            pipeline.append(stage)
        }
        return pipeline
    }

    private func filtered(_ near: Document) -> Document {
        var writer = DocumentWriter()
        for element in near.elements where element.key != "query" { writer.append(element) }
        writer.append("query", document: filter(near.document(at: "query") ?? [:]))
        return writer.finish()
    }
}

extension Document {
    /// Whether there is an `$expr` at any depth.
    var hasExpression: Bool { view.hasExpression }

    /// This filter with every `$expr` evaluated only where a condition holds; elsewhere it is false.
    func guardingExpressions(by condition: Value) -> Document {
        guard hasExpression else { return self }
        var writer = DocumentWriter(capacity: bytes.count + 256)
        for element in elements {
            if element.key == "$expr" {
                // Nothing but $cond promises not to evaluate what is not asked for.
                writer.append("$expr", ["$cond": [condition, element.value, false]])
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
    /// Whether there is an `$expr` at any depth.
    fileprivate var hasExpression: Bool {
        elements.contains { $0.key == "$expr" || $0.view?.hasExpression == true }
    }
}
