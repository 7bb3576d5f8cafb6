/// The zscale of IRAF's display task as astropy.visualization.ZScaleInterval has it.
///
/// A line is fitted to a sample of the values, sorted; what lies far from it is left out, with its neighbours, and the
/// line fitted again. Its slope, divided by the contrast, says how far around the median the limits are.
struct ZScale {
    /// The limits, the first not above the last.
    let limits: (first: Double, last: Double)

    /// Share of the sample that may be rejected, and values that must be left at least; ZScaleInterval's defaults.
    private static let mostRejected = 0.5
    private static let fewest = 5
    private static let iterations = 5

    /// - Parameters:
    ///   - values: finite, at least one.
    ///   - samples: how many values are looked at, evenly spaced.
    ///   - contrast: what the slope is divided by, above 0.
    ///   - rejection: how many standard deviations from the line are too many.
    init(values: [Double], samples count: Int, contrast: Double, rejection: Double) {
        let step = max(1, values.count / count)
        let samples = stride(from: 0, to: values.count, by: step).prefix(count).map { values[$0] }.sorted()
        guard let least = samples.first, let most = samples.last else {
            limits = (0, 0)
            return
        }
        let fewest = max(Self.fewest, Int(Double(samples.count) * Self.mostRejected))
        // Each rejected value takes its neighbours with it.
        let reach = max(1, Int(Double(samples.count) * 0.01))
        var isBad = [Bool](repeating: false, count: samples.count)
        var (good, before) = (samples.count, samples.count + 1)
        var slope = 0.0
        for _ in 0..<Self.iterations where good < before && good >= fewest {
            let line = Line(samples, without: isBad)
            slope = line.slope
            let distances = samples.indices.map { samples[$0] - line.at(Double($0)) }
            let threshold = rejection * Self.deviation(distances, without: isBad)
            for index in samples.indices where distances[index].magnitude > threshold { isBad[index] = true }
            isBad = Self.grown(isBad, by: reach)
            (before, good) = (good, isBad.count { !$0 })
        }
        guard good >= fewest else {
            limits = (least, most)
            return
        }
        let center = (samples.count - 1) / 2
        let median = (samples[center] + samples[samples.count / 2]) / 2
        let first = median - Double(center - 1) * slope / contrast
        let last = median + Double(samples.count - center) * slope / contrast
        // Where most values are equal the line fits them exactly, and whether astropy gets a slope there depends on how
        // it rounds.
        let isWide = last - first > 1e-9 * (most - least)
        limits = isWide ? (max(least, first), min(most, last)) : (least, most)
    }

    /// A straight line.
    private struct Line {
        let slope: Double
        let intercept: Double

        /// The least-squares line through values over their indices, without some of them.
        init(_ values: [Double], without isBad: [Bool]) {
            let good = values.indices.filter { !isBad[$0] }
            let count = Double(good.count)
            let meanX = good.reduce(0.0) { $0 + Double($1) } / count
            let meanY = good.reduce(0.0) { $0 + values[$1] } / count
            var (xx, xy) = (0.0, 0.0)
            for index in good {
                let x = Double(index) - meanX
                xx += x * x
                xy += x * (values[index] - meanY)
            }
            slope = xx > 0 ? xy / xx : 0
            intercept = meanY - slope * meanX
        }

        func at(_ x: Double) -> Double { slope * x + intercept }
    }

    private static func deviation(_ values: [Double], without isBad: [Bool]) -> Double {
        let good = values.indices.filter { !isBad[$0] }.map { values[$0] }
        let mean = good.reduce(0, +) / Double(good.count)
        return (good.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(good.count)).squareRoot()
    }

    /// What is true within a window of `reach` values, in the middle of which a value is; of an even number there is
    /// one more before it, as numpy.convolve places windows.
    private static func grown(_ flags: [Bool], by reach: Int) -> [Bool] {
        let after = (reach - 1) / 2
        let before = reach - 1 - after
        return flags.indices.map { index in
            flags[max(0, index - before)...min(flags.count - 1, index + after)].contains(true)
        }
    }
}
