internal import Synchronization

/// All values of one metric name, one for each set of label values.
final class MetricFamily: Sendable {
    /// What Prometheus calls the type.
    enum Kind: String { case counter, gauge, histogram }

    /// Values of more sets of labels than this are counted together, so that labels from outside cannot fill the
    /// memory.
    static let seriesLimit = 1_000

    let kind: Kind
    let name: String
    let help: String
    let labels: [String]
    private let samples: Mutex<[[String]: MetricSample]>

    /// Checks the names; a family without labels starts at 0, as Prometheus advises.
    init(_ kind: Kind, _ name: String, _ help: String, labels: [String]) {
        precondition(isMetricName(name), "'\(name)' is no name of a metric")
        precondition(
            (kind == .counter) == name.hasSuffix("_total"),
            "'\(name)': names of counters, and only those, end in _total")
        for label in labels { precondition(isLabelName(label), "'\(label)' is no name of a label") }
        precondition(Set(labels).count == labels.count, "\(name) has a label twice")
        self.kind = kind
        self.name = name
        self.help = help
        self.labels = labels
        samples = Mutex(labels.isEmpty ? [[]: MetricSample(kind)] : [:])
    }

    /// Changes the value of one set of labels.
    ///
    /// The number of values is the caller's constant, so a wrong one stops a debug build; a release build leaves
    /// out or adds empty ones, because a count is not worth a process.
    func change(_ values: [String], _ body: (inout MetricSample) -> Void) {
        assert(values.count == labels.count, "\(name) has labels \(labels), not \(values.count) values")
        var key = values
        if key.count != labels.count {
            key = Array((key + labels.map { _ in "" }).prefix(labels.count))
        }
        samples.withLock { samples in
            if samples[key] == nil && samples.count >= MetricFamily.seriesLimit {
                key = labels.map { _ in "(other)" }
            }
            body(&samples[key, default: MetricSample(kind)])
        }
    }

    /// Forgets all values.
    func removeAll() {
        samples.withLock { $0 = labels.isEmpty ? [[]: MetricSample(kind)] : [:] }
    }

    /// The family in the text format: help, type, and a line for each value, sorted by labels.
    func prometheusText() -> String {
        let samples = samples.withLock { $0 }
        var text = "# HELP \(name) \(escaped(help, quotes: false))\n# TYPE \(name) \(kind.rawValue)\n"
        for (values, sample) in samples.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            let pairs = zip(labels, values).map { "\($0)=\"\(escaped($1, quotes: true))\"" }
            switch sample {
            case .value(let value): text += line("", pairs, value)
            case .times(let times):
                for (bound, count) in times.cumulative {
                    text += line("_bucket", pairs + ["le=\"\(number(bound))\""], Double(count))
                }
                text += line("_sum", pairs, times.sum)
                text += line("_count", pairs, Double(times.count))
            }
        }
        return text
    }

    /// One value.
    private func line(_ suffix: String, _ pairs: [String], _ value: Double) -> String {
        let labels = pairs.isEmpty ? "" : "{" + pairs.joined(separator: ",") + "}"
        return "\(name)\(suffix)\(labels) \(number(value))\n"
    }
}

/// A number as Prometheus reads it: integers without a point, infinity as `+Inf`.
private func number(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
    if value.magnitude < 1e15, value.rounded() == value { return String(Int64(value)) }
    return "\(value)"
}

/// Text with backslashes, line feeds and, in label values, quotes escaped.
private func escaped(_ text: String, quotes: Bool) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\\": result += "\\\\"
        case "\n": result += "\\n"
        case "\"" where quotes: result += "\\\""
        default: result.unicodeScalars.append(scalar)
        }
    }
    return result
}

/// Whether Prometheus takes a name: `[a-zA-Z_:][a-zA-Z0-9_:]*`, of which colons are for its own rules.
private func isMetricName(_ name: String) -> Bool { isLabelName(name) }

/// Whether Prometheus takes a label: `[a-zA-Z_][a-zA-Z0-9_]*`, not beginning with `__` and not its own `le`.
private func isLabelName(_ name: String) -> Bool {
    guard let first = name.utf8.first, !(48...57).contains(first), !name.hasPrefix("__"), name != "le" else {
        return false
    }
    return name.utf8.allSatisfy {
        (65...90).contains($0) || (97...122).contains($0) || (48...57).contains($0) || $0 == 95
    }
}
