internal import Synchronization

/// What a process counts and measures, shown in the Prometheus text format 0.0.4.
///
/// A metric is made once under a constant name `<area>_<what>_<unit>`, counters with `_total` after it, and is
/// then changed from any thread. A change takes a lock and a look-up: make one per batch, not per alert.
/// A name or label that Prometheus would not take is an error in this program and traps when the metric is made.
public final class Metrics: Sendable {
    /// A value that is read when somebody asks.
    public struct Observation: Sendable {
        let family: MetricFamily

        /// A value that goes up and down.
        public static func gauge(_ name: String, _ help: String, _ value: Double) -> Observation {
            observation(.gauge, name, help, value)
        }

        /// A value that only grows.
        public static func counter(_ name: String, _ help: String, _ value: Double) -> Observation {
            observation(.counter, name, help, value)
        }

        /// A family with one value.
        private static func observation(
            _ kind: MetricFamily.Kind, _ name: String, _ help: String, _ value: Double
        ) -> Observation {
            let family = MetricFamily(kind, name, help, labels: [])
            family.change([]) { $0 = .value(value) }
            return Observation(family: family)
        }
    }

    private struct State {
        var families: [String: MetricFamily] = [:]
        var observers: [@Sendable () -> [Observation]] = []
    }

    private let state = Mutex(State())

    /// No metrics.
    public init() {}

    /// A count of things that happened. The same name gives the same counter.
    ///
    /// - Parameter labels: names of labels, whose values come with each change.
    public func counter(_ name: String, _ help: String, labels: [String] = []) -> Counter {
        Counter(family: family(.counter, name, help, labels))
    }

    /// A value that goes up and down. The same name gives the same gauge.
    public func gauge(_ name: String, _ help: String, labels: [String] = []) -> Gauge {
        Gauge(family: family(.gauge, name, help, labels))
    }

    /// How long things took. The same name gives the same histogram.
    public func histogram(_ name: String, _ help: String, labels: [String] = []) -> Histogram {
        Histogram(family: family(.histogram, name, help, labels))
    }

    /// Values that are asked for each time the metrics are shown. The observer lives as long as the metrics, so it
    /// must not hold them.
    public func observe(_ observer: @escaping @Sendable () -> [Observation]) {
        state.withLock { $0.observers.append(observer) }
    }

    /// Everything as Prometheus text (`text/plain; version=0.0.4`), sorted by name.
    public func prometheusText() -> String {
        let (families, observers) = state.withLock { (Array($0.families.values), $0.observers) }
        // Observers run without the lock: one that makes a metric must not wait for itself.
        let observed = observers.flatMap { $0() }.map(\.family)
        return (families + observed).sorted { $0.name < $1.name }.map { $0.prometheusText() }.joined()
    }

    /// The family of that name, made if it is new.
    private func family(
        _ kind: MetricFamily.Kind, _ name: String, _ help: String, _ labels: [String]
    ) -> MetricFamily {
        state.withLock { state in
            if let family = state.families[name] {
                precondition(
                    family.kind == kind && family.labels == labels,
                    "metric \(name) exists with another kind or other labels")
                return family
            }
            let family = MetricFamily(kind, name, help, labels: labels)
            state.families[name] = family
            return family
        }
    }
}

/// A count of things that happened.
public struct Counter: Sendable {
    let family: MetricFamily

    /// Adds to the count; less than 0 is not added, since a counter never falls.
    public func add(_ amount: Double, for labels: String...) {
        guard amount >= 0 else { return }
        family.change(labels) { $0.add(amount) }
    }

    /// Adds to the count; less than 0 is not added, since a counter never falls.
    public func add(_ amount: Int = 1, for labels: String...) {
        guard amount >= 0 else { return }
        family.change(labels) { $0.add(Double(amount)) }
    }
}

/// A value that goes up and down.
public struct Gauge: Sendable {
    let family: MetricFamily

    /// Replaces the value.
    public func set(_ value: Double, for labels: String...) { family.change(labels) { $0 = .value(value) } }

    /// Replaces the value.
    public func set(_ value: Int, for labels: String...) {
        family.change(labels) { $0 = .value(Double(value)) }
    }

    /// Changes the value.
    public func add(_ amount: Int, for labels: String...) { family.change(labels) { $0.add(Double(amount)) } }

    /// Forgets the values of all labels, as when partitions go to another process.
    public func removeAll() { family.removeAll() }
}

/// How long things took, counted into fixed classes.
public struct Histogram: Sendable {
    let family: MetricFamily

    /// Counts a time.
    ///
    /// - Parameter count: how many things took this long: the alerts of a batch at once.
    public func record(_ duration: Duration, count: Int = 1, for labels: String...) {
        guard count > 0 else { return }
        family.change(labels) { $0.record(seconds: duration / .seconds(1), count: count) }
    }
}
