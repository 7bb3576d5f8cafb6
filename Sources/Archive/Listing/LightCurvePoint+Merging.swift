import Documents

extension LightCurvePoint {
    /// What tells that two points are the same measurement.
    private enum Identity: Hashable {
        case detection(Int64)
        case exposure(jd: Double, filterID: Int64?)
    }

    /// The points of an object, each measurement once, by time.
    ///
    /// - Of the points with one candid the alert's own counts, else the one that arrived last in the history.
    /// - Points without candid are one for each exposure (`jd` and filter), the one that arrived last; none where
    ///   something was detected in the same exposure.
    /// - Forced photometry is a measurement of its own, and stands beside a detection in the same exposure.
    ///
    /// - Parameters:
    ///   - alerts: the alerts, with `candidate`.
    ///   - auxiliary: the histories; nil where there are none.
    static func merged(alerts: [Document], auxiliary: Document?, of survey: Survey) -> [LightCurvePoint] {
        var points: [Identity: LightCurvePoint] = [:]
        var forced: [LightCurvePoint] = []
        for rule in survey.histories {
            for view in (auxiliary ?? [:]).documents(at: Path(rule.field)) {
                if rule.isForced {
                    if let point = LightCurvePoint(forced: view, source: rule.field, of: survey) {
                        forced.append(point)
                    }
                } else if let point = LightCurvePoint(
                    detection: view, candid: view.int64(at: "candid"), source: rule.field, of: survey)
                {
                    points[point.identity] = point
                }
            }
        }
        // The newest comes first, and an alert is stored once.
        for alert in alerts {
            guard let candidate = alert.view(at: "candidate"),
                let point = LightCurvePoint(
                    detection: candidate, candid: alert.int64(at: Path(survey.fields.candid)),
                    source: "alert",
                    of: survey)
            else { continue }
            points[point.identity] = point
        }
        for point in points.values where point.candid != nil { points[point.exposure] = nil }
        return (Array(points.values) + forced).sorted { $0.order < $1.order }
    }

    private var exposure: Identity { .exposure(jd: jd, filterID: filterID) }
    private var identity: Identity { candid.map { .detection($0) } ?? exposure }

    /// By time; what is of the same time in an order that is always the same.
    private var order: (Double, Int64, String, Int64) { (jd, filterID ?? -1, source, candid ?? -1) }
}

extension Survey {
    /// The name of a filter in SkyPortal's and sncosmo's words; nil for a number that is not known.
    func filter(_ number: Int64?) -> String? {
        switch (name, number) {
        case ("ZTF", 1): "ztfg"
        case ("ZTF", 2): "ztfr"
        case ("ZTF", 3): "ztfi"
        case ("PGIR", _): "cspjs"
        case ("WNTR", 1): "ps1::y"
        case ("WNTR", 2): "2massj"
        case ("WNTR", 3): "2massh"
        default: nil
        }
    }
}
