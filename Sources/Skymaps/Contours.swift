public import Sky

/// The outlines of a map's credible regions.
public struct Contours: Sendable {
    /// The outline of one region.
    public struct Contour: Sendable {
        /// The percentage of the probability that is inside.
        public let level: Double
        /// Polygons that do not overlap. Each has its outer line first, counter-clockwise where longitude grows to the
        /// right, then its holes, clockwise; a line ends where it begins.
        public let polygons: [[[Coordinates]]]
    }

    /// Where the density is highest.
    public let peak: Coordinates
    /// One for each level asked for, in that order.
    public let contours: [Contour]
}

extension ProbabilityMap {
    /// The order of pixels that regions are made of, nside 512 as ligo.skymap and Kowalski have it, ...
    private static let usualOrder = 9
    /// ... unless they have fewer pixels than this and the map is finer, ...
    private static let fewestPixels = 2000
    /// ... up to where a pixel has 12 milliarcseconds, ...
    private static let finestContourOrder = 24
    /// ... or the lines have more corners than this (a document of 16 MB has room for seven times as many), ...
    private static let mostCorners = 60_000
    /// ... or more pieces than this: the server looks at every one for every alert.
    private static let mostParts = 500
    /// The coarsest to go to; its pixels have not so many corners.
    private static let coarsestOrder = 4

    /// Outlines of the regions that hold some percentages of the probability.
    ///
    /// The lines follow the edges of pixels, without corners that make triangles of less than 0.4 pixels with their
    /// neighbours: the area stays within a few tenths of a percent. Every polygon is one that MongoDB's 2dsphere
    /// takes: closed, not meeting itself, less than half of the sky.
    ///
    /// - Parameter levels: percentages above 0 up to 100.
    /// - Throws: `CancellationError` where `isCancelled` says so.
    public func contours(_ levels: [Double], isCancelled: () -> Bool = { false }) throws -> Contours {
        Contours(peak: peak, contours: try outlines(levels, isCancelled: isCancelled).map(\.contour))
    }

    /// The outlines together with the regions that they are of.
    func outlines(
        _ levels: [Double], isCancelled: () -> Bool = { false }
    ) throws -> [(region: CredibleRegion, contour: Contours.Contour)] {
        try zip(levels, try regions(levels, isCancelled: isCancelled)).map { level, first in
            var region = first
            while true {
                if isCancelled() { throw CancellationError() }
                let isLast = region.division.order <= Self.coarsestOrder
                let polygons = try Self.polygons(of: region, isLast: isLast, isCancelled: isCancelled)
                if let polygons { return (region, Contours.Contour(level: level, polygons: polygons)) }
                region = self.region(level, order: region.division.order - 1)
            }
        }
    }

    /// The regions of some levels, small ones in finer pixels than usual.
    private func regions(_ levels: [Double], isCancelled: () -> Bool) throws -> [CredibleRegion] {
        let finest = min(finestOrder, Self.finestContourOrder)
        var order = Self.usualOrder
        var regions = CredibleRegion.regions(levels, of: self, order: order)
        while order < finest {
            let small = regions.indices.filter { regions[$0].pixelCount < Self.fewestPixels }
            if small.isEmpty { break }
            if isCancelled() { throw CancellationError() }
            order += 1
            let finer = CredibleRegion.regions(small.map { levels[$0] }, of: self, order: order)
            for (index, region) in zip(small, finer) { regions[index] = region }
        }
        return regions
    }

    private func region(_ level: Double, order: Int) -> CredibleRegion {
        // One level asked for, one region given.
        CredibleRegion.regions([level], of: self, order: order)[0]
    }

    /// The outline of a region.
    ///
    /// - Parameter isLast: whether it is to be drawn however much there is of it.
    /// - Returns: nil where it has too many pieces or corners.
    private static func polygons(
        of region: CredibleRegion, isLast: Bool, isCancelled: () -> Bool
    ) throws -> [[[Coordinates]]]? {
        let parts = PixelParts(of: region)
        if isCancelled() { throw CancellationError() }
        guard parts.parts.count <= mostParts || isLast,
            let boundary = PixelBoundary(of: parts, maximumNodes: isLast ? .max : mostCorners)
        else { return nil }
        var simplification = LineSimplification(boundary, pixelArea: region.division.pixelArea)
        return polygons(
            parts, boundary, simplification.remaining(smallest: 0.4 * region.division.pixelArea))
    }

    private static func polygons(
        _ parts: PixelParts, _ boundary: PixelBoundary, _ remaining: [Bool]
    ) -> [[[Coordinates]]] {
        var outlines = [[[Coordinates]]](repeating: [], count: parts.parts.count)
        var holes = outlines
        for ring in boundary.rings {
            let isHole = isClockwise(ring, boundary, around: parts.parts[ring.part].center)
            var line = ring.nodes.filter { remaining[$0] }.map { boundary.nodes[$0].place }
            if let first = line.first { line.append(first) }
            if isHole { holes[ring.part].append(line) } else { outlines[ring.part].append(line) }
        }
        return zip(outlines, holes).map { $0 + $1 }
    }

    /// Whether a line has its inside to its right, in the plane that touches the sphere at the part's middle.
    private static func isClockwise(
        _ ring: PixelBoundary.Ring, _ boundary: PixelBoundary, around center: SIMD3<Double>
    ) -> Bool {
        var area = 0.0
        guard let last = ring.nodes.last else { return false }
        var previous = boundary.nodes[last].direction
        previous /= previous.dot(center)
        for node in ring.nodes {
            var next = boundary.nodes[node].direction
            next /= next.dot(center)
            // Seen from outside, as a map with longitude to the right is.
            area += (previous - center).cross(next - center).dot(center)
            previous = next
        }
        return area < 0
    }
}
