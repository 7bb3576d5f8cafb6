/// Which values get the first and the last colour; what lies outside gets them, too. The names and rules are those of
/// astropy.visualization, with the parameters of Kowalski.
public enum Interval: String, Sendable, Hashable, CaseIterable {
    /// From the first percentile to the maximum.
    case asymmetricPercentile = "asymmetric_percentile"
    /// From the minimum to the maximum.
    case minMax = "min_max"
    /// IRAF's zscale: around the median, as far as a line through the sorted values goes that leaves out the bright.
    case zscale

    /// The values of the first and the last colour, the first not above the last.
    /// - Parameter values: finite, at least one.
    func limits(of values: [Double]) -> (first: Double, last: Double) {
        let sorted = self == .zscale ? [] : values.sorted()
        guard let last = sorted.last, let first = sorted.first else {
            return ZScale(values: values, samples: 600, contrast: 0.045, rejection: 2.5).limits
        }
        return (self == .minMax ? first : Self.percentile(1, of: sorted), last)
    }

    /// The percentile of sorted values, linear between the two nearest, as numpy has it by default.
    private static func percentile(_ percent: Double, of sorted: [Double]) -> Double {
        let place = percent / 100 * Double(sorted.count - 1)
        let below = Int(place)
        let above = min(below + 1, sorted.count - 1)
        return sorted[below] + (sorted[above] - sorted[below]) * (place - Double(below))
    }
}
