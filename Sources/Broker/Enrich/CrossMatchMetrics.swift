import Catalogs
public import Service

/// What is counted of cross-matches, changed once per batch.
public struct CrossMatchMetrics: Sendable {
    /// New objects that were matched.
    let objects: Counter
    private let matches: Counter
    private let faults: Counter
    private let rows: Gauge

    /// - Parameter metrics: where they are shown.
    public init(_ metrics: Metrics) {
        objects = metrics.counter(
            "cross_matched_objects_total", "New objects that were matched with catalogues.")
        matches = metrics.counter(
            "cross_matches_total", "Rows of catalogues found for new objects.", labels: ["catalog"])
        faults = metrics.counter(
            "cross_match_faults_total", "New objects for which a catalogue could not be asked.",
            labels: ["catalog"])
        rows = metrics.gauge(
            "catalog_rows", "Rows of the index that a catalogue is matched by; 0 where there is none.",
            labels: ["catalog"])
    }

    /// Counts what a batch found, and how the catalogues were.
    func count(_ batch: CrossMatchBatch) {
        for (catalog, count) in batch.matches where count > 0 { matches.add(count, for: catalog) }
        for fault in batch.faults where fault.positions > 0 {
            faults.add(fault.positions, for: fault.catalog)
        }
        for description in batch.loaded { rows.set(description.rows, for: description.name) }
        for catalog in batch.missing { rows.set(0, for: catalog) }
    }
}
