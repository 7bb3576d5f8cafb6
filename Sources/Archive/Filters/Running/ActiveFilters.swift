import Documents
import Mongo
import Service
import Synchronization

/// The filters of a survey's alerts that are to run, as they are now. What is compiled is kept until its document
/// changes.
public final class ActiveFilters: Sendable {
    /// All of them at one time.
    public struct Snapshot: Sendable {
        /// Those that can be run, by number.
        public let filters: [ActiveFilter]
        /// What is wrong with the others, by the text of their `_id`.
        public let faults: [String: String]
    }

    private let database: Database
    private let survey: Survey
    private let log: Log
    private let state = Mutex(State())

    private struct State {
        var snapshot = Snapshot(filters: [], faults: [:])
        /// What became of each document.
        var compiled: [Document: Result<ActiveFilter, RequestError>] = [:]
        /// How many times reading has begun, and the latest beginning of what is known.
        var begun = 0
        var latest = 0
    }

    init(_ database: Database, _ survey: Survey, log: Log) {
        self.database = database
        self.survey = survey
        self.log = log
    }

    /// The filters as they were when they were last read; none before.
    public var snapshot: Snapshot { state.withLock { $0.snapshot } }

    /// The filters as they are now, read where they have not been read yet: no alert may be passed over before they are
    /// known.
    /// - Throws: `MongoError`.
    public func current() async throws -> Snapshot {
        if state.withLock({ $0.latest == 0 }) { try await load() }
        return snapshot
    }

    /// Reads all filters. A document that cannot be read is no reason not to run the others.
    /// - Throws: `MongoError`; the filters stay as they were.
    public func load() async throws {
        let (known, turn) = state.withLock { state in
            state.begun += 1
            return (state.compiled, state.begun)
        }
        let cursor = try await database.find(
            Collections.filters,
            filter: ["catalog": .string(survey.alerts), "active": ["$ne": false], "suspended": nil],
            options: FindOptions(sort: ["filter_id": 1, "group_id": 1, "_id": 1]))
        var compiled: [Document: Result<ActiveFilter, RequestError>] = [:]
        var filters: [ActiveFilter] = []
        var faults: [String: String] = [:]
        while let batch = try await cursor.nextBatch() {
            for document in batch {
                let outcome = known[document] ?? Self.compile(document)
                compiled[document] = outcome
                switch outcome {
                case .success(let filter): filters.append(filter)
                case .failure(let error): faults[(document["_id"] ?? .null).shown] = error.description
                }
            }
        }
        let former = state.withLock { state in
            let former = state.snapshot
            // Another reading that began later knows better.
            guard turn > state.latest else { return former }
            state.latest = turn
            state.compiled = compiled
            state.snapshot = Snapshot(filters: filters, faults: faults)
            return former
        }
        for (id, fault) in faults.sorted(by: { $0.key < $1.key }) where former.faults[id] != fault {
            log.warning("filter cannot be run", ["filter._id": .string(id), "reason": .string(fault)])
        }
    }

    private static func compile(_ document: Document) -> Result<ActiveFilter, RequestError> {
        Result { () throws(RequestError) in try ActiveFilter(Filter(document)) }
    }
}

extension ActiveFilters {
    /// How often filters are read where the database does not tell of changes.
    private static let pollingInterval = Duration.seconds(1)
    /// How often they are so read before the database is asked again to tell.
    private static let polls = 30

    /// Keeps the filters as the database has them until the task is cancelled: reads them when it tells of a change,
    /// and every second where it cannot, as a server without replica set.
    public func keepCurrent() async {
        var hasFailed = false
        while !Task.isCancelled {
            do {
                try await follow()
            } catch {
                if Task.isCancelled { return }
                if !hasFailed {
                    log.warning("changes of filters are polled", ["reason": LogValue(describing: error)])
                }
                hasFailed = true
            }
            for _ in 0..<Self.polls {
                // Ends early when cancelled; so does the loop.
                try? await Task.sleep(for: Self.pollingInterval)
                if Task.isCancelled { return }
                do { try await load() } catch {
                    log.debug("filters not read", ["reason": LogValue(describing: error)])
                }
            }
        }
    }

    /// Reads the filters with every change until the database stops telling of them.
    private func follow() async throws {
        let changes = try await database.watch(Collections.filters)
        do {
            // What changed before the stream began.
            try await load()
            while !Task.isCancelled {
                if try await changes.next() != nil { try await load() }
            }
        } catch {
            await changes.close()
            throw error
        }
        await changes.close()
    }

    /// Ends the running of a filter's version until its owner changes something, and says why on its document.
    /// - Parameters:
    ///   - reason: what it did.
    ///   - now: milliseconds since 1970.
    /// - Returns: false where the filter is no longer there, or another version is active.
    /// - Throws: `MongoError`.
    public func suspend(_ active: ActiveFilter, reason: String, now: Int64) async throws -> Bool {
        let suspension = FilterSuspension(reason: reason, at: now, fid: active.filter.fid)
        let result = try await database.bulkWrite(
            Collections.filters,
            [
                .updateOne(
                    filter: [
                        "_id": active.documentID, "active_fid": .string(active.filter.fid),
                        "suspended": nil,
                    ], update: .operators(["$set": ["suspended": .document(suspension.document)]]))
            ])
        try result.check()
        try await load()
        return result.modified > 0
    }
}
