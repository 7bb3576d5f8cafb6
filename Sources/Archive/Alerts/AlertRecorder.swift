public import Catalogs
import Documents
public import Mongo

/// Stores alerts and light curves. Every write may be repeated: a second time it changes nothing.
public struct AlertRecorder: Sendable {
    private let database: Database
    private let survey: Survey
    private let writers: Int
    private let older: OlderPoints
    /// How often light curves are read again before that is said to be a fault.
    private static let mostRounds = 50

    /// - Parameters:
    ///   - database: where the survey's collections are.
    ///   - survey: whose alerts these are.
    ///   - writers: how many writes of one batch go on at the same time.
    public init(database: Database, survey: Survey, writers: Int) {
        self.database = database
        self.survey = survey
        self.writers = max(1, writers)
        older = OlderPoints(database: database, survey: survey)
    }

    /// What became of a batch.
    public struct Outcome: Sendable {
        /// Alerts stored now.
        public internal(set) var stored = 0
        /// Alerts that had been stored before with the same content.
        public internal(set) var repeated = 0
        /// Light curves created or changed.
        public internal(set) var lightCurves = 0
        /// Alerts that cannot be stored, by their place in the batch.
        public internal(set) var unusable: [Int: UnusablePacket] = [:]

        /// Nothing yet.
        public init() {}

        /// Adds what became of some alerts of the batch.
        /// - Parameter places: where each of them stands in the batch.
        public mutating func merge(_ part: Outcome, at places: [Int]) {
            stored += part.stored
            repeated += part.repeated
            lightCurves += part.lightCurves
            for (place, reason) in part.unusable { unusable[places[place]] = reason }
        }
    }

    /// Reads what is stored of the alerts' objects, for `record` and for whoever has something to do for new objects.
    /// - Throws: `MongoError`.
    public func storedObjects(of alerts: [Alert]) async throws -> StoredObjects {
        let objects = Array(Set(alerts.map(\.objectID)))
        let parts = try await inParallel(objects) { part in
            try await StoredObjects.read(part, of: survey, in: database)
        }
        return StoredObjects(
            documents: parts.reduce(into: [:]) { $0.merge($1.documents) { first, _ in first } })
    }

    /// Stores a batch; when it returns, all of it is durable.
    ///
    /// - Parameters:
    ///   - stored: what is stored of the alerts' objects, where that has been read already. That it may have changed
    ///     since does no harm.
    ///   - crossMatches: what was found for new objects, by object; an object that has a document keeps what that has.
    /// - Throws: `MongoError` where the database is at fault; the batch is then to be repeated as a whole.
    public func record(
        _ alerts: [Alert], over stored: StoredObjects? = nil, crossMatches: [String: CrossMatches] = [:]
    ) async throws -> Outcome {
        var outcome = Outcome()
        // Of several with one candid the first stays, so the others come after it and are compared with it.
        var seen: Set<Int64> = []
        var rounds: [[(offset: Int, element: Alert)]] = [[], []]
        for alert in alerts.enumerated() {
            rounds[seen.insert(alert.element.candid).inserted ? 0 : 1].append(alert)
        }
        for round in rounds {
            for part in try await inParallel(round, insert) {
                outcome.stored += part.stored
                outcome.repeated += part.repeated
                outcome.unusable.merge(part.unusable) { first, _ in first }
            }
        }
        let usable = alerts.enumerated().filter { outcome.unusable[$0.offset] == nil }
        // All alerts of an object go to the same writer, in their order.
        let objects = Dictionary(grouping: usable, by: \.element.objectID).values.sorted {
            $0[0].offset < $1[0].offset
        }
        let parts = try await inParallel(Array(objects)) { part in
            try await merge(part, over: stored, crossMatches)
        }
        for part in parts {
            outcome.lightCurves += part.lightCurves
            outcome.unusable.merge(part.unusable) { first, _ in first }
        }
        return outcome
    }

