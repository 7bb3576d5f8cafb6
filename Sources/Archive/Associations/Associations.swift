import Documents
public import Mongo
public import Sky

/// Says which object an alert is of, in one set of names for all surveys.
///
/// An object is known by the survey's own name for it first; then the nearest object within a radius is the one; else a
/// new object is made at the place of the alert, which stays its place. Objects are made and joined all at once for a
/// batch, in a transaction, so that a crash leaves everything or nothing of it, and two processes that see a new source at
/// the same time make one object (`AssociationCell`). The same alert again gives the same object.
public struct Associations: Sendable {
    private let database: Database
    private let survey: Survey
    /// In degrees.
    private let radius: Double
    private let now: @Sendable () -> UTCTime
    /// How often the objects near a batch are read again before that is said to be a fault.
    private static let mostRounds = 200

    /// - Parameters:
    ///   - database: where the objects are.
    ///   - survey: whose alerts these are.
    ///   - radius: how far from an object an alert is still of it, arcseconds.
    ///   - now: the time, for alerts that do not say when they are from.
    public init(
        _ database: Database, _ survey: Survey, radius: Double, now: @escaping @Sendable () -> UTCTime
    ) {
        self.database = database
        self.survey = survey
        self.radius = radius / 3600
        self.now = now
    }

    /// Creates what collections and indexes are missing.
    public func prepare() async throws {
        for collection in [Collections.associations, Collections.associationCells] {
            try await database.createCollection(collection)
        }
        try await database.createIndexes(
            Collections.associations,
            [
                Index(name: "radec", keys: ["coordinates.radec_geojson": "2dsphere"]),
                Index(name: "oids", keys: ["oids.id": 1, "oids.survey": 1], unique: true),
            ])
        try await database.createIndexes(
            survey.recent,
            [Index(name: "aid", keys: ["aid": 1], partialFilter: ["aid": ["$exists": true]])])
    }

    /// The objects of alerts, in their order; nil for alerts that do not say where they are.
    /// - Throws: `MongoError`, `AssociationFault`.
    public func objects(of alerts: [Alert]) async throws -> [String?] {
        let sources = alerts.map { AssociationSource($0, of: survey) }
        var names = try await objects(of: sources.compactMap(\.self)).makeIterator()
        return sources.map { $0 == nil ? nil : names.next() }
    }

    /// The objects of sources, in their order. Of sources with the same name in the survey the first says where it is.
    /// - Throws: `MongoError`, `AssociationFault`.
    public func objects(of sources: [AssociationSource]) async throws -> [String] {
        let stored = try await storedObjects(of: sources)
        for _ in 0..<Self.mostRounds {
            let known = try await knownObjects(of: sources)
            let unknown = sources.filter { source in
                source.objectID.map { known[$0] == nil } ?? (stored[source.candid] == nil)
            }
            var plan = AssociationPlan(
                survey: survey.name, radius: radius, currentYear: now().calendar.year,
                cells: try await cells(around: unknown), known: known)
            var names: [String] = []
            names.reserveCapacity(sources.count)
            for source in sources {
                if source.objectID == nil, let name = stored[source.candid] {
                    names.append(name)
                } else {
                    names.append(try plan.object(of: source))
                }
            }
            if try await write(plan.writes) { return names }
        }
        throw AssociationFault.changing(sources: sources.count)
    }

    /// Writes all or nothing.
    /// - Returns: false where something has changed since it was read.
    private func write(_ writes: [CollectionWrites]) async throws -> Bool {
        guard !writes.isEmpty else { return true }
        let expected = writes.map { $0.operations.count }
        do {
            let (results, isDone) = try await database.bulkWriteAtOnce(writes) { results in
                results.map { $0.inserted + $0.matched } != expected
            }
            if let failure = results.lazy.flatMap(\.failures).first { throw failure.error }
            return isDone
        } catch let error as MongoError where error.labels.contains("TransientTransactionError") {
            // It has met others too often; what they did is to be looked at.
            return false
        }
    }

    /// The objects that are known by their names in the survey.
    private func knownObjects(of sources: [AssociationSource]) async throws -> [String: String] {
        let ids = Set(sources.compactMap(\.objectID))
        guard !ids.isEmpty else { return [:] }
        let cursor = try await database.find(
            Collections.associations,
            filter: [
                "oids": [
                    "$elemMatch": [
                        "id": ["$in": .list(ids.sorted().map { .string($0) })],
                        "survey": .string(survey.name),
                    ]
                ]
            ],
            options: FindOptions(projection: ["oids": 1]))
        var known: [String: String] = [:]
        while let batch = try await cursor.nextBatch() {
            for document in batch {
                guard let aid = document.string(at: "_id") else { continue }
                for member in document.documents(at: "oids")
                where member.string(at: "survey") == survey.name {
                    if let id = member.string(at: "id"), ids.contains(id) { known[id] = aid }
                }
            }
        }
        return known
    }

    /// What stored alerts of a survey without names of objects were found to be of, by candid: an object that was made
    /// later and nearer does not change it.
    private func storedObjects(of sources: [AssociationSource]) async throws -> [Int64: String] {
        let candids = sources.filter { $0.objectID == nil }.map { Value.int64($0.candid) }
        guard !candids.isEmpty else { return [:] }
        let fields = survey.fields
        let cursor = try await database.find(
            survey.alerts, filter: [fields.candid: ["$in": .list(candids)]],
            options: FindOptions(projection: [fields.candid: 1, fields.objectID: 1]))
        var stored: [Int64: String] = [:]
        while let batch = try await cursor.nextBatch() {
            for document in batch {
                if let candid = document.int64(at: Path(fields.candid)) {
                    stored[candid] = document.string(at: Path(fields.objectID))
                }
            }
        }
        return stored
    }

    private func cells(around sources: [AssociationSource]) async throws -> [Int: AssociationCell] {
        let searched = Set(
            sources.flatMap { AssociationCell.cells(within: radius, of: $0.coordinates) })
        guard !searched.isEmpty else { return [:] }
        let cursor = try await database.find(
            Collections.associationCells,
            filter: ["_id": ["$in": .list(searched.sorted().map { .integer(Int64($0)) })]])
        var cells: [Int: AssociationCell] = [:]
        while let batch = try await cursor.nextBatch() {
            for document in batch {
                guard let cell = document.int64(at: "_id").flatMap(Int.init(exactly:)) else { continue }
                cells[cell] = AssociationCell(document)
            }
        }
        return cells
    }
}
