import Documents

/// The rights to the alerts of some programs.
struct AlertRights {
    /// The condition on an alert, for filters.
    let condition: Document
    private let survey: Survey
    /// Where an alert has its program.
    private let field: Path
    private let programs: Value

    /// A stage that changes nothing and that MongoDB moves no `$match` across: it stands for all fields.
    static let barrier: Document = ["$replaceWith": ["$mergeObjects": ["$$ROOT"]]]

    /// Nil for a survey without programs, of which everybody may see all.
    /// - Parameters:
    ///   - survey: whose alerts.
    ///   - programs: the programs.
    init?(to survey: Survey, programs: [Int64]) {
        guard let field = survey.fields.programID else { return nil }
        self.survey = survey
        self.field = field
        self.programs = .list(programs.map { .integer($0) })
        condition = [field.description: ["$in": self.programs]]
    }

    /// The condition as an expression. The document is named, because users may give `$$CURRENT` another value.
    private var isVisible: Value { ["$in": [.string("$$ROOT.\(field)"), programs]] }

    /// The expression that tells whether a light curve's point, which names its program as an alert does, is visible.
    /// - Parameter point: the variable that holds it.
    func isVisible(point: String) -> Value {
        let name = field.description.split(separator: ".").last ?? ""
        return ["$in": [.string("\(point).\(name)"), programs]]
    }

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
            if stage.document(at: "$match")?.hasUncertainExpression == true { pipeline.append(Self.barrier) }
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

    /// Where a visible alert stands between two stages.
    private static let found = "skipper_visible_alert"

    /// The stages that keep those documents of another collection of the survey for which there is a visible alert.
    /// - Parameter field: the alert's field that is the document's `_id`.
    func stages(keepingByAlertWhose field: String) -> [Document] {
        [
            [
                "$lookup": [
                    "from": .string(survey.alerts), "localField": "_id", "foreignField": .string(field),
                    "as": .string(Self.found),
                    "pipeline": [["$match": .document(condition)], ["$limit": 1], ["$project": ["_id": 1]]],
                ]
            ],
            ["$match": .document([Self.found: ["$ne": []]])],
            ["$unset": .string(Self.found)],
        ]
    }
}
