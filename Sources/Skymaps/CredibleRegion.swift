internal import Sky

/// The smallest part of the sky that holds some of a map's probability, as pixels of one order.
struct CredibleRegion {
    /// The division that the pixels belong to.
    let division: HEALPix
    /// The pixels; ascending, not touching.
    let ranges: [Range<Int>]

    /// How many pixels there are.
    var pixelCount: Int { ranges.reduce(0) { $0 + $1.count } }

    /// The regions that hold some percentages of the probability, made of pixels of an order.
    ///
    /// Pixels are taken by falling density until the percentage is reached. Those of equal density are taken together:
    /// which of them are more credible nobody can say, and so a uniform map is its own region at every level.
    ///
    /// - Parameter levels: percentages above 0 up to 100.
    static func regions(_ levels: [Double], of map: ProbabilityMap, order: Int) -> [CredibleRegion] {
        guard let division = HEALPix(order: order) else { return [] }
        let cells = map.coarsened(to: order)
        let falling = cells.map { (density: $0.density, weight: $0.weight) }
            .sorted { $0.density > $1.density }
        let total = falling.reduce(0) { $0 + $1.weight }
        return levels.map { level in
            // A little less, so that rounding does not add a pixel to a sum that is reached.
            let goal = total * min(level, 100) / 100 * (1 - 1e-12)
            var sum = 0.0
            var threshold = Double.leastNonzeroMagnitude
            for entry in falling {
                sum += entry.weight
                if sum >= goal {
                    threshold = max(entry.density, threshold)
                    break
                }
            }
            return CredibleRegion(
                division: division, ranges: Self.ranges(of: cells, atLeast: threshold, order: order))
        }
    }

    private static func ranges(
        of cells: [ProbabilityMap.Cell], atLeast threshold: Double, order: Int
    ) -> [Range<Int>] {
        let shift = 2 * (HEALPix.maximumOrder - order)
        var ranges: [Range<Int>] = []
        for cell in cells where cell.density >= threshold {
            let found = cell.start >> shift..<cell.end >> shift
            if let last = ranges.last, last.upperBound == found.lowerBound {
                ranges[ranges.count - 1] = last.lowerBound..<found.upperBound
            } else {
                ranges.append(found)
            }
        }
        return ranges
    }
}
