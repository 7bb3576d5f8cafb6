import Archive
import Service
import Synchronization

/// Counts of filters that are still to be added to the collection of statistics.
final class FilterTally: Sendable {
    private let statistics: FilterStatistics
    private let log: Service.Log
    private let counts = Mutex<[FilterStatistics.Key: FilterStatistics.Counts]>([:])

    /// How often counts are added.
    private static let interval = Duration.seconds(5)

    init(_ statistics: FilterStatistics, log: Service.Log) {
        self.statistics = statistics
        self.log = log
    }

    /// Takes counts.
    func add(_ more: [FilterStatistics.Key: FilterStatistics.Counts]) {
        counts.withLock { counts in
            for (key, count) in more { counts[key, default: .init()] += count }
        }
    }

    /// Adds what has been counted until the task is cancelled; what is left then is for `flush`.
    func run() async {
        while !Task.isCancelled {
            // Ends early when cancelled; so does the loop.
            try? await Task.sleep(for: Self.interval)
            if !Task.isCancelled { await flush() }
        }
    }

    /// Adds what has been counted. What the database does not take is kept for the next time.
    func flush() async {
        let taken = counts.withLock { counts in
            let taken = counts
            counts = [:]
            return taken
        }
        guard !taken.isEmpty else { return }
        do {
            try await statistics.add(taken)
        } catch {
            // What of it has been added counts twice then.
            add(taken)
            log.warning("counts of filters not stored yet", ["reason": LogValue(describing: error)])
        }
    }
}
