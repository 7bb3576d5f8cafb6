public import Documents
import Mongo

/// People's labels and programs' scores of alerts, a collection for each survey:
/// `{_id: candid, objectId, human_labels: {name: probability}, ml_scores: {name: probability}}`.
///
/// Users read and write only those of alerts that they may see. A request is done whole or not at all, and labels of
/// others stay as they are.
public struct Classifications: Sendable {
    /// How often a write is done anew that met another one's first label of the same alert.
    private static let tries = 20
    /// Milliseconds that looking alerts up may take.
    private static let longestSearch: Int64 = 60_000

    private let database: Database
    private let runner: QueryRunner

    /// - Parameters:
    ///   - database: where the collections are.
    ///   - runner: finds the alerts that a user may see.
    init(_ database: Database, runner: QueryRunner) {
        self.database = database
        self.runner = runner
    }

    /// Adds labels; those of the same name get the new probability.
    /// - Throws: `RequestError` where an alert does not exist or the user may not see it; `MongoError`.
    public func add(_ labels: [AlertLabels], of survey: Survey, for user: User) async throws {
        let objects = try await objects(of: labels.map(\.candid), survey, user)
        try await write(
            labels.map { alert in
                guard let object = objects[alert.candid] else {
                    throw RequestError(nil, "not all alerts found in \(survey.routeName) collection")
                }
                var writer = DocumentWriter()
                writer.append("objectId", object)
                for (field, probability) in alert.fields { writer.append(field, .double(probability)) }
                return .updateOne(
                    filter: ["_id": .int64(alert.candid)],
                    update: .operators(["$set": .document(writer.finish())]), upsert: true)
            }, to: survey)
    }

    /// Removes labels by their names; one that is not there is no error.
    /// - Throws: `RequestError` where an alert has no labels or the user may not see it; `MongoError`.
    public func remove(_ labels: [AlertLabels], of survey: Survey, for user: User) async throws {
        let candids = labels.map(\.candid)
        let isVisible = try await areVisible(candids, survey, user)
        let stored = try await database.countDocuments(
            survey.classifications, filter: ["_id": ["$in": .list(candids.map { .int64($0) })]])
        guard isVisible, stored == candids.count else {
            throw RequestError(nil, "not all classifications found in \(survey.routeName) collection")
        }
        try await write(
            labels.map { alert in
                var writer = DocumentWriter()
                for (field, _) in alert.fields { writer.append(field, "") }
                return .updateOne(
                    filter: ["_id": .int64(alert.candid)],
                    update: .operators(["$unset": .document(writer.finish())]))
            }, to: survey)
    }

    /// The labels of an alert: `{objectId, human_labels, ml_scores?, candid}`.
    /// - Throws: `RequestError` where it has none or the user may not see it; `MongoError`.
    public func find(_ candid: Int64, of survey: Survey, for user: User) async throws -> Document {
        guard try await areVisible([candid], survey, user),
            let stored = try await database.findOne(
                survey.classifications, filter: ["_id": .int64(candid)])
        else {
            throw RequestError(nil, "classifications for \(survey.routeName) alert \(candid) not found")
        }
        var writer = DocumentWriter()
        writer.append("objectId", stored["objectId"] ?? .null)
        writer.append("human_labels", .document(stored.document(at: "human_labels") ?? [:]))
        if let scores = stored.document(at: "ml_scores") { writer.append("ml_scores", document: scores) }
        writer.append("candid", int64: candid)
        return writer.finish()
    }

    /// The objects of the alerts that a user may see, by alert.
    private func objects(
        of candids: [Int64], _ survey: Survey, _ user: User
    ) async throws -> [Int64: Value] {
        let (candid, object) = (survey.fields.candid, survey.fields.objectID)
        let query = Query.find(
            catalog: survey.alerts,
            filter: Document(dictionaryLiteral: (candid, ["$in": .list(candids.map { .int64($0) })])),
            projection: Document(dictionaryLiteral: ("_id", 0), (candid, 1), (object, 1)),
            options: Query.Options(maximumTime: Self.longestSearch))
        guard case .documents(let cursor) = try await runner.run(query, for: user) else { return [:] }
        var objects: [Int64: Value] = [:]
        while let batch = try await cursor.nextBatch() {
            for alert in batch {
                guard let candid = alert.int64(at: Path(candid)) else { continue }
                objects[candid] = alert[Path(object)] ?? .null
            }
        }
        return objects
    }

    /// Whether a user may see all of some alerts. Admins see the labels also of alerts that are not there any more.
    private func areVisible(_ candids: [Int64], _ survey: Survey, _ user: User) async throws -> Bool {
        if user.isAdmin { return true }
        let objects = try await objects(of: candids, survey, user)
        return candids.allSatisfy { objects[$0] != nil }
    }

    private func write(_ operations: [WriteOperation], to survey: Survey) async throws {
        for _ in 0..<Self.tries {
            // A single one is whole by itself.
            let result =
                operations.count == 1
                ? try await database.bulkWrite(survey.classifications, operations, ordered: true)
                : try await database.bulkWriteAtOnce(survey.classifications, operations).result
            try result.check()
            // Somebody else gave an alert its first label.
            if result.duplicates.isEmpty { return }
        }
        throw RequestError(nil, "these alerts are being labelled by others, try again")
    }
}

extension AlertLabels {
    /// The stored fields, by path.
    fileprivate var fields: [(path: String, probability: Double)] {
        Source.allCases.flatMap { source in
            (probabilities[source] ?? [:]).sorted { $0.key < $1.key }
                .map { ("\(source.rawValue).\($0.key)", $0.value) }
        }
    }
}
