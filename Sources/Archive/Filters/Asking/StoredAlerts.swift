import Aggregation
import Documents
import Mongo

/// Stored alerts of a survey as filters with some permissions see them, each with what was known of its object before
/// it.
///
/// A light curve is read only where a program asks for it, and once for all alerts that are shown together.
struct StoredAlerts: Sendable {
    let database: Database
    let survey: Survey
    /// The programs that the filter may see.
    let permissions: [Int64]

    /// What came of looking at an alert.
    enum Look {
        case done
        /// To be shown once more, with its light curve.
        case wantsLightCurve
    }

    /// The alerts of a selection, without stamps.
    func find(_ selection: FilterPrefix.Selection, maxTime: Duration, comment: String?) async throws -> Cursor
    {
        try await database.find(
            survey.alerts, filter: condition(selection),
            options: FindOptions(
                projection: survey.withoutStamps, maxTime: maxTime, batchSize: Self.batch, comment: comment))
    }

    /// How many alerts are looked at together.
    static let batch = 100

    /// The condition on alerts that the prefix begins with.
    func condition(_ selection: FilterPrefix.Selection) -> Document {
        FilterPrefix.stages(of: survey, permissions: permissions, selection).first?.document(at: "$match")
            ?? [:]
    }

    /// The system's stages.
    func prefix(_ selection: FilterPrefix.Selection) -> [Document] {
        FilterPrefix.stages(of: survey, permissions: permissions, selection)
    }

    /// Shows alerts one after the other. Those of programs that the filter may not see are left out.
    /// - Parameter look: is given the place of an alert, and the alert, nil where only the database can tell what is
    ///   seen of it; it is called once more, later, for those that want their light curve.
    func show(_ alerts: [Document], to look: (Int, Subject?) throws -> Look) async throws {
        var waiting: [(index: Int, view: FilterView)] = []
        for (index, alert) in alerts.enumerated() {
            var view = FilterView(of: survey, alert: alert, lightCurve: .later, isPast: true)
            if case .wantsLightCurve = try self.look(index, in: &view, look) { waiting.append((index, view)) }
        }
        if waiting.isEmpty { return }
        let names = Set(waiting.map { name(of: alerts[$0.index]) })
        let curves = try await lightCurves(of: names.sorted())
        for (index, var view) in waiting {
            view.fetch(curves[name(of: alerts[index])].map { .stored($0) } ?? .none)
            _ = try self.look(index, in: &view, look)
        }
    }

    private func look(
        _ index: Int, in view: inout FilterView, _ look: (Int, Subject?) throws -> Look
    ) throws -> Look {
        let subject: Subject?
        do {
            subject = try view.subject(permissions: permissions)
        } catch {
            return try look(index, nil)
        }
        return try subject.map { try look(index, $0) } ?? .done
    }

    /// The documents of those objects that have one, from where queries read them too: a database taken over from
    /// Kowalski has no other collection until an ingester has prepared it.
    private func lightCurves(of names: [String]) async throws -> [String: Document] {
        let cursor = try await database.find(
            survey.auxiliary, filter: ["_id": ["$in": .list(names.map { .string($0) })]])
        var curves: [String: Document] = [:]
        while let batch = try await cursor.nextBatch() {
            for curve in batch { if let name = curve.string(at: "_id") { curves[name] = curve } }
        }
        return curves
    }

    private func name(of alert: Document) -> String { alert.string(at: Path(survey.fields.objectID)) ?? "" }

    /// The night of an alert, as statistics count nights; nil where it has none.
    func night(of alert: Document) -> Int64? {
        alert.double(at: survey.fields.jd).map(FilterStatistics.night)
    }
}
