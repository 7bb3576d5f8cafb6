import Aggregation
public import Documents
import Mongo

extension Filters {
    /// Why a version of a filter lets an alert through, or does not.
    /// - Parameters:
    ///   - body: `{candid | objectId, filter_version?}`; of an object its last alert is taken, without a version the
    ///     last one.
    ///   - now: milliseconds since 1970.
    /// - Returns: `{candid, candid_str, objectId, supported, passed, results, stages, failed_stage?, …}`; nil where
    ///   there is no such alert that the user may see.
    public func explain(
        _ filter: Filter, _ body: Document, for user: User, now: Int64
    ) async throws -> Document? {
        let version = try version("filter_version", of: filter, body, isRequired: false)
        return try await explain(
            version, try stored(filter, for: user), body, for: user, now: now)
    }

    /// Why a pipeline that is not saved lets an alert through, or does not.
    /// - Parameters:
    ///   - body: `{pipeline, candid | objectId, permissions?, catalog?}`: the programs that it may see, all of the
    ///     user's where none are given, and the collection of alerts, ZTF's where none is.
    public func explain(_ body: Document, for user: User, now: Int64) async throws -> Document? {
        var faults = FieldFaults()
        let catalog = faults.optionalText("catalog", in: body) ?? Survey.ztf.alerts
        var permissions: [Int64]?
        if let given = body.element(key: "permissions")?.value, given != .null {
            permissions = faults.integers("permissions", in: body)
        }
        try faults.check("Filter")
        let survey = try survey(of: catalog)
        let programs = permissions ?? (user.isAdmin ? survey.programs.map { Int64($0) } : user.programs)
        let filter = try RunnableFilter(
            pipeline: body.element(key: "pipeline")?.value ?? .null, permissions: programs, catalog: catalog)
        let stored = StoredAlerts(
            database: database, survey: survey, permissions: FilterRights(user: user).limited(programs))
        return try await explain(filter, stored, body, for: user, now: now)
    }

    private func explain(
        _ filter: RunnableFilter, _ stored: StoredAlerts, _ body: Document, for user: User, now: Int64
    ) async throws -> Document? {
        guard let alert = try await alert(body, of: stored.survey, for: user) else { return nil }
        let explainer = FilterExplainer(
            stored: stored, filter: filter, barrier: FilterRights(user: user).barrier, comment: user.name,
            now: now)
        let explanation = try await explainer.document(of: alert)
        let candid = alert.int64(at: Path(stored.survey.fields.candid)) ?? 0
        var writer = DocumentWriter()
        writer.append("candid", int64: candid)
        writer.append("candid_str", string: String(candid))
        writer.append("objectId", alert[Path(stored.survey.fields.objectID)] ?? .null)
        writer.append("filter_version", filter.fid.isEmpty ? .null : .string(filter.fid))
        writer.append("permissions", .list(stored.permissions.map { .integer($0) }))
        writer.append(contentsOf: explanation.view)
        return writer.finish()
    }

    /// The alert that a body names, without stamps; nil where there is none that the user may see.
    private func alert(_ body: Document, of survey: Survey, for user: User) async throws -> Document? {
        var condition = DocumentWriter()
        let candid = body.element(key: "candid")?.value ?? .null
        let object = body.element(key: "objectId")?.value ?? .null
        switch (candid, object) {
        case (.null, .null): throw RequestError(nil, "candid or objectId must be provided")
        case (.null, .string(let name)): condition.append(survey.fields.objectID, string: name)
        case (.null, _): throw RequestError(.type, "objectId must be a string")
        default:
            // As text where the client's integers end at 2^53.
            guard let number = FieldFaults.integer(candid) else {
                throw RequestError(.type, "candid must be an integer")
            }
            condition.append(survey.fields.candid, .integer(number))
            if object != .null { condition.append(survey.fields.objectID, object) }
        }
        if !user.isAdmin, let rights = AlertRights(to: survey, programs: user.programs) {
            condition.append(contentsOf: rights.condition.view)
        }
        return try await database.findOne(
            survey.alerts, filter: condition.finish(),
            options: FindOptions(
                projection: survey.withoutStamps, sort: [survey.fields.jd.description: -1],
                maxTime: .seconds(30), comment: user.name))
    }
}
