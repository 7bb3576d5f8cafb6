public import Service

/// What the filters' step counts, changed once per batch.
public struct FilterMetrics: Sendable {
    let evaluations: Counter
    let hits: Counter
    let errors: Counter
    let suspended: Counter
    let lightCurves: Counter
    let inDatabase: Counter
    let active: Gauge
    let broken: Gauge

    /// - Parameter metrics: where they are shown.
    public init(_ metrics: Metrics) {
        evaluations = metrics.counter(
            "filter_evaluations_total", "Alerts that filters looked at, by all filters.")
        hits = metrics.counter("filter_hits_total", "Hits stored for the first time.")
        errors = metrics.counter("filter_errors_total", "Alerts at which filters failed.")
        suspended = metrics.counter("filters_suspended_total", "Filters suspended for what they did.")
        lightCurves = metrics.counter(
            "filter_light_curves_read_total", "Light curves that were read because filters asked for them.")
        inDatabase = metrics.counter(
            "filter_database_evaluations_total", "Alerts that filters looked at in the database.")
        active = metrics.gauge("filters_active", "Filters that run.")
        broken = metrics.gauge("filters_broken", "Active filters that cannot be read.")
    }
}