    /// Runs a write on equal parts of a batch.
    private func inParallel<Item: Sendable, Part: Sendable>(
        _ items: [Item], _ write: @escaping @Sendable ([Item]) async throws -> Part
    ) async throws -> [Part] {
        let size = max(1, (items.count + writers - 1) / writers)
        return try await withThrowingTaskGroup { group in
            for start in stride(from: 0, to: items.count, by: size) {
                let part = Array(items[start..<min(start + size, items.count)])
                group.addTask { try await write(part) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }

    private func insert(_ alerts: [(offset: Int, element: Alert)]) async throws -> Outcome {
        var outcome = Outcome()
        let result = try await database.insert(survey.alerts, alerts.map(\.element.document), ordered: false)
        outcome.stored = result.inserted
        for failure in result.failures {
            if failure.error.isRetriable { throw failure.error }
            outcome.unusable[alerts[failure.index].offset] = UnusablePacket(
                field: survey.fields.candid, reason: "the database refuses the alert: \(failure.error.reason)"
            )
        }
        let duplicates = result.duplicates.map { alerts[$0] }
        for (alert, difference) in zip(duplicates, try await differences(of: duplicates.map(\.element))) {
            if let difference {
                outcome.unusable[alert.offset] = UnusablePacket(
                    field: survey.fields.candid,
                    reason: "\(alert.element.candid) is stored already with a different \(difference)")
            } else {
                outcome.repeated += 1
            }
        }
        return outcome
    }

    /// For each alert the first field in which the stored one differs, nil where none does. What the broker adds
    /// itself is not compared: it may have been added by a later version.
    private func differences(of alerts: [Alert]) async throws -> [String?] {
        guard !alerts.isEmpty else { return [] }
        let ours: Set = ["_id", "coordinates", "classifications"]
        var stored: [Int64: Document] = [:]
        let cursor = try await database.find(
            survey.alerts,
            filter: [survey.fields.candid: ["$in": .list(alerts.map { .int64($0.candid) })]])
        while let batch = try await cursor.nextBatch() {
            for document in batch {
                if let candid = document.int64(at: Path(survey.fields.candid)) { stored[candid] = document }
            }
        }
        return alerts.map { alert in
            // Two of the same candid in one batch, and the first was refused: nothing to differ from.
            guard let other = stored[alert.candid] else {
                return "\(survey.fields.candid): the first was refused"
            }
            return firstDifference(alert.document, other, except: ours)
        }
    }

    /// Merges the histories of alerts, grouped by object, into the objects' documents.
    private func merge(
        _ objects: [[(offset: Int, element: Alert)]], over known: StoredObjects?,
        _ crossMatches: [String: CrossMatches]
    ) async throws -> Outcome {
        var outcome = Outcome()
        var known = known
        var pending = objects
        var rounds = 0
        while !pending.isEmpty {
            rounds += 1
            guard rounds <= Self.mostRounds else { throw ChangingLightCurves(objects: pending.count) }
            var inserts: [(place: Int, document: Document)] = []
            var updates: [(place: Int, operation: WriteOperation)] = []
            var olderUpdates: [(place: Int, operation: WriteOperation)] = []
            let stored: [String: Document]
            if let first = known.take() {
                stored = first.documents
            } else {
                stored = try await StoredObjects.read(
                    pending.compactMap { $0.first?.element.objectID }, of: survey, in: database
                ).documents
            }
            let pieces = try await older.pieces(
                neededBy: Dictionary(
                    pending.map { ($0[0].element.objectID, $0.map(\.element)) }, uniquingKeysWith: +),
                stored: stored)
            for (place, alerts) in pending.enumerated() {
                guard let objectID = alerts.first?.element.objectID else { continue }
                var merge = LightCurveMerge(
                    objectID: objectID, stored: stored[objectID], pieces: pieces[objectID] ?? [],
                    rules: survey.histories, crossMatches: crossMatches[objectID])
                for alert in alerts { merge.add(alert.element) }
                for write in merge.olderWrites {
                    olderUpdates.append(
                        (place, .updateOne(filter: write.filter, update: .operators(write.update))))
                }
                switch merge.write {
                case .nothing: break
                case .insert(let document): inserts.append((place, document))
                case .update(let filter, let update):
                    updates.append((place, .updateOne(filter: filter, update: .operators(update))))
                }
            }
            let inserted = try await database.insert(
                survey.recent, inserts.map(\.document), ordered: false)
            let updated = try await database.bulkWrite(
                survey.recent, updates.map(\.operation), ordered: false)
            let olderUpdated = try await database.bulkWrite(
                survey.older, olderUpdates.map(\.operation), ordered: false)
            outcome.lightCurves += inserted.inserted + updated.modified + olderUpdated.modified
            let failures =
                inserted.failures.map { (inserts[$0.index].place, $0.error) }
                + updated.failures.map { (updates[$0.index].place, $0.error) }
                + olderUpdated.failures.map { (olderUpdates[$0.index].place, $0.error) }
            var oneByOne: [[(offset: Int, element: Alert)]] = []
            for (place, error) in failures {
                if error.isRetriable { throw error }
                // Perhaps only one of them is too much.
                guard pending[place].count == 1 else {
                    oneByOne += pending[place].map { [$0] }
                    continue
                }
                for alert in pending[place] {
                    outcome.unusable[alert.offset] = UnusablePacket(
                        field: survey.fields.objectID,
                        reason:
                            "the database refuses the light curve of \(alert.element.objectID): \(error.reason)"
                    )
                }
            }
            // Created by another ingester meanwhile, or changed: look again. Which condition failed is not told, so
            // all updates are looked at, and most turn out to need nothing.
            let failed = Set(failures.map(\.0))
            var again = inserted.duplicates.map { inserts[$0].place }
            if updated.matched + updated.failures.count < updates.count { again += updates.map(\.place) }
            if olderUpdated.matched + olderUpdated.failures.count < olderUpdates.count {
                again += olderUpdates.map(\.place)
            }
            for alerts in pending {
                guard let objectID = alerts.first?.element.objectID, let document = stored[objectID],
                    older.shouldMove(outOf: document)
                else { continue }
                try await older.move(outOf: objectID)
            }
            pending = Set(again).subtracting(failed).sorted().map { pending[$0] } + oneByOne
        }
        return outcome
    }
}

/// The name of the first field in which two documents differ, nil where there is none.
func firstDifference(_ left: Document, _ right: Document, except ignored: Set<String>) -> String? {
    for element in left.elements where !ignored.contains(element.key) {
        guard let other = right.element(key: element.key) else { return element.key }
        if element.type != other.type || element.valueBytes != other.valueBytes {
            guard let inner = element.value.document, let otherInner = other.value.document else {
                return element.key
            }
            // None where only the order of the keys differs.
            if let difference = firstDifference(inner, otherInner, except: []) {
                return "\(element.key).\(difference)"
            }
        }
    }
    return right.keys.first { !ignored.contains($0) && left.element(key: $0) == nil }
}

/// Light curves that have changed each time between being read and being written.
struct ChangingLightCurves: Error, CustomStringConvertible {
    let objects: Int

    var description: String { "the light curves of \(objects) objects do not stay as they were read" }
}
