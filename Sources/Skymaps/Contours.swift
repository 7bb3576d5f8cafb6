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
        let usual = CredibleRegion.regions(levels, of: self, order: Self.usualOrder)
        let finest = finestOrder
        let contours = try zip(levels, usual).map { level, region in
            var region = region
            while region.pixelCount < Self.fewestPixels,
                region.division.order < min(finest, Self.finestContourOrder)
            {
                if isCancelled() { throw CancellationError() }
                region = self.region(level, order: region.division.order + 1)
            }
            return Contours.Contour(
                level: level, polygons: try polygons(of: region, level, isCancelled: isCancelled))
        }
        return Contours(peak: peak, contours: contours)
    }

    private func region(_ level: Double, order: Int) -> CredibleRegion {
        // One level asked for, one region given.
        CredibleRegion.regions([level], of: self, order: order)[0]
    }

    private func polygons(
        of region: CredibleRegion, _ level: Double, isCancelled: () -> Bool
    ) throws -> [[[Coordinates]]] {
        var region = region
        while true {
            if isCancelled() { throw CancellationError() }
            let parts = PixelParts(of: region)
            if isCancelled() { throw CancellationError() }
            let isLast = region.division.order <= Self.coarsestOrder
            if parts.parts.count <= Self.mostParts || isLast,
                let boundary = PixelBoundary(of: parts, maximumNodes: isLast ? .max : Self.mostCorners)
            {
                var simplification = LineSimplification(boundary, pixelArea: region.division.pixelArea)
                let remaining = simplification.remaining(smallest: 0.4 * region.division.pixelArea)
                return Self.polygons(parts, boundary, remaining)
            }
            region = self.region(level, order: region.division.order - 1)
        }
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
