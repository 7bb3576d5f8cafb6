public import Catalogs
import Documents
import Mongo
public import Service
import Sky

/// Brings the cross-matches of a survey's objects up to date: those whose catalogues have other versions now, failed
/// when they were asked, or were not there.
///
/// The newest objects come first, a small batch after the other, and after each batch it is stored how far the pass is.
/// Every write may be repeated, and changes nothing where another process has been faster.
public struct RematchWorker: Sendable {
    private let survey: Survey
    private let objects: RematchObjects
    private let passes: Rematches
    private let crossMatch: CrossMatch
    private let threads = WorkerThreads(name: "rematch", count: 1)
    private let log: Log
    private let pause: Double

    /// Objects that are looked at in a step.
    private static let step = 1000
    /// Objects that are matched in a step: their alerts are read, which have 40 kB each.
    private static let part = 100
    /// How often a worker without a pass to do looks whether there is one.
    private static let patience = Duration.seconds(30)
    /// How long after a pass in which a catalogue failed it is tried again: milliseconds.
    private static let retry: Int64 = 600_000
    /// The longest pause after a batch.
    private static let longestPause = Duration.seconds(10)

    /// - Parameters:
    ///   - lease: how long a worker may be silent before another takes its pass over.
    ///   - pause: how long to rest after a batch, in times that the batch took: a batch takes the longer the busier the
    ///     machine is, and so the rest grows with what others have to do.
    init(
        _ database: Database, _ survey: Survey, _ crossMatch: CrossMatch, log: Log, lease: Duration,
        pause: Double
    ) {
        self.survey = survey
        self.crossMatch = crossMatch
        self.log = log
        self.pause = pause
        objects = RematchObjects(database: database, survey: survey)
        passes = Rematches(database, survey, lease: lease)
    }

    /// What a pass came to.
    public struct Summary: Sendable, Equatable {
        /// Objects that were looked at.
        public let examined: Int64
        /// Objects that were brought up to date.
        public let updated: Int64
        /// Objects for which a catalogue failed.
        public let failed: Int64
        /// Objects of which no alert is stored.
        public let unplaced: Int64

        init(_ counts: RematchPass.Counts) {
            examined = counts.examined
            updated = counts.updated
            failed = counts.failed
            unplaced = counts.unplaced
        }
    }

    /// Makes a pass whenever there is a reason, until the task is cancelled. What goes wrong is logged, and tried again.
    public func run() async {
        guard !crossMatch.rules.isEmpty else { return }
        while !Task.isCancelled {
            do {
                if try await isNeeded(), try await passes.hold() {
                    _ = try await pass(.all) { _ in }
                    try await passes.release()
                }
            } catch {
                if !Task.isCancelled {
                    log.warning("rematch interrupted", ["reason": LogValue(describing: error)])
                }
            }
            // Ends early when cancelled, as does the loop.
            try? await Task.sleep(for: Self.patience)
        }
    }

    /// Whether the last pass was made with other files than there are, or left something undone long enough ago.
    private func isNeeded() async throws -> Bool {
        let signature = Self.signature(of: try await catalogs(in: .all))
        if signature.isEmpty { return false }
        guard let last = try await passes.pass(of: .all), last.isDone, last.signature == signature else {
            return true
        }
        return last.counts.failed > 0 && Log.milliseconds() - (last.finished ?? 0) > Self.retry
    }

    /// Makes one pass, or goes on with one that was interrupted.
    ///
    /// Where another process is at work it is waited for as long as it may be silent.
    ///
    /// - Parameter progress: is told how many objects have been looked at.
    /// - Throws: `RequestError` where another process works on the survey, where a catalogue that is named is none of
    ///   the survey's, or where none has an index; `MongoError`.
    public func run(
        _ scope: RematchScope, progress: (Int64) -> Void = { _ in }
    ) async throws -> Summary {
        let current = try await catalogs(in: scope)
        for name in scope.catalogs ?? [] where !current.contains(where: { $0.name == name }) {
            guard crossMatch.rules.contains(where: { $0.catalog == name }) else {
                throw RequestError(nil, "\(name) is not matched with objects of \(survey.name)")
            }
            throw RequestError(nil, "\(name) has no index that can be used")
        }
        guard !current.isEmpty else { throw RequestError(nil, "no catalogue of \(survey.name) has an index") }
        try await takeOver()
        do {
            let summary = try await pass(scope, progress)
            try await passes.release()
            return summary
        } catch {
            // The lease ends by itself where the database is away.
            try? await passes.release()
            throw error
        }
    }

    private func takeOver() async throws {
        let first = try await passes.held()
        while try await !passes.hold() {
            if let now = try await passes.held(), now != first {
                throw RequestError(
                    nil, "another process brings the cross-matches of \(survey.name) up to date")
            }
            try await Task.sleep(for: .milliseconds(200))
        }
    }

    /// Brings one object up to date.
    /// - Returns: whether anything was changed; nil where there is no object of that name.
    /// - Throws: `RequestError` where a catalogue failed, or no alert of the object is stored; `MongoError`.
    public func run(_ scope: RematchScope, object name: String) async throws -> Bool? {
        guard let object = try await objects.object(name) else { return nil }
        let (counts, fault) = try await update([object], try await catalogs(in: scope), scope)
        if let fault { throw RequestError(nil, "\(fault.catalog): \(fault.reason)") }
        guard counts.unplaced == 0 else { throw RequestError(nil, "no alert of \(name) is stored") }
        return counts.updated > 0
    }

