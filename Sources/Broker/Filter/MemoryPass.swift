import Aggregation
import Archive
import Documents

/// Runs filters on alerts in memory, on one thread.
///
/// A few alerts are taken together and each filter is run on all of them before the next: so a filter's program is
/// at hand, the alerts' fields are located once, and the clock is read once per filter and not once per alert.
struct MemoryPass: Sendable {
    let survey: Survey
    let filters: [ActiveFilter]
    /// What the filters had taken before.
    let accounts: [FilterBudget.Account]
    let rules: FilterBudget.Rules
    let limits: Limits
    /// Bytes of a result at most.
    let resultBytes: Int
    /// Bytes of all results of a filter at most.
    let mostResultBytes: Int
    /// What `$$NOW` means, milliseconds since 1970.
    let now: Int64

    /// Alerts that are taken together.
    private static let blockSize = 16

    /// An alert, what is known of its light curve, and the filters that are to be run on it, ascending.
    struct Item: Sendable {
        let alert: FilteredAlert
        let lightCurve: FilterView.LightCurve
        let filters: [Int]
    }

    /// Runs the filters.
    func evaluate(_ items: [Item]) -> FilterFindings {
        var findings = FilterFindings()
        var runs = filters.indices.map { FilterRun($0, self) }
        for night in Dictionary(grouping: items, by: \.alert.night).sorted(by: { $0.key < $1.key }) {
            for start in stride(from: 0, to: night.value.count, by: Self.blockSize) {
                let end = min(start + Self.blockSize, night.value.count)
                evaluate(night.value[start..<end], &runs, &findings)
            }
            for index in runs.indices { runs[index].close(night: night.key, &findings) }
        }
        for run in runs { run.finish(&findings) }
        return findings
    }

    private func evaluate(
        _ block: ArraySlice<Item>, _ runs: inout [FilterRun], _ findings: inout FilterFindings
    ) {
        var views = block.map {
            FilterView(of: survey, alert: $0.alert.document, lightCurve: $0.lightCurve, isPast: true)
        }
        // Where each alert's list of filters has been read up to.
        var next = [Int](repeating: 0, count: block.count)
        var time = ContinuousClock.now
        for filter in filters.indices {
            var hasRun = false
            for (place, item) in block.enumerated() {
                guard next[place] < item.filters.count, item.filters[next[place]] == filter else { continue }
                next[place] += 1
                guard runs[filter].isRunning else { continue }
                hasRun = true
                runs[filter].run(on: item, &views[place], &findings)
            }
            guard hasRun else { continue }
            let now = ContinuousClock.now
            runs[filter].took(time.duration(to: now), rules)
            time = now
        }
    }
}
