/// What a query finds of a pixel and everything in it.
enum PixelCoverage {
    /// Nothing of it is in the area.
    case outside
    /// All of it is.
    case inside
    /// It may be in part: its own parts are to be looked at.
    case partial
}

/// An area of the sky, as a search for its pixels needs it.
protocol PixelArea {
    /// What is certain about a circle.
    ///
    /// - Parameters:
    ///   - center: its centre.
    ///   - order: the circle holds a pixel of this order around that centre.
    func coverage(around center: UnitVector, order: Int) -> PixelCoverage

    /// Whether a direction lies in the area.
    func contains(_ direction: UnitVector) -> Bool
}

extension HEALPix {
    /// Which pixels belong to the answer.
    public enum Inclusion: Sendable {
        /// Those whose centre lies in the area.
        case centers
        /// Those of which anything lies in the area; some close to it, too.
        case overlapping
    }

    /// Half the diagonal, generously, of a pixel of each order in radians: the angle between the centre and the farthest
    /// corner of the pixel at the eastern corner of a northern base pixel, where pixels are most elongated. A part in
    /// 10¹² more covers the rounding.
    static let radii: [Double] = (0...maximumOrder).map { order in
        let division = HEALPix(knownOrder: order)
        let pixel = division.pixel(FaceCell(face: 0, x: division.nside - 1, y: 0))
        let center = division.center(of: pixel)
        let corners = division.corners(of: pixel)
        let farthest = [corners.north, corners.west, corners.south, corners.east]
            .map { center.separation(from: $0) }.reduce(0, max)
        return farthest * radiansPerDegree * (1 + 1e-12)
    }

    /// Calls a function with the pixels of an area as ranges that ascend and do not touch.
    func forEachRange(in area: some PixelArea, _ inclusion: Inclusion, _ body: (Range<Int>) -> Void) {
        var search = PixelSearch(area: area, division: self, inclusion: inclusion)
        for pixel in 0..<12 { search.take(pixel, of: 0, body) }
        search.end(body)
    }

    /// The same where the area is known to lie in some pixels of a coarser order, in ascending order; −1 is none.
    func forEachRange(
        in area: some PixelArea, _ inclusion: Inclusion, from pixels: InlineArray<9, Int>, of order: Int,
        _ body: (Range<Int>) -> Void
    ) {
        var search = PixelSearch(area: area, division: self, inclusion: inclusion)
        for index in pixels.indices where pixels[index] >= 0 { search.take(pixels[index], of: order, body) }
        search.end(body)
    }
}

/// A search for the pixels of an area, from coarse ones to fine ones.
private struct PixelSearch<Area: PixelArea> {
    let area: Area
    let division: HEALPix
    let inclusion: HEALPix.Inclusion
    /// Found but not yet told, because the next may continue it.
    var pending = 0..<0

    init(area: Area, division: HEALPix, inclusion: HEALPix.Inclusion) {
        self.area = area
        self.division = division
        self.inclusion = inclusion
    }

    /// Looks at a pixel of an order, and at its parts where need be.
    mutating func take(_ pixel: Int, of order: Int, _ body: (Range<Int>) -> Void) {
        let center = HEALPix(knownOrder: order).direction(of: pixel)
        var coverage = area.coverage(around: center, order: order)
        if coverage == .partial, order == division.order {
            coverage = inclusion == .overlapping || area.contains(center) ? .inside : .outside
        }
        switch coverage {
        case .outside: return
        case .partial: for part in 4 * pixel..<4 * pixel + 4 { take(part, of: order + 1, body) }
        case .inside:
            let shift = 2 * (division.order - order)
            let found = pixel << shift..<(pixel + 1) << shift
            if found.lowerBound == pending.upperBound, !pending.isEmpty {
                pending = pending.lowerBound..<found.upperBound
            } else {
                if !pending.isEmpty { body(pending) }
                pending = found
            }
        }
    }

    /// Tells what was found last.
    mutating func end(_ body: (Range<Int>) -> Void) {
        if !pending.isEmpty { body(pending) }
        pending = 0..<0
    }
}
