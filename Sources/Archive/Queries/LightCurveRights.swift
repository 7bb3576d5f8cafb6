import Documents

/// The rights to the objects of a survey: to those with a visible alert, and of their histories to the points of some
/// programs.
///
/// An object without a visible alert is not shown, because its cross-matches tell where it is.
struct LightCurveRights {
    private let survey: Survey
    private let alerts: AlertRights
    private let isVisible: Value

    /// Where the visible alert stands between two stages.
    private static let found = "skipper_visible_alert"

    /// - Parameters:
    ///   - survey: whose objects.
    ///   - alerts: the rights to its alerts.
    init(survey: Survey, alerts: AlertRights) {
        self.survey = survey
        self.alerts = alerts
        isVisible = alerts.isVisible(programid: "$$this.programid")
    }

    /// A user's pipeline on the visible objects and points.
    func pipeline(_ stages: [Document]) -> [Document] {
        var pipeline: [Document] = []
        // Nothing of the user's is moved across the stages below, so what may use the one index comes before them.
        if let id = stages.first?.document(at: "$match")?["_id"] { pipeline.append(["$match": ["_id": id]]) }
        pipeline.append([
            "$lookup": [
                "from": .string(survey.alerts), "localField": "_id",
                "foreignField": .string(survey.fields.objectID), "as": .string(Self.found),
                "pipeline": [
                    ["$match": .document(alerts.condition)], ["$limit": 1], ["$project": ["_id": 1]],
                ],
            ]
        ])
        pipeline.append(["$match": .document([Self.found: ["$ne": []]])])
        pipeline.append(["$unset": .string(Self.found)])
        // Unlike $set it stands for all fields, so that MongoDB moves no $match across it.
        pipeline.append(["$replaceWith": ["$mergeObjects": ["$$ROOT", .document(visibleHistories)]]])
        return pipeline + stages
    }

    /// The histories with their visible points. One that is missing stays so, and whatever else is no array is null.
    private var visibleHistories: Document {
        var histories = DocumentWriter()
        for rule in survey.histories {
            let field = Value.string("$\(rule.field)")
            let isMissing: Value = ["$eq": [["$type": field], "missing"]]
            histories.append(
                rule.field,
                [
                    "$cond": [
                        ["$isArray": [field]], ["$filter": ["input": field, "cond": isVisible]],
                        ["$cond": [isMissing, "$$REMOVE", nil]],
                    ]
                ])
        }
        return histories.finish()
    }
}
