import Documents

/// What of a collection a user may see, and how a query is kept to it.
///
/// What a user may not see must not show in results, and neither in errors: MongoDB evaluates the parts of a filter in
/// an order of its own choice and quotes values in the messages of expressions that fail.
enum AccessRights {
    /// All of it: for admins, and in collections without programs.
    case everything
    /// Of a survey's alerts those of some programs.
    case alerts(AlertRights)
    /// Of a survey's objects those with a visible alert, and of their light curves the points of some programs.
    case lightCurves(LightCurveRights)
    /// Of a survey's labels and scores those of visible alerts.
    case classifications(ClassificationRights)

    /// - Parameters:
    ///   - user: who asks.
    ///   - catalog: the collection.
    ///   - surveys: the surveys whose collections have programs.
    init(of user: User, to catalog: String, surveys: [Survey]) {
        self = .everything
        if user.isAdmin { return }
        for survey in surveys {
            guard let alerts = AlertRights(to: survey, programs: user.programs) else { continue }
            switch catalog {
            case survey.alerts: self = .alerts(alerts)
            case survey.auxiliary: self = .lightCurves(LightCurveRights(survey: survey, alerts: alerts))
            case survey.classifications:
                self = .classifications(ClassificationRights(survey: survey, alerts: alerts))
            default: continue
            }
        }
    }

    /// The filter that finds what both a user's filter and the rights let through; nil where a filter cannot keep the
    /// rest out, so that a pipeline is needed.
    func filter(_ filter: Document) -> Document? {
        switch self {
        case .everything: filter
        case .alerts(let rights): rights.filter(filter)
        case .lightCurves, .classifications: nil
        }
    }

    /// A user's pipeline on what the rights let through.
    ///
    /// The collections that it joins are seen as they are; `PipelineRights` has the rights to these.
    func pipeline(_ stages: [Document]) -> [Document] {
        switch self {
        case .everything: stages
        case .alerts(let rights): rights.pipeline(stages)
        case .lightCurves(let rights): rights.pipeline(stages)
        case .classifications(let rights): rights.pipeline(stages)
        }
    }

    /// Whether documents may be picked by a field before the rights are asked: not where this would tell of what they
    /// hide in it.
    func allowsJoin(on field: String) -> Bool {
        if case .lightCurves(let rights) = self { rights.allowsJoin(on: field) } else { true }
    }
}
