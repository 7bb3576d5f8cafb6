public import Archive
public import Catalogs
import Foundation
public import Service
import Sky
import Synchronization

/// Finds out about objects that are new what the catalogues say: a whole batch at once, before it is stored.
///
/// The catalogues' files may have to be read from the disk, so this goes on on threads of its own. What fails is left
/// out of an object's cross-matches, never stored as "no match", so that a rematch finds it.
public struct Enrichment: Sendable {
    private let survey: Survey
    private let crossMatch: CrossMatch
    private let metrics: CrossMatchMetrics
    private let news: CatalogNews
    private let threads: WorkerThreads
    private let threadCount: Int

    /// Fewer objects are not worth being spread over threads: they take half a millisecond.
    private static let least = 16

    /// - Parameters:
    ///   - survey: whose alerts come.
    ///   - crossMatch: what objects are matched with.
    ///   - metrics: what is counted.
    ///   - log: what is said.
    public init(of survey: Survey, _ crossMatch: CrossMatch, metrics: CrossMatchMetrics, log: Service.Log) {
        self.survey = survey
        self.crossMatch = crossMatch
        self.metrics = metrics
        news = CatalogNews(log)
        threadCount = ProcessInfo.processInfo.activeProcessorCount
        threads = WorkerThreads(name: "match", count: threadCount)
    }

    /// What the catalogues say of the objects that are new among alerts, by object: at the position of the first alert of
    /// each, which is the one that it is created by.
    /// - Parameter stored: what was stored of the objects.
    func run(_ alerts: [Alert], over stored: StoredObjects) async throws -> [String: CrossMatches] {
        guard !crossMatch.rules.isEmpty else { return [:] }
        var seen: Set<String> = []
        var objects: [(name: String, position: Coordinates)] = []
        for alert in alerts where stored.isNew(alert.objectID) && seen.insert(alert.objectID).inserted {
            guard let position = survey.position(of: alert.document) else { continue }
            objects.append((alert.objectID, position))
        }
        guard !objects.isEmpty else { return [:] }
        let batch = try await matches(at: objects.map(\.position))
        tell(batch)
        metrics.objects.add(objects.count)
        return Dictionary(zip(objects.map(\.name), batch.objects)) { first, _ in first }
    }

    /// Opens the catalogues and says which are there, so that nobody has to wait for the first object to know.
    public func look() async throws { tell(try await matches(at: [])) }

    /// Spreads positions over the threads.
    private func matches(at positions: [Coordinates]) async throws -> CrossMatchBatch {
        let size = max(Self.least, (positions.count + threadCount - 1) / threadCount)
        let (crossMatch, threads) = (crossMatch, threads)
        guard positions.count > size else {
            return try await threads.run { crossMatch.matches(at: positions) }
        }
        let parts = try await withThrowingTaskGroup(of: (Int, CrossMatchBatch).self) { group in
            for start in stride(from: 0, to: positions.count, by: size) {
                let part = Array(positions[start..<min(start + size, positions.count)])
                group.addTask { (start, try await threads.run { crossMatch.matches(at: part) }) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        return parts.sorted { $0.0 < $1.0 }.reduce(into: CrossMatchBatch()) { $0.append($1.1) }
    }

    private func tell(_ batch: CrossMatchBatch) {
        metrics.count(batch)
        news.tell(batch)
    }
}

/// What has been said of the catalogues, so that only news are.
private final class CatalogNews: Sendable {
    private enum State: Equatable {
        case missing
        case loaded(version: String)
        case failing(reason: String)
    }

    private let states = Mutex<[String: State]>([:])
    private let log: Service.Log

    init(_ log: Service.Log) { self.log = log }

    /// Says what is different from before.
    func tell(_ batch: CrossMatchBatch) {
        for fault in batch.faults {
            guard isNews(fault.catalog, .failing(reason: fault.reason)) else { continue }
            log.warning(
                "catalogue fails",
                ["catalog.name": .string(fault.catalog), "reason": .string(fault.reason)])
        }
        let failing = Set(batch.faults.map(\.catalog))
        for description in batch.loaded where !failing.contains(description.name) {
            guard isNews(description.name, .loaded(version: description.version)) else { continue }
            log.info(
                "catalogue in use",
                [
                    "catalog.name": .string(description.name),
                    "catalog.version": .string(description.version),
                    "catalog.rows": LogValue(description.rows),
                ])
        }
        for name in batch.missing where isNews(name, .missing) {
            log.info("catalogue not loaded", ["catalog.name": .string(name)])
        }
    }

    private func isNews(_ name: String, _ state: State) -> Bool {
        states.withLock { $0.updateValue(state, forKey: name) != state }
    }
}
