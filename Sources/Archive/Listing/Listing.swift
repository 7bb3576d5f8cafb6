public import Documents
import Mongo

/// What is found by its name: catalogues, alerts, objects and their light curves. All of it is asked through the query
/// runner for a user, so that what the user may not see is not there.
public struct Listing: Sendable {
    let runner: QueryRunner
    let surveys: [Survey]
    let catalogs: LocalCatalogs?
    let radii: [String: [String: Double]]

    /// Milliseconds that the database may take for one question.
    static let time: Int64 = 30_000
    /// Alerts of one object that are looked at, the newest; no real object has so many.
    static let longestHistory = 10_000

    /// - Parameters:
    ///   - runner: runs the questions.
    ///   - surveys: the surveys whose collections have programs.
    ///   - catalogs: the catalogues that are indexed on this host.
    ///   - radii: how far from an object its cross-matches may be, arcseconds, by catalogue and by survey.
    public init(
        _ runner: QueryRunner, surveys: [Survey], catalogs: LocalCatalogs? = nil,
        radii: [String: [String: Double]] = [:]
    ) {
        self.runner = runner
        self.surveys = surveys
        self.catalogs = catalogs
        self.radii = radii
    }

    /// An alert as it is stored, with `candid_str` besides; nil where there is none that the user may see.
    /// - Parameter withStamps: whether the image stamps come along.
    public func alert(
        _ candid: Int64, of survey: Survey, withStamps: Bool, for user: User
    ) async throws -> Document? {
        let query = Query.findOne(
            catalog: survey.alerts, filter: [survey.fields.candid: .integer(candid)],
            projection: withStamps ? nil : survey.withoutStamps,
            options: Query.Options(maximumTime: Self.time))
        guard let alert = try await first(query, user) else { return nil }
        var writer = DocumentWriter(capacity: alert.bytes.count + 64)
        writer.append(contentsOf: alert.view)
        writer.append("candid_str", string: String(candid))
        return writer.finish()
    }

    /// An object: `{objectId, alerts, auxiliary}`; nil where there is none that the user may see.
    ///
    /// The alerts are in short, the newest first. `auxiliary` is `{cross_matches, prv_candidates, fp_hists}`, the
    /// histories as numbers of points; null where there are none.
    public func object(_ name: String, of survey: Survey, for user: User) async throws -> Document? {
        let alerts = try await alerts(of: name, survey, Self.shortFields, user)
        var project = DocumentWriter()
        project.append("_id", 0)
        project.append("cross_matches", 1)
        for rule in survey.histories {
            let field = Value.string("$\(rule.field)")
            project.append(rule.field, ["$cond": [["$isArray": [field]], ["$size": field], 0]])
        }
        let auxiliary = try await auxiliary(of: name, survey, project.finish(), user)
        guard !alerts.isEmpty || auxiliary != nil else { return nil }
        var writer = DocumentWriter()
        writer.append("objectId", string: name)
        writer.append("alerts", documents: alerts.map { Self.short($0, survey) })
        writer.append("auxiliary", auxiliary.map { .document($0) } ?? .null)
        return writer.finish()
    }

    /// The light curve of an object, by time; nil where there is no object that the user may see.
    public func lightCurve(of name: String, _ survey: Survey, for user: User) async throws
        -> [LightCurvePoint]?
    {
        let alerts = try await alerts(of: name, survey, LightCurvePoint.detectionFields, user)
        var project = DocumentWriter()
        for rule in survey.histories {
            let fields = rule.isForced ? LightCurvePoint.forcedFields : LightCurvePoint.historyFields
            for field in fields { project.append("\(rule.field).\(field)", 1) }
        }
        let auxiliary = try await auxiliary(of: name, survey, project.finish(), user)
        guard !alerts.isEmpty || auxiliary != nil else { return nil }
        return LightCurvePoint.merged(alerts: alerts, auxiliary: auxiliary, of: survey)
    }

    /// An object's alerts with some fields of `candidate`, the newest first.
    private func alerts(
        of name: String, _ survey: Survey, _ fields: [String], _ user: User
    ) async throws -> [Document] {
        var projection = DocumentWriter()
        projection.append("_id", 0)
        projection.append(survey.fields.candid, 1)
        for field in fields { projection.append("candidate.\(field)", 1) }
        var options = Query.Options(maximumTime: Self.time)
        options.sort = [survey.fields.jd.description: -1]
        options.limit = Self.longestHistory
        let query = Query.find(
            catalog: survey.alerts, filter: [survey.fields.objectID: .string(name)],
            projection: projection.finish(), options: options)
        return try await all(query, user)
    }

    private func auxiliary(
        of name: String, _ survey: Survey, _ projection: Document, _ user: User
    ) async throws -> Document? {
        let query = Query.aggregate(
            catalog: survey.auxiliary,
            pipeline: [["$match": ["_id": .string(name)]], ["$project": .document(projection)]],
            options: Query.Options(maximumTime: Self.time))
        return try await all(query, user).first
    }

    /// The document of a query that finds one.
    func first(_ query: Query, _ user: User) async throws -> Document? {
        guard case .value(let value) = try await runner.run(query, for: user) else { return nil }
        return value?.document
    }

    private func all(_ query: Query, _ user: User) async throws -> [Document] {
        guard case .documents(let cursor) = try await runner.run(query, for: user) else { return [] }
        var documents: [Document] = []
        while let batch = try await cursor.nextBatch() { documents += batch }
        return documents
    }

    /// What an object's alerts are told with in short.
    private static let shortFields = [
        "jd", "fid", "magpsf", "sigmapsf", "diffmaglim", "isdiffpos", "ra", "dec", "programid", "rb", "drb",
    ]

    /// `{candid, candid_str, jd, fid, …}` of an alert.
    private static func short(_ alert: Document, _ survey: Survey) -> Document {
        var writer = DocumentWriter()
        if let candid = alert.int64(at: Path(survey.fields.candid)) {
            writer.append("candid", .integer(candid))
            writer.append("candid_str", string: String(candid))
        }
        if let candidate = alert.view(at: "candidate") { writer.append(contentsOf: candidate) }
        return writer.finish()
    }
}

extension HistoryRule {
    /// Whether the points are forced photometry and not what alerts had.
    var isForced: Bool { merge == .brightestAlert }
}

extension Survey {
    /// The projection that leaves the image stamps out.
    var withoutStamps: Document {
        [stamps.fields.science: 0, stamps.fields.template: 0, stamps.fields.difference: 0]
    }
}
