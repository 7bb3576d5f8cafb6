public import Sky

/// A probability on the sky: HEALPix pixels of any orders that do not overlap, each with its density. What no pixel
/// covers has none.
public struct ProbabilityMap: Sendable {
    /// A pixel and its density.
    struct Cell {
        /// The pixel's first part at the finest order.
        let start: Int
        /// The pixel's order.
        let order: Int
        /// Probability per steradian, not normalised.
        var density: Double

        /// How many parts of the finest order the pixel has.
        var length: Int { 1 << (2 * (HEALPix.maximumOrder - order)) }

        /// What is behind the last of them.
        var end: Int { start + length }

        /// The probability in it: the density times a number of parts, which stands for the area.
        var weight: Double { density * Double(length) }
    }

    /// The most pixels: those of order 9.
    public static let maximumCells = 12 << 18

    /// In ascending order.
    let cells: [Cell]

    /// Takes cells that are known to ascend, not to overlap and to have finite densities.
    ///
    /// - Throws: where there is no probability in them.
    init(sorted cells: [Cell]) throws(SkymapError) {
        let total = cells.reduce(0) { $0 + $1.weight }
        guard total > 0, total < .infinity else { throw SkymapError("the sky map has no probability in it") }
        self.cells = cells
    }

    /// A multi-order map.
    ///
    /// - Parameters:
    ///   - uniq: codes of pixels, in any order.
    ///   - density: probability per steradian of each.
    /// - Throws: where a code names no pixel, pixels overlap, a density is negative or not finite, or all are 0.
    public init(uniq: [Int64], density: [Double]) throws(SkymapError) {
        guard uniq.count == density.count else {
            throw SkymapError(
                "uniq and probdensity must have the same length, not \(uniq.count) and \(density.count)")
        }
        guard uniq.count <= Self.maximumCells else {
            throw SkymapError("the sky map has \(uniq.count) pixels, more than \(Self.maximumCells)")
        }
        var cells: [Cell] = []
        cells.reserveCapacity(uniq.count)
        for (code, density) in zip(uniq, density) {
            guard let (division, pixel) = HEALPix.pixel(uniq: Int(code)) else {
                throw SkymapError("uniq \(code) is no pixel")
            }
            guard density >= 0, density < .infinity else {
                throw SkymapError("the density of uniq \(code) is \(density)")
            }
            let shift = 2 * (HEALPix.maximumOrder - division.order)
            cells.append(Cell(start: pixel << shift, order: division.order, density: density))
        }
        cells.sort { $0.start < $1.start }
        for (one, next) in zip(cells, cells.dropFirst()) where next.start < one.end {
            throw SkymapError("pixels of the sky map overlap")
        }
        try self.init(sorted: cells)
    }

    /// A map of pixels of one order. One finer than order 9 is made coarser.
    ///
    /// - Parameters:
    ///   - values: the probability in each pixel, not negative; not-a-number and HEALPix's −1.6375·10³⁰ are none.
    ///   - isNested: whether they are in the nested scheme and not in the ring scheme.
    /// - Throws: where there are not as many as pixels, one is negative or infinite, or all are 0.
    public init(flat values: [Double], isNested: Bool) throws(SkymapError) {
        guard values.count % 12 == 0,
            let division = HEALPix(nside: Int(Double(values.count / 12).squareRoot().rounded())),
            division.pixelCount == values.count
        else { throw SkymapError("the sky map has \(values.count) pixels, which no nside does") }
        let order = min(division.order, 9)
        var sums = [Double](repeating: 0, count: 12 << (2 * order))
        for (index, value) in values.enumerated() {
            guard value < .infinity, value >= 0 || value.isNaN || value < -1.6e30 else {
                throw SkymapError("pixel \(index) of the sky map is \(value)")
            }
            guard value > 0 else { continue }
            sums[(isNested ? index : division.nested(ofRing: index)) >> (2 * (division.order - order))] +=
                value
        }
        let shift = 2 * (HEALPix.maximumOrder - order)
        try self.init(
            sorted: sums.enumerated().compactMap { pixel, sum in
                sum > 0 ? Cell(start: pixel << shift, order: order, density: sum) : nil
            })
    }

    /// The same probability in pixels of at most an order: finer ones are put together.
    func coarsened(to order: Int) -> [Cell] {
        let shift = 2 * (HEALPix.maximumOrder - order)
        var coarse: [Cell] = []
        coarse.reserveCapacity(cells.count)
        for cell in cells {
            guard cell.order > order else {
                coarse.append(cell)
                continue
            }
            let start = (cell.start >> shift) << shift
            let share = cell.density * Double(cell.length) / Double(1 << shift)
            if let last = coarse.last, last.start == start, last.order == order {
                coarse[coarse.count - 1].density += share
            } else {
                coarse.append(Cell(start: start, order: order, density: share))
            }
        }
        return coarse
    }

    /// The finest order of its pixels.
    var finestOrder: Int { cells.reduce(0) { max($0, $1.order) } }

    /// Where the density is highest: the centre of the pixel; of equals the first.
    public var peak: Coordinates {
        var best = cells[0]
        for cell in cells where cell.density > best.density { best = cell }
        let pixel = best.start >> (2 * (HEALPix.maximumOrder - best.order))
        // Orders of cells are in range.
        return HEALPix(order: best.order)?.center(of: pixel) ?? Self.origin
    }

    private static let origin: Coordinates = HEALPix(resolution: 60).center(of: 4)
}
