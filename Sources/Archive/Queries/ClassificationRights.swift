import Documents

/// The rights to the labels and scores of a survey's visible alerts.
struct ClassificationRights {
    private let alerts: AlertRights
    private let candid: String

    /// - Parameters:
    ///   - survey: whose labels and scores.
    ///   - alerts: the rights to its alerts.
    init(survey: Survey, alerts: AlertRights) {
        self.alerts = alerts
        candid = survey.fields.candid
    }

    /// A user's pipeline on the labels and scores of visible alerts.
    func pipeline(_ stages: [Document]) -> [Document] {
        // What cannot fail may use indexes, which nothing behind the barrier can.
        let early = stages.conditionsAsked(first: \.isCertain)
        return early + alerts.stages(keepingByAlertWhose: candid) + [AlertRights.barrier] + stages
    }
}
