/// The value of one metric for one set of labels.
enum MetricSample: Sendable {
    /// Of a counter or a gauge.
    case value(Double)

    /// Of a histogram.
    case times(Times)

    /// Times counted by size.
    struct Times: Sendable {
        /// Upper bounds of the classes in seconds: a step of an alert takes from microseconds to seconds, from
        /// packet to hit it may be minutes.
        static let bounds = [
            0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
            30, 60,
            120, 300,
        ]

        /// How many fell into each class; the last one has no upper bound.
        private(set) var counts = [Int](repeating: 0, count: bounds.count + 1)

        /// All times together in seconds.
        private(set) var sum = 0.0

        /// How many times were counted.
        var count: Int { counts.reduce(0, &+) }

        /// For each bound, infinity last, how many times are not above it.
        var cumulative: [(bound: Double, count: Int)] {
            var total = 0
            return zip(Times.bounds + [.infinity], counts).map { bound, count in
                total &+= count
                return (bound, total)
            }
        }

        /// Counts a time as often as asked; a negative one, which a clock that was set back gives, as 0.
        mutating func record(seconds: Double, count: Int) {
            let seconds = max(0, seconds)
            let index = Times.bounds.firstIndex { seconds <= $0 } ?? Times.bounds.count
            counts[index] &+= count
            sum += seconds * Double(count)
        }
    }

    /// Nothing yet.
    init(_ kind: MetricFamily.Kind) {
        self = kind == .histogram ? .times(Times()) : .value(0)
    }

    /// Adds to a value.
    mutating func add(_ amount: Double) {
        if case .value(let value) = self { self = .value(value + amount) }
    }

    /// Counts times.
    mutating func record(seconds: Double, count: Int) {
        guard case .times(var times) = self else { return }
        // Taken out first, so that the array inside is changed in place.
        self = .value(0)
        times.record(seconds: seconds, count: count)
        self = .times(times)
    }
}
