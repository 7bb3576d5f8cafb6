import Documents

/// The rights to the objects of a survey: to those with a visible alert, and of their histories to the points of some
/// programs.
///
/// An object without a visible alert is not shown, because its cross-matches tell where it is.
struct LightCurveRights {
    private let survey: Survey
    private let alerts: AlertRights

    /// - Parameters:
    ///   - survey: whose objects.
    ///   - alerts: the rights to its alerts.
    init(survey: Survey, alerts: AlertRights) {
        self.survey = survey
        self.alerts = alerts
    }

    /// A user's pipeline on the visible objects and points.
    func pipeline(_ stages: [Document]) -> [Document] {
        // Nothing of the user's is moved across the stages below, so what may use the one index comes before them.
        let early = stages.conditionsAsked { $0.isCertain && $0.isOnlyOfID }
        // Unlike $set it stands for all fields, so that MongoDB moves no $match across it.
        let histories: Document = [
            "$replaceWith": ["$mergeObjects": ["$$ROOT", .document(visibleHistories)]]
        ]
        return early + alerts.stages(keepingByAlertWhose: survey.fields.objectID) + [histories] + stages
    }

    /// Whether a field has no hidden points: `$lookup` compares it before any stage of a pipeline.
    func allowsJoin(on field: String) -> Bool {
        let first = field.prefix { $0 != "." }
        return !survey.histories.contains { $0.field == first }
    }

    /// The histories with their visible points. One that is missing stays so, and whatever else is no array is null.
    private var visibleHistories: Document {
        var histories = DocumentWriter()
        for rule in survey.histories {
            // Users may give `$$CURRENT`, of which `$field` is short for a field, another value.
            let field = Value.string("$$ROOT.\(rule.field)")
            let isMissing: Value = ["$eq": [["$type": field], "missing"]]
            histories.append(
                rule.field,
                [
                    "$cond": [
                        ["$isArray": [field]],
                        ["$filter": ["input": field, "cond": alerts.isVisible(point: "$$this")]],
                        ["$cond": [isMissing, "$$REMOVE", nil]],
                    ]
                ])
        }
        return histories.finish()
    }
}