    private func pass(_ scope: RematchScope, _ progress: (Int64) -> Void) async throws -> Summary {
        let current = try await catalogs(in: scope)
        guard var pass = try await passes.begin(scope, signature: Self.signature(of: current)) else {
            throw RequestError(nil, "the pass over \(survey.name) cannot be read")
        }
        log.info(
            "rematch begins",
            ["survey": .string(survey.name), "objects.done": LogValue(Int(pass.counts.examined))])
        var counts = pass.counts
        var position = pass.position
        var failing: Set<String> = []
        progress(counts.examined)
        while true {
            let batch = try await objects.objects(after: position, limit: Self.step)
            guard let last = batch.last else { break }
            let outdated = batch.filter { scope.isEverything || !$0.outdated(current).isEmpty }
            var done = 0
            for start in stride(from: 0, to: outdated.count, by: Self.part) {
                try Task.checkCancellation()
                let begun = ContinuousClock.now
                let part = Array(outdated[start..<min(start + Self.part, outdated.count)])
                var (new, fault) = try await update(part, current, scope)
                if let fault, failing.insert(fault.catalog).inserted {
                    log.warning(
                        "catalogue fails",
                        ["catalog.name": .string(fault.catalog), "reason": .string(fault.reason)])
                }
                guard let end = part.last.flatMap({ part in batch.firstIndex { $0.name == part.name } })
                else {
                    continue
                }
                new.examined = Int64(end + 1 - done)
                done = end + 1
                try await advance(pass, to: batch[end].name, new)
                counts.add(new)
                progress(counts.examined)
                if pause > 0 {
                    try await Task.sleep(for: min((ContinuousClock.now - begun) * pause, Self.longestPause))
                }
            }
            if done < batch.count {
                let rest = RematchPass.Counts(examined: Int64(batch.count - done))
                try await advance(pass, to: last.name, rest)
                counts.add(rest)
                progress(counts.examined)
            }
            position = last.name
        }
        guard try await passes.finish(pass) else { throw LostPass() }
        pass = try await passes.pass(of: scope) ?? pass
        log.info(
            "rematch done",
            [
                "survey": .string(survey.name), "objects.examined": LogValue(Int(counts.examined)),
                "objects.updated": LogValue(Int(counts.updated)),
                "objects.failed": LogValue(Int(counts.failed)),
            ])
        return Summary(counts)
    }

    private func advance(_ pass: RematchPass, to position: String, _ counts: RematchPass.Counts) async throws
    {
        guard try await passes.advance(pass, to: position, counts) else { throw LostPass() }
    }

    /// Matches objects anew with what they are not up to date with, and stores that.
    private func update(
        _ outdated: [RematchObjects.Object], _ current: [CatalogDescription], _ scope: RematchScope
    ) async throws -> (counts: RematchPass.Counts, fault: CrossMatchBatch.Fault?) {
        var counts = RematchPass.Counts(examined: Int64(outdated.count))
        let wanted = outdated.map { object in
            scope.isEverything ? Set(current.map(\.name)) : object.outdated(current)
        }
        let catalogs = wanted.reduce(into: Set<String>()) { $0.formUnion($1) }
        guard !catalogs.isEmpty else { return (counts, nil) }
        let positions = try await objects.positions(of: outdated.map(\.name))
        let placed = zip(outdated, wanted).compactMap { object, wanted in
            positions[object.name].map { (object: object, wanted: wanted, position: $0) }
        }
        counts.unplaced = Int64(outdated.count - placed.count)
        let crossMatch = crossMatch
        let batch = try await threads.run { crossMatch.matches(at: placed.map(\.position), of: catalogs) }
        var found: [(object: RematchObjects.Object, matches: CrossMatches)] = []
        for (place, matches) in zip(placed, batch.objects) {
            let matches = matches.only(place.wanted)
            if matches.catalogs.count < place.wanted.count { counts.failed += 1 }
            if !matches.catalogs.isEmpty { found.append((place.object, matches)) }
        }
        counts.updated = Int64(try await objects.store(found))
        return (counts, batch.faults.first)
    }

    /// The catalogues of a scope that can be opened now.
    private func catalogs(in scope: RematchScope) async throws -> [CatalogDescription] {
        let crossMatch = crossMatch
        return try await threads.run { crossMatch.loaded }.filter { scope.includes($0.name) }
    }

    /// What tells the catalogues' files from others: `{catalogue: "version created"}`. A file that was damaged and made
    /// anew from the same rows has the same version, and is another file.
    static func signature(of catalogs: [CatalogDescription]) -> Document {
        var writer = DocumentWriter()
        for catalog in catalogs.sorted(by: { $0.name < $1.name }) {
            writer.append(catalog.name, string: "\(catalog.version) \(catalog.created)")
        }
        return writer.finish()
    }
}

/// Somebody else works on a pass now.
struct LostPass: Error, CustomStringConvertible {
    var description: String { "another process has taken the pass over" }
}

extension RematchPass.Counts {
    fileprivate mutating func add(_ other: RematchPass.Counts) {
        examined += other.examined
        updated += other.updated
        failed += other.failed
        unplaced += other.unplaced
    }
}

extension Archive {
    /// What brings the cross-matches of a survey's objects up to date.
    /// - Parameters:
    ///   - lease: how long a worker may be silent before another takes its pass over.
    ///   - pause: how long to rest after a batch, in times that the batch took.
    public func rematch(
        of survey: Survey, _ crossMatch: CrossMatch, log: Log, lease: Duration = .seconds(30),
        pause: Double = 0
    ) -> RematchWorker {
        RematchWorker(database, survey, crossMatch, log: log, lease: lease, pause: pause)
    }
}
