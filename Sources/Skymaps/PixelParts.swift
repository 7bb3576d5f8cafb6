internal import Sky

/// The connected parts of a region, each small enough to be a polygon on the sphere.
///
/// Which side of a closed line is its inside cannot be told where the line is as long as a great circle, and a band
/// around the sky has no outer line at all. So a part that does not lie within 60° of some point is cut along the edges
/// of the twelve base pixels.
struct PixelParts {
    /// One of them.
    struct Part {
        /// The direction around which it lies.
        let center: SIMD3<Double>
    }

    /// The region.
    let region: CredibleRegion
    /// Part n has label n + 1.
    private(set) var parts: [Part] = []
    /// The label of each slot; 0 is outside.
    private var labels: [Int32]
    /// The slots before each range; empty where every pixel has a slot of its own.
    private let slotsBefore: [Int]

    /// Up to this order a table of all pixels is small (13 MB); beyond it regions have few pixels.
    private static let densestOrder = 9

    /// Finds the parts.
    init(of region: CredibleRegion) {
        self.region = region
        if region.division.order <= Self.densestOrder {
            slotsBefore = []
            labels = [Int32](repeating: 0, count: region.division.pixelCount)
        } else {
            var before: [Int] = []
            var count = 0
            for range in region.ranges {
                before.append(count)
                count += range.count
            }
            slotsBefore = before
            labels = [Int32](repeating: 0, count: count)
        }
        markAll()
        find()
    }

    /// How many slots there are.
    var slotCount: Int { labels.count }

    /// The place of a pixel in tables; nil where there is none, because it lies outside.
    func slot(of pixel: Int) -> Int? {
        if slotsBefore.isEmpty { return pixel }
        var (low, high) = (0, region.ranges.count)
        while low < high {
            let middle = (low + high) / 2
            if region.ranges[middle].upperBound <= pixel { low = middle + 1 } else { high = middle }
        }
        guard low < region.ranges.count, region.ranges[low].contains(pixel) else { return nil }
        return slotsBefore[low] + pixel - region.ranges[low].lowerBound
    }

    /// The label of the part that a pixel belongs to; 0 outside.
    func label(of pixel: Int) -> Int32 { slot(of: pixel).map { labels[$0] } ?? 0 }

    /// Gives all pixels of the region a label that means "not yet looked at".
    private mutating func markAll() {
        for range in region.ranges {
            for pixel in range { if let slot = slot(of: pixel) { labels[slot] = -1 } }
        }
    }

    private mutating func find() {
        let division = region.division
        for range in region.ranges {
            for pixel in range {
                guard let slot = slot(of: pixel), labels[slot] == -1 else { continue }
                // Also less than nothing, until it is known whether the part must be cut.
                let pixels = fill(from: pixel, replacing: -1, by: -2, withinFace: false)
                if let center = Self.center(of: pixels, division) {
                    label(pixels, center)
                } else {
                    cut(pixels)
                }
            }
        }
    }

    private mutating func label(_ pixels: [Int], _ center: SIMD3<Double>) {
        parts.append(Part(center: center))
        for pixel in pixels { if let slot = slot(of: pixel) { labels[slot] = Int32(clamping: parts.count) } }
    }

    /// Makes parts of what lies in one base pixel each.
    private mutating func cut(_ pixels: [Int]) {
        let division = region.division
        for pixel in pixels {
            guard let slot = slot(of: pixel), labels[slot] == -2 else { continue }
            let part = fill(from: pixel, replacing: -2, by: -3, withinFace: true)
            let face = division.cell(of: pixel).face
            label(part, SIMD3(HEALPix(resolution: 60).direction(of: face)))
        }
    }

    /// The pixels that are connected with one over sides, with another label now.
    private mutating func fill(from first: Int, replacing old: Int32, by new: Int32, withinFace: Bool)
        -> [Int]
    {
        let division = region.division
        let faceShift = 2 * division.order
        var found = [first]
        if let slot = slot(of: first) { labels[slot] = new }
        var next = 0
        while next < found.count {
            let pixel = found[next]
            next += 1
            for side in HEALPix.Side.allCases {
                let other = division.neighbour(of: pixel, side)
                guard let slot = slot(of: other), labels[slot] == old,
                    !withinFace || other >> faceShift == first >> faceShift
                else { continue }
                labels[slot] = new
                found.append(other)
            }
        }
        return found
    }

    /// The middle of pixels that all lie within 60° of it; nil where they do not.
    private static func center(of pixels: [Int], _ division: HEALPix) -> SIMD3<Double>? {
        var sum = SIMD3<Double>.zero
        for pixel in pixels { sum += SIMD3(division.direction(of: pixel)) }
        let length = sum.dot(sum).squareRoot()
        guard length > 1e-6 * Double(pixels.count) else { return nil }
        let center = sum / length
        return pixels.allSatisfy { SIMD3(division.direction(of: $0)).dot(center) >= 0.5 } ? center : nil
    }
}

extension SIMD3<Double> {
    /// A direction's components.
    init(_ direction: UnitVector) { self.init(direction.x, direction.y, direction.z) }

    /// The scalar product.
    func dot(_ other: Self) -> Double { (self * other).sum() }

    /// The vector product.
    func cross(_ other: Self) -> Self {
        SIMD3(y * other.z - z * other.y, z * other.x - x * other.z, x * other.y - y * other.x)
    }
}
